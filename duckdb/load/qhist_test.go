package load_test

import (
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"pbsduck/duckdb/duckdbtest"
	"pbsduck/duckdb/load"
)

// qhistJob is a job as qhist prints it, and logJob its E record; times are of the 15th.
func qhistJob(id, ctime, start, end string, walltime int) string {
	return fmt.Sprintf(`"%s.srv01": {"time": "%[4]s", "type": "E", "short_id": "%[1]s", "user": "u1", "queue": "main",
		"ctime": "%[2]s", "etime": "%[2]s", "start": "%[3]s", "end": "%[4]s", "Resource_List": {"ncpus": 4},
		"resources_used": {"walltime": %[5]d.0}, "run_count": 1}`, id, ctime, start, end, walltime)
}

func logJob(id string, ctime, start, end, walltime int64, head string) string {
	return fmt.Sprintf("%s;E;%s.srv01;user=u1 queue=main ctime=%d etime=%d start=%d Resource_List.ncpus=4 "+
		"Resource_List.nodect=1 end=%d resources_used.walltime=00:%02d:%02d run_count=1\n",
		head, id, ctime, ctime, start, end, walltime/60, walltime%60)
}

func answerOf(jobs ...string) string {
	return "{\"timestamp\":1795697071, \"Jobs\":{" + strings.Join(jobs, ",") + "}}"
}

func tell(f *duckdbtest.Fixture, day, text string) *load.Told {
	f.Helper()
	return tellOr(f, day, text, false)
}

// tellOr is tell, or only tries it.
func tellOr(f *duckdbtest.Fixture, day, text string, dryRun bool) *load.Told {
	f.Helper()
	told, err := load.TakeAnswer(f.Context(), f.DB, load.Answer{
		Machine: "m", Location: duckdbtest.Denver(f), Zone: "America/Denver", Source: "host", Day: day,
		JSON: strings.NewReader(text), DryRun: dryRun,
	})
	if err != nil {
		f.Fatal(err)
	}
	return told
}

// TestAnswers: of a job that qhist told of, a log's record is the row, whichever came first; what is told again changes
// nothing; and no job has two rows.
func TestAnswers(t *testing.T) {
	text := answerOf(qhistJob("1", "2026-01-15 10:00:00", "2026-01-15 10:00:10", "2026-01-15 10:10:10", 598),
		qhistJob("2", "2026-01-15 10:00:00", "2026-01-15 10:00:10", "2026-01-15 10:20:10", 1198))
	log := duckdbtest.WriteLog(t, filepath.Join(t.TempDir(), "20260115"),
		[]byte(logJob("1", 1768496400, 1768496410, 1768497010, 598, "01/15/2026 10:10:10")), false)
	var want []string
	for _, logFirst := range []bool{false, true} {
		f := duckdbtest.New(t)
		if logFirst {
			f.Load(load.Options{}, log)
		}
		for _, dryRun := range []bool{true, false} { // which says the same, and leaves nothing
			if told := tellOr(f, "20260115", text, dryRun); told.Jobs != 2 || told.New != 2 ||
				told.Superseded != map[bool]int64{true: 1}[logFirst] {
				t.Errorf("dry run %t: %+v", dryRun, told)
			}
		}
		if !logFirst {
			f.Load(load.Options{}, log)
		}
		if told := tell(f, "20260115", text); told.Jobs != 2 || told.New != 0 {
			t.Errorf("told again: %+v", told)
		}
		f.Verify()
		f.CheckLedger()
		if want == nil {
			want = f.Content()
		}
		duckdbtest.SameContent(t, "in another order", f.Content(), want)
		got := f.Rows(`SELECT j.job_id, j.nodect, j.walltime_used_s,
				(SELECT count(*) FROM job_records r WHERE r.job_id = j.id), round(c.cpu_hours * 3600)::BIGINT
			FROM jobs j JOIN job_charges c ON c.job_id = j.id ORDER BY ALL`)
		if len(got) != 2 || !strings.HasPrefix(got[0], "1.srv01|1|598|1") ||
			!strings.HasPrefix(got[1], "2.srv01|(null)|1198|0") {
			t.Errorf("%v", got)
		}
		if got := f.Rows("SELECT name, path, lines, jobs FROM log_files WHERE path LIKE 'qhist:%'"); !slices.Equal(got,
			[]string{"20260115|qhist:host/20260115|0|0"}) {
			t.Errorf("ledger: %v", got)
		}
		if got := f.Rows("SELECT kind FROM warnings WHERE kind = 'same_day'"); len(got) > 0 {
			t.Errorf("warned of %v", got)
		}
	}
}

// TestForgetAnswer: a job belongs to the day on which it was recorded, by whose answer it was told, and not to the one
// on which it ended. The other day's answer can be taken out, and told again, without it.
func TestForgetAnswer(t *testing.T) {
	first := answerOf(qhistJob("1", "2026-01-15 10:00:00", "2026-01-15 10:00:10", "2026-01-15 10:10:10", 598))
	late := qhistJob("2", "2026-01-15 22:00:00", "2026-01-15 22:00:10", "2026-01-15 23:59:58", 7188)
	second := answerOf(strings.Replace(late, `"time": "2026-01-15 23:59:58"`, `"time": "2026-01-16 00:00:04"`, 1),
		qhistJob("3", "2026-01-16 10:00:00", "2026-01-16 10:00:10", "2026-01-16 10:10:10", 598))
	for _, c := range []struct{ day, text, left string }{
		{"20260115", first, "2 2026-01-15, 3 2026-01-16"},
		{"20260116", second, "1 2026-01-15"},
	} {
		f := duckdbtest.New(t)
		tell(f, "20260115", first)
		tell(f, "20260116", second)
		whole := f.Content()
		logs, err := load.Ledger(t.Context(), f.DB, "m")
		if err != nil {
			t.Fatal(err)
		}
		logs = slices.DeleteFunc(logs, func(l *load.LogFile) bool { return l.Name != c.day })
		if _, err := load.ForgetLogs(t.Context(), f.DB, "m", logs, false); err != nil {
			t.Fatal(err)
		}
		const jobs = "SELECT string_agg(short_id || ' ' || end_date, ', ' ORDER BY short_id) FROM jobs"
		if left := f.Rows(jobs)[0]; left != c.left {
			t.Errorf("without %s there are %s, not %s", c.day, left, c.left)
		}
		tell(f, c.day, c.text)
		duckdbtest.SameContent(t, c.day+" told again", f.Content(), whole)
		f.Verify()
	}
}

// TestAnswersInRepeatedHour: a job of which qhist can't tell in which of two hours it was submitted is the one that a
// log tells of.
func TestAnswersInRepeatedHour(t *testing.T) {
	const first = 1793518200 // 2026-11-01 01:30 MDT
	text := answerOf(qhistJob("1", "2026-11-01 01:20:00", "2026-11-01 01:30:00", "2026-11-01 02:30:00", 3550))
	log := logJob("1", first-600, first+3600, first+7200, 3550, "11/01/2026 02:30:00")
	path := duckdbtest.WriteLog(t, filepath.Join(t.TempDir(), "20261101"), []byte(log), false)
	for _, logFirst := range []bool{false, true} {
		f := duckdbtest.New(t)
		if logFirst {
			f.Load(load.Options{}, path)
		}
		if told := tell(f, "20261101", text); told.Unsure != 1 {
			t.Errorf("%+v", told)
		}
		if !logFirst {
			if got := f.Rows("SELECT flags FROM jobs"); !slices.Equal(got, []string{"repeated_hour"}) {
				t.Errorf("alone: %v", got)
			}
			f.Load(load.Options{}, path)
		}
		tell(f, "20261101", text)
		f.Verify()
		f.CheckLedger()
		if got := f.Rows("SELECT epoch(submit_time)::BIGINT, nodect FROM jobs"); !slices.Equal(got,
			[]string{fmt.Sprintf("%d|1", first-600)}) {
			t.Errorf("log first %t: %v", logFirst, got)
		}
		if got := f.Rows("SELECT count(*) FROM superseded"); !slices.Equal(got, []string{"1"}) {
			t.Errorf("superseded: %v", got)
		}
	}
}

// TestUnanswered: of an answer that is not whole nothing is taken in; the day is noted until it is answered, and a day
// that was not over is none that was.
func TestUnanswered(t *testing.T) {
	f := duckdbtest.New(t)
	ctx := t.Context()
	one := qhistJob("1", "2026-01-15 10:00:00", "2026-01-15 10:00:10", "2026-01-15 10:10:10", 598)
	broken := errors.New("broken")
	for name, a := range map[string]load.Answer{
		"cut":         {JSON: strings.NewReader(answerOf(one)[:300])},
		"unconfirmed": {JSON: strings.NewReader(answerOf(one)), Confirm: func() error { return broken }},
	} {
		a.Machine, a.Location, a.Zone, a.Source, a.Day = "m", duckdbtest.Denver(t), "America/Denver", "host", "20260115"
		_, err := load.TakeAnswer(ctx, f.DB, a)
		if err == nil || name == "unconfirmed" && !errors.Is(err, broken) {
			t.Errorf("%s: %v", name, err)
		}
		if got := f.Rows("SELECT (SELECT count(*) FROM outcomes), (SELECT count(*) FROM log_files)"); !slices.Equal(got,
			[]string{"0|0"}) {
			t.Errorf("%s: left %v", name, got)
		}
	}
	if err := load.NoteUnanswered(ctx, f.DB, "m", "host", "20260115", broken); err != nil {
		t.Fatal(err)
	}
	f.Load(load.Options{}, duckdbtest.WriteLog(t, filepath.Join(t.TempDir(), "20260110"),
		[]byte(logJob("9", 1768496400, 1768496410, 1768497010, 598, "01/15/2026 10:10:10")), false))
	days, err := load.Unanswered(ctx, f.DB, "m", "host")
	if err != nil || !slices.Equal(days, []string{"20260115"}) {
		t.Errorf("unanswered: %v, %v", days, err)
	}
	tell(f, "20260115", strings.Replace(answerOf(one), "1795697071", "1768500000", 1)) // at noon of that day
	tell(f, "20260116", answerOf())
	f.Verify()
	if days, err := load.Unanswered(ctx, f.DB, "m", "host"); err != nil || len(days) > 0 {
		t.Errorf("unanswered: %v, %v", days, err)
	}
	answered, err := load.Answered(ctx, f.DB, "m", "host", duckdbtest.Denver(t))
	if err != nil || answered["20260115"] || !answered["20260116"] || answered["20260110"] {
		t.Errorf("answered: %v, %v", answered, err)
	}
}
