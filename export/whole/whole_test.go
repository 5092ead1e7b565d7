package whole

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

func put(text string) func(io.Writer) error {
	return func(w io.Writer) error {
		_, err := io.WriteString(w, text)
		return err
	}
}

// holds compares what a file holds, and the names in its folder.
func holds(t *testing.T, path, want string, names ...string) {
	t.Helper()
	if got, err := os.ReadFile(path); err != nil || string(got) != want {
		t.Errorf("%s holds %q (%v), want %q", path, got, err, want)
	}
	entries, err := os.ReadDir(filepath.Dir(path))
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, e := range entries {
		got = append(got, e.Name())
	}
	if fmt.Sprint(got) != fmt.Sprint(names) {
		t.Errorf("the folder holds %v, want %v", got, names)
	}
}

// TestWrite: a file is new, replaced behind a link with its mode kept, or, if anything fails, what it was.
func TestWrite(t *testing.T) {
	path := filepath.Join(t.TempDir(), "file")
	if err := Write(path, put("one")); err != nil {
		t.Fatal(err)
	}
	holds(t, path, "one", "file")
	link := filepath.Join(t.TempDir(), "link")
	if err := errors.Join(os.Chmod(path, 0o604), os.Symlink(path, link)); err != nil {
		t.Fatal(err)
	}
	old, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer old.Close()
	if err := Write(link, put("two")); err != nil {
		t.Fatal(err)
	}
	holds(t, path, "two", "file")
	if info, err := os.Lstat(path); err != nil || info.Mode() != 0o604 {
		t.Errorf("the mode is %v (%v)", info.Mode(), err)
	}
	if one, err := io.ReadAll(old); string(one) != "one" {
		t.Errorf("who had it open reads %q (%v)", one, err)
	}
	broken := errors.New("the source broke")
	err = Write(path, func(w io.Writer) error { return errors.Join(put("three")(w), broken) })
	if !errors.Is(err, broken) || err.Error() != "write "+path+": the source broke" {
		t.Errorf("error %v", err)
	}
	holds(t, path, "two", "file")
}

// TestPlace: a file that somebody else makes takes its name when it is made.
func TestPlace(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "file")
	for i, want := range []string{"one", "two"} {
		p, err := NewPlace(path)
		if err != nil {
			t.Fatal(err)
		}
		if err := p.Fill(func() error { return os.WriteFile(p.Temp(), []byte(want), 0o600) }); err != nil {
			t.Fatal(err)
		}
		holds(t, path, want, "file")
		if err := p.Fill(func() error { return errors.New("broken") }); err == nil ||
			err.Error() != "write "+path+": broken" {
			t.Errorf("%d: error %v", i, err)
		}
		holds(t, path, want, "file")
	}
	if _, err := NewPlace(os.DevNull); err == nil || err.Error() != "write /dev/null: it is not a regular file" {
		t.Errorf("a place for %s: %v", os.DevNull, err)
	}
}

// TestKilledWriters: whenever a process is killed that replaces a file, again and again, the file is one of those that
// were written.
func TestKilledWriters(t *testing.T) {
	const size = 1 << 16
	if path := os.Getenv("WHOLE_TEST_WRITE"); path != "" {
		for n := 0; ; n++ {
			if err := Write(path, put(strings.Repeat(string(rune('a'+n%26)), size))); err != nil {
				t.Fatal(err)
			}
			_, _ = os.Stdout.Write([]byte{'.'}) // who waits for it kills soon
		}
	}
	path := filepath.Join(t.TempDir(), "file")
	for i := range 20 {
		child := exec.Command(os.Args[0], "-test.run=^TestKilledWriters$")
		child.Env = append(os.Environ(), "WHOLE_TEST_WRITE="+path)
		told, err := child.StdoutPipe()
		if err != nil {
			t.Fatal(err)
		}
		if err := child.Start(); err != nil {
			t.Fatal(err)
		}
		if n, err := io.ReadFull(told, make([]byte, i+1)); err != nil {
			t.Fatalf("it ended after %d files: %v", n, err)
		}
		_ = errors.Join(child.Process.Kill(), child.Wait())
		text, err := os.ReadFile(path)
		if err != nil || len(text) != size || strings.Trim(string(text), string(text[:1])) != "" {
			t.Fatalf("after kill %d there are %d bytes (%v)", i, len(text), err)
		}
	}
	left, err := os.ReadDir(filepath.Dir(path))
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range left {
		if ok, _ := filepath.Match(".file.*.tmp", e.Name()); !ok && e.Name() != "file" {
			t.Errorf("there is %s", e.Name())
		}
	}
}

// TestLink: a link is led elsewhere, whatever a dead process left, and still leads there when the folder moves.
func TestLink(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "a")
	path := filepath.Join(dir, "link")
	if err := errors.Join(os.Mkdir(dir, 0o755), os.Symlink("nowhere", path+".new")); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"1", "2"} {
		file := filepath.Join(dir, name)
		if err := errors.Join(os.WriteFile(file, []byte(name), 0o600), Link(file, path)); err != nil {
			t.Fatal(err)
		}
	}
	holds(t, path, "2", "1", "2", "link")
	moved := dir + "b"
	if err := os.Rename(dir, moved); err != nil {
		t.Fatal(err)
	}
	holds(t, filepath.Join(moved, "link"), "2", "1", "2", "link")
}

// TestRename: the file has the other one's name and content, and is gone under its own.
func TestRename(t *testing.T) {
	dir := t.TempDir()
	fresh, path := filepath.Join(dir, "fresh"), filepath.Join(dir, "path")
	if err := errors.Join(os.WriteFile(path, []byte("old"), 0o600), os.WriteFile(fresh, []byte("new"), 0o600),
		Rename(fresh, path)); err != nil {
		t.Fatal(err)
	}
	holds(t, path, "new", "path")
	if err := Rename(fresh, path); !errors.Is(err, fs.ErrNotExist) || err.Error() != fresh+": no such file or directory" {
		t.Errorf("error %v", err)
	}
	if err := errors.Join(Remove(path), Remove(path)); err != nil {
		t.Error(err)
	}
	if left, err := os.ReadDir(dir); err != nil || len(left) > 0 {
		t.Errorf("there are %v (%v)", left, err)
	}
}

// TestTroubles: what the system has against a file is told in words, whoever met it, and can be told apart.
func TestTroubles(t *testing.T) {
	full := "the disk is full: make room and run it again"
	for _, tt := range []struct {
		err   error
		cause error // nil: no trouble
		words string
	}{
		{&fs.PathError{Op: "write", Path: "temp", Err: syscall.ENOSPC}, syscall.ENOSPC, "x: " + full},
		{fmt.Errorf("zstd: %w", &os.LinkError{Op: "link", Old: "a", New: "b", Err: syscall.ENOSPC}),
			syscall.ENOSPC, "x: " + full},
		{errors.New(`IO Error: Could not write file "temp": No space left on device`), syscall.ENOSPC, "x: " + full},
		{errors.New(`IO Error: Cannot open file "temp": Permission denied`), fs.ErrPermission,
			"x: permission denied: run as the user whose it is, or change its mode"},
		{syscall.EDQUOT, syscall.EDQUOT,
			"x: the disk is full up to the quota: make room, or have it raised, and run it again"},
		{syscall.EROFS, syscall.EROFS, "x: its disk is read-only: choose a place on another one, or make it writable"},
		{syscall.ENOTDIR, syscall.ENOTDIR,
			"x: a part of its path is a file, where there should be a folder: choose another path"},
		{&fs.PathError{Op: "open", Path: "y", Err: syscall.ENOENT}, nil, "y: no such file or directory"},
		{&fs.PathError{Op: "open", Path: "no space left on device", Err: syscall.EIO}, nil,
			"no space left on device: input/output error"},
		{errors.New("broken"), nil, "x: broken"},
	} {
		trouble := TroubleOf(tt.err)
		if (trouble != nil) != (tt.cause != nil) || trouble != nil && !errors.Is(Error("x", tt.err), tt.cause) {
			t.Errorf("%v: trouble %v, want %v", tt.err, trouble, tt.cause)
		}
		if got := Error("x", tt.err); got.Error() != tt.words {
			t.Errorf("%v: %q, want %q", tt.err, got, tt.words)
		}
	}
	if Error("x", nil) != nil || TroubleOf(nil) != nil {
		t.Error("nothing is an error")
	}
	if _, err := os.Stat("/dev/full"); err == nil {
		if err := Write("/dev/full", put("x")); err == nil || err.Error() != "write /dev/full: "+full ||
			!errors.Is(err, syscall.ENOSPC) {
			t.Errorf("error %v", err)
		}
	}
	no := filepath.Join(t.TempDir(), "no")
	for path, want := range map[string]string{
		t.TempDir():               "it is a directory: name a file in it",
		filepath.Join(no, "file"): "its folder " + no + " does not exist: make it, or choose another",
	} {
		if err := Write(path, put("x")); err == nil || err.Error() != "write "+path+": "+want {
			t.Errorf("error %v, want %s", err, want)
		}
	}
}
