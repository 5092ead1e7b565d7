package load_test

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"pbsduck/duckdb/duckdbtest"
	"pbsduck/duckdb/load"
	"pbsduck/ingest/pbs"
)

// A night is a log of the hours in which a clock is set back, and when each of its records was written.
type night struct {
	zone  string
	begin time.Time // an hour before the clock is set back
}

var nights = []night{
	{"America/Denver", time.Date(2026, 11, 1, 7, 0, 0, 0, time.UTC)},
	{"Europe/Berlin", time.Date(2026, 10, 25, 0, 0, 0, 0, time.UTC)},
	{"Australia/Lord_Howe", time.Date(2026, 4, 4, 14, 30, 0, 0, time.UTC)}, // by half an hour
}

// log is a record every 97 seconds, for four hours. Of eight records five do not say when they were written; jobs are
// numbered as they come.
func (n night) log(t testing.TB) (log []byte, want []string) {
	var b bytes.Buffer
	want = n.write(t, &b, n.zone, 0, nightRecords)
	return b.Bytes(), want
}

const nightRecords = 150

// write writes some of the records, as a server in a time zone does.
func (n night) write(t testing.TB, b *bytes.Buffer, in string, from, to int) (want []string) {
	loc := zone(t, in)
	for i := from; i < to; i++ {
		at := n.begin.Add(time.Hour * -1).Add(time.Duration(i) * 97 * time.Second)
		epoch, letter, text := at.Unix(), "D", "requestor=u1@login1"
		switch i % 8 {
		case 1:
			letter, text = "Q", "queue=batch"
		case 3:
			letter, text = "S",
				fmt.Sprintf("user=u1 group=g1 jobname=j queue=batch ctime=%d qtime=%d etime=%d start=%d exec_host=n1/0",
					epoch-9999, epoch-9999, epoch-9999, epoch-1)
		case 4:
			letter, text = "a", "Priority=7"
		case 6:
			letter, text = "Q", fmt.Sprintf("user=u1 group=g1 jobname=j queue=batch ctime=%d qtime=%d etime=0", epoch, epoch)
		case 7:
			letter, text = "E", fmt.Sprintf("user=u1 group=g1 jobname=j queue=batch ctime=%d qtime=%d etime=%d start=%d "+
				"exec_host=n1/0 session=1 end=%d Exit_status=0 resources_used.walltime=00:10:00",
				epoch-9999, epoch-9999, epoch-9999, epoch-600, epoch)
		}
		fmt.Fprintf(b, "%s;%s;%d.srv01;%s\n", at.In(loc).Format("01/02/2006 15:04:05"), letter, i, text)
		want = append(want, fmt.Sprintf("%d|%s", i, at.UTC().Format("15:04:05")))
	}
	return want
}

// TestRepeatedHour: in the hour that autumn repeats every record has the time at which it was written, however the log
// is cut into logs and read.
func TestRepeatedHour(t *testing.T) {
	t.Parallel()
	for _, n := range nights {
		t.Run(strings.ReplaceAll(n.zone, "/", "-"), func(t *testing.T) {
			log, want := n.log(t)
			o := load.Options{Zone: n.zone}
			path := filepath.Join(t.TempDir(), "whole.duckdb")
			whole := duckdbtest.Open(t, path)
			whole.Load(o, duckdbtest.WriteLog(t, filepath.Join(t.TempDir(), "20261101"), log, false))
			whole.Verify()
			got := whole.Rows(writtenAt)
			if !slices.Equal(got, want) {
				t.Errorf("got  %v\nwant %v", got, want)
			}
			undated := whole.Rows("SELECT count(*) FROM events WHERE flags = 'repeated_hour'")
			if slices.Equal(undated, []string{"0"}) {
				t.Error("no event is flagged")
			}
			content := whole.Content()
			remade, _ := whole.Remade(nil)
			duckdbtest.SameContent(t, "from records", remade.Content(), content)

			rapid.Check(t, func(rt *rapid.T) {
				f := duckdbtest.New(t)
				if rapid.Bool().Draw(rt, "grown") {
					growTo(t, rt, f, o, log)
				} else {
					scatter(t, rt, f, o, log)
				}
				f.CheckLedger()
				duckdbtest.SameContent(t, "in parts", f.Content(), content)
			})
		})
	}
}

// TestMoves: a record is of the pass of the hour in which it stands in order; one that was written late, of that of its
// neighbours.
func TestMoves(t *testing.T) {
	t.Parallel()
	fold := pbs.Fold{Begin: 1000, Length: 3600}
	for _, c := range []struct {
		name           string
		before, behind int64 // two records that are sure, around one that is not
		want           int64
	}{
		{"in order in the second pass alone", 1899, 5442, 3600},
		{"late in the first", 1899, 1910, 0},
		{"late in the second", 5499, 5510, 3600},
		{"in order in both", 1800, 5500, 0},
	} {
		by := load.Moves(fold, []int64{c.before, 1841, c.behind}, []bool{true, false, true})
		if want := []int64{0, c.want, 0}; !slices.Equal(by, want) {
			t.Errorf("%s: %v, not %v", c.name, by, want)
		}
	}
}

// writtenAt asks when each record was written.
const writtenAt = `SELECT short_id, strftime(time, '%H:%M:%S') FROM (SELECT short_id, time FROM events
	UNION ALL SELECT short_id, logged_time FROM jobs j JOIN job_sources s ON s.job_id = j.id) ORDER BY 1`

// TestRepeatedHourAcrossZones: the order of the records tells also where logs of a machine were written in several time
// zones, of which some set the clock back and others don't, or do it at another time; whichever is loaded last, and
// whatever was forgotten, in a run of whichever zone.
func TestRepeatedHourAcrossZones(t *testing.T) {
	t.Parallel()
	n := nights[0]
	zones := []string{n.zone, "UTC", "America/Chicago"}
	_, want := n.log(t)
	rapid.Check(t, func(rt *rapid.T) {
		dir := t.TempDir()
		type zoned struct{ path, zone string }
		var logs []zoned
		for from := 0; from < nightRecords; {
			to := min(from+rapid.IntRange(25, 80).Draw(rt, "records"), nightRecords)
			in := rapid.SampledFrom(zones).Draw(rt, "zone")
			var b bytes.Buffer
			n.write(t, &b, in, from, to)
			logs = append(logs,
				zoned{duckdbtest.WriteLog(t, filepath.Join(dir, fmt.Sprintf("part%d", len(logs))), b.Bytes(), false), in})
			from = to
		}
		f := duckdbtest.Open(t, "")
		defer f.DB.Close()
		for _, log := range rapid.Permutation(logs).Draw(rt, "order") {
			loadIn(f, log.zone, false, log.path)
		}
		if diff := cmp.Diff(want, f.Rows(writtenAt)); diff != "" {
			t.Fatalf("%v: %s", logs, diff)
		}
		gone := rapid.SampledFrom(logs).Draw(rt, "gone")
		fresh := duckdbtest.Open(t, "")
		defer fresh.DB.Close()
		for _, log := range logs {
			if log != gone {
				loadIn(fresh, log.zone, false, log.path)
			}
		}
		if rapid.Bool().Draw(rt, "forget") {
			f.Forget(false, gone.path)
		} else { // it holds something else now, and its server is elsewhere
			duckdbtest.WriteLog(t, gone.path, []byte("01/01/2026 00:00:00;D;9.srv01;requestor=u1@login1\n"), false)
			loadIn(f, "Asia/Tokyo", true, gone.path)
			loadIn(fresh, "Asia/Tokyo", false, gone.path)
		}
		f.CheckLedger()
		duckdbtest.SameContent(t, fmt.Sprint(gone, " gone of ", logs), f.Content(), fresh.Content())
	})
}

// TestRepeatedHourForgotten: what a log told of another one's hour goes and comes with it, whatever the time zones of
// both and of the run that forgets it.
func TestRepeatedHourForgotten(t *testing.T) {
	dir := t.TempDir()
	telling := "11/01/2026 08:20:00;E;1.s;user=u queue=q ctime=1793500000 start=1793520000 end=1793521200 " +
		"exec_host=n1/0 Exit_status=0 resources_used.walltime=00:10:00\n"
	told := "11/01/2026 00:10:00;S;3.s;user=u queue=q ctime=1793500000 start=1793513400\n" +
		"11/01/2026 01:23:53;D;2.s;requestor=u1@login1\n11/01/2026 01:23:53;R;3.s;\n" // which ends a run
	first, second := filepath.Join(dir, "20261101"), filepath.Join(dir, "20261102")
	duckdbtest.WriteLog(t, second, []byte(told), false)
	f := duckdbtest.New(t)
	loadIn(f, duckdbtest.Zone, false, second)
	const question = "SELECT strftime(time, '%H:%M:%S') FROM events WHERE short_id = 2 UNION ALL " +
		"SELECT strftime(end_time, '%H:%M:%S') FROM job_runs WHERE kind = 'requeued'"
	is := func(what, want string) {
		t.Helper()
		if diff := cmp.Diff([]string{want, want}, f.Rows(question)); diff != "" {
			t.Errorf("%s: %s", what, diff)
		}
		f.Verify()
	}
	is("alone", "07:23:53")
	for _, zone := range []string{"UTC", "Asia/Tokyo", duckdbtest.Zone} {
		duckdbtest.WriteLog(t, first, []byte(telling), false)
		loadIn(f, "UTC", true, first)
		is("told", "08:23:53")
		duckdbtest.WriteLog(t, first, []byte("01/01/2026 00:00:00;D;9.s;requestor=u1@login1\n"), false)
		loadIn(f, zone, true, first)
		is("overwritten in "+zone, "07:23:53")
	}
	duckdbtest.WriteLog(t, first, []byte(telling), false)
	loadIn(f, "UTC", true, first)
	f.Forget(false, first)
	is("forgotten", "07:23:53")
}

// growTo lets a log grow, and loads it now and then.
func growTo(t *testing.T, rt *rapid.T, f *duckdbtest.Fixture, o load.Options, log []byte) {
	name := filepath.Join(t.TempDir(), "20261101")
	ends := rapid.SliceOfN(rapid.IntRange(1, len(log)), 1, 4).Draw(rt, "ends")
	slices.Sort(ends)
	for _, end := range append(ends, len(log)) {
		if bytes.IndexByte(log[:end], '\n') >= 0 {
			f.Load(o, duckdbtest.WriteLog(t, name, log[:end], false))
		}
	}
}

// scatter cuts a log into logs of some lines each, some of which are there twice, and loads them in any order; and some
// again in place of others.
func scatter(t *testing.T, rt *rapid.T, f *duckdbtest.Fixture, o load.Options, log []byte) {
	dir, lines := t.TempDir(), slices.Collect(bytes.Lines(log))
	cuts := rapid.SliceOfN(rapid.IntRange(1, len(lines)-1), 1, 12).Draw(rt, "cuts")
	slices.Sort(cuts)
	var parts []string
	from := 0
	for _, cut := range append(slices.Compact(cuts), len(lines)) {
		part := bytes.Join(lines[from:cut], nil)
		from = cut
		for range rapid.IntRange(1, 2).Draw(rt, "copies") {
			parts = append(parts, duckdbtest.WriteLog(t, filepath.Join(dir, fmt.Sprintf("part%d", len(parts))), part,
				rapid.Bool().Draw(rt, "packed")))
		}
	}
	order := rapid.Permutation(parts).Draw(rt, "order")
	for len(order) > 0 {
		n := rapid.IntRange(1, len(order)).Draw(rt, "run")
		f.Load(o, order[:n]...)
		order = order[n:]
	}
	again := rapid.SampledFrom(parts).Draw(rt, "again")
	if !strings.HasSuffix(again, ".gz") { // for a while, without what it tells of the others
		was := slices.Clone(readFile(t, again))
		o.Overwrite = true
		f.Load(o, duckdbtest.WriteLog(t, again, []byte("01/01/2026 00:00:00;D;9.srv01;requestor=u1@login1\n"), false))
		f.Load(o, duckdbtest.WriteLog(t, again, was, false))
	}
}

func readFile(t testing.TB, path string) []byte {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return data
}
