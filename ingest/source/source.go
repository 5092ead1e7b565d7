// Package source finds accounting logs, opens them whatever they are packed with, and proves what was read of them.
//
// What enters are the words of a command line: files, folders, globs, "-". What leaves are Logs in a settled order, and
// of each one a Reader of its unpacked bytes. The package knows nothing of the grammar inside.
//
//	Find -> []Log -> Open -> Reader -> Digest.ReadPrefix (the part read before) -> the records that are new
//
// Promises:
//   - The same folder gives the same Logs in the same order. What is left out in a folder is reported, with the reason.
//   - What is amiss harms only itself: an unreadable folder, a link that leads in a circle, a name that is not UTF-8.
//   - Nothing but regular files of the folder's own file system is opened, save a pipe that was named; nothing waits
//     for a pipe's other end for ever. The database is never opened.
//   - What a log is packed with is told by its first bytes, not by its name; its identity (Key) does not change when a
//     site packs it.
//   - A damaged stream is an error with file, place and advice, never a silent end.
//   - A cancelled context stops a Reader at once. Close leaves no goroutine behind, save one that is blocked in a read
//     of a terminal or pipe that cannot be interrupted.
package source

import (
	"os"
	"path/filepath"
	"time"
)

// Stdin is the argument, path and key of the standard input.
const Stdin = "-"

// A Log is one accounting log that was found.
type Log struct {
	Path    string    // to open: as given, or below the folder that was given; File to keep and to show
	Key     string    // identity in the ledger: absolute clean path without its packing's suffix (Escape); "-" for stdin
	Name    string    // base name without the suffix of its packing (Escape)
	Codec   Codec     // as the suffix says; Reader.Codec tells what it is
	Size    int64     // bytes as stored, packed; 0 for a stream
	ModTime time.Time // zero for stdin
	Inode   uint64    // 0 where there is none
	Day     time.Time // date in the name where the name is YYYYMMDD, as midnight UTC; else zero
	Stream  bool      // stdin or a pipe: it can be read once, and has no size
	Found   bool      // in a folder, not named by itself: it may turn out to be something else than a log
	Twins   []Log     // files with the same Key, packed in other ways, that are left out
}

// File is the log's path as it is kept and shown: what is not UTF-8 in it is escaped.
func (l Log) File() string { return Escape(l.Path) }

// A Codec is a way to pack a log.
type Codec uint8

// The codecs, in the order of preference among files with the same Key.
const (
	Plain Codec = iota
	Gzip
	Zstd
	Xz
	Bzip2
)

var codecs = [...]struct{ name, suffix, check, unpack string }{
	Plain: {"plain", "", "", ""},
	Gzip:  {"gzip", ".gz", "gzip -t", "gzip -d"},
	Zstd:  {"zstd", ".zst", "zstd -t", "zstd -d --long=31"},
	Xz:    {"xz", ".xz", "xz -t", "xz -d"},
	Bzip2: {"bzip2", ".bz2", "bzip2 -t", "bzip2 -d"},
}

func (c Codec) String() string { return codecs[c].name }

// splitSuffix splits a path into what it is called when unpacked, and the codec that its suffix promises.
func splitSuffix(path string) (string, Codec) {
	ext := filepath.Ext(path)
	for c := Gzip; c <= Bzip2; c++ {
		if ext == codecs[c].suffix && filepath.Base(path) != ext {
			return path[:len(path)-len(ext)], c
		}
	}
	return path, Plain
}

// Absolute is a path as the ledger and warnings have it.
func Absolute(path string) string {
	if abs, err := filepath.Abs(path); err == nil {
		path = abs
	}
	return Escape(path)
}

// KeyOf is the Key of a log at that path, whether it is there or not.
func KeyOf(path string) string {
	if path == Stdin {
		return Stdin
	}
	if abs, err := filepath.Abs(path); err == nil {
		path = abs
	}
	key, _ := splitSuffix(path)
	return Escape(key)
}

// Exists tells whether there is a file with that Key, plain or packed.
func Exists(key string) bool {
	for c := range codecs {
		if _, err := os.Stat(Unescape(key) + codecs[c].suffix); err == nil {
			return true
		}
	}
	return false
}

// DayLayout is how logs are named by their days: YYYYMMDD.
const DayLayout = "20060102"

// dayOf returns the date that such a name stands for, else the zero time.
func dayOf(name string) time.Time {
	day, err := time.Parse(DayLayout, name)
	if err != nil {
		return time.Time{}
	}
	return day
}
