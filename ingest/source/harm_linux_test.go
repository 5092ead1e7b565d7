package source

import (
	"errors"
	"io"
	"net"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
)

// What can't be a log harms only itself, and nothing waits for it.
func TestFindHarmless(t *testing.T) {
	dir := t.TempDir()
	write(t, dir, "20260101", text(1))
	write(t, dir, "sub/20260102", text(1))
	write(t, dir, "db", []byte("database"))
	write(t, dir, "db.tmp/spill", []byte("spilt"))
	in := func(name string) string { return filepath.Join(dir, name) }
	socket, err := net.Listen("unix", in("socket"))
	if err != nil {
		t.Fatal(err)
	}
	defer socket.Close()
	if err := errors.Join(
		syscall.Mkfifo(in("pipe"), 0o644), os.Symlink("circle", in("circle")), os.Link(in("db"), in("hard")),
		os.Symlink("db", in("soft")), os.Symlink("/dev/zero", in("device")), os.Symlink("/proc/version", in("kernel")),
		os.Symlink("pipe", in("to-pipe")),
	); err != nil {
		t.Fatal(err)
	}
	irregular, database := []string{}, []string{}
	o := FindOptions{Never: []string{in("db"), in("db.tmp"), in("db.wal")}, OnSkip: func(s Skipped) {
		switch s.Kind {
		case SkipIrregular:
			irregular = append(irregular, filepath.Base(s.Path))
		case SkipDatabase:
			database = append(database, filepath.Base(s.Path))
		}
	}}
	logs, err := Find([]string{dir, in("absent"), in("db")}, o)
	var names []string
	for _, l := range logs {
		names = append(names, l.Name)
	}
	same(t, "found", names, []string{"20260101", "20260102"})
	same(t, "irregular", irregular, []string{"device", "kernel", "pipe", "socket", "to-pipe"})
	same(t, "database", database, []string{"db", "db.tmp", "hard", "soft", "db"})
	var amiss Amiss
	if !errors.As(err, &amiss) || len(amiss) != 2 || !errors.Is(amiss[0], syscall.ELOOP) ||
		amiss[0].Path != in("circle") || amiss[1].Path != in("absent") {
		t.Errorf("amiss: %v", err)
	}
	for _, named := range []string{"socket", "device", "db", "hard"} {
		logs, err := Find([]string{in(named)}, FindOptions{Never: []string{in("db")}})
		if !errors.Is(err, ErrNotLog) || len(logs) > 0 {
			t.Errorf("%s named by itself: %v, %v", named, logs, err)
		}
	}
}

// Other file systems below a folder are left alone, and the kernel's wherever they are.
func TestFindFileSystems(t *testing.T) {
	for _, path := range []string{"/proc", "/proc/self", "/sys", "/proc/version", "/proc/kmsg"} {
		if _, err := os.Stat(path); err != nil {
			continue
		}
		if logs, err := Find([]string{path}, FindOptions{}); !errors.Is(err, ErrNotLog) || len(logs) > 0 {
			t.Errorf("%s: %d logs, %v", path, len(logs), err)
		}
	}
	dir := t.TempDir()
	write(t, dir, "20260101", text(1))
	other := filepath.Join(dir, "other")
	if err := os.Mkdir(other, 0o755); err != nil {
		t.Fatal(err)
	}
	if err := syscall.Mount("tmpfs", other, "tmpfs", 0, "size=1m"); err != nil {
		t.Skip(err)
	}
	t.Cleanup(func() { syscall.Unmount(other, syscall.MNT_DETACH) })
	write(t, other, "20260102", text(1))
	var skipped []Skipped
	logs, err := Find([]string{dir}, FindOptions{OnSkip: func(s Skipped) { skipped = append(skipped, s) }})
	if err != nil || len(logs) != 1 || len(skipped) != 1 || skipped[0].Kind != SkipFileSystem || skipped[0].Path != other {
		t.Errorf("%v, %v, %v", logs, skipped, err)
	}
	if logs, err := Find([]string{other}, FindOptions{}); err != nil || len(logs) != 1 {
		t.Errorf("named by itself: %v, %v", logs, err)
	}
}

// A pipe is read like the standard input if somebody writes to it, and refused if nobody does.
func TestNamedPipe(t *testing.T) {
	path := filepath.Join(t.TempDir(), "pipe")
	if err := syscall.Mkfifo(path, 0o644); err != nil {
		t.Fatal(err)
	}
	read := func() ([]byte, error) {
		logs, err := Find([]string{path}, FindOptions{})
		if err != nil || len(logs) != 1 || !logs[0].Stream {
			t.Fatal(logs, err)
		}
		r, err := logs[0].Open(t.Context())
		if err != nil {
			return nil, err
		}
		defer r.Close()
		return io.ReadAll(r)
	}
	if got, err := read(); !errors.Is(err, ErrNoWriter) || len(got) > 0 {
		t.Errorf("without a writer: %q, %v", got, err)
	}
	want := text(10_000) // more than a pipe holds
	go func() {
		if w, err := os.OpenFile(path, os.O_WRONLY, 0); err == nil {
			w.Write(want)
			w.Close()
		}
	}()
	if got, err := read(); err != nil || !slices.Equal(got, want) {
		t.Errorf("with a writer: %d bytes of %d, %v", len(got), len(want), err)
	}
}

// What took a log's place since it was found is not waited for.
func TestReplacedByPipe(t *testing.T) {
	path := write(t, t.TempDir(), "20260101", text(1))
	logs, err := Find([]string{path}, FindOptions{})
	if err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(os.Remove(path), syscall.Mkfifo(path, 0o644)); err != nil {
		t.Fatal(err)
	}
	if _, err := logs[0].Open(t.Context()); !errors.Is(err, ErrNotLog) || strings.Count(err.Error(), path) != 1 {
		t.Errorf("%v", err)
	}
}
