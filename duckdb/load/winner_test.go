package load_test

import (
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"pbsduck/duckdb/duckdbtest"
	"pbsduck/duckdb/load"
)

// rivals are E records of one job, the worst first: each beats those before it by one thing, and would lose to some by
// others. The first two are torn. The session is their place, by which the row tells whose it is.
func rivals() []rival {
	const head = "01/15/2026 11:00:%02d;E;1.srv01;user=u1 group=g1 jobname=j queue=batch ctime=1768496400 " +
		"start=1768496410 session=%d end=%d Exit_status=0"
	const used = " resources_used.cput=00:10:00 resources_used.walltime=00:10:00"
	var all []rival
	add := func(torn bool, second, end int, rest string) {
		text := fmt.Sprintf(head, second, len(all), end)
		all = append(all, rival{session: len(all), text: text + rest, torn: torn})
	}
	add(true, 59, 1768500020, used+" resources_used.mem=1kb run_count=8")
	add(true, 59, 1768500020, used+" resources_used.mem=1kb run_count=9")
	add(false, 50, 1768500019, "")
	add(false, 50, 1768500010, used)
	add(false, 40, 1768500011, used)
	add(false, 41, 1768500011, used)
	add(false, 41, 1768500011, used+" resources_used.mem=1kb")
	add(false, 30, 1768500000, " run_count=1")
	add(false, 20, 1768499000, " run_count=2")
	add(false, 20, 1768499000, used+" run_count=2")
	return all
}

type rival struct {
	session int
	text    string
	torn    bool
}

// write writes the record as a log of its own. A torn one is packed, as the last line of a plain log without a newline
// is not finished yet.
func (r rival) write(t *testing.T, dir string) string {
	t.Helper()
	end := "\n"
	if r.torn {
		end = ""
	}
	return duckdbtest.WriteLog(t, filepath.Join(dir, fmt.Sprint(r.session)), []byte(r.text+end), r.torn)
}

// TestWinner: whichever E record of a job is read first, the best of them is its row, and when its log is taken out,
// the next best.
func TestWinner(t *testing.T) {
	t.Parallel()
	all := rivals()
	upwards, downwards, inside := slices.Clone(all), slices.Clone(all), slices.Clone(all)
	slices.Reverse(downwards)
	inside = append(inside[len(inside)/2:], inside[:len(inside)/2]...)
	var want []string
	for n, order := range [][]rival{upwards, downwards, inside} {
		dir := t.TempDir()
		f := duckdbtest.New(t)
		var paths []string
		for _, r := range order {
			paths = append(paths, r.write(t, dir))
			f.Load(load.Options{}, paths[len(paths)-1])
		}
		f.Verify()
		f.CheckLedger()
		got := f.Content()
		if want == nil {
			want = got
		}
		duckdbtest.SameContent(t, "in another order", got, want)
		together := duckdbtest.New(t)
		together.Load(load.Options{}, paths...)
		duckdbtest.SameContent(t, "together", together.Content(), want)
		for i := len(all) - 1; i > 0; i-- {
			if row := f.Rows("SELECT session FROM jobs"); !slices.Equal(row, []string{fmt.Sprint(i)}) {
				t.Fatalf("the row is that of record %v, not of %d", row, i)
			}
			f.Load(load.Options{Overwrite: true}, replaced(t, dir, all[i]))
			f.CheckLedger()
			if n == 0 || i == 1 {
				f.Verify()
			}
		}
	}
}

// replaced makes a log one that does not speak of the job.
func replaced(t *testing.T, dir string, r rival) string {
	t.Helper()
	return duckdbtest.WriteLog(t, filepath.Join(dir, fmt.Sprint(r.session)),
		[]byte("01/15/2026 12:00:00;D;2.srv01;requestor=u1@login1\n"), r.torn)
}

// TestTorn: a record that nothing but its place says to be torn is told from a sound one of the same bytes, and is
// still known for torn when its row is made again from the record.
func TestTorn(t *testing.T) {
	dir := t.TempDir()
	whole := rivals()[9].text
	other := strings.Replace(whole, ";1.srv01;", ";2.srv01;", 1)
	torn := duckdbtest.WriteLog(t, filepath.Join(dir, "torn"), []byte(other+"\n"+whole), true)

	path := filepath.Join(dir, "test.duckdb")
	f := duckdbtest.Open(t, path)
	f.Load(load.Options{}, torn)
	f.Verify()
	const question = "SELECT j.job_id, j.flags, s.flags FROM jobs j JOIN job_sources s ON s.job_id = j.id ORDER BY ALL"
	want := []string{"1.srv01|torn|torn", "2.srv01|(null)|(null)"}
	if got := f.Rows(question); !slices.Equal(got, want) {
		t.Errorf("%v", got)
	}
	remade, _ := f.Remade(nil)
	remade.Verify()
	if got := remade.Rows(question); !slices.Equal(got, want) {
		t.Errorf("from records: %v", got)
	}

	f = remade
	f.Load(load.Options{}, duckdbtest.WriteLog(t, filepath.Join(dir, "whole"), []byte(whole+"\n"), false))
	f.Verify()
	f.CheckLedger()
	want = []string{"1.srv01|(null)|(null)", "2.srv01|(null)|(null)"}
	if got := f.Rows(question); !slices.Equal(got, want) {
		t.Errorf("with the whole record: %v", got)
	}
	if got := f.Rows("SELECT job_id, flags FROM superseded"); !slices.Equal(got, []string{"1.srv01|torn"}) {
		t.Errorf("the torn one: %v", got)
	}
}

// TestSameNumbers: jobs of one number that were submitted in the same second, to different servers or with ids that
// hold no number, each have their one row, whichever came first.
func TestSameNumbers(t *testing.T) {
	const rest = "user=u1 group=g1 jobname=j queue=batch ctime=1768496400 start=1768496410 end=1768500010 " +
		"Exit_status=0 run_count=%d\n"
	var logs []string
	for run := 1; run <= 2; run++ {
		for _, id := range []string{"7.a", "7.b", "7.b.dom", "x.a", "y.a"} {
			logs = append(logs, fmt.Sprintf("01/15/2026 11:00:10;E;%s;"+rest, id, run))
		}
	}
	want := []string{"7.a|2", "7.b|2", "7.b.dom|2", "x.a|2", "y.a|2"}
	dir := t.TempDir()
	for name, split := range map[string][]string{
		"at once": {strings.Join(logs, "")}, "run after run": {strings.Join(logs[:5], ""), strings.Join(logs[5:], "")},
		"one by one": logs,
	} {
		t.Run(name, func(t *testing.T) {
			f := duckdbtest.New(t)
			for i, text := range split {
				f.Load(load.Options{},
					duckdbtest.WriteLog(t, filepath.Join(dir, fmt.Sprintf("%s %d", name, i)), []byte(text), false))
			}
			f.Verify()
			if got := f.Rows("SELECT job_id, run_count FROM jobs ORDER BY job_id"); !slices.Equal(got, want) {
				t.Error(got)
			}
		})
	}
}
