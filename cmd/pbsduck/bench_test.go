package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"pbsduck/ingest/generate"
)

// BenchmarkNoNews runs the whole command on 900 logs that did not change, and on as many of which one grew by 100 kB.
func BenchmarkNoNews(b *testing.B) {
	dir := b.TempDir()
	_, err := generate.Run(b.Context(),
		generate.Options{Dir: dir, Profiles: []string{"casper"}, Days: 900, Jobs: 40, Seed: 1, NoTruth: true,
			Start: time.Date(2024, 1, 1, 0, 0, 0, 0, time.UTC)})
	if err != nil {
		b.Fatal(err)
	}
	logs := filepath.Join(dir, "casper")
	load := func() {
		c := exec.Command("pbsduck", "ingest", "-q", "--db", filepath.Join(dir, "x.duckdb"), "--machine", "m", logs)
		if out, err := c.CombinedOutput(); err != nil {
			b.Fatalf("%v\n%s", err, out)
		}
	}
	load()
	b.Run("unchanged", func(b *testing.B) {
		for b.Loop() {
			load()
		}
	})
	b.Run("one grew", func(b *testing.B) {
		days, err := filepath.Glob(filepath.Join(logs, "*"))
		if err != nil || len(days) != 900 {
			b.Fatal(len(days), err)
		}
		last, more := days[899], make([]byte, 0, 100_000)
		for _, day := range days {
			text, err := os.ReadFile(day)
			if err != nil {
				b.Fatal(err)
			}
			if more = append(more, text...); len(more) >= 100_000 {
				break
			}
		}
		for b.Loop() {
			b.StopTimer()
			f, err := os.OpenFile(last, os.O_APPEND|os.O_WRONLY, 0)
			if err != nil {
				b.Fatal(err)
			}
			if _, err := f.Write(more); err != nil {
				b.Fatal(err)
			}
			if err := f.Close(); err != nil {
				b.Fatal(err)
			}
			b.StartTimer()
			load()
		}
	})
}
