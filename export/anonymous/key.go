package anonymous

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"pbsduck/export/whole"
)

// A Key is what names are made with.
type Key [sha256.Size]byte

// ReadKey reads the key in a file, which nobody else may read, nor lie in the folder that is shared. Where there is
// none, one is made, if it may be.
func ReadKey(path, shared string, mayMake bool) (Key, error) {
	var none Key
	if inside, err := isIn(path, shared); err != nil || inside {
		return none, errors.Join(err,
			fmt.Errorf("the key %s lies in %s, which is to be shared: keep it elsewhere", path, shared))
	}
	info, err := os.Stat(path)
	if errors.Is(err, fs.ErrNotExist) && mayMake {
		if err := makeKey(path); err != nil {
			return none, err
		}
		info, err = os.Stat(path)
	}
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return none, fmt.Errorf("there is no key %s: name the file of the key that was used", path)
	case err != nil:
		return none, whole.Error(path, err)
	case !info.Mode().IsRegular():
		return none, fmt.Errorf("the key %s is not a regular file", path)
	case info.Mode().Perm()&0o077 != 0:
		return none, fmt.Errorf("others can read the key %s (mode %04o): chmod 600 it, or make a new one if they may have",
			path, info.Mode().Perm())
	}
	text, err := os.ReadFile(path)
	if err != nil {
		return none, whole.Error(path, err)
	}
	bytes, err := hex.DecodeString(strings.TrimSpace(string(text)))
	if err != nil || len(bytes) != len(none) {
		return none, fmt.Errorf("%s holds no key: that is %d hexadecimal digits", path, 2*len(none))
	}
	return Key(bytes), nil
}

// makeKey makes one. Of two who do so at once the first has made it.
func makeKey(path string) (err error) {
	file, err := os.CreateTemp(filepath.Dir(path), "."+filepath.Base(path)+".*") // of mode 0600
	if err != nil {
		return whole.Error(path, err)
	}
	defer func() { err = errors.Join(err, os.Remove(file.Name())) }()
	var key Key
	rand.Read(key[:]) //nolint:errcheck // it never fails
	_, err = file.WriteString(hex.EncodeToString(key[:]) + "\n")
	if err = errors.Join(err, file.Sync(), file.Close()); err != nil {
		return whole.Error(path, err)
	}
	if err := os.Link(file.Name(), path); err != nil && !errors.Is(err, fs.ErrExist) {
		return whole.Error(path, err)
	}
	return nil
}

// isIn tells whether a file lies, or would, in a folder.
func isIn(path, dir string) (bool, error) {
	at, err := settled(path)
	if err != nil {
		return false, err
	}
	in, err := settled(dir)
	if err != nil {
		return false, err
	}
	rest, err := filepath.Rel(in, at)
	return err == nil && rest != ".." && !strings.HasPrefix(rest, ".."+string(filepath.Separator)), nil
}

// settled is a path without links, as far as it is there.
func settled(path string) (string, error) {
	path, err := filepath.Abs(path)
	if err != nil {
		return "", err
	}
	real, err := filepath.EvalSymlinks(path)
	if err == nil || path == filepath.Dir(path) {
		return real, err
	}
	above, err := settled(filepath.Dir(path))
	return filepath.Join(above, filepath.Base(path)), err
}

// Pads are the blocks that HMAC-SHA256 puts before the text, and before its digest.
func (k Key) Pads() (inner, outer []byte) {
	inner, outer = make([]byte, sha256.BlockSize), make([]byte, sha256.BlockSize)
	copy(inner, k[:])
	copy(outer, k[:])
	for i := range inner {
		inner[i] ^= 0x36
		outer[i] ^= 0x5c
	}
	return inner, outer
}

func (k Key) sum(kind, text string) []byte {
	h := hmac.New(sha256.New, k[:])
	h.Write([]byte(kind + ":" + text))
	return h.Sum(nil)
}

// Name stands for a text of a kind: that of a user is not that of an account of the same name.
func (k Key) Name(kind, text string) string {
	return kind + "_" + hex.EncodeToString(k.sum(kind, text))[:nameDigits]
}

// Number stands for one that is not to be known; JSON keeps it.
func (k Key) Number(kind, text string) int64 {
	return int64(binary.BigEndian.Uint64(k.sum(kind, text)) >> 11)
}

// nameDigits are those of a name, each of four bits.
const nameDigits = 16
