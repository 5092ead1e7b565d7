package duckdb_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"pbsduck/duckdb"
)

// TestHugePages looks at what the kernel has noted for the process: one range is to have huge pages while a database is
// open for questions, and none while it is open for writing.
func TestHugePages(t *testing.T) {
	size, err := os.ReadFile("/sys/kernel/mm/transparent_hugepage/hpage_pmd_size")
	if string(size) != "2097152\n" {
		t.Skipf("this kernel has no huge pages of 2 MiB: %q, %v", size, err)
	}
	path := filepath.Join(t.TempDir(), "test.duckdb")
	for _, o := range []duckdb.Options{{}, {ReadOnly: true}} {
		o.Version = "test"
		db, err := duckdb.Open(t.Context(), path, o)
		if err != nil {
			t.Fatal(err)
		}
		if asked := rangesAskedFor(t); (asked > 0) != o.ReadOnly {
			t.Errorf("read only %v: huge pages were asked for in %d ranges", o.ReadOnly, asked)
		}
		if err := db.Close(); err != nil {
			t.Fatal(err)
		}
	}
	if asked := rangesAskedFor(t); asked != 0 {
		t.Errorf("once all is closed, %d ranges are left", asked)
	}
}

// rangesAskedFor counts the ranges of the process whose flags have hg in them.
func rangesAskedFor(t *testing.T) (n int) {
	smaps, err := os.ReadFile("/proc/self/smaps")
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(string(smaps)) {
		if flags, ok := strings.CutPrefix(line, "VmFlags:"); ok && strings.Contains(flags, " hg") {
			n++
		}
	}
	return n
}
