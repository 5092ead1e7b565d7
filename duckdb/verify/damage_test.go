package verify_test

import (
	"errors"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"pbsduck/duckdb"
	"pbsduck/duckdb/duckdbtest"
	"pbsduck/duckdb/verify"
)

// The layout of a database file: three headers, then blocks.
const (
	headerBytes = 4 << 10
	headers     = 3
	blockBytes  = 256 << 10
)

// flips are the places of a file whose bits are turned: one in each header, and some in each block, or in a few of the
// blocks.
func flips(size int64, every bool) (places []int64) {
	random := rand.New(rand.NewPCG(1, 2))
	for i := range int64(headers) {
		places = append(places, i*headerBytes+random.Int64N(200))
	}
	blocks := (size - headers*headerBytes) / blockBytes
	for i := range blocks {
		if !every && i%6 != 5 {
			continue
		}
		begin := headers*headerBytes + i*blockBytes
		places = append(places, begin+random.Int64N(blockBytes))
		if every {
			places = append(places, begin+random.Int64N(8), begin+8+random.Int64N(1000))
		}
	}
	return places
}

// TestAnyFlippedBit turns a bit of a database file, anywhere: either verify notices, by an error or a finding of one
// line, or all that can be asked for is what it was.
func TestAnyFlippedBit(t *testing.T) {
	base := duckdbtest.Generated(t)
	content, err := os.ReadFile(base)
	if err != nil {
		t.Fatal(err)
	}
	whole, err := duckdbtest.Everything(base)
	if err != nil {
		t.Fatal(err)
	}
	noticed, harmless := 0, 0
	for _, at := range flips(int64(len(content)), *duckdbtest.Torture) {
		damaged := append([]byte(nil), content...)
		damaged[at] ^= 1 << (at % 8)
		path := filepath.Join(t.TempDir(), "flipped.duckdb")
		if err := os.WriteFile(path, damaged, 0o600); err != nil {
			t.Fatal(err)
		}
		told, err := complaints(t, path)
		if err != nil {
			told = append(told, err.Error())
		}
		for _, line := range told {
			if strings.Contains(line, "\n") || strings.Contains(line, "Stack") {
				t.Errorf("byte %d: not one clear line: %q", at, line)
			}
		}
		if len(told) > 0 {
			noticed++
			t.Logf("byte %d: %q", at, told)
			continue
		}
		harmless++
		if now, err := duckdbtest.Everything(path); err != nil || now != whole {
			t.Errorf("byte %d: verify notices nothing; to read all of it gives %v, and what was there: %v",
				at, err, now == whole)
		}
	}
	t.Logf("%d noticed, %d harmless", noticed, harmless)
	if noticed == 0 {
		t.Error("nothing was noticed")
	}
}

// complaints is what verify says of a database that is not sound.
func complaints(t *testing.T, path string) ([]string, error) {
	t.Helper()
	db, err := duckdb.Open(t.Context(), path, duckdb.Options{ReadOnly: true})
	if err != nil {
		return nil, err
	}
	findings, err := verify.Run(t.Context(), db, verify.Options{})
	if err != nil {
		return nil, errors.Join(err, db.Close())
	}
	var told []string
	for _, f := range findings {
		if f.OK() {
			continue
		}
		line := f.Name + ": " + strings.Join(f.First, " / ")
		if f.Err != nil {
			line += f.Err.Error()
		}
		told = append(told, line)
	}
	return told, db.Close()
}
