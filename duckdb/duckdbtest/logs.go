package duckdbtest

import (
	"bytes"
	"compress/gzip"
	"context"
	"os"
	"path/filepath"
	"testing"
	"time"

	"pbsduck/ingest/generate"
)

// Logs makes a few days of logs with everything in them, and gives the days in order.
func Logs(t testing.TB, jobs int, hostile bool) (dir string, days []string) {
	t.Helper()
	dir = t.TempDir()
	_, err := generate.Run(context.Background(), generate.Options{
		Dir: dir, Profiles: []string{"derecho"}, Days: 3, Jobs: jobs, Seed: 7, Hostile: hostile,
		Start: time.Date(2026, 10, 31, 0, 0, 0, 0, time.UTC), // the clocks change on the next day
	})
	if err != nil {
		t.Fatal(err)
	}
	days, err = filepath.Glob(filepath.Join(dir, "derecho", "*"))
	if err != nil || len(days) != 3 {
		t.Fatal(days, err)
	}
	return dir, days
}

// WriteLog writes a log, or packs it with gzip; it gives its name.
func WriteLog(t testing.TB, name string, data []byte, packed bool) string {
	t.Helper()
	if packed {
		var b bytes.Buffer
		z := gzip.NewWriter(&b)
		if _, err := z.Write(data); err != nil {
			t.Fatal(err)
		}
		if err := z.Close(); err != nil {
			t.Fatal(err)
		}
		name, data = name+".gz", b.Bytes()
	}
	if err := os.WriteFile(name, data, 0o600); err != nil {
		t.Fatal(err)
	}
	return name
}
