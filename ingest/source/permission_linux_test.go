package source

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"testing"

	"golang.org/x/sys/unix"
)

// asNobody lets this test's thread reach files without root's rights.
func asNobody(t *testing.T) {
	t.Helper()
	if os.Geteuid() != 0 {
		return
	}
	runtime.LockOSThread()
	if _, err := unix.SetfsuidRetUid(65534); err != nil {
		t.Skip(err)
	}
	t.Cleanup(func() {
		_, err := unix.SetfsuidRetUid(0)
		runtime.UnlockOSThread()
		if err != nil {
			t.Error(err)
		}
	})
}

func TestNoPermission(t *testing.T) {
	dir := t.TempDir()
	for d := dir; d != os.TempDir() && len(d) > 1; d = filepath.Dir(d) {
		if err := os.Chmod(d, 0o755); err != nil {
			break
		}
	}
	file := write(t, dir, "20260101", nil)
	write(t, dir, "sub/20260102", nil)
	for path, mode := range map[string]fs.FileMode{file: 0, dir + "/sub": 0} {
		if err := os.Chmod(path, mode); err != nil {
			t.Fatal(err)
		}
	}
	t.Cleanup(func() { os.Chmod(dir+"/sub", 0o755) })
	asNobody(t)
	if logs, err := Find([]string{dir}, FindOptions{}); !errors.Is(err, fs.ErrPermission) || len(logs) != 1 ||
		logs[0].Path != file {
		t.Errorf("folder: %v, %v", logs, err)
	}
	_, err := Log{Path: file}.Open(t.Context())
	var pathErr *PathError
	if !errors.Is(err, fs.ErrPermission) || !errors.As(err, &pathErr) || pathErr.Next == "" {
		t.Errorf("file: %v", err)
	}
}
