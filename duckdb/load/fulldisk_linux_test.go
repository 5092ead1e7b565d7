package load_test

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"golang.org/x/sys/unix"

	"pbsduck/duckdb/dbfile"
	"pbsduck/duckdb/duckdbtest"
	"pbsduck/duckdb/publish"
)

// smallDisk is a folder on a disk of that size.
func smallDisk(t *testing.T, size string) string {
	t.Helper()
	disk := t.TempDir()
	if err := unix.Mount("tmpfs", disk, "tmpfs", 0, "size="+size); err != nil {
		t.Skip("cannot mount a small file system, which root may: ", err)
	}
	t.Cleanup(func() { _ = unix.Unmount(disk, 0) })
	return disk
}

// isFull holds an error to one line that says what is the matter.
func isFull(t *testing.T, err error) {
	t.Helper()
	told := func(words string) bool { return strings.Contains(err.Error(), words) }
	if err == nil || !told("the disk is full") && !told("make room first") || told("\n") {
		t.Errorf("on a full disk: %v", err)
	}
}

// TestFullDisk: whatever finds no room says so, in one line, and leaves the database and what is published as they
// were, and nothing else.
func TestFullDisk(t *testing.T) {
	_, small := duckdbtest.Logs(t, 60, false)
	_, large := duckdbtest.Logs(t, 20000, false)
	for _, c := range []struct {
		work string
		do   func(t *testing.T, path string) error
	}{
		{"ingest", func(t *testing.T, path string) error { return duckdbtest.Ingest(t.Context(), path, large) }},
		{"rebuild", func(t *testing.T, path string) error {
			return duckdbtest.Rebuild(t.Context(), path, append(large, small[0]))
		}},
		{"rebuild without room to begin", func(t *testing.T, path string) error {
			takeRoom(t, filepath.Dir(path), 0)
			return duckdbtest.Rebuild(t.Context(), path, small[:1])
		}},
		{"rebuild without room for the tables", func(t *testing.T, path string) error {
			takeRoom(t, filepath.Dir(path), 136<<10)
			return duckdbtest.Rebuild(t.Context(), path, small[:1])
		}},
		{"publish", func(t *testing.T, path string) error {
			takeRoom(t, filepath.Dir(path), 600<<10)
			_, err := publish.Run(t.Context(), path, publish.Options{StorageVersion: "v1.3.0"}) // which was not published yet
			return err
		}},
	} {
		t.Run(c.work, func(t *testing.T) {
			disk := smallDisk(t, "11m")
			path := filepath.Join(disk, "test.duckdb")
			if err := duckdbtest.Ingest(t.Context(), path, small[:1]); err != nil {
				t.Fatal(err)
			}
			if _, err := publish.Run(t.Context(), path, publish.Options{}); err != nil {
				t.Fatal(err)
			}
			before, there := duckdbtest.ContentOf(t, path), duckdbtest.Names(t, disk)
			isFull(t, c.do(t, path))
			duckdbtest.SameContent(t, "afterwards", duckdbtest.ContentOf(t, path), before)
			duckdbtest.SameContent(t, "published, afterwards", duckdbtest.ContentOf(t, publish.NameOf(path)), before)
			now := slices.DeleteFunc(duckdbtest.Names(t, disk), func(name string) bool { return name == ballast })
			if !slices.Equal(now, there) {
				t.Errorf("there are %v, not %v", now, there)
			}
		})
	}
}

const ballast = "ballast"

// takeRoom takes all of a disk but so many bytes.
func takeRoom(t *testing.T, disk string, but int64) {
	t.Helper()
	free, ok := dbfile.FreeSpace(disk)
	if !ok {
		t.Fatal("the free space can't be told")
	}
	if err := os.WriteFile(filepath.Join(disk, ballast), make([]byte, free-but), 0o600); err != nil {
		t.Fatal(err)
	}
}

// TestDiskFillsUp: at whatever byte the disk is full, what is there afterwards is what was there before, or all of what
// was to come.
func TestDiskFillsUp(t *testing.T) {
	_, days := duckdbtest.Logs(t, 250, false)
	dir := t.TempDir()
	begun, all := filepath.Join(dir, "begun.duckdb"), filepath.Join(dir, "all.duckdb")
	duckdbtest.MustIngest(t, begun, days[0])
	duckdbtest.MustIngest(t, all, days...)
	before, after := duckdbtest.ContentOf(t, begun), duckdbtest.ContentOf(t, all)
	rounds := 4
	if *duckdbtest.Torture {
		rounds = 60
	}
	ran, full := 0, 0
	for i := range rounds {
		work := []string{"ingest", "rebuild"}[i%2]
		t.Run(fmt.Sprintf("%s %d", work, i), func(t *testing.T) {
			disk := smallDisk(t, "24m")
			ran++
			path := filepath.Join(disk, "test.duckdb")
			duckdbtest.CopyFile(t, begun, path)
			takeRoom(t, disk, int64(i)*(8<<20)/int64(rounds))
			out, err := duckdbtest.Child(t, work, path, days...).CombinedOutput()
			wanted := after
			if err != nil {
				full++
				wanted = before
				isFull(t, errors.New(strings.TrimSpace(string(out))))
			}
			duckdbtest.SameContent(t, "on a disk that fills up", duckdbtest.ContentOf(t, path), wanted)
			if err := os.Remove(filepath.Join(disk, ballast)); err != nil {
				t.Fatal(err)
			}
			duckdbtest.Finish(t, "ingest", path, days...)
			duckdbtest.SameContent(t, "with room again", duckdbtest.ContentOf(t, path), after)
		})
	}
	t.Logf("%d of %d disks were full", full, ran)
	if ran > 0 && (full == 0 || full == ran) {
		t.Errorf("%d of %d disks were full", full, ran)
	}
}
