package load_test

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"pbsduck/duckdb/duckdbtest"
	"pbsduck/duckdb/load"
	"pbsduck/ingest/pbs"
)

// TestAnyOrderSplitRepeat: the same records give the same content, however they are cut into logs, in whatever order
// and number of runs these are read, and however often.
func TestAnyOrderSplitRepeat(t *testing.T) {
	t.Parallel()
	m := newMaterial(t)
	rapid.Check(t, func(rt *rapid.T) {
		dir := t.TempDir()
		var parts, whole []string
		for i := range rapid.IntRange(1, 3).Draw(rt, "logs") {
			log := m.log(rt)
			whole = append(whole, duckdbtest.WriteLog(t, filepath.Join(t.TempDir(), fmt.Sprintf("%d-0", i)), log, false))
			parts = append(parts, split(t, rt, dir, i, log)...)
		}
		want := duckdbtest.New(t)
		want.Load(load.Options{}, whole...)
		order := rapid.Permutation(parts).Draw(rt, "order")
		f, burst := duckdbtest.New(t), int64(0)
		if rapid.Bool().Draw(rt, "hasty") {
			burst = 1 // so that a record finds its rivals, and repeats, inserted before
		}
		for len(order) > 0 {
			n := rapid.IntRange(1, len(order)).Draw(rt, "run")
			f.Load(load.Options{Workers: rapid.IntRange(1, 3).Draw(rt, "workers"), Burst: burst}, order[:n]...)
			order = order[n:]
		}
		f.Verify()
		duckdbtest.SameContent(t, fmt.Sprint(parts), f.Content(), want.Content())
	})
}

// split cuts a log between records into parts, some of which are packed, and some there twice.
func split(t *testing.T, rt *rapid.T, dir string, number int, data []byte) []string {
	var parts []string
	for rest := data; len(rest) > 0; {
		n := len(rest)
		if cut := new(pbs.Framer).Cut(rest[:rapid.IntRange(0, len(rest)).Draw(rt, "cut")]); pbs.HasHead(rest[:cut]) {
			n = cut
		}
		for range rapid.SampledFrom([]int{1, 1, 1, 2}).Draw(rt, "copies") {
			name := filepath.Join(dir, fmt.Sprintf("%d-%d", number, len(parts)))
			parts = append(parts, duckdbtest.WriteLog(t, name, rest[:n], n < len(rest) && rapid.Bool().Draw(rt, "gzip")))
		}
		rest = rest[n:]
	}
	return parts
}

// TestGrowingLog: a log that is read again and again while it grows, byte by byte if need be, ends in the content of
// the whole log.
func TestGrowingLog(t *testing.T) {
	t.Parallel()
	m := newMaterial(t)
	rapid.Check(t, func(rt *rapid.T) {
		name, data := filepath.Join(t.TempDir(), "log"), m.log(rt)
		ends := rapid.SliceOfN(rapid.IntRange(0, len(data)), 1, 5).Draw(rt, "ends")
		slices.Sort(ends)
		f := duckdbtest.New(t)
		for _, end := range append(ends, len(data), len(data)) {
			if end == len(data) || pbs.HasHead(data[:end]) { // a first line of junk alone is taken for no log
				f.Load(load.Options{}, duckdbtest.WriteLog(t, name, data[:end], false))
			}
		}
		f.Verify()
		want := duckdbtest.New(t)
		want.Load(load.Options{}, name)
		duckdbtest.SameContent(t, fmt.Sprint(ends), f.Content(), want.Content())
	})
}

// TestGrowingBlanks: white space in front of the first record is no line of its own, whether the record is there
// already or not.
func TestGrowingBlanks(t *testing.T) {
	const blanks, record = "\n\t\n", "01/15/2026 11:00:10;Q;1.srv01;user=u1 queue=batch ctime=1768496400\n"
	name := filepath.Join(t.TempDir(), "20260115")
	f := duckdbtest.New(t)
	for _, end := range []int{len(blanks) + 40, len(blanks) + 50, len(blanks + record)} {
		f.Load(load.Options{}, duckdbtest.WriteLog(t, name, []byte((blanks + record)[:end]), false))
	}
	f.Verify()
	want := duckdbtest.New(t)
	want.Load(load.Options{}, name)
	duckdbtest.SameContent(t, "grown", f.Content(), want.Content())
	if n := f.Rows("SELECT count(*) FROM rejects"); !slices.Equal(n, []string{"0"}) {
		t.Error(n)
	}
}

// TestOverwrite: a log that is read again in place of what it gave leaves what a database has that was never told
// otherwise, whatever other logs share records with it.
func TestOverwrite(t *testing.T) {
	t.Parallel()
	m := newMaterial(t)
	rapid.Check(t, func(rt *rapid.T) {
		dir := t.TempDir()
		names := []string{"a", "b", "c"}
		f := duckdbtest.New(t)
		var paths []string
		for _, name := range names {
			paths = append(paths, duckdbtest.WriteLog(t, filepath.Join(dir, name), m.log(rt), false))
			f.Load(load.Options{}, paths[len(paths)-1])
		}
		for range rapid.IntRange(1, 3).Draw(rt, "changes") {
			path := rapid.SampledFrom(paths).Draw(rt, "path")
			f.Load(load.Options{Overwrite: true}, duckdbtest.WriteLog(t, path, m.log(rt), false))
		}
		f.Verify()
		want := duckdbtest.New(t)
		want.Load(load.Options{}, paths...)
		duckdbtest.SameContent(t, "overwritten", f.Content(), want.Content())
	})
}

// part is a piece of the log that begins and ends between records.
func part(rt *rapid.T, data []byte) []byte {
	from := new(pbs.Framer).Cut(data[:rapid.IntRange(0, len(data)).Draw(rt, "from")])
	to := new(pbs.Framer).Cut(data[:rapid.IntRange(from, len(data)).Draw(rt, "to")])
	if piece := data[from:max(from, to)]; pbs.HasHead(piece) {
		return piece
	}
	return nil
}

// TestDamagedAmongSmall: logs that can't be read harm only themselves, whether the others share blocks or not.
func TestDamagedAmongSmall(t *testing.T) {
	_, days := duckdbtest.Logs(t, 60, false)
	want := duckdbtest.New(t)
	want.Load(load.Options{}, days...)
	for _, burst := range []int64{0, 1} {
		dir := t.TempDir()
		var paths []string
		for i, day := range days {
			data, err := os.ReadFile(day)
			if err != nil {
				t.Fatal(err)
			}
			bad := duckdbtest.WriteLog(t, filepath.Join(dir, fmt.Sprintf("%d-bad", i)), data, true)
			packed, err := os.ReadFile(bad)
			if err == nil {
				err = os.WriteFile(bad, packed[:len(packed)-9], 0o600)
			}
			if err != nil {
				t.Fatal(err)
			}
			empty := duckdbtest.WriteLog(t, filepath.Join(dir, fmt.Sprintf("%d-empty", i)), nil, false)
			paths = append(paths, bad, empty, duckdbtest.WriteLog(t, filepath.Join(dir, fmt.Sprintf("%d-good", i)), data, false))
		}
		f := duckdbtest.New(t)
		s := f.Load(load.Options{Burst: burst}, paths...)
		if len(s.Failed) != len(days) || s.Files != 2*len(days) {
			t.Errorf("burst %d: %d logs loaded, failed: %v", burst, s.Files, s.Failed)
		}
		f.CheckLedger()
		duckdbtest.SameContent(t, "without the damaged ones", f.Content(), want.Content())
	}
}
