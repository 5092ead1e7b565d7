package report_test

import (
	"cmp"
	"database/sql"
	"slices"
	"strings"
	"testing"
	"time"

	"pbsduck/ingest/site"
)

// A job is a row of jobs, with its charge. Instants are seconds.
type job struct {
	machine                                                                        string
	id                                                                             int64
	jobID                                                                          string
	parent                                                                         bool
	name, user, group, account, project, queue, priority, class, cpuType, gpuType  *string
	exit, submit, eligible, start, end                                             *int64
	asked, used, wait, cpu, ncpus, ngpus, nodect, ranks, memAsked, memUsed, energy *int64
	cpuHours, gpuHours, memHours, factor                                           *float64
	// on which it ended, by the machine's clock; empty: not known
	day string
}

// A run is a row of job_runs, or what runs when the logs end.
type run struct {
	machine, jobID       string
	submit               int64
	number, phase        int64
	kind                 string
	start, end           *int64
	ncpus, ngpus, nodect *int64
	user, account, queue *string
	job                  *job // whose it is; nil: it has not ended
}

// An open job has not ended when the logs do.
type open struct {
	machine, jobID, state                      string
	name, user, group, account, project, queue *string
	submit, start, stop                        *int64 // stop: of an earlier run, if it waits since
	ncpus, ngpus, nodect, walltime             *int64
	marks                                      []event // of the run that goes on: c, s, z and r records
}

// read reads the tables out.
func (w *world) read(t testing.TB, config *site.Config) {
	t.Helper()
	w.readMachines(t, config)
	w.readJobs(t)
	w.readRuns(t)
	w.readOpen(t)
}

func (w *world) ask(t testing.TB, query string, scan func(*sql.Rows) error) {
	t.Helper()
	rows, err := w.db.Conn().QueryContext(t.Context(), query)
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	n := 0
	for ; rows.Next(); n++ {
		if err := scan(rows); err != nil {
			t.Fatal(err)
		}
	}
	if rows.Err() != nil || n == 0 {
		t.Fatalf("%s: %d rows, %v", query, n, rows.Err())
	}
}

func (w *world) machine(name string) *machine {
	return w.machines[slices.IndexFunc(w.machines, func(m *machine) bool { return m.name == name })]
}

func (w *world) readMachines(t testing.TB, config *site.Config) {
	w.ask(t, "SELECT machine, first_time, last_time FROM log_files", func(r *sql.Rows) error {
		var name string
		var first, last time.Time
		if err := r.Scan(&name, &first, &last); err != nil {
			return err
		}
		if !slices.ContainsFunc(w.machines, func(m *machine) bool { return m.name == name }) {
			c := config.Machine(name)
			zone, err := time.LoadLocation(c.Zone)
			if err != nil {
				return err
			}
			w.machines = append(w.machines,
				&machine{name: name, zone: zone, first: first.Unix(), last: last.Unix(), capacity: c.Capacity})
		}
		m := w.machine(name)
		m.first, m.last = min(m.first, first.Unix()), max(m.last, last.Unix())
		return nil
	})
	slices.SortFunc(w.machines, func(a, b *machine) int { return cmp.Compare(a.name, b.name) })
}

func seconds(t *time.Time) *int64 {
	if t == nil {
		return nil
	}
	s := t.Unix()
	return &s
}

func (w *world) readJobs(t testing.TB) {
	w.ask(t, `SELECT machine, id, jobs.job_id, is_array_parent, name, user_name, group_name, account, project, queue,
			priority, exit_class, cpu_type, gpu_type, exit_status, submit_time, became_eligible_time, start_time, end_time,
			walltime_requested_s, walltime_used_s, eligible_wait_s, cpu_time_s, ncpus, ngpus, nodect, mpiprocs,
			mem_requested_bytes, mem_used_bytes, energy_j, cpu_hours, gpu_hours, memory_hours, qos_factor
		FROM jobs, job_charges WHERE job_charges.job_id = jobs.id`, func(r *sql.Rows) error {
		var j job
		var submit, eligible, start, end *time.Time
		err := r.Scan(&j.machine, &j.id, &j.jobID, &j.parent, &j.name, &j.user, &j.group, &j.account, &j.project, &j.queue,
			&j.priority, &j.class, &j.cpuType, &j.gpuType,
			&j.exit, &submit, &eligible, &start, &end, &j.asked, &j.used, &j.wait, &j.cpu, &j.ncpus, &j.ngpus, &j.nodect,
			&j.ranks, &j.memAsked, &j.memUsed, &j.energy,
			&j.cpuHours, &j.gpuHours, &j.memHours, &j.factor)
		j.submit, j.eligible, j.start, j.end = seconds(submit), seconds(eligible), seconds(start), seconds(end)
		if end != nil {
			j.day = end.In(w.machine(j.machine).zone).Format(time.DateOnly)
		}
		w.jobs = append(w.jobs, j)
		return err
	})
}

func (w *world) readRuns(t testing.TB) {
	byID := map[int64]*job{}
	for i := range w.jobs {
		byID[w.jobs[i].id] = &w.jobs[i]
	}
	w.ask(t, `SELECT machine, job_id, submit_time, run, phase, kind, start_time, end_time, ncpus, ngpus, nodect, `+
		`user_name, account, queue, id FROM job_runs`, func(r *sql.Rows) error {
		var u run
		var submit time.Time
		var start, end *time.Time
		var id *int64
		err := r.Scan(&u.machine, &u.jobID, &submit, &u.number, &u.phase, &u.kind, &start, &end, &u.ncpus, &u.ngpus,
			&u.nodect, &u.user, &u.account, &u.queue, &id)
		u.submit, u.start, u.end = submit.Unix(), seconds(start), seconds(end)
		if id != nil {
			u.job = byID[*id]
		}
		w.runs = append(w.runs, u)
		return err
	})
}

// An event is a record that tells of a job before its end.
type event struct {
	time   time.Time
	letter string
	file   string
	line   int64
	text   *string
	open
}

// readOpen follows each job through the logs, line by line: what its last record says is how it is.
func (w *world) readOpen(t testing.TB) {
	events := map[string][]event{}
	w.ask(t, `SELECT e.machine, e.object_id, e.time, e.type, f.name, e.line, e.name, e.user_name, e.group_name,
			e.account, e.project, e.queue, e.submit_time, e.start_time,
			e.ncpus, e.ngpus, e.nodect, e.walltime_requested_s, e.text
		FROM events e, log_files f WHERE f.file_id = e.file_id`, func(r *sql.Rows) error {
		var e event
		var submit, start *time.Time
		err := r.Scan(&e.machine, &e.jobID, &e.time, &e.letter, &e.file, &e.line, &e.name, &e.user, &e.group, &e.account,
			&e.project, &e.queue, &submit, &start,
			&e.ncpus, &e.ngpus, &e.nodect, &e.walltime, &e.text)
		e.submit, e.start = seconds(submit), seconds(start)
		key := e.machine + " " + e.jobID
		events[key] = append(events[key], e)
		return err
	})
	w.told = map[string][]event{}
	type end struct{ submit, logged int64 }
	ended := map[string][]end{}
	w.ask(t, `SELECT machine, job_id, submit_time, logged_time FROM outcomes`, func(r *sql.Rows) error {
		var machine, id string
		var submit, at time.Time
		err := r.Scan(&machine, &id, &submit, &at)
		ended[machine+" "+id] = append(ended[machine+" "+id], end{submit.Unix(), at.Unix()})
		return err
	})
	for key, all := range events {
		w.told[key] = slices.Clone(all)
		all = slices.DeleteFunc(all, func(e event) bool { // an E record of this submission, or a later one, follows
			return slices.ContainsFunc(ended[key], func(o end) bool {
				return o.logged >= e.time.Unix() && (e.submit == nil || o.submit >= *e.submit)
			})
		})
		if len(all) == 0 {
			continue
		}
		slices.SortFunc(all, func(a, b event) int {
			return cmp.Or(a.time.Compare(b.time), cmp.Compare(a.file, b.file), cmp.Compare(a.line, b.line))
		})
		if o, is := follow(all, w.machine(all[0].machine)); is {
			w.open = append(w.open, o)
		}
	}
}

// follow tells how a job is at the end of its records.
func follow(all []event, m *machine) (o open, is bool) {
	if strings.Contains(all[0].jobID, "[]") {
		return o, false
	}
	queued := false
	var begun *event
	for i, e := range all {
		at := e.time.Unix()
		if at < m.last-40*86400 {
			continue
		}
		switch e.letter {
		case "Q":
			o.state, queued = "waiting", true
			if o.submit == nil {
				o.submit = &at
			}
		case "S":
			o.state, queued = "running", true
			if o.start = e.start; o.start == nil {
				o.start = &at
			}
			begun, o.marks = &all[i], nil
		case "T":
			o.state, o.start, o.marks, queued = "running", &at, nil, true
		case "R", "C":
			o.state, o.start, o.stop, o.marks, queued = "waiting", nil, &at, nil, true
		case "D", "A", "M", "K", "k":
			o.state = ""
		case "c", "s":
			if o.start != nil && e.start != nil && *e.start == *o.start {
				o.marks = append(o.marks, e)
			}
			continue
		case "z", "r":
			o.marks = append(o.marks, e)
			continue
		default:
			continue
		}
		o.learn(&e.open, false)
	}
	if o.state == "running" && begun != nil { // what it holds the record of its start says
		o.learn(&begun.open, true)
	}
	o.machine, o.jobID = m.name, all[0].jobID
	return o, queued && o.state != ""
}

// learn takes over what a record says, or all that it says or not.
func (o *open) learn(told *open, all bool) {
	know(&o.name, told.name, all)
	know(&o.user, told.user, all)
	know(&o.group, told.group, all)
	know(&o.account, told.account, all)
	know(&o.project, told.project, all)
	know(&o.queue, told.queue, all)
	know(&o.submit, told.submit, false)
	know(&o.ncpus, told.ncpus, all)
	know(&o.ngpus, told.ngpus, all)
	know(&o.nodect, told.nodect, all)
	know(&o.walltime, told.walltime, all)
}

func know[T any](value **T, told *T, all bool) {
	if told != nil || all {
		*value = told
	}
}

// phases are what an open job holds from when on, if it runs, and since when it is suspended.
func (o *open) phases() (all []stretch, suspended *int64) {
	held := stretch{cores: number(o.ncpus), gpus: number(o.ngpus), nodes: number(o.nodect), unknown: o.ncpus == nil}
	if o.start != nil {
		held.start = *o.start
	}
	all = []stretch{held}
	kept := false
	for i := 0; i < len(o.marks); i++ {
		m := o.marks[i]
		at := m.time.Unix()
		if next := i + 1; next < len(o.marks) && o.marks[next].time.Equal(m.time) && m.letter+o.marks[next].letter == "zr" {
			i++ // which came first is not told
			continue
		}
		switch m.letter {
		case "c", "s":
			held.cores, held.gpus, held.nodes = number(m.ncpus), number(m.ngpus), number(m.nodect)
			held.unknown = m.ncpus == nil
		case "z":
			if suspended == nil {
				suspended = &at
				kept = m.text != nil && strings.Contains(*m.text, "resources_released") && !strings.Contains(*m.text, "ncpus")
			}
		case "r":
			suspended = nil
		}
		now := held
		if suspended != nil && !kept {
			now.cores, now.gpus, now.nodes = 0, 0, 0
		}
		now.start = at
		all = append(all, now)
	}
	return all, suspended
}
