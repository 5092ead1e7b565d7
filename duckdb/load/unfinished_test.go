package load_test

import (
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"pbsduck/duckdb/duckdbtest"
	"pbsduck/duckdb/load"
)

// phaseRows are what was held from when on in the latest run, by a view.
const phaseRows = `SELECT coalesce((epoch(start_time) - %[1]d)::BIGINT::VARCHAR, '?') || '-'
	|| coalesce(((epoch(%[2]s) - %[1]d)::BIGINT)::VARCHAR, '') || ' ncpus ' || coalesce(ncpus::VARCHAR, '?')
	|| ' ngpus ' || coalesce(ngpus::VARCHAR, '?') || ' nodect ' || coalesce(nodect::VARCHAR, '?')
	FROM %[3]s ORDER BY start_time, end_time, ncpus, nodect`

// TestPhasesThatGoOn has the phases of a run that goes on be those that it has when it has ended.
func TestPhasesThatGoOn(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(12, 5))
	phases := 0
	for range 20 {
		dir := t.TempDir()
		marks := drawMarks(r)
		log := duckdbtest.WriteLog(t, filepath.Join(dir, "1"), []byte(
			// an earlier run, of which nothing is left to tell
			duckdbtest.RunEntry(2, "S", duckdbtest.RunHeld(2, 16))+duckdbtest.RunEntry(4, "z", "")+
				duckdbtest.RunEntry(6, "R", duckdbtest.RunHeld(2, 16)+duckdbtest.RunEnded(6, -11, 1, 1))+
				duckdbtest.RunEntry(10, "S", duckdbtest.RunHeld(10, 8))+marks), false)
		f := duckdbtest.New(t)
		f.Load(load.Options{}, log)
		goesOn := f.Rows(fmt.Sprintf(phaseRows, duckdbtest.RunsZero, "end_time", "unfinished_phases"))
		end := duckdbtest.WriteLog(t, filepath.Join(dir, "2"),
			[]byte(duckdbtest.RunEntry(100, "E", duckdbtest.RunHeld(10, 8)+duckdbtest.RunEnded(100, 0, 20, 2))), false)
		f.Load(load.Options{}, end)
		ended := f.Rows(fmt.Sprintf(phaseRows, duckdbtest.RunsZero, "nullif(end_time, make_timestamptz("+
			fmt.Sprint(duckdbtest.RunsZero+100)+"000000))", "job_runs WHERE run = 2"))
		if diff := cmp.Diff(ended, goesOn); diff != "" {
			t.Errorf("%s(-ended +goes on):\n%s", marks, diff)
		}
		if left := f.Rows("SELECT count(*)::VARCHAR FROM unfinished_phases"); left[0] != "0" {
			t.Errorf("the run has ended, and is told as %s that go on", left[0])
		}
		phases += len(goesOn)
	}
	if phases < 50 {
		t.Errorf("only %d phases", phases)
	}
}

// drawMarks draws records of a run that began at 10.
func drawMarks(r *rand.Rand) string {
	given := []string{"", "resources_released=(n:ncpus=4:mem=1kb)", "resources_released=(n:mem=1kb)+(m:ncpus=0)"}
	var b strings.Builder
	for at, n := 10, r.IntN(9); n > 0; n-- {
		at += r.IntN(4)
		switch letter := string("cszzrr"[r.IntN(6)]); letter {
		case "c", "s":
			b.WriteString(duckdbtest.RunEntry(at, letter, duckdbtest.RunHeld(10, 2*(1+r.IntN(4)))))
		default:
			b.WriteString(duckdbtest.RunEntry(at, letter, given[r.IntN(len(given))]))
		}
	}
	return b.String()
}

// TestUnfinishedPhases has what still runs be what its latest S record says, whatever others say of the same id.
func TestUnfinishedPhases(t *testing.T) {
	t.Parallel()
	gpus := func(n int) string { return fmt.Sprintf(" Resource_List.ngpus=%d", n) }
	silent := strings.NewReplacer("Resource_List.ncpus=8", "", "Resource_List.nodect=4", "")
	later := strings.NewReplacer("ctime=@0", "ctime=@12")
	for _, c := range []struct {
		name    string
		records []string
		want    []string
	}{
		{"its S record does not say what one of an earlier submission did", []string{
			duckdbtest.RunEntry(10, "S", duckdbtest.RunHeld(10, 8)+gpus(2)),
			duckdbtest.RunEntry(11, "E", duckdbtest.RunHeld(10, 8)+gpus(2)+duckdbtest.RunEnded(11, 0, 1, 1)),
			duckdbtest.RunEntry(20, "S", silent.Replace(later.Replace(duckdbtest.RunHeld(20, 8)))),
		}, []string{"20- ncpus ? ngpus ? nodect ?"}},
		{"nor what the run before held", []string{
			duckdbtest.RunEntry(10, "S", duckdbtest.RunHeld(10, 8)+gpus(2)),
			duckdbtest.RunEntry(15, "R", duckdbtest.RunHeld(10, 8)+gpus(2)+duckdbtest.RunEnded(15, -11, 1, 1)),
			duckdbtest.RunEntry(20, "S", duckdbtest.RunHeld(20, 8)),
		}, []string{"20- ncpus 8 ngpus ? nodect 4"}},
		{"checkpointed, and restarted", []string{
			duckdbtest.RunEntry(10, "S", duckdbtest.RunHeld(10, 8)), duckdbtest.RunEntry(12, "z", ""),
			duckdbtest.RunEntry(15, "C", ""), duckdbtest.RunEntry(30, "T", ""),
		}, []string{"30- ncpus 8 ngpus ? nodect 4"}},
		{"a c record of another run", []string{
			duckdbtest.RunEntry(10, "S", duckdbtest.RunHeld(10, 8)), duckdbtest.RunEntry(30, "c", duckdbtest.RunHeld(20, 2)),
		}, []string{"10- ncpus 8 ngpus ? nodect 4"}},
		{"given back twice in a second", []string{
			duckdbtest.RunEntry(10, "S", duckdbtest.RunHeld(10, 8)+gpus(4)),
			duckdbtest.RunEntry(20, "c", duckdbtest.RunHeld(10, 8)+gpus(1)),
			duckdbtest.RunEntry(20, "c", duckdbtest.RunHeld(10, 8)+gpus(3)),
		}, []string{
			"10-20 ncpus 8 ngpus 4 nodect 4", "20-20 ncpus 8 ngpus 3 nodect 4", "20- ncpus 8 ngpus 1 nodect 4",
		}},
		{"an earlier submission's E record comes late", []string{
			duckdbtest.RunEntry(10, "S", duckdbtest.RunHeld(10, 4)),
			duckdbtest.RunEntry(20, "S", later.Replace(duckdbtest.RunHeld(20, 8))),
			duckdbtest.RunEntry(25, "E", duckdbtest.RunHeld(10, 4)+duckdbtest.RunEnded(19, 0, 1, 1)),
		}, []string{"20- ncpus 8 ngpus ? nodect 4"}},
		{"what began it was not read", []string{
			duckdbtest.RunEntry(10, "Q", duckdbtest.RunHeld(0, 8)), duckdbtest.RunEntry(30, "T", ""),
		}, []string{"30- ncpus 8 ngpus ? nodect 4"}},
		{"it waits, and what began it was not read", []string{
			duckdbtest.RunEntry(15, "R", duckdbtest.RunHeld(10, 8)+duckdbtest.RunEnded(15, -11, 1, 1)),
		}, []string{"?- ncpus 8 ngpus ? nodect 4"}},
		{"it waits", []string{
			duckdbtest.RunEntry(10, "S", duckdbtest.RunHeld(10, 8)), duckdbtest.RunEntry(12, "z", ""),
			duckdbtest.RunEntry(15, "R", duckdbtest.RunHeld(10, 8)+duckdbtest.RunEnded(15, -11, 1, 1)),
		}, []string{"?- ncpus 8 ngpus ? nodect 4"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			f := duckdbtest.New(t)
			log := duckdbtest.WriteLog(t, filepath.Join(t.TempDir(), "1"), []byte(strings.Join(c.records, "")), false)
			f.Load(load.Options{}, log)
			got := f.Rows(fmt.Sprintf(phaseRows, duckdbtest.RunsZero, "end_time", "unfinished_phases"))
			if diff := cmp.Diff(c.want, got); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}
