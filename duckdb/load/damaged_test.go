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
	"pbsduck/ingest/damage"
	"pbsduck/ingest/pbs"
)

// TestDamagedLogInAnySteps: a log that is damaged, or holds forged records, has the same content however it grew,
// whether it is packed, and when its rows are made again from their records.
func TestDamagedLogInAnySteps(t *testing.T) {
	t.Parallel()
	_, days := duckdbtest.Logs(t, 60, true)
	data, err := os.ReadFile(days[1])
	if err != nil {
		t.Fatal(err)
	}
	rapid.Check(t, func(rt *rapid.T) {
		log := damage.Draw(rt, data)
		if !pbs.HasHead(log) {
			return
		}
		want := duckdbtest.New(t)
		want.Load(load.Options{}, duckdbtest.WriteLog(t, filepath.Join(t.TempDir(), "log"), log, true))
		want.CheckLedger()
		want.Verify()
		wanted := want.Content()

		name := filepath.Join(t.TempDir(), "log")
		ends := rapid.SliceOfN(rapid.IntRange(0, len(log)), 1, 5).Draw(rt, "ends")
		slices.Sort(ends)
		f := duckdbtest.New(t)
		for _, end := range append(ends, len(log), len(log)) {
			if end < len(log) && !pbs.HasHead(log[:end]) {
				continue
			}
			f.Load(load.Options{}, duckdbtest.WriteLog(t, name, log[:end], false))
			f.CheckLedger()
		}
		duckdbtest.SameContent(t, fmt.Sprint("grown ", ends), f.Content(), wanted)
		f.Verify()
	})
}
