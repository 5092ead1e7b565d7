package records

import (
	"bytes"
	"context"
	_ "embed"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"pbsduck/duckdb"
	"pbsduck/export"
	"pbsduck/ingest/pbs"
)

//go:embed sql/story.sql
var storySQL string

//go:embed sql/story_unended.sql
var storyUnended string

//go:embed sql/story_nodes.sql
var storyNodes string

//go:embed sql/story_runs.sql
var storyRuns string

//go:embed sql/story_elements.sql
var storyElements string

// A Story is what is known of one job. Names and units are those of the columns; nil is unknown.
type Story struct {
	Machine       string     `json:"machine"`
	JobID         string     `json:"job_id"`
	SubmitTime    *time.Time `json:"submit_time"`
	IsArrayParent bool       `json:"is_array_parent"`

	UserName  *string `json:"user_name"`
	GroupName *string `json:"group_name"`
	Account   *string `json:"account"`
	Project   *string `json:"project"`
	Name      *string `json:"name"`
	Queue     *string `json:"queue"`
	Priority  *string `json:"priority"`

	State      string     `json:"state"`       // ended; else running, waiting, held, suspended, moved, deleted or unknown
	StateSince *time.Time `json:"state_since"` // nil of those that ended
	LogsUntil  *time.Time `json:"logs_until"`  // until when that is known; nil of those that ended
	ExitStatus *int64     `json:"exit_status"`
	ExitClass  *string    `json:"exit_class"`
	Ending     *string    `json:"ending"` // how it ended, in words
	Flags      *string    `json:"flags"`

	WalltimeRequested *int64  `json:"walltime_requested_s"`
	NCPUs             *int64  `json:"ncpus"`
	NGPUs             *int64  `json:"ngpus"`
	Nodect            *int64  `json:"nodect"`
	MPIProcs          *int64  `json:"mpiprocs"`
	OMPThreads        *int64  `json:"ompthreads"`
	MemRequested      *int64  `json:"mem_requested_bytes"`
	CPUType           *string `json:"cpu_type"`
	GPUType           *string `json:"gpu_type"`
	SelectSpec        *string `json:"select_spec"`
	Place             *string `json:"place"`

	WalltimeUsed *int64 `json:"walltime_used_s"`
	CPUTime      *int64 `json:"cpu_time_s"`
	CPUPercent   *int64 `json:"cpu_percent"`
	MemUsed      *int64 `json:"mem_used_bytes"`
	VMemUsed     *int64 `json:"vmem_used_bytes"`

	WalltimeEfficiency *float64 `json:"walltime_efficiency_percent"` // walltime used of that asked for
	CPUEfficiency      *float64 `json:"cpu_efficiency_percent"`      // CPU time of cpus x walltime used
	MemoryEfficiency   *float64 `json:"memory_efficiency_percent"`   // memory used of that asked for

	QueuedTime       *time.Time `json:"queued_time"`
	EligibleTime     *time.Time `json:"became_eligible_time"`
	StartTime        *time.Time `json:"start_time"`
	EndTime          *time.Time `json:"end_time"`
	StartIsEstimated bool       `json:"start_is_estimated"`
	EndIsEstimated   bool       `json:"end_is_estimated"`
	EligibleWait     *int64     `json:"eligible_wait_s"`
	SubmitToStart    *int64     `json:"submit_to_start_s"`
	EligibleToStart  *int64     `json:"eligible_to_start_s"`
	RunCount         *int64     `json:"run_count"`

	CPUHours     *float64 `json:"cpu_hours"`
	GPUHours     *float64 `json:"gpu_hours"`
	MemoryHours  *float64 `json:"memory_hours"`
	QOS          *string  `json:"qos"`
	QOSFactor    *float64 `json:"qos_factor"`
	CPUCharge    *float64 `json:"cpu_charge"`
	GPUCharge    *float64 `json:"gpu_charge"`
	MemoryCharge *float64 `json:"memory_charge"`
	RuleVersion  *string  `json:"rule_version"`
	ChargedOver  *string  `json:"charged_over"`

	Site     map[string]json.RawMessage `json:"site_columns,omitempty"`
	NodeList string                     `json:"node_list"` // folded
	Nodes    []NodeShare                `json:"nodes"`
	Runs     []Run                      `json:"runs"`
	Elements []Elements                 `json:"elements,omitempty"` // of an array
	Life     []Moment                   `json:"life"`
}

// A NodeShare is what a job held on a node.
type NodeShare struct {
	Node  string `json:"node"`
	NCPUs *int64 `json:"ncpus"`
	NGPUs *int64 `json:"ngpus"`
	Mem   *int64 `json:"mem_bytes"`
}

// A Run is a row of job_runs.
type Run struct {
	Run          int64      `json:"run"`
	Phase        int64      `json:"phase"`
	Kind         string     `json:"kind"`
	StartTime    *time.Time `json:"start_time"`
	EndTime      *time.Time `json:"end_time"`
	Held         *int64     `json:"held_s"`
	WalltimeUsed *int64     `json:"walltime_used_s"`
	NCPUs        *int64     `json:"ncpus"`
	NGPUs        *int64     `json:"ngpus"`
	Nodect       *int64     `json:"nodect"`
	MemRequested *int64     `json:"mem_requested_bytes"`
	ExitStatus   *int64     `json:"exit_status"`
	Ended        *string    `json:"ended"`
}

// Elements are those of an array that ended in one way.
type Elements struct {
	ExitClass     *string  `json:"exit_class"`
	Jobs          int64    `json:"jobs"`
	UsedCoreHours *float64 `json:"used_core_hours"`
}

// A Moment is something that happened to a job.
type Moment struct {
	Time  time.Time `json:"time"`
	Type  string    `json:"type,omitempty"` // letter of the record; empty of what no record tells by itself
	What  string    `json:"what"`
	After *int64    `json:"after_s"` // since the moment before
}

// TellStory gathers what is known of a job, whether it has ended or not.
func TellStory(ctx context.Context, db *duckdb.DB, k JobKey) (*Story, error) {
	question := duckdb.With(storySQL, duckdb.Vars{"id": k.Number})
	id, _ := pbs.ParseID([]byte(k.JobID))
	if k.Number == 0 {
		question = duckdb.With(storyUnended,
			duckdb.Vars{"machine": k.Machine, "job_id": k.JobID, "submit_time": k.SubmitTime, "number": numberOf(id)})
	}
	found, err := rowsOf[Story](ctx, db, question)
	if err != nil {
		return nil, err
	}
	if len(found) == 0 {
		return nil, fmt.Errorf("job %s has no row any more", k)
	}
	s := &found[0]
	if s.State == "" {
		s.State = "ended"
	}
	return s, errors.Join(s.addSite(ctx, db, question), s.addHeld(ctx, db, k, id), s.addLife(ctx, db, k),
		s.addEnding(ctx, db, k))
}

// In has the story tell its instants in a time zone.
func (s *Story) In(zone *time.Location) {
	all := []*time.Time{
		s.SubmitTime, s.StateSince, s.LogsUntil, s.QueuedTime, s.EligibleTime, s.StartTime, s.EndTime,
	}
	for i := range s.Runs {
		all = append(all, s.Runs[i].StartTime, s.Runs[i].EndTime)
	}
	for i := range s.Life {
		all = append(all, &s.Life[i].Time)
	}
	for _, at := range all {
		if at != nil {
			*at = at.In(zone)
		}
	}
}

// rowsOf reads the rows of a question, whose columns are named as T's fields are in JSON.
func rowsOf[T any](ctx context.Context, db *duckdb.DB, question string) ([]T, error) {
	rows, err := db.Query(ctx, question)
	if err != nil {
		return nil, err
	}
	defer rows.Release()
	var lines bytes.Buffer
	if _, err := export.Write(ctx, &lines, rows, export.NDJSON, export.Options{}); err != nil {
		return nil, err
	}
	decoder, all := json.NewDecoder(&lines), []T{}
	for {
		var one T
		if err := decoder.Decode(&one); errors.Is(err, io.EOF) {
			return all, nil
		} else if err != nil {
			return nil, err
		}
		all = append(all, one)
	}
}

// addSite adds what the site's own columns say.
func (s *Story) addSite(ctx context.Context, db *duckdb.DB, question string) error {
	own := db.Site().Columns
	if len(own) == 0 || s.State != "ended" {
		return nil
	}
	all, err := rowsOf[map[string]json.RawMessage](ctx, db, question)
	if err != nil {
		return err
	}
	s.Site = map[string]json.RawMessage{}
	for _, c := range own {
		s.Site[c.Name] = all[0][c.Name]
	}
	return nil
}

// addHeld adds what the job held: nodes, runs, the elements of an array.
func (s *Story) addHeld(ctx context.Context, db *duckdb.DB, k JobKey, id pbs.ID) (err error) {
	if s.Nodes, err = rowsOf[NodeShare](ctx, db, duckdb.With(storyNodes, duckdb.Vars{"id": k.Number})); err != nil {
		return err
	}
	var names []string
	for _, n := range s.Nodes {
		names = append(names, n.Node)
	}
	s.NodeList = strings.Join(foldNames(names), ",")
	if s.Runs, err = rowsOf[Run](ctx, db, duckdb.With(storyRuns,
		duckdb.Vars{"machine": k.Machine, "job_id": k.JobID, "submit_time": k.SubmitTime})); err != nil {
		return err
	}
	if id.Kind == pbs.IDArrayParent {
		s.Elements, err = rowsOf[Elements](ctx, db,
			duckdb.With(storyElements, duckdb.Vars{"machine": k.Machine, "number": numberOf(id), "submit_time": k.SubmitTime}))
	}
	return err
}

// An entry is a row of the history.
type entry struct {
	Time     *time.Time `json:"time"`
	Type     string     `json:"type"`
	What     string     `json:"what"`
	ObjectID string     `json:"object_id"`
	EndTime  *time.Time `json:"end_time"`
}

// happened is when what an entry tells of happened: a job ended when its E record says, which may be written late, as
// after the server was down. What it says then tells so.
func (e entry) happened() (at time.Time, what string) {
	if e.Type != "E" || e.EndTime == nil || e.Time.Sub(*e.EndTime) < time.Minute {
		return *e.Time, e.What
	}
	return *e.EndTime, e.What + ", recorded " + e.Time.UTC().Format(time.DateTime)
}

// tellsEndOf tells whether an entry is the E record that a story's end is of.
func (e entry) tellsEndOf(s *Story) bool {
	return e.Type == "E" && e.EndTime != nil && s.EndTime != nil && e.EndTime.Equal(*s.EndTime)
}

// marked is a word for what happened at an instant that was worked out, or was not.
func marked(word string, estimated bool) string {
	if estimated {
		return word + " (worked out)"
	}
	return word
}

// addLife adds the moments of the job's life: its submission, and what its records tell. Of an array that it is an
// element of, the beginning is not its own.
func (s *Story) addLife(ctx context.Context, db *duckdb.DB, k JobKey) error {
	question, err := historyQuestion(ctx, db, k, historySQL)
	if err != nil {
		return err
	}
	entries, err := rowsOf[entry](ctx, db, question)
	if err != nil {
		return err
	}
	if s.SubmitTime != nil {
		what := "submitted"
		if strings.Contains(k.JobID, "[") && !s.IsArrayParent {
			what = "its array was submitted"
		}
		s.Life = append(s.Life, Moment{Time: *s.SubmitTime, What: what})
	}
	started := s.StartTime == nil
	for _, e := range entries {
		if e.Time == nil || e.ObjectID != k.JobID && (e.Type == "Q" || e.Type == "S") {
			continue
		}
		at, what := e.happened()
		if e.Type == "E" && !started && s.StartTime.Before(at) {
			s.live(*s.StartTime, "", marked("started", s.StartIsEstimated))
			started = true
		}
		if e.tellsEndOf(s) {
			what = marked("ended", s.EndIsEstimated) + strings.TrimPrefix(what, "ended")
		}
		started = started || e.Type == "S" || e.Type == "T"
		s.live(at, e.Type, what)
	}
	slices.SortStableFunc(s.Life, func(a, b Moment) int { return a.Time.Compare(b.Time) })
	for i := 1; i < len(s.Life); i++ {
		after := int64(s.Life[i].Time.Sub(s.Life[i-1].Time) / time.Second)
		s.Life[i].After = &after
	}
	return nil
}

// live adds a moment. The first Q record is the submission itself, which eligibility may follow.
func (s *Story) live(at time.Time, letter, what string) {
	if letter == "Q" && len(s.Life) == 1 && s.Life[0].Type == "" && at.Sub(s.Life[0].Time).Abs() < time.Minute {
		s.Life[0].Type, s.Life[0].What = letter, "submitted, "+what
		return
	}
	if e := s.EligibleTime; letter != "Q" && e != nil && len(s.Life) > 0 && e.After(s.Life[len(s.Life)-1].Time) &&
		e.Before(at) && !s.hasLived("eligible") {
		s.Life = append(s.Life, Moment{Time: *e, What: "eligible"})
	}
	s.Life = append(s.Life, Moment{Time: at, Type: letter, What: what})
}

func (s *Story) hasLived(what string) bool {
	for _, m := range s.Life {
		if m.What == what {
			return true
		}
	}
	return false
}

// addEnding says in words how the job ended. What a status below 0 means depends on the dialect, which the record
// tells; where there is none that can be read, the class does.
func (s *Story) addEnding(ctx context.Context, db *duckdb.DB, k JobKey) error {
	if s.State != "ended" || s.ExitStatus == nil {
		return nil
	}
	dialect := pbs.OpenPBS
	if s.ExitClass != nil && string(dialect.ClassifyExit(*s.ExitStatus)) != *s.ExitClass {
		dialect = pbs.Torque
	}
	if raw, err := Raw(ctx, db, k); err == nil {
		var r pbs.Record
		pbs.NewScanner(pbs.NewParser()).Split(raw.Bytes, &r)
		dialect = r.Dialect()
	} else if ctx.Err() != nil {
		return ctx.Err()
	}
	words := dialect.ExitMeaning(*s.ExitStatus)
	class := dialect.ClassifyExit(*s.ExitStatus)
	if class == pbs.ExitSignal || class == pbs.ExitShellSignal {
		if reached(s.WalltimeUsed, s.WalltimeRequested) {
			words += ", at its walltime limit"
		}
		if reached(s.MemUsed, s.MemRequested) {
			words += ", at its memory limit"
		}
	}
	s.Ending = &words
	return nil
}

func reached(used, asked *int64) bool {
	return used != nil && asked != nil && *asked > 0 && *used >= *asked
}
