package report_test

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"

	"pbsduck/duckdb"
	"pbsduck/duckdb/report"
)

// Reports by classes of sizes and run times, and percentiles.

// sizeName is the class of a size: 0, 1, 2, 3-4, 5-8, ...
func sizeName(size float64) any {
	if size < 0 {
		return nil
	}
	if size <= 2 {
		return fmt.Sprintf("%.0f", size)
	}
	low, high := 2.0, 4.0
	for size > high {
		low, high = high, 2*high
	}
	return fmt.Sprintf("%d-%d", int64(low)+1, int64(high))
}

// gib is how many GiB hold so many bytes.
func gib(bytes *int64, ranks int64) (float64, bool) {
	if bytes == nil {
		return 0, false
	}
	return math.Ceil(float64(*bytes) / float64(ranks) / (1 << 30)), true
}

// size is the class of a job's size.
func (j *job) size(kind string) any {
	var v float64
	var ok bool
	switch kind {
	case "all":
		return "all"
	case "nodes":
		v, ok = product(j.nodect)
	case "cpus":
		v, ok = product(j.ncpus)
	case "gpus":
		if v, ok = product(j.ngpus); !ok {
			v, ok = 0, true
		}
	case "memory":
		v, ok = gib(j.memAsked, 1)
	case "memory_used":
		v, ok = gib(j.memUsed, 1)
	case "memory_per_rank":
		if j.ranks != nil && *j.ranks > 0 {
			v, ok = gib(j.memUsed, *j.ranks)
		}
	}
	if !ok {
		return nil
	}
	return sizeName(v)
}

// runTime is the class of a job's walltime.
func (j *job) runTime() any {
	if j.used == nil || *j.used < 0 {
		return nil
	}
	for _, c := range []struct {
		below int64
		name  string
	}{{30, "under 30 s"}, {1800, "30 s to 30 min"}, {3600, "30 to 60 min"}, {5 * 3600, "1 to 5 h"},
		{12 * 3600, "5 to 12 h"}, {18 * 3600, "12 to 18 h"}} {
		if *j.used < c.below {
			return c.name
		}
	}
	return "18 h and more"
}

// waited is how long a job waited.
func (j *job) waited(kind string) (float64, bool) {
	from := j.submit
	switch kind {
	case "eligible":
		if j.wait == nil || *j.wait < 0 {
			return 0, false
		}
		return float64(*j.wait), true
	case "queued":
		from = j.eligible
	}
	if from == nil || j.start == nil || *j.start < *from {
		return 0, false
	}
	return float64(*j.start - *from), true
}

func sizes(w *world, q question) []row {
	return byClass(w, q, func(j *job) row { return row{"size": j.size(q.choice("size", "nodes"))} })
}

func runtimes(w *world, q question) []row {
	return byClass(w, q, func(j *job) row { return row{"run_time": j.runTime()} })
}

func byClass(w *world, q question, class func(*job) row) []row {
	parts := w.parts(q, class)
	jobs, hours := wholes(parts, (*part).count), wholes(parts, (*part).coreHours)
	return rows(parts, func(p *part) row {
		return row{"jobs": p.count(), "jobs_pct": percent(p.count(), jobs[p.whole]), "users": p.users(),
			"core_hours":     p.coreHours(),
			"core_hours_pct": percent(p.coreHours(), hours[p.whole]), "gpu_hours": p.gpuHours()}
	})
}

func shapes(w *world, q question) []row {
	all := byClass(w, q, func(j *job) row {
		return row{"size": j.size(q.choice("size", "nodes")), "run_time": j.runTime()}
	})
	for _, r := range all {
		delete(r, "jobs_pct")
		delete(r, "users")
		delete(r, "gpu_hours")
	}
	return all
}

func waits(w *world, q question) []row {
	kind := q.choice("wait_kind", "eligible")
	parts := w.parts(q, func(j *job) row { return row{"size": j.size(q.choice("size", "nodes"))} })
	return rows(parts, func(p *part) row {
		var all []float64
		sum, longest := 0.0, any(nil)
		for _, j := range p.jobs {
			if v, ok := j.waited(kind); ok {
				all = append(all, v)
				if sum += v; longest == nil || v > longest.(float64) {
					longest = v
				}
			}
		}
		return row{"jobs": p.count(), "unknown": p.count() - float64(len(all)), "mean_s": per(sum, float64(len(all))),
			"p50_s": quantile(all, 0.5),
			"p90_s": quantile(all, 0.9), "p95_s": quantile(all, 0.95), "p99_s": quantile(all, 0.99), "max_s": longest}
	})
}

func slowdown(w *world, q question) []row {
	kind := q.choice("wait_kind", "eligible")
	return rows(w.parts(q, nil), func(p *part) row {
		var slow []float64
		bounded, expansion, expanded, weighted, weight := 0.0, 0.0, 0.0, 0.0, 0.0
		for _, j := range p.jobs {
			wait, ok := j.waited(kind)
			if !ok || j.used == nil {
				continue
			}
			used := float64(*j.used)
			s := max(1, (wait+used)/max(used, 10))
			slow = append(slow, s)
			bounded += s
			if used == 0 {
				continue
			}
			expanded++
			expansion += (wait + used) / used
			if j.nodect != nil {
				weighted += (wait + used) / used * used * float64(*j.nodect)
				weight += used * float64(*j.nodect)
			}
		}
		known := float64(len(slow))
		return row{"jobs": known, "unknown": p.count() - known, "expansion": per(expansion, expanded),
			"weighted_expansion": per(weighted, weight),
			"bounded_slowdown":   per(bounded, known), "p50": quantile(slow, 0.5), "p90": quantile(slow, 0.9),
			"p99": quantile(slow, 0.99)}
	})
}

// TestSizesHaveNoGaps: each size is in the class whose name holds it, at the edges of all classes.
func TestSizesHaveNoGaps(t *testing.T) {
	db, err := duckdb.Open(t.Context(), "", duckdb.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	var sizes []int64
	for k := range 41 {
		sizes = append(sizes, 1<<k-1, 1<<k, 1<<k+1)
	}
	sizes = append(sizes, 1<<60, 1<<62, math.MaxInt64)
	slices.Sort(sizes)
	sizes = slices.Compact(sizes)
	var log strings.Builder
	for _, n := range sizes {
		fmt.Fprintf(&log, "01/01/2026 12:00:00;E;%d.srv;user=u ctime=1767200000 start=1767200000 "+
			"Resource_List.ncpus=%d session=1 end=1767268800 Exit_status=0\n", len(log.String()), n)
	}
	dir := t.TempDir()
	writeLog(t, dir, "20260101", log.String())
	take(t, db, siteOf(t, "[[machines]]\nname = \"m\"\ntimezone = \"UTC\"\n"), "m", dir)
	reader, err := named(t, "sizes").Run(t.Context(), db, report.Options{Set: map[string]string{"size": "cpus"}})
	if err != nil {
		t.Fatal(err)
	}
	defer reader.Release()
	in := map[any]float64{}
	for _, n := range sizes {
		name := sizeName(float64(n))
		if n == math.MaxInt64 {
			name = "4611686018427387905 and more"
		}
		in[name]++
	}
	for _, r := range rowsOf(t, reader) {
		if r["size"] == nil || r["jobs"] != in[r["size"]] {
			t.Errorf("class %v has %v jobs, not %v", r["size"], r["jobs"], in[r["size"]])
		}
		delete(in, r["size"])
	}
	if len(in) > 0 {
		t.Errorf("no classes %v", in)
	}
}
