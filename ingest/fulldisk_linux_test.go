package ingest_test

import (
	"context"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"pbsduck/ingest"
	"pbsduck/ingest/source"
)

// TestFullDisk: a load that finds no room says so, in one line, and leaves the
// database as it was.
func TestFullDisk(t *testing.T) {
	disk := t.TempDir()
	if err := unix.Mount("tmpfs", disk, "tmpfs", 0, "size=7m"); err != nil {
		t.Skip("cannot mount a small file system, which root may: ", err)
	}
	t.Cleanup(func() { _ = unix.Unmount(disk, 0) })
	_, small := logs(t, 60, false)
	_, large := logs(t, 20000, false)
	path := filepath.Join(disk, "test.duckdb")

	f := openFixture(t, path)
	f.load(ingest.Options{}, small[0])
	before := f.content()
	found, err := source.Find(large, source.FindOptions{})
	if err != nil {
		t.Fatal(err)
	}
	_, err = ingest.Run(context.Background(), f.db, found, ingest.Options{Machine: "m", Location: denver(t), Zone: zoneName, Now: time.Unix(0, 0)})
	if err == nil || !strings.Contains(err.Error(), "the disk is full") || strings.Contains(err.Error(), "\n") {
		t.Errorf("load on a full disk: %v", err)
	}
	f.db.Close()
	sameContent(t, "after a full disk", openFixture(t, path).content(), before)
}
