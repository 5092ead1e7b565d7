package hive_test

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"pbsduck/duckdb/hive"
)

// TestFullDisk: where there is no room for what changed, an error says so, the dataset is what it was, and nothing else
// is left; with room it is brought up to date.
func TestFullDisk(t *testing.T) {
	one, two := twoStates(t)
	disk := t.TempDir()
	if err := unix.Mount("tmpfs", disk, "tmpfs", 0, "size=4m"); err != nil {
		t.Skip("cannot mount a small file system, which root may: ", err)
	}
	t.Cleanup(func() { _ = unix.Unmount(disk, 0) })
	dir := filepath.Join(disk, "ds")
	if _, err := update(one, dir, hive.Options{Now: time.Unix(0, 0)}); err != nil {
		t.Fatal(err)
	}
	before := prints(t, dir)
	slices.Sort(before)
	filler := filepath.Join(disk, "filler")
	if err := os.WriteFile(filler, make([]byte, 64<<10), 0o600); err != nil {
		t.Fatal(err)
	}
	n := 64 << 10
	for ; os.WriteFile(filler, make([]byte, n), 0o600) == nil; n += 64 << 10 {
	}
	if err := os.Truncate(filler, int64(n-(128<<10))); err != nil { // room for the lock, and to begin
		t.Fatal(err)
	}
	_, err := update(two, dir, hive.Options{Now: time.Unix(0, 0)})
	if err == nil || !strings.Contains(err.Error(), "the disk is full") ||
		!strings.HasSuffix(err.Error(), "what was there stays") || strings.Contains(err.Error(), "\n") {
		t.Errorf("on a full disk: %v", err)
	}
	after := prints(t, dir)
	slices.Sort(after)
	if !slices.Equal(before, after) {
		t.Errorf("there is %v, and was %v", after, before)
	}
	if _, err := os.Stat(filepath.Join(dir, ".staging")); !os.IsNotExist(err) {
		t.Errorf(".staging is left: %v", err)
	}
	if err := os.Remove(filler); err != nil {
		t.Fatal(err)
	}
	if _, err := update(two, dir, hive.Options{Now: time.Unix(0, 0)}); err != nil {
		t.Fatal(err)
	}
	check(t, two, dir)
}
