package ingest_test

import (
	"fmt"
	"path/filepath"
	"strings"
	"testing"

	"pbsduck/ingest"
)

// TestGrownBesideReplaced: a log that is read again in place of what it gave
// passes records to another log that has grown, before that one is read on in
// the same run.
func TestGrownBesideReplaced(t *testing.T) {
	var lines []string
	for i := range 9 {
		lines = append(lines, fmt.Sprintf("11/01/2026 12:00:0%d;Q;%d.srv01;queue=batch\n", i, i))
	}
	shared, more := strings.Join(lines[:6], ""), strings.Join(lines[6:], "")
	dir := t.TempDir()
	first, second := filepath.Join(dir, "20261101"), filepath.Join(dir, "20261102")
	f := newFixture(t)
	write(t, first, []byte(shared[:len(shared)-3]), false) // a later log is there: what has no newline is taken as it is
	write(t, second, []byte(shared), false)
	f.load(ingest.Options{}, first, second)
	write(t, first, []byte(shared), false)
	write(t, second, []byte(shared+more), false)
	f.load(ingest.Options{}, first, second)
	f.checkLedger()
	f.verify()
	want := newFixture(t)
	want.load(ingest.Options{}, first, second)
	sameContent(t, "read again beside one that grew", f.content(), want.content())
}
