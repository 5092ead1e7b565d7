package load_test

import (
	"bytes"
	"fmt"
	"os"
	"testing"
	"time"

	"pgregory.net/rapid"

	"pbsduck/duckdb/duckdbtest"
	"pbsduck/ingest/damage"
	"pbsduck/ingest/pbs"
)

// A material is what logs are drawn from: the lines that were made once for all histories of a test.
type material struct {
	days  [][]byte
	all   []byte // of all days
	night []byte // of the hours in which the clock is set back
	zone  *time.Location
}

func newMaterial(t testing.TB) *material {
	t.Helper()
	_, days := duckdbtest.Logs(t, 100, true)
	m := &material{zone: duckdbtest.Denver(t)}
	for _, day := range days {
		data, err := os.ReadFile(day)
		if err != nil {
			t.Fatal(err)
		}
		m.days = append(m.days, data)
	}
	m.all = bytes.Join(m.days, nil)
	m.night, _ = nights[0].log(t)
	return m
}

// A maker draws some lines that may stand in a log, one behind the other, each with its newline; nil if it happens to
// draw none. What else may stand there is a further maker.
type maker struct {
	name string
	make func(rt *rapid.T, m *material) []byte
}

var makers = []maker{
	{"piece", func(rt *rapid.T, m *material) []byte { return part(rt, m.all) }},
	{"short piece", func(rt *rapid.T, m *material) []byte { return part(rt, cut(part(rt, m.all), 8000)) }},
	{"night", func(rt *rapid.T, m *material) []byte { return part(rt, m.night) }},
	{"fates", fates},
	{"stretches", stretches},
}

// cut gives whole lines of at most so many bytes.
func cut(b []byte, most int) []byte {
	if len(b) <= most {
		return b
	}
	return b[:bytes.LastIndexByte(b[:most], '\n')+1]
}

// fates are records of a few jobs, which contend for the jobs' rows: of several run counts and ends, some without
// usage, some suspended meanwhile, and some there again.
func fates(rt *rapid.T, m *material) []byte {
	var b bytes.Buffer
	begin := time.Date(2026, 10, 31, 20, 0, 0, 0, time.UTC)
	for range rapid.IntRange(1, 12).Draw(rt, "records") {
		job := rapid.IntRange(1, 3).Draw(rt, "job")
		end := begin.Add(time.Duration(rapid.IntRange(0, 9).Draw(rt, "end")) * time.Hour)
		letter := rapid.SampledFrom([]string{"E", "E", "E", "R", "S", "z", "r"}).Draw(rt, "letter")
		if letter == "z" || letter == "r" { // within the minute that a run lasts, or beside it
			at := end.Add(-time.Duration(rapid.IntRange(-5, 65).Draw(rt, "before")) * time.Second)
			text := rapid.SampledFrom([]string{"", "resources_released=(n1:ncpus=1)", "resources_released=(n1:mem=1kb)"})
			fmt.Fprintf(&b, "%s;%s;%d.srv01;%s\n", at.In(m.zone).Format("01/02/2006 15:04:05"), letter, job,
				text.Draw(rt, "text"))
			continue
		}
		fmt.Fprintf(&b, "%s;%s;%d.srv01;user=u%d group=g queue=batch ctime=%d qtime=%d etime=%d start=%d exec_host=n1/0",
			end.In(m.zone).Format("01/02/2006 15:04:05"), letter, job, job, begin.Unix(), begin.Unix(),
			begin.Unix(), end.Unix()-60)
		if letter != "S" {
			fmt.Fprintf(&b, " session=1 end=%d Exit_status=0", end.Unix())
			if rapid.Bool().Draw(rt, "used") {
				fmt.Fprintf(&b, " resources_used.walltime=00:0%d:00", job)
			}
			fmt.Fprintf(&b, " run_count=%d", rapid.IntRange(1, 2).Draw(rt, "runs"))
		}
		b.WriteByte('\n')
	}
	return b.Bytes()
}

// stretches are records that tell, in whatever order, from when to when jobs held what, of several runs and of phases
// of these; some say nothing but when.
func stretches(rt *rapid.T, m *material) []byte {
	var b bytes.Buffer
	begin := time.Date(2026, 10, 31, 20, 0, 0, 0, time.UTC)
	for range rapid.IntRange(1, 10).Draw(rt, "records") {
		job := rapid.SampledFrom([]string{"4.srv01", "5[2].srv01", "5[].srv01", "unnumbered.srv01"}).Draw(rt, "job")
		at := begin.Add(time.Duration(rapid.IntRange(0, 20).Draw(rt, "at")) * 20 * time.Minute)
		letter := rapid.SampledFrom([]string{"E", "S", "S", "R", "R", "C", "T", "c", "s", "u"}).Draw(rt, "letter")
		fmt.Fprintf(&b, "%s;%s;%s;", at.In(m.zone).Format("01/02/2006 15:04:05"), letter, job)
		if letter == "E" || rapid.IntRange(0, 2).Draw(rt, "bare") > 0 {
			start := begin.Add(time.Duration(rapid.IntRange(0, 3).Draw(rt, "start")) * time.Hour)
			fmt.Fprintf(&b, "user=u group=g queue=batch ctime=%d qtime=%[1]d etime=%[1]d start=%d Resource_List.ncpus=%d",
				begin.Unix(), start.Unix(), rapid.IntRange(1, 4).Draw(rt, "ncpus"))
			if letter == "E" || letter == "R" {
				fmt.Fprintf(&b, " session=1 end=%d Exit_status=0 resources_used.walltime=00:00:%02d run_count=1",
					at.Unix(), at.Minute())
			}
		}
		b.WriteByte('\n')
	}
	return b.Bytes()
}

// log draws a log: a day as it is, or pieces that may overlap with those of other logs; and some are damaged.
func (m *material) log(rt *rapid.T) []byte {
	log := m.sound(rt)
	if rapid.IntRange(0, 2).Draw(rt, "damaged") > 0 {
		return log
	}
	if damaged := damage.Draw(rt, log); pbs.HasHead(damaged) {
		return damaged
	}
	return log
}

func (m *material) sound(rt *rapid.T) []byte {
	if rapid.IntRange(0, 3).Draw(rt, "whole day") == 0 {
		return rapid.SampledFrom(m.days).Draw(rt, "day")
	}
	var log []byte
	for range rapid.IntRange(1, 4).Draw(rt, "pieces") {
		log = append(log, rapid.SampledFrom(makers).Draw(rt, "maker").make(rt, m)...)
	}
	if len(log) == 0 {
		return m.days[0]
	}
	return log
}
