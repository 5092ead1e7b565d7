package load_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"pbsduck/duckdb/duckdbtest"
	"pbsduck/duckdb/load"
)

// TestGrownBesideReplaced: a log that is read again in place of what it gave passes records to another log that has
// grown, before that one is read on in the same run.
func TestGrownBesideReplaced(t *testing.T) {
	var lines []string
	for i := range 9 {
		lines = append(lines, fmt.Sprintf("11/01/2026 12:00:0%d;Q;%d.srv01;queue=batch\n", i, i))
	}
	shared, more := strings.Join(lines[:6], ""), strings.Join(lines[6:], "")
	dir := t.TempDir()
	first, second := filepath.Join(dir, "20261101"), filepath.Join(dir, "20261102")
	f := duckdbtest.New(t)
	// a later log is there: what has no newline is taken as it is
	duckdbtest.WriteLog(t, first, []byte(shared[:len(shared)-3]), false)
	duckdbtest.WriteLog(t, second, []byte(shared), false)
	f.Load(load.Options{}, first, second)
	duckdbtest.WriteLog(t, first, []byte(shared), false)
	duckdbtest.WriteLog(t, second, []byte(shared+more), false)
	f.Load(load.Options{}, first, second)
	f.CheckLedger()
	f.Verify()
	want := duckdbtest.New(t)
	want.Load(load.Options{}, first, second)
	duckdbtest.SameContent(t, "read again beside one that grew", f.Content(), want.Content())
}

// TestSmallBesideReplaced: a small log in front of one that is read again in place of what it gave has a transaction
// apart from it: records that pass to it are counted, and it stays if the other one turns out to be damaged.
func TestSmallBesideReplaced(t *testing.T) {
	var lines []string
	for i := range 250_000 { // more than a block
		lines = append(lines, fmt.Sprintf("11/01/2026 12:00:00;Q;%d.srv01;queue=batch\n", i))
	}
	shared, all := strings.Join(lines[:6], ""), strings.Join(lines, "")
	for _, damaged := range []bool{false, true} {
		t.Run(fmt.Sprint("damaged ", damaged), func(t *testing.T) {
			dir := t.TempDir()
			first, second := filepath.Join(dir, "20261101"), filepath.Join(dir, "20261102")
			f := duckdbtest.New(t)
			// what has no newline is taken as it is
			packed := duckdbtest.WriteLog(t, second, []byte(shared[:len(shared)-3]), true)
			f.Load(load.Options{}, packed)
			duckdbtest.WriteLog(t, first, []byte(shared), false)
			f.Load(load.Options{}, first)
			duckdbtest.WriteLog(t, first, []byte(shared+"11/01/2026 12:00:01;Q;9999999.srv01;queue=batch\n"), false)
			duckdbtest.WriteLog(t, second, []byte(all), true)
			if damaged {
				data := readFile(t, packed)
				if err := os.WriteFile(packed, data[:len(data)*3/4], 0o600); err != nil {
					t.Fatal(err)
				}
			}
			s := f.Load(load.Options{}, first, packed)
			if (len(s.Failed) > 0) != damaged || s.Files != map[bool]int{false: 2, true: 1}[damaged] {
				t.Errorf("%d loaded, failed: %v", s.Files, s.Failed)
			}
			if got := f.Rows("SELECT count(*) FROM events WHERE short_id = 9999999"); got[0] != "1" {
				t.Error("what is new in the small log is not there")
			}
			f.CheckLedger()
			f.Verify()
		})
	}
}
