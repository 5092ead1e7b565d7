package report_test

import (
	"testing"

	"pbsduck/duckdb"
	"pbsduck/duckdb/report"
)

// A reckoning is a report reckoned by hand from the rows of the tables, the slow and obvious way.
type reckoning struct {
	rows func(*world, question) []row
	keys []string            // columns that tell its rows apart, besides machine, period and entity
	sets []map[string]string // choices
}

var reckonings = map[string]reckoning{
	"usage":   {usage, nil, choices("sort", "core_hours", "node_hours", "gpu_hours", "jobs")},
	"charges": {charges, nil, nil},
	"people":  {people, nil, nil},
	"top": {top,
		[]string{"rank"}, append(choices("metric", "core_hours", "node_hours", "gpu_hours", "jobs", "wasted_core_hours"),
			choices("top", "0", "1", "3", "1000")...)},
	"failures":    {failures, []string{"exit_class", "exit_status"}, nil},
	"efficiency":  {efficiency, nil, nil},
	"memory":      {memory, nil, nil},
	"walltime":    {walltime, nil, nil},
	"energy":      {energy, nil, nil},
	"queues":      {queues, nil, waitKinds},
	"sizes":       {sizes, []string{"size"}, sizeKinds},
	"runtimes":    {runtimes, []string{"run_time"}, nil},
	"shapes":      {shapes, []string{"size", "run_time"}, sizeKinds},
	"waits":       {waits, []string{"size"}, append(append([]map[string]string{}, waitKinds...), sizeKinds...)},
	"slowdown":    {slowdown, nil, waitKinds},
	"utilisation": {utilisation, nil, nil},
	"hours":       {hours, []string{"hour"}, nil},
	"concurrency": {concurrency, nil, nil},
	"queue-depth": {queueDepth, nil, nil},
	"requeues":    {requeues, nil, nil},
	"now":         {now, []string{"state"}, nil},
	"allocations": {allocations, []string{"from_date", "to_date", "hours"}, choices("top", "0", "1", "2")},
	"days":        {days, []string{"what", "first_day"}, nil},
}

var (
	waitKinds = choices("wait_kind", "eligible", "queued", "total")
	sizeKinds = choices("size", "nodes", "cpus", "gpus", "memory", "memory_used", "memory_per_rank", "all")
)

func choices(name string, values ...string) (all []map[string]string) {
	for _, v := range values {
		all = append(all, map[string]string{name: v})
	}
	return all
}

// questions are those that a report is asked: by each thing that its rows may be by, by pairs, with each choice, of
// some days, machines and jobs.
func questions(r report.Report, c reckoning) (all []question) {
	all = []question{{}}
	entities := []string{"nothing"}
	for i, by := range r.By {
		if by == "" || r.Name != "usage" && (i+len(r.Name))%4 != 0 {
			continue
		}
		all = append(all, question{by: []string{by}})
		if i%4 == 1 && !isPeriod(by) {
			entities = append(entities, by)
		}
	}
	ofRuns := len(r.By) == len(by("runs"))
	if ofRuns || len(r.By) >= len(by("jobs")) {
		for i, p := range periodNames[len(r.Name)%3:] {
			all = append(all, question{by: []string{p, entities[i%len(entities)]}})
		}
	}
	for _, set := range c.sets {
		all = append(all, question{set: set})
	}
	for _, window := range [][2]string{
		{"2026-03-07", ""},
		{"", "2026-04-05"},
		{"2026-03-08", "2026-04-01"},
		{"2026-04-05", "2026-04-05"},
		{"2026-11-01", "2026-11-01"},
	} {
		q := question{since: window[0], until: window[1]}
		if len(r.By) > 5 && window[0] < "2026-04" {
			q.by = []string{"week"}
		}
		all = append(all, q)
	}
	all = append(all, question{machines: []string{"lordhowe", "havana"}}, question{machines: []string{"idle"}})
	terms := []question{
		{terms: []duckdb.Term{duckdb.Names{Column: "user_name",
			Wanted: []duckdb.Pattern{{Text: "ada"}, {Text: "user00*", Glob: true}}}}, keeps: ofUsers},
		{terms: []duckdb.Term{duckdb.Names{Column: "queue", Unwanted: []duckdb.Pattern{{Text: "htc"}}}}, keeps: notHTC,
			since: "2026-03-07", until: "2026-04-04"},
		{terms: []duckdb.Term{duckdb.Numbers{Value: "j.exit_status", Wanted: []duckdb.Range{{From: new(int64)}}}},
			keeps: notByPBS},
		{terms: []duckdb.Term{duckdb.Names{Column: "project", Wanted: []duckdb.Pattern{{Text: "p1"}}}}, keeps: ofProject},
		{terms: []duckdb.Term{duckdb.Numbers{Value: "j.ncpus", Wanted: []duckdb.Range{{From: new(int64(8))}}}},
			keeps: ofEight},
	}
	return append(all, terms...)
}

func by(whose string) []string {
	r, err := report.Parse("x", "x", "-- Title: x\n-- Question: x?\n-- By: day of "+whose+"\n")
	if err != nil {
		panic(err)
	}
	return r.By
}

func isPeriod(by string) bool {
	return periodOf(by, "2026-05-05") != nil && len(by) < 8 && by != "" && contains(periodNames, by)
}

func contains(all []string, one string) bool {
	for _, a := range all {
		if a == one {
			return true
		}
	}
	return false
}

func ofUsers(j *job) bool {
	return j.user != nil && (*j.user == "ada" || len(*j.user) >= 6 && (*j.user)[:6] == "user00")
}

func ofProject(j *job) bool { return j.project != nil && *j.project == "p1" }
func ofEight(j *job) bool   { return j.ncpus != nil && *j.ncpus >= 8 }
func notHTC(j *job) bool    { return j.queue != nil && *j.queue != "htc" }
func notByPBS(j *job) bool  { return j.exit != nil && *j.exit >= 0 }

// TestReportsAgreeWithRows: each report says what is reckoned by hand from the rows of the tables, whatever is asked of
// it.
func TestReportsAgreeWithRows(t *testing.T) {
	w := aWorld(t)
	all, err := report.All("")
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range all {
		c, ok := reckonings[r.Name]
		if !ok {
			t.Errorf("nothing reckons the report %s", r.Name)
			continue
		}
		t.Run(r.Name, func(t *testing.T) {
			for _, q := range questions(r, c) {
				got, wrong := q.run(t, w, r)
				if wrong != nil {
					continue
				}
				asked := q
				if q.by == nil && len(r.By) > 0 && r.By[0] != "" {
					asked.by = []string{r.By[0]}
				}
				want := c.rows(w, asked)
				for _, x := range want {
					asked.trim(x)
				}
				keys := append([]string{"machine", "period", asked.entity()}, c.keys...)
				sameRows(t, q.String(), keys, got, want)
				if t.Failed() {
					return
				}
			}
		})
	}
}

// trim gives a row the columns that the question has: period and entity where rows are by one.
func (q question) trim(r row) {
	if q.period() == "" {
		delete(r, "period")
	}
	entity, name := r["entity"], q.entity()
	delete(r, "entity")
	if _, there := r[name]; name != "" && !there {
		r[name] = entity
	}
}
