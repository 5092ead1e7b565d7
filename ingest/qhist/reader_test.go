package qhist_test

import (
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"
	"time"

	"pbsduck/ingest/qhist"
	"pbsduck/ingest/schema"
)

const asked = 1795697071

func reader(t *testing.T, text, zone string) *qhist.Reader {
	t.Helper()
	loc, err := time.LoadLocation(zone)
	if err != nil {
		t.Fatal(err)
	}
	energy, err := schema.SiteColumn("energy_j", "resources_used.x-ncar-energy", "integer", "J", "Energy")
	if err != nil {
		t.Fatal(err)
	}
	s := schema.Site{Columns: []schema.Column{energy}}
	return qhist.NewReader(strings.NewReader(text),
		qhist.Options{Name: "host", Location: loc, Parser: s.NewParser(), Site: s})
}

func answer(jobs ...string) string {
	return fmt.Sprintf("{\n    \"timestamp\":%d,\n    \"Jobs\":{\n%s\n    }\n}\n", asked, strings.Join(jobs, ",\n"))
}

// job is one as qhist prints it; each of the given lines comes last, and so holds.
func job(lines ...string) string {
	const usual = `"7.srv01": {"time": "2026-01-15 11:00:01", "type": "E", "short_id": "7",
		"user": "u1", "account": "A1", "queue": "main",
		"ctime": "2026-01-15 10:00:00", "qtime": "2026-01-15 10:00:00", "etime": "2026-01-15 10:00:00",
		"start": "2026-01-15 10:30:00", "end": "2026-01-15 11:00:01",
		"exec_host": "n1/0*4", "Exit_status": "0", "run_count": 1, "eligible_time": 1800.0, "waittime": 1800.0`
	return usual + strings.Join(append([]string{""}, lines...), ", ") + "}"
}

func attributes(j *qhist.Job) map[string]string {
	all := map[string]string{}
	for _, a := range j.Record.Attrs {
		all[string(a.Name)] = string(a.Value)
	}
	return all
}

// TestReader: what qhist prints becomes the attributes that the record had.
func TestReader(t *testing.T) {
	r := reader(t, answer(job(
		`"Resource_List": {"mem": 235.0, "ncpus": 4, "walltime": 3600.0, "select": "1:ncpus=4"}`,
		`"resources_used": {"mem": 0.0003662109375, "vmem": 0, "cput": 99.0, "walltime": 1795.0, "cpupercent": 390, `+
			`"avgcpu": 97.5, "x_ncar_energy": "12"}`),
		`"8[].srv01": {"time": "2026-01-15 11:00:02", "type": "E", "ctime": "2026-01-15 10:00:00", "start": "", `+
			`"end": "2026-01-15 11:00:02", "resources_used": {"mem": "0kb", "walltime": "00:00:00"}}`,
		`"9.srv01": {"time": "2026-01-15 11:00:03", "type": "R"}`), "America/Denver")
	var j qhist.Job
	if err := r.Next(&j); err != nil {
		t.Fatal(err)
	}
	got := attributes(&j)
	for name, want := range map[string]string{
		"ctime": "1768496400", "start": "1768498200", "end": "1768500001", "eligible_time": "1800", "run_count": "1",
		"Resource_List.mem": "252329328640b", "Resource_List.ncpus": "4", "Resource_List.walltime": "3600",
		"resources_used.mem": "393216b", "resources_used.walltime": "1795", "resources_used.x-ncar-energy": "12",
		"account": "A1",
	} {
		if got[name] != want {
			t.Errorf("%s is %q, not %q", name, got[name], want)
		}
	}
	for _, name := range []string{"resources_used.vmem", "waittime", "resources_used.avgcpu", "short_id", "time"} {
		if v, has := got[name]; has {
			t.Errorf("%s is %q", name, v)
		}
	}
	if j.Unsure || string(j.Record.ID) != "7.srv01" || j.Head != 1768500001 || r.Asked().Unix() != asked {
		t.Errorf("%+v", j)
	}
	if err := r.Next(&j); err != nil {
		t.Fatal(err)
	}
	if got := attributes(&j); got["start"] != "0" || got["resources_used.mem"] != "0kb" ||
		got["resources_used.walltime"] != "00:00:00" {
		t.Errorf("the array is %v", got)
	}
	if err := r.Next(&j); !errors.Is(err, io.EOF) || r.Others() != 1 {
		t.Errorf("at the end: %v, %d others", err, r.Others())
	}
}

// TestBadInput: what is no whole output of one day, in seconds, is an error that says so.
func TestBadInput(t *testing.T) {
	whole := answer(job(), job())
	for name, c := range map[string]struct{ text, want string }{
		"nothing":      {"", "printed nothing"},
		"HTML":         {"\n<!DOCTYPE html><html>", "HTML"},
		"a table":      {"Job ID   User", "not qhist's JSON"},
		"other JSON":   {`{"a": 1}`, `it has "a"`},
		"a list":       {`[1]`, "not qhist's JSON"},
		"no jobs":      {`{"timestamp": 1}`, "no Jobs"},
		"two days":     {answer(job() + "\n" + job()), "one day at a time"},
		"two outputs":  {whole + whole, "more behind the end"},
		"hours":        {answer(job(`"waittime": 0.5`)), "-t s"},
		"part hours":   {answer(job(`"Resource_List": {"walltime": 0.5}`)), "-t s"},
		"no time":      {answer(job(`"time": 7`)), "no time"},
		"another zone": {strings.Replace(whole, fmt.Sprint(asked), "1768480000", 1), "is not the time zone"},
		"long":         {answer(job(`"jobname": "` + strings.Repeat("x", 17<<20) + `"`)), "more than 16 MiB"},
	} {
		r := reader(t, c.text, "America/Denver")
		var err error
		for err == nil {
			err = r.Next(&qhist.Job{})
		}
		if !strings.Contains(err.Error(), c.want) || !strings.HasPrefix(err.Error(), "host: ") {
			t.Errorf("%s: %v", name, err)
		}
	}
	for n := range len(strings.TrimSpace(whole)) {
		r := reader(t, whole[:n], "America/Denver")
		var err error
		for err == nil {
			err = r.Next(&qhist.Job{})
		}
		if errors.Is(err, io.EOF) {
			t.Fatalf("cut at byte %d: whole", n)
		}
	}
}

// TestRepeatedHour: of two instants the one is taken that order and walltime leave; where they leave both, the job says
// so.
func TestRepeatedHour(t *testing.T) {
	const first = 1793518200 // 2026-11-01 01:30 MDT; an hour later it is 01:30 MST
	at := func(clock string) string { return `"2026-11-01 ` + clock + `"` }
	for name, c := range map[string]struct {
		ctime, etime, start, end string
		used, waited             int
		wantC, wantS, wantE      int64
		unsure                   bool
	}{
		"walltime tells the start": {"00:10:00", "00:10:00", "01:30:00", "02:30:00",
			7000, 4800, first - 4800, first, first + 7200, false},
		"and that it was the second": {"00:10:00", "00:10:00", "01:30:00", "02:30:00",
			3550, 8400, first - 4800, first + 3600, first + 7200, false},
		"it goes back between the two": {"01:30:00", "01:30:00", "01:29:00", "01:40:00",
			650, 3500, first, first + 3540, first + 4200, false},
		"the submission may be either": {"01:20:00", "01:20:00", "01:30:00", "02:30:00",
			3550, 590, first + 3000, first + 3600, first + 7200, true},
		"but a wait of an hour is told": {"01:20:00", "01:20:00", "01:30:00", "02:30:00",
			3550, 4190, first - 600, first + 3600, first + 7200, false},
		"nothing tells": {"00:10:00", "00:10:00", "01:30:00", "01:40:00",
			590, -1, first - 4800, first, first + 600, true},
	} {
		lines := []string{`"time": ` + at(c.end), `"ctime": ` + at(c.ctime), `"qtime": ` + at(c.ctime),
			`"etime": ` + at(c.etime), `"start": ` + at(c.start), `"end": ` + at(c.end),
			`"waittime": "-"`, fmt.Sprintf(`"resources_used": {"walltime": %d.0}`, c.used), `"eligible_time": "-"`}
		if c.waited >= 0 {
			lines[len(lines)-1] = fmt.Sprintf(`"eligible_time": %d.0`, c.waited)
		}
		r := reader(t, answer(job(lines...)), "America/Denver")
		var j qhist.Job
		if err := r.Next(&j); err != nil {
			t.Fatal(name, err)
		}
		got := attributes(&j)
		want := map[string]string{"ctime": fmt.Sprint(c.wantC), "start": fmt.Sprint(c.wantS), "end": fmt.Sprint(c.wantE)}
		for k, v := range want {
			if got[k] != v {
				t.Errorf("%s: %s is %s, not %s", name, k, got[k], v)
			}
		}
		if j.Unsure != c.unsure {
			t.Errorf("%s: unsure is %t", name, j.Unsure)
		}
	}
}
