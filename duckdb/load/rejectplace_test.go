package load_test

import (
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"

	"pbsduck/duckdb/duckdbtest"
	"pbsduck/duckdb/load"
)

// TestRejectPasses: a rejected line that stands in another log too is where that one holds it, once the first one is
// forgotten, and never where that one did.
func TestRejectPasses(t *testing.T) {
	dir := t.TempDir()
	first, second := filepath.Join(dir, "20261101"), filepath.Join(dir, "20261102")
	duckdbtest.WriteLog(t, first, []byte("noise\n11/01/2026 12:00:00;Q;1.srv01;queue=batch\n"), false)
	duckdbtest.WriteLog(t, second,
		[]byte("11/02/2026 12:00:00;Q;2.srv01;queue=batch\n11/02/2026 12:00:01;Q;3.srv01;queue=batch\nnoise\n"), false)
	f := duckdbtest.New(t)
	f.Load(load.Options{}, first, second)
	f.Forget(false, first)
	const question = "SELECT f.name, line, byte_offset, r.bytes::VARCHAR FROM rejects r JOIN log_files f USING (file_id)"
	if diff := cmp.Diff([]string{"20261102|3|(null)|noise"}, f.Rows(question)); diff != "" {
		t.Error(diff)
	}
	f.Verify()
}

// TestRejectsForTwoReasons: the same bytes that are rejected for another reason elsewhere are another reject; which
// logs are read first makes no difference.
func TestRejectsForTwoReasons(t *testing.T) {
	dir := t.TempDir()
	first, second := filepath.Join(dir, "20261101"), filepath.Join(dir, "20261102")
	duckdbtest.WriteLog(t, first, []byte("11/01/2026 12:00:00;Q;1.srv01;queue=batch\n{\"json\": true}\n"), false)
	duckdbtest.WriteLog(t, second,
		[]byte("{\"json\": true}11/02/2026 12:00:00;Q;2.srv01;queue=batch\n{\"json\": true}\n"), false)
	var want []string
	for _, order := range [][]string{{first, second}, {second, first}} {
		f := duckdbtest.New(t)
		f.Load(load.Options{}, order[0])
		f.Load(load.Options{}, order[1])
		f.CheckLedger()
		f.Verify()
		got := f.Rows("SELECT reason, bytes::VARCHAR FROM rejects ORDER BY ALL")
		if want == nil {
			want = got
		}
		if diff := cmp.Diff(want, got); diff != "" || len(got) != 2 {
			t.Errorf("%d rejects (-in order +the other way round)\n%s", len(got), diff)
		}
	}
}
