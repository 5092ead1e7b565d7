// Package whole makes files and links that are there whole or not at all.
//
// What enters: a path, and who writes what it is to hold. What leaves: the path holds all of that, or what it held
// before.
//
// Promises:
//   - A file is written under a hidden name in its own folder (.NAME.*.tmp), and takes its name when all of it is on
//     disk; then the name is on disk, too. Only a kill or a power failure leaves the hidden file behind.
//   - What had the name hands on its mode, and its owner and group as far as may be; who has it open keeps what they
//     opened.
//   - Behind a symbolic link it is the file that changes, not the link. What is no regular file, such as /dev/stdout or
//     a named pipe, is written to directly.
//   - A link is never missing while it is led elsewhere.
//   - What the system has against it is told in words, and with what to do (Trouble), here and nowhere else.
//
// It uses the standard library only.
package whole
