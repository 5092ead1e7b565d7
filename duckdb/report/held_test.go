package report_test

import (
	"cmp"
	"slices"
	"time"

	"pbsduck/ingest/site"
)

// Reports about what was in use or waited, reckoned run by run: each is laid over each period, and what they have in
// common is added up.

// A stretch is a time in which something was held or waited for.
type stretch struct {
	start, end         int64
	cores, gpus, nodes float64
	unknown            bool // it does not say how many cores
	entity             any
	kind               string
	whole              bool  // it ends its run: no other phase follows
	runEnd             int64 // when its run ended
	machine, jobID     string
	submit             int64
	sign               float64 // -1: it is to be taken away
	number             int64
}

// A span is a time, and the days in it of which a row tells.
type span struct {
	begin, end int64
	days       []string
}

// midnight is when a day begins: the first instant of which the clock says that it is this day, which may be there
// twice.
func midnight(day string, zone *time.Location) int64 {
	t, err := time.ParseInLocation("2006-01-02 15:04", day+" 12:00", zone)
	if err != nil {
		panic(err)
	}
	at := t.Unix()
	for time.Unix(at-900, 0).In(zone).Format(time.DateOnly) == day {
		at -= 900
	}
	return at
}

func nextDay(day string) string {
	t, err := time.Parse(time.DateOnly, day)
	if err != nil {
		panic(err)
	}
	return t.AddDate(0, 0, 1).Format(time.DateOnly)
}

// window is the time that a question means, as far as the logs of the machine tell of it.
func (q question) window(m *machine) (t0, t1 int64) {
	t0, t1 = m.first, m.last
	if q.since != "" {
		t0 = max(t0, midnight(q.since, m.zone))
	}
	if q.until != "" {
		t1 = min(t1, midnight(nextDay(q.until), m.zone))
	}
	return t0, t1
}

// spans are the periods of a question, by their names.
func (q question) spans(m *machine) (names []any, spans map[any]*span) {
	spans = map[any]*span{}
	t0, t1 := q.window(m)
	for at := t0; at < t1; {
		day := time.Unix(at, 0).In(m.zone).Format(time.DateOnly)
		end := min(t1, midnight(nextDay(day), m.zone))
		name := periodOf(q.period(), day)
		if spans[name] == nil {
			spans[name] = &span{begin: at}
			names = append(names, name)
		}
		spans[name].end = end
		spans[name].days = append(spans[name].days, day)
		at = end
	}
	return names, spans
}

// within is how much of a stretch lies in a time.
func (s stretch) within(begin, end int64) float64 {
	return float64(max(0, min(s.end, end)-max(s.start, begin)))
}

func number(n *int64) float64 {
	if n == nil {
		return 0
	}
	return float64(*n)
}

// job is what is known of an open job, as if it had ended.
func (o *open) job() *job {
	return &job{machine: o.machine, jobID: o.jobID, name: o.name, user: o.user, group: o.group, account: o.account,
		project: o.project, queue: o.queue,
		submit: o.submit, start: o.start, ncpus: o.ncpus, ngpus: o.ngpus, nodect: o.nodect}
}

// unended is what is known of a job without an E record that a run is of: what its latest S or R record says.
func (w *world) unended(r *run) *job {
	var latest *event
	for i, e := range w.told[r.machine+" "+r.jobID] {
		if (e.letter == "S" || e.letter == "R") && e.submit != nil && *e.submit == r.submit && (latest == nil ||
			cmp.Or(latest.time.Compare(e.time), cmp.Compare(latest.letter, e.letter)) < 0) {
			latest = &w.told[r.machine+" "+r.jobID][i]
		}
	}
	j := latest.open.job()
	if latest.letter == "R" {
		j.start = nil
	}
	return j
}

// keeping tells whether the terms of a question, if there are any, are true of a job.
func (q question) keeping(j *job) bool { return q.keeps == nil || q.keeps(j) }

// key tells a run of a job.
func (r *run) key() [2]any { return [2]any{r.machine + r.jobID, [2]int64{r.submit, r.number}} }

// held are the stretches in which runs of a machine held something.
func (w *world) held(q question, m *machine) (all []stretch) {
	last := map[[2]any]*run{} // phase of each run
	for i := range w.runs {
		r := &w.runs[i]
		if l := last[r.key()]; l == nil || l.phase < r.phase {
			last[r.key()] = r
		}
	}
	for i := range w.runs {
		r := &w.runs[i]
		j := r.job
		if j == nil {
			j = w.unended(r)
		}
		if r.machine != m.name || r.start == nil || r.end == nil || *r.end < *r.start || !q.keeping(j) {
			continue
		}
		all = append(all, stretch{start: *r.start, end: *r.end, cores: number(r.ncpus), gpus: number(r.ngpus),
			nodes: number(r.nodect), unknown: r.ncpus == nil,
			entity: (&job{machine: r.machine, user: r.user, account: r.account, queue: r.queue}).entity(q.entity()),
			kind:   r.kind,
			whole:  last[r.key()] == r, runEnd: *cmp.Or(last[r.key()].end, r.end), machine: r.machine,
			jobID: r.jobID, submit: r.submit, number: r.number})
	}
	for i := range w.open {
		o := &w.open[i]
		if o.machine != m.name || o.state != "running" || o.until(m) <= *o.start || !q.keeping(o.job()) {
			continue
		}
		phases, _ := o.phases()
		for k, s := range phases {
			s.end, s.entity, s.kind = o.until(m), o.job().entity(q.entity()), "running"
			if k+1 < len(phases) {
				s.end = min(s.end, phases[k+1].start)
			}
			if s.end > s.start {
				all = append(all, s)
			}
		}
	}
	return all
}

// until is when an open job that runs is said to end: with the logs, or with its walltime if a log is missing since.
func (o *open) until(m *machine) int64 {
	if o.walltime == nil || *o.walltime <= 0 {
		return m.last
	}
	last := *o.start
	if phases, _ := o.phases(); len(phases) > 1 {
		last = phases[len(phases)-1].start
	}
	day := time.Unix(last, 0).In(m.zone).Format(time.DateOnly)
	for _, d := range gaps {
		if d.machine == m.name && d.what == "missing" && d.last >= day {
			return min(m.last, *o.start+*o.walltime)
		}
	}
	return m.last
}

// entities are those that stretches are by; only nothing, if they are by none.
func (q question) entities(all []stretch) []any {
	if q.entity() == "" {
		return []any{nil}
	}
	var names []any
	for _, s := range all {
		if !slices.Contains(names, s.entity) {
			names = append(names, s.entity)
		}
	}
	return names
}

// capacity is what a machine had in a span, times time; nil if that is not known of all of it.
func (m *machine) had(s *span, of func(site.Capacity) *int64) any {
	return m.hadWhere(s, of, func(string) bool { return true })
}

// hadWhere is capacity on some days of a span.
func (m *machine) hadWhere(s *span, of func(site.Capacity) *int64, meant func(day string) bool) any {
	sum := 0.0
	for i, day := range s.days {
		if !meant(day) {
			continue
		}
		begin, end := s.begin, s.end
		if i > 0 {
			begin = midnight(day, m.zone)
		}
		if i+1 < len(s.days) {
			end = midnight(nextDay(day), m.zone)
		}
		var n *int64
		for _, c := range m.capacity {
			if (c.From.IsZero() || c.From.Format(time.DateOnly) <= day) &&
				(c.Until.IsZero() || c.Until.Format(time.DateOnly) >= day) {
				n = of(c)
			}
		}
		if n == nil {
			return nil
		}
		sum += float64(*n * (end - begin))
	}
	return sum
}

func cores(c site.Capacity) *int64 { return c.Cores }

func utilisation(w *world, q question) (rows []row) {
	for _, m := range w.machines {
		if !q.means(m.name) {
			continue
		}
		held := w.held(q, m)
		names, spans := q.spans(m)
		for _, name := range names {
			s := spans[name]
			for _, entity := range q.entities(held) {
				sums, told, jobs, unknown := [3]float64{}, [3]float64{}, 0.0, 0.0
				hasLog := func(day string) bool { return !isMissing(m.name, day) }
				without := 0.0
				for _, day := range s.days {
					if !hasLog(day) {
						without++
					}
				}
				for _, h := range held {
					t := h.within(s.begin, s.end)
					if t == 0 || h.entity != entity {
						continue
					}
					jobs += t
					for i, held := range []float64{h.cores, h.gpus, h.nodes} {
						sums[i] += held * t
						for _, day := range s.days {
							if hasLog(day) {
								begin := max(s.begin, midnight(day, m.zone))
								told[i] += held * h.within(begin, min(s.end, midnight(nextDay(day), m.zone)))
							}
						}
					}
					if h.unknown {
						unknown++
					}
				}
				if jobs == 0 && q.entity() != "" {
					continue
				}
				long := float64(s.end - s.begin)
				r := row{
					"machine": m.name, "period": name, "entity": entity, "hours": long / 3600, "mean_jobs": jobs / long,
					"unknown": unknown, "days_without_logs": without,
				}
				for i, what := range []string{"core", "gpu", "node"} {
					r[what+"_hours"] = sums[i] / 3600
					of := []func(site.Capacity) *int64{cores, func(c site.Capacity) *int64 { return c.GPUs },
						func(c site.Capacity) *int64 { return c.Nodes }}[i]
					r[what+"_pct"] = nil
					if what != "node" {
						r["capacity_"+what+"s"] = nil
					}
					if had, ok := m.hadWhere(s, of, hasLog).(float64); ok && had > 0 {
						r[what+"_pct"] = 100 * told[i] / had
					}
					if had, ok := m.had(s, of).(float64); ok && what != "node" {
						r["capacity_"+what+"s"] = had / long
					}
				}
				rows = append(rows, r)
			}
		}
	}
	return rows
}

func hours(w *world, q question) (rows []row) {
	for _, m := range w.machines {
		if !q.means(m.name) {
			continue
		}
		held := w.held(q, m)
		t0, t1 := q.window(m)
		for hour := t0 - t0%3600; hour < t1; hour += 3600 {
			begin, end := max(t0, hour), min(t1, hour+3600)
			for _, entity := range q.entities(held) {
				var c, g, n, jobs float64
				for _, h := range held {
					if h.entity == entity {
						t := h.within(begin, end)
						c, g, n, jobs = c+h.cores*t, g+h.gpus*t, n+h.nodes*t, jobs+t
					}
				}
				if jobs == 0 && q.entity() != "" {
					continue
				}
				long := float64(end - begin)
				rows = append(rows, row{"machine": m.name, "hour": time.Unix(hour, 0).UTC().Format(time.RFC3339), "entity": entity,
					"cores": c / long, "gpus": g / long,
					"nodes": n / long, "jobs": jobs / long, "core_hours": c / 3600})
			}
		}
	}
	return rows
}

// exactly is how long a time is looked at at each instant, and not by quarters of an hour.
const exactly = 40 * 86400

// peaks are the most that stretches have at once at one of some instants, and at others besides, or at any.
func peaks(all []stretch, s *span, step int64, also ...int64) (jobs, cores, gpus, nodes float64) {
	var instants []int64
	for _, h := range all {
		if h.within(s.begin, s.end) > 0 {
			instants = append(instants, max(h.start, s.begin))
		}
	}
	if step > 1 {
		instants = nil
		for at := (s.begin + step - 1) / step * step; at < s.end; at += step {
			instants = append(instants, at)
		}
	}
	instants = append(instants, also...)
	slices.Sort(instants)
	for _, at := range slices.Compact(instants) {
		var j, c, g, n float64
		for _, h := range all {
			if h.start <= at && at < h.end {
				j, c, g, n = j+h.sign, c+h.sign*h.cores, g+h.sign*h.gpus, n+h.sign*h.nodes
			}
		}
		jobs, cores, gpus, nodes = max(jobs, j), max(cores, c), max(gpus, g), max(nodes, n)
	}
	return jobs, cores, gpus, nodes
}

func concurrency(w *world, q question) (rows []row) {
	for _, m := range w.machines {
		if !q.means(m.name) {
			continue
		}
		held := w.held(q, m)
		for i := range held {
			held[i].sign = 1
		}
		step := int64(1)
		if t0, t1 := q.window(m); t1-t0 > exactly {
			step = 900
		}
		names, spans := q.spans(m)
		for _, name := range names {
			jobs, c, g, n := peaks(held, spans[name], step)
			r := row{
				"machine": m.name, "period": name, "peak_jobs": jobs, "peak_cores": c, "peak_gpus": g, "peak_nodes": n,
				"step_s": float64(step), "capacity_cores": nil,
			}
			for _, day := range spans[name].days {
				one := &span{begin: 0, end: 1, days: []string{day}}
				if had, ok := m.had(one, cores).(float64); ok &&
					(r["capacity_cores"] == nil || had < r["capacity_cores"].(float64)) {
					r["capacity_cores"] = had
				}
			}
			rows = append(rows, r)
		}
	}
	return rows
}

// waiting are the stretches in which jobs of a machine waited: from submission to start, without earlier runs.
func (w *world) waiting(q question, m *machine) (all []stretch) {
	add := func(j *job, begin *int64, end int64) {
		if begin == nil || end <= *begin || !q.keeping(j) {
			return
		}
		all = append(all, stretch{start: *begin, end: end, cores: number(j.ncpus), sign: 1})
		for _, r := range w.runs {
			if r.machine == j.machine && r.jobID == j.jobID && r.submit == *j.submit && r.start != nil && r.end != nil &&
				*r.start < end && *r.end > max(*r.start, *begin) && r.kind != "last" {
				all = append(all, stretch{start: max(*r.start, *begin), end: min(*r.end, end), cores: number(j.ncpus), sign: -1})
			}
		}
	}
	for i := range w.jobs {
		if j := &w.jobs[i]; j.machine == m.name && !j.parent && j.start != nil {
			add(j, j.submit, *j.start)
		}
	}
	for i := range w.open {
		if o := &w.open[i]; o.machine == m.name {
			end := m.last
			if o.state == "running" {
				end = *o.start
			}
			add(o.job(), w.waitsFrom(o), end)
		}
	}
	return all
}

// waitsFrom is since when an open job waits for its last start: since its last E record, if it has one.
func (w *world) waitsFrom(o *open) *int64 {
	for i := range w.jobs {
		j := &w.jobs[i]
		if j.machine == o.machine && j.jobID == o.jobID && o.submit != nil && *j.submit == *o.submit && j.end != nil {
			from := max(*o.submit, *j.end)
			return &from
		}
	}
	return o.submit
}

func queueDepth(w *world, q question) (rows []row) {
	for _, m := range w.machines {
		if !q.means(m.name) {
			continue
		}
		waiting := w.waiting(q, m)
		names, spans := q.spans(m)
		for _, name := range names {
			s := spans[name]
			jobs, c := 0.0, 0.0
			for _, h := range waiting {
				t := h.sign * h.within(s.begin, s.end)
				jobs, c = jobs+t, c+h.cores*t
			}
			long := float64(s.end - s.begin)
			peakJobs, peakCores, _, _ := peaks(waiting, s, 900, s.begin)
			rows = append(rows, row{"machine": m.name, "period": name, "hours": long / 3600, "mean_jobs": jobs / long,
				"peak_jobs": peakJobs, "mean_cores": c / long, "peak_cores": peakCores,
				"waited_core_hours": c / 3600})
		}
	}
	return rows
}

func requeues(w *world, q question) (rows []row) {
	for _, m := range w.machines {
		if !q.means(m.name) {
			continue
		}
		held := w.held(q, m)
		byEntity := map[any][]stretch{}
		for _, h := range held {
			if h.kind == "running" || q.since != "" && h.runEnd < midnight(q.since, m.zone) ||
				q.until != "" && h.runEnd >= midnight(nextDay(q.until), m.zone) {
				continue
			}
			byEntity[h.entity] = append(byEntity[h.entity], h)
		}
		for entity, all := range byEntity {
			var runs, lost, total, inVain, unknown float64
			jobs := map[[2]any]bool{}
			for _, h := range all {
				long := h.cores * float64(h.end-h.start)
				total += long
				if h.whole {
					runs++
				}
				if h.unknown {
					unknown++
				}
				if h.kind == "requeued" || h.kind == "superseded" {
					inVain += long
					jobs[[2]any{h.jobID, h.submit}] = true
					if h.whole {
						lost++
					}
				}
			}
			rows = append(rows, row{"machine": m.name, "entity": entity, "runs": runs, "lost_runs": lost,
				"lost_jobs": float64(len(jobs)), "core_hours": total / 3600,
				"lost_core_hours": inVain / 3600, "lost_pct": percent(inVain, total), "unknown": unknown})
		}
	}
	return rows
}

func now(w *world, q question) (rows []row) {
	type key struct {
		machine, state string
		entity         any
	}
	groups := map[key][]*open{}
	for i := range w.open {
		o := &w.open[i]
		if q.means(o.machine) && q.keeping(o.job()) {
			k := key{o.machine, o.state, o.job().entity(q.entity())}
			if _, since := o.phases(); since != nil {
				k.state = "suspended"
			}
			groups[k] = append(groups[k], o)
		}
	}
	for k, all := range groups {
		m := w.machine(k.machine)
		users := map[string]bool{}
		r := row{
			"machine": k.machine, "as_of": time.Unix(m.last, 0).UTC().Format(time.RFC3339), "state": k.state, "entity": k.entity,
			"jobs": float64(len(all)), "longest_s": nil,
		}
		var c, g, n, unknown float64
		for _, o := range all {
			phases, since := o.phases()
			last := phases[len(phases)-1]
			c, g, n = c+last.cores, g+last.gpus, n+last.nodes
			if last.unknown {
				unknown++
			}
			if o.user != nil {
				users[*o.user] = true
			}
			if from := cmp.Or(since, o.start, o.stop, o.submit); from != nil {
				if long := float64(m.last - *from); r["longest_s"] == nil || long > r["longest_s"].(float64) {
					r["longest_s"] = long
				}
			}
		}
		r["users"], r["cores"], r["gpus"], r["nodes"], r["unknown"] = float64(len(users)), c, g, n, unknown
		rows = append(rows, r)
	}
	return rows
}
