package load_test

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"pbsduck/duckdb/load"
	"pbsduck/ingest/damage"
	"pbsduck/ingest/pbs"
)

// TestDamagedLogInAnySteps: a log that is damaged, or holds forged records, has
// the same content however it grew, whether it is packed, and when its rows are
// made again from their records.
func TestDamagedLogInAnySteps(t *testing.T) {
	t.Parallel()
	_, days := logs(t, 60, true)
	data, err := os.ReadFile(days[1])
	if err != nil {
		t.Fatal(err)
	}
	rapid.Check(t, func(rt *rapid.T) {
		log := damage.Draw(rt, data)
		if !pbs.HasHead(log) {
			return
		}
		want := newFixture(t)
		want.load(load.Options{}, write(t, filepath.Join(t.TempDir(), "log"), log, true))
		want.checkLedger()
		want.verify()
		wanted := want.content()

		name := filepath.Join(t.TempDir(), "log")
		ends := rapid.SliceOfN(rapid.IntRange(0, len(log)), 1, 5).Draw(rt, "ends")
		slices.Sort(ends)
		f := newFixture(t)
		for _, end := range append(ends, len(log), len(log)) {
			if end < len(log) && !pbs.HasHead(log[:end]) {
				continue
			}
			f.load(load.Options{}, write(t, name, log[:end], false))
			f.checkLedger()
		}
		sameContent(t, fmt.Sprint("grown ", ends), f.content(), wanted)
		f.verify()
	})
}
