package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/apache/arrow-go/v18/arrow/array"
	"github.com/spf13/cobra"

	"pbsduck/cmd/pbsduck/flags"
	"pbsduck/duckdb"
	"pbsduck/duckdb/search"
)

// A searched is a database with jobs of two machines in different time zones, over the nights in which their clocks
// change, and all of its rows.
type searched struct {
	db    *duckdb.DB
	rows  []map[string]any
	nodes map[string][]string // by jobs.id
	zones map[string]*time.Location
}

const searchedSite = `
[[machines]]
name = "casper"
timezone = "America/Denver"
[[machines.rules]]
version = "1"
qos = "CASE WHEN queue LIKE 'j%' THEN 'free' ELSE priority END"
cpu_hours = "0"
gpu_hours = "0"
memory_hours = "0"
[[machines.qos]]
version = "1"
factors = { free = 0.0, premium = 1.5, regular = 1.0, economy = 0.7 }
[[machines]]
name = "ber,lin"
timezone = "Europe/Berlin"
`

// hostile are records whose names are what search itself has a meaning for.
const hostile = `03/29/2026 03:30:00;E;9000001.srv;user=a*b account="a,b" queue=!q jobname=100%_x\ Exit_status=0 ` +
	`ctime=1774744200 start=1774745000 end=1774746000 run_count=1
03/29/2026 03:30:01;E;9000002[].srv;user=a_b account="" queue=q? jobname=%20'--; ` +
	`ctime=1774744200 start=1774745000 end=1774746000 Exit_status=-29 run_count=3
03/29/2026 03:30:01;E;9000002[7].srv;user=A*B account="a\b" queue=[q] jobname=ÄÖ ` +
	`ctime=1774744200 start=1774745000 end=1774746000 Exit_status=271 Resource_List.mem=1tb ` +
	`resources_used.mem=30b run_count=2
03/29/2026 03:30:01;E;9000002[7].other;user=a%b account="' OR true OR '" queue=q ` +
	`ctime=1774744200 end=1774746001 resources_used.walltime=00:00:05
`

func newSearched(t *testing.T) *searched {
	t.Helper()
	dir := t.TempDir()
	run := func(args ...string) []byte {
		t.Helper()
		c := exec.Command("pbsduck", args...)
		c.Dir, c.Env = dir, append(os.Environ(), "PBSDUCK_DB=", "PBSDUCK_CONFIG=")
		out, err := c.Output()
		if exit, ok := err.(*exec.ExitError); err != nil && (!ok || exit.ExitCode() != 3) {
			t.Fatalf("%v: %v\n%s", args, err, exit.Stderr)
		}
		return out
	}
	for name, text := range map[string]string{"pbsduck.toml": searchedSite, "hostile": hostile} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	run("generate", "-q", "logs", "--profile", "casper", "--days", "2", "--jobs", "250",
		"--start", "2026-03-07", "--hostile")
	run("generate", "-q", "other", "--profile", "derecho", "--days", "2", "--jobs", "100", "--start", "2026-03-28")
	run("ingest", "-q", "--machine", "casper", "logs/casper")
	run("ingest", "-q", "--machine", "ber,lin", "other/derecho", "hostile")
	s := &searched{nodes: map[string][]string{}, zones: map[string]*time.Location{}}
	var err error
	if s.db, err = duckdb.Open(t.Context(), filepath.Join(dir, "pbsduck.duckdb"),
		duckdb.Options{ReadOnly: true, Version: "test"}); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.db.Close() })
	s.rows = lines(t,
		run("query", "--format", "ndjson", "SELECT j.*, c.qos FROM jobs j JOIN job_charges c ON c.job_id = j.id"))
	for _, n := range lines(t, run("query", "--format", "ndjson", "SELECT job_id::VARCHAR AS job, node FROM job_nodes")) {
		s.nodes[n["job"].(string)] = append(s.nodes[n["job"].(string)], n["node"].(string))
	}
	for machine, zone := range map[string]string{"casper": "America/Denver", "ber,lin": "Europe/Berlin"} {
		loc, err := time.LoadLocation(zone)
		if err != nil {
			t.Fatal(err)
		}
		s.zones[machine] = loc
	}
	if len(s.rows) < 500 || len(s.nodes) < 100 {
		t.Fatalf("only %d jobs, and nodes of %d", len(s.rows), len(s.nodes))
	}
	return s
}

func lines(t *testing.T, text []byte) (all []map[string]any) {
	t.Helper()
	d := json.NewDecoder(strings.NewReader(string(text)))
	d.UseNumber()
	for {
		row := map[string]any{}
		if err := d.Decode(&row); err == io.EOF {
			return all
		} else if err != nil {
			t.Fatal(err)
		}
		all = append(all, row)
	}
}

// A condition is what flags ask for, and the same said of a row.
type condition struct {
	args  []string
	holds func(row map[string]any) bool
}

// TestFilters: whatever the flags ask for is found, and nothing else; the count is that of the rows.
func TestFilters(t *testing.T) {
	s := newSearched(t)
	r := rand.New(rand.NewPCG(1, 2))
	draws := []func(*rand.Rand) condition{s.drawJob, s.drawMachine, s.drawDays, s.drawParents, s.drawNode, s.drawWhere}
	for flag, column := range map[string]string{"user": "user_name", "account": "account", "project": "project",
		"group": "group_name", "queue": "queue", "name": "name",
		"priority": "priority", "qos": "qos", "exit-class": "exit_class", "cpu-type": "cpu_type", "gpu-type": "gpu_type"} {
		draws = append(draws, func(r *rand.Rand) condition { return s.drawName(r, flag, column) })
	}
	for flag, value := range numbersOf {
		draws = append(draws, func(r *rand.Rand) condition { return s.drawNumber(r, flag, value) })
	}
	for flag, columns := range map[string][2]string{
		"submitted": {"submit_time", "submit_time"}, "started": {"start_time", "start_time"},
		"ended": {"end_time", "end_time"}, "at": {"start_time", "end_time"},
	} {
		draws = append(draws, func(r *rand.Rand) condition { return s.drawTime(r, flag, columns[0], columns[1]) })
	}
	slices.SortFunc(draws, func(a, b func(*rand.Rand) condition) int { // maps have no order
		return strings.Compare(a(rand.New(rand.NewPCG(1, 1))).args[0], b(rand.New(rand.NewPCG(1, 1))).args[0])
	})
	found, most := 0, 12
	if testing.Short() {
		most = 3
	}
	for i, draw := range draws {
		for range most {
			some := s.check(t, []condition{draw(r)})
			if some > 0 {
				found++
			}
			s.check(t, []condition{draw(r), draws[r.IntN(len(draws))](r), draws[(i+1)%len(draws)](r)})
		}
	}
	if found < len(draws)*most/3 {
		t.Errorf("only %d of %d filters found any jobs", found, len(draws)*most)
	}
}

// check compares what flags find with what their conditions say of each row.
func (s *searched) check(t *testing.T, all []condition) (found int) {
	t.Helper()
	var args, want []string
	given := map[string]bool{}
	for _, c := range all {
		if flag, _, _ := strings.Cut(c.args[0], "="); given[flag] {
			return 0 // once more it would be another value of the same flag
		} else {
			given[flag] = true
		}
		args = append(args, c.args...)
	}
	for _, row := range s.rows {
		if !slices.ContainsFunc(all, func(c condition) bool { return !c.holds(row) }) {
			want = append(want, fmt.Sprint(row["id"]))
		}
	}
	got, count, err := s.find(t.Context(), args)
	if err != nil {
		t.Fatalf("%q: %v", args, err)
	}
	slices.Sort(want)
	slices.Sort(got)
	if !slices.Equal(got, want) {
		t.Errorf("%q: %d jobs found, want %d: %v, %v",
			args, len(got), len(want), got[:min(3, len(got))], want[:min(3, len(want))])
	}
	if count != int64(len(got)) {
		t.Errorf("%q: %d counted, %d found", args, count, len(got))
	}
	return len(got)
}

// ids are the numbers of the jobs that a search finds, in its order.
func (s *searched) ids(ctx context.Context, wanted search.Search) (ids []string, err error) {
	found, err := wanted.Find(ctx, s.db)
	if err != nil {
		return nil, err
	}
	rows, err := found.Rows(ctx)
	if err != nil {
		return nil, err
	}
	defer rows.Release()
	for rows.Next() {
		for _, id := range rows.RecordBatch().Column(0).(*array.Int64).Int64Values() {
			ids = append(ids, fmt.Sprint(id))
		}
	}
	return ids, rows.Err()
}

// find runs a search with these flags.
func (s *searched) find(ctx context.Context, args []string) (ids []string, count int64, err error) {
	var filter flags.Filter
	c := &cobra.Command{RunE: func(*cobra.Command, []string) error {
		jobs, err := filter.In(ctx, s.db)
		if err != nil {
			return err
		}
		if count, _, err = search.Count(ctx, s.db, jobs); err != nil {
			return err
		}
		if ids, err = s.ids(ctx, search.Search{Jobs: jobs, Columns: []string{"id"}}); err != nil {
			return err
		}
		few, err := s.ids(ctx, search.Search{Jobs: jobs, Columns: []string{"id"}, Limit: 5})
		if !slices.Equal(few, ids[:min(5, len(ids))]) {
			return errors.Join(err, fmt.Errorf("the first five are %v, of %v", few, ids))
		}
		return err
	}}
	filter.Add(c)
	c.SetArgs(args)
	c.SilenceErrors, c.SilenceUsage = true, true
	return ids, count, c.ExecuteContext(ctx)
}

func (s *searched) any(r *rand.Rand) map[string]any { return s.rows[r.IntN(len(s.rows))] }

// drawName asks for names of jobs that there are, some with ! in front, some as globs.
func (s *searched) drawName(r *rand.Rand, flag, column string) condition {
	blind := r.IntN(4) == 0
	args, wanted, not := s.drawPatterns(r, flag, blind, func() any { return s.any(r)[column] })
	return condition{args, func(row map[string]any) bool {
		text, known := row[column].(string)
		is := func(p func(string) bool) bool { return p(text) }
		return known && (wanted == nil || slices.ContainsFunc(wanted, is)) && !slices.ContainsFunc(not, is)
	}}
}

func (s *searched) drawNode(r *rand.Rand) condition {
	args, wanted, not := s.drawPatterns(r, "node", false, func() any {
		if nodes := s.nodes[fmt.Sprint(s.any(r)["id"])]; nodes != nil {
			return nodes[r.IntN(len(nodes))]
		}
		return nil
	})
	return condition{args, func(row map[string]any) bool {
		any := func(ps []func(string) bool) bool {
			return slices.ContainsFunc(s.nodes[fmt.Sprint(row["id"])], func(n string) bool {
				return slices.ContainsFunc(ps, func(p func(string) bool) bool { return p(n) })
			})
		}
		return (wanted == nil || any(wanted)) && !any(not)
	}}
}

func (s *searched) drawPatterns(
	r *rand.Rand, flag string, blind bool, value func() any,
) (args []string, wanted, not []func(string) bool) {
	var list []string
	for range 1 + r.IntN(3) {
		text, _ := value().(string)
		pattern, matches := drawPattern(r, text, blind)
		if r.IntN(3) == 0 {
			pattern, not = "!"+pattern, append(not, matches)
		} else {
			wanted = append(wanted, matches)
		}
		list = append(list, pattern)
	}
	args = []string{"--" + flag + "=" + strings.Join(list, ",")}
	if r.IntN(3) == 0 {
		args = nil
		for _, one := range list {
			args = append(args, "--"+flag+"="+one)
		}
	}
	if blind {
		args = append(args, "--ignore-case")
	}
	return args, wanted, not
}

// drawPattern writes a text as a value of a flag, or a glob that it matches.
func drawPattern(r *rand.Rand, text string, blind bool) (pattern string, matches func(string) bool) {
	glob, exact := "", "(?s)^"
	letters := []rune(text)
	for i := 0; i < len(letters); i++ {
		switch r.IntN(12) {
		case 0:
			glob, exact = glob+"?", exact+"."
		case 1:
			glob, exact = glob+"*", exact+".*"
			i += r.IntN(len(letters) - i)
		default:
			letter := string(letters[i])
			exact += regexp.QuoteMeta(letter)
			if strings.ContainsAny(letter, `\*?,!`) {
				letter = `\` + letter
			}
			if blind && r.IntN(2) == 0 {
				letter = strings.ToUpper(letter)
			}
			glob += letter
		}
	}
	if blind {
		exact = strings.ToLower(exact)
		exact = strings.Replace(exact, "(?s)", "(?si)", 1)
	}
	return glob, regexp.MustCompile(exact + "$").MatchString
}

// numbersOf are the flags for numbers, and what they are about; false: unknown.
var numbersOf = map[string]func(row map[string]any) (int64, bool){
	"exit-status": column("exit_status"), "nodes": column("nodect"), "cpus": column("ncpus"), "gpus": column("ngpus"),
	"runs": column("run_count"), "wait": column("eligible_wait_s"), "walltime": column("walltime_requested_s"),
	"elapsed": column("walltime_used_s"), "mem": column("mem_requested_bytes"), "mem-used": column("mem_used_bytes"),
	"mem-wasted": func(row map[string]any) (int64, bool) {
		asked, ok := column("mem_requested_bytes")(row)
		used, also := column("mem_used_bytes")(row)
		return asked - used, ok && also
	},
	"delay": func(row map[string]any) (int64, bool) {
		submit, start := instantOf(row["submit_time"]), instantOf(row["start_time"])
		return start.Unix() - submit.Unix(), !start.IsZero()
	},
}

func column(name string) func(row map[string]any) (int64, bool) {
	return func(row map[string]any) (int64, bool) {
		n, ok := row[name].(json.Number)
		if !ok {
			return 0, false
		}
		i, err := n.Int64()
		return i, err == nil
	}
}

func instantOf(value any) time.Time {
	text, _ := value.(string)
	at, _ := time.Parse(time.RFC3339, text)
	return at
}

func (s *searched) drawNumber(r *rand.Rand, flag string, value func(map[string]any) (int64, bool)) condition {
	write := func(n int64) string {
		switch {
		case strings.HasPrefix(flag, "mem"):
			return fmt.Sprintf("%db", n)
		case flag == "wait" || flag == "walltime" || flag == "elapsed" || flag == "delay":
			if n >= 0 && r.IntN(2) == 0 {
				return fmt.Sprintf("%d:%02d:%02d", n/3600, n/60%60, n%60)
			}
			return fmt.Sprintf("%ds", n)
		}
		return fmt.Sprint(n)
	}
	type bounds struct{ from, to int64 }
	var wanted, not []bounds
	var list []string
	for range 1 + r.IntN(2) {
		a, _ := value(s.any(r))
		b, _ := value(s.any(r))
		one, text := bounds{min(a, b), max(a, b)}, ""
		switch r.IntN(4) {
		case 0:
			one, text = bounds{a, a}, write(a)
		case 1:
			text = write(one.from) + ".."
			one.to = 1<<63 - 1
		case 2:
			text = ".." + write(one.to)
			one.from = -1 << 63
		case 3:
			text = write(one.from) + ".." + write(one.to)
		}
		if r.IntN(3) == 0 {
			text, not = "!"+text, append(not, one)
		} else {
			wanted = append(wanted, one)
		}
		list = append(list, text)
	}
	return condition{[]string{"--" + flag + "=" + strings.Join(list, ",")}, func(row map[string]any) bool {
		n, known := value(row)
		in := func(b bounds) bool { return n >= b.from && n <= b.to }
		return known && (wanted == nil || slices.ContainsFunc(wanted, in)) && !slices.ContainsFunc(not, in)
	}}
}

// drawTime asks for days of each machine's, or for instants.
func (s *searched) drawTime(r *rand.Rand, flag, from, to string) condition {
	draw := func() time.Time {
		for {
			if at := instantOf(s.any(r)[[]string{from, to}[r.IntN(2)]]); !at.IsZero() {
				return at
			}
		}
	}
	a, b := draw(), draw()
	if b.Before(a) {
		a, b = b, a
	}
	layout, exact := "2006-01-02T15:04:05Z", time.Second
	if r.IntN(2) == 0 {
		layout, exact = "2006-01-02 15:04", time.Minute
	}
	before := func(limit time.Time) func(time.Time, *time.Location) bool {
		limit = limit.Truncate(exact)
		return func(at time.Time, _ *time.Location) bool { return at.Before(limit) }
	}
	behind := func(limit time.Time) func(time.Time, *time.Location) bool {
		limit = limit.Truncate(exact).Add(exact)
		return func(at time.Time, _ *time.Location) bool { return !at.Before(limit) }
	}
	if r.IntN(2) == 0 {
		layout = time.DateOnly
		day := func(at time.Time, zone *time.Location) string { return at.In(zone).Format(time.DateOnly) }
		before = func(limit time.Time) func(time.Time, *time.Location) bool {
			return func(at time.Time, zone *time.Location) bool { return day(at, zone) < day(limit, time.UTC) }
		}
		behind = func(limit time.Time) func(time.Time, *time.Location) bool {
			return func(at time.Time, zone *time.Location) bool { return day(at, zone) > day(limit, time.UTC) }
		}
	}
	early, late := before(a), behind(b)
	text := a.Format(layout) + ".." + b.Format(layout)
	never := func(time.Time, *time.Location) bool { return false }
	switch r.IntN(4) {
	case 0:
		text, late = a.Format(layout), behind(a)
	case 1:
		text, late = a.Format(layout)+"..", never
	case 2:
		text, early = ".."+b.Format(layout), never
	}
	return condition{[]string{"--" + flag + "=" + text}, func(row map[string]any) bool {
		zone, begins, ends := s.zones[row["machine"].(string)], instantOf(row[from]), instantOf(row[to])
		if from != to { // the instant of its end is not in the job: the one before is
			ends = ends.Add(-time.Microsecond)
		}
		known := !begins.IsZero() && row[to] != nil
		if strings.HasPrefix(text, "..") && from != to {
			known = !begins.IsZero()
		}
		if strings.HasSuffix(text, "..") && from != to {
			known = row[to] != nil
		}
		return known && !early(ends, zone) && !late(begins, zone)
	}}
}

func (s *searched) drawJob(r *rand.Rand) condition {
	parts := regexp.MustCompile(`^(\d+)(?:\[(\d*)\])?(\..*)$`)
	var list []string
	var holds []func([]string) bool
	for range 1 + r.IntN(4) {
		id := s.any(r)["job_id"].(string)
		if r.IntN(2) == 0 {
			id = "9000002[7].srv"
		}
		m := parts.FindStringSubmatch(id)
		if m == nil {
			continue
		}
		isArray := strings.Contains(id, "[")
		forms := map[string]func([]string) bool{
			m[1]: func(o []string) bool { return o[1] == m[1] },
			id:   func(o []string) bool { return o[0] == m[0] },
		}
		if isArray {
			inArray := func(o []string) bool { return o[1] == m[1] && strings.Contains(o[0], "[") }
			forms[m[1]+"[]"] = inArray
			forms[m[1]+"[]"+m[3]] = func(o []string) bool { return inArray(o) && o[3] == m[3] }
			if m[2] != "" {
				forms[m[1]+"["+m[2]+"]"] = func(o []string) bool { return inArray(o) && o[2] == m[2] }
			} else {
				delete(forms, id) // is the array with its elements
			}
		}
		var names []string
		for form := range forms {
			names = append(names, form)
		}
		slices.Sort(names)
		form := names[r.IntN(len(names))]
		list, holds = append(list, form), append(holds, forms[form])
	}
	if list == nil {
		return s.drawJob(r)
	}
	return condition{[]string{"--job=" + strings.Join(list, ",")}, func(row map[string]any) bool {
		o := parts.FindStringSubmatch(row["job_id"].(string))
		return o != nil && slices.ContainsFunc(holds, func(h func([]string) bool) bool { return h(o) })
	}}
}

func (s *searched) drawMachine(r *rand.Rand) condition {
	value := []string{"casper", `ber\,lin`, "!casper", "*,!casper", "c*", "casper,b*"}[r.IntN(6)]
	return condition{[]string{"--machine=" + value}, func(row map[string]any) bool {
		return strings.HasSuffix(value, "b*") || (row["machine"] == "casper") == (value == "casper" || value == "c*")
	}}
}

func (s *searched) drawDays(r *rand.Rand) condition {
	a, b := fmt.Sprint(s.any(r)["end_date"]), fmt.Sprint(s.any(r)["end_date"])
	a, b = min(a, b), max(a, b)
	return condition{[]string{"--since=" + a, "--until=" + b}, func(row map[string]any) bool {
		day, known := row["end_date"].(string)
		return known && day >= a && day <= b
	}}
}

func (s *searched) drawParents(r *rand.Rand) condition {
	value := []string{"yes", "no", "only"}[r.IntN(3)]
	return condition{[]string{"--array-parents=" + value}, func(row map[string]any) bool {
		return value == "yes" || (row["is_array_parent"] == true) == (value == "only")
	}}
}

func (s *searched) drawWhere(r *rand.Rand) condition {
	n := 1 + r.IntN(200)
	text := []string{
		fmt.Sprintf("ncpus > %d -- so many", n), fmt.Sprintf("(\"ncpus\") > %d OR false", n),
		fmt.Sprintf("j.NCPUS > %d AND list_filter([1], ncpus -> ncpus > 0) = [1]", n),
		fmt.Sprintf("'ncpus é' <> '' AND\n/* ) */ ncpus > %d", n),
	}[r.IntN(4)]
	return condition{[]string{"--where=" + text}, func(row map[string]any) bool {
		cpus, known := column("ncpus")(row)
		return known && cpus > int64(n)
	}}
}
