package report_test

import (
	"cmp"
	"math"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"
)

// Reports about jobs that ended, reckoned job by job.

// chosen are the jobs that a question means.
func (w *world) chosen(q question) (all []*job) {
	for i := range w.jobs {
		j := &w.jobs[i]
		if !j.parent && q.means(j.machine) && q.within(j.day) && (q.keeps == nil || q.keeps(j)) {
			all = append(all, j)
		}
	}
	return all
}

// whole is what shares are shares of: a machine and a period.
type whole struct{ machine, period string }

// A part are the jobs of a row.
type part struct {
	whole
	row
	jobs []*job
}

// parts parts jobs as a question says, and by a class.
func (w *world) parts(q question, class func(*job) row) (all []*part) {
	byKey := map[string]*part{}
	for _, j := range w.chosen(q) {
		r := row{}
		if class != nil {
			r = class(j)
		}
		r["machine"], r["period"], r["entity"] = j.machine, periodOf(q.period(), j.day), j.entity(q.entity())
		columns := make([]string, 0, len(r))
		for c := range r {
			columns = append(columns, c)
		}
		slices.Sort(columns)
		k := r.key(columns)
		if byKey[k] == nil {
			period, _ := r["period"].(string)
			byKey[k] = &part{whole: whole{j.machine, period}, row: r}
			all = append(all, byKey[k])
		}
		byKey[k].jobs = append(byKey[k].jobs, j)
	}
	return all
}

// entity is what a job's row is by.
func (j *job) entity(by string) any {
	switch by {
	case "machine":
		return j.machine
	case "user":
		return text(j.user)
	case "group":
		return text(j.group)
	case "account":
		return text(j.account)
	case "project":
		return text(j.project)
	case "facility":
		return facility(j.account)
	case "queue":
		return text(j.queue)
	case "queue_group":
		return queueGroup(j.queue)
	case "priority":
		return text(j.priority)
	case "name":
		return text(j.name)
	case "exit_class":
		return text(j.class)
	case "exit_status":
		if j.exit == nil {
			return nil
		}
		return strconv.FormatInt(*j.exit, 10)
	case "cpu_type":
		return text(j.cpuType)
	case "gpu_type":
		return text(j.gpuType)
	}
	return nil
}

// facility and queueGroup are what siteText says.
func facility(account *string) any {
	switch {
	case account == nil:
	case strings.HasPrefix(*account, "phys"), strings.HasPrefix(*account, "=cmd"):
		return "physics"
	case strings.HasPrefix(*account, "chem") && utf8.RuneCountInString(*account) == 5:
		return "</script>"
	case strings.HasPrefix(*account, "O'Brien"):
		return "physics"
	}
	return nil
}

func queueGroup(queue *string) any {
	switch {
	case queue == nil:
		return nil
	case strings.HasPrefix(*queue, "gpu"):
		return "all gpus"
	case *queue == "htc" || *queue == "dev":
		return "small"
	}
	return *queue
}

// product is of numbers of which all are known.
func product(numbers ...*int64) (p float64, known bool) {
	p = 1
	for _, n := range numbers {
		if n == nil {
			return 0, false
		}
		p *= float64(*n)
	}
	return p, true
}

func (j *job) coreSeconds() (float64, bool) { return product(j.ncpus, j.used) }

func (j *job) nodeSeconds() (float64, bool) { return product(j.nodect, j.used) }

func (j *job) gpuSeconds() (float64, bool) {
	if j.ngpus == nil && j.used != nil {
		return 0, true
	}
	return product(j.ngpus, j.used)
}

// total adds up what is known.
func (p *part) total(of func(*job) (float64, bool)) (sum float64, known int) {
	for _, j := range p.jobs {
		if v, ok := of(j); ok {
			sum += v
			known++
		}
	}
	return sum, known
}

func (p *part) coreHours() float64 { s, _ := p.total((*job).coreSeconds); return s / 3600 }

func (p *part) gpuHours() float64 { s, _ := p.total((*job).gpuSeconds); return s / 3600 }

func (p *part) count() float64 { return float64(len(p.jobs)) }

// different counts different names.
func (p *part) different(of func(*job) *string) float64 {
	seen := map[string]bool{}
	for _, j := range p.jobs {
		if n := of(j); n != nil {
			seen[*n] = true
		}
	}
	return float64(len(seen))
}

func userOf(j *job) *string { return j.user }

func (p *part) users() float64 { return p.different(userOf) }

// wholes adds up what parts have by machine and period.
func wholes(parts []*part, of func(*part) float64) map[whole]float64 {
	sums := map[whole]float64{}
	for _, p := range parts {
		sums[p.whole] += of(p)
	}
	return sums
}

// rows gives each part its columns.
func rows(parts []*part, columns func(*part) row) (all []row) {
	for _, p := range parts {
		for c, v := range columns(p) {
			p.row[c] = v
		}
		all = append(all, p.row)
	}
	return all
}

func usage(w *world, q question) []row {
	parts := w.parts(q, nil)
	whole := wholes(parts, (*part).coreHours)
	return rows(parts, func(p *part) row {
		nodes, _ := p.total((*job).nodeSeconds)
		_, known := p.total((*job).coreSeconds)
		return row{"jobs": p.count(), "users": p.users(), "core_hours": p.coreHours(),
			"core_hours_pct": percent(p.coreHours(), whole[p.whole]), "node_hours": nodes / 3600,
			"gpu_hours": p.gpuHours(), "unknown": p.count() - float64(known)}
	})
}

func charges(w *world, q question) []row {
	return rows(w.parts(q, nil), func(p *part) row {
		sums, unknown := [3]float64{}, 0.0
		for _, j := range p.jobs {
			all := 0
			for i, h := range []*float64{j.cpuHours, j.gpuHours, j.memHours} {
				if h != nil && j.factor != nil {
					sums[i] += *h * *j.factor
					all++
				}
			}
			if all < 3 {
				unknown++
			}
		}
		return row{
			"jobs": p.count(), "cpu_charge": sums[0], "gpu_charge": sums[1], "memory_charge": sums[2], "unknown": unknown,
		}
	})
}

func people(w *world, q question) []row {
	return rows(w.parts(q, nil), func(p *part) row {
		return row{"jobs": p.count(), "users": p.users(), "accounts": p.different(func(j *job) *string { return j.account }),
			"projects": p.different(func(j *job) *string { return j.project })}
	})
}

func top(w *world, q question) (all []row) {
	parts := w.parts(q, nil)
	value := map[*part]any{}
	for _, p := range parts {
		sum, known := p.total(metrics[q.choice("metric", "core_hours")])
		if known > 0 {
			value[p] = sum
		}
	}
	byWhole := map[whole][]*part{}
	for _, p := range parts {
		byWhole[p.whole] = append(byWhole[p.whole], p)
	}
	most, _ := strconv.Atoi(q.choice("top", "10"))
	for key, list := range byWhole {
		sum := 0.0
		for _, p := range list {
			v, _ := value[p].(float64)
			sum += v
		}
		slices.SortFunc(list, func(a, b *part) int { return largest(value[a], a.row["entity"], value[b], b.row["entity"]) })
		for i, p := range list[:min(most, len(list))] {
			r := row{
				"machine": key.machine, "period": p.row["period"], "rank": float64(i + 1), "entity": p.row["entity"], "others": 0.0,
				"value": value[p], "value_pct": nil,
			}
			if v, ok := value[p].(float64); ok {
				r["value_pct"] = percent(v, sum)
			}
			all = append(all, r)
		}
		if rest := list[min(most, len(list)):]; len(rest) > 0 {
			r := row{
				"machine": key.machine, "period": rest[0].row["period"], "rank": nil, "entity": nil, "others": float64(len(rest)),
				"value": nil, "value_pct": nil,
			}
			for _, p := range rest {
				if v, ok := value[p].(float64); ok {
					before, _ := r["value"].(float64)
					r["value"] = before + v
					r["value_pct"] = percent(before+v, sum)
				}
			}
			all = append(all, r)
		}
	}
	return all
}

var metrics = map[string]func(*job) (float64, bool){
	"core_hours": func(j *job) (float64, bool) { s, ok := j.coreSeconds(); return s / 3600, ok },
	"node_hours": func(j *job) (float64, bool) { s, ok := j.nodeSeconds(); return s / 3600, ok },
	"gpu_hours":  func(j *job) (float64, bool) { s, ok := j.gpuSeconds(); return s / 3600, ok },
	"jobs":       func(*job) (float64, bool) { return 1, true },
	"wasted_core_hours": func(j *job) (float64, bool) {
		s, ok := j.coreSeconds()
		if !ok || j.cpu == nil {
			return 0, false
		}
		return (s - float64(*j.cpu)) / 3600, true
	},
}

// largest puts the largest first, what is not known last, and names in their order, those that are not known last.
func largest(a, nameA, b, nameB any) int {
	x, okA := a.(float64)
	y, okB := b.(float64)
	switch {
	case okA != okB && okA:
		return -1
	case okA != okB:
		return 1
	case x != y:
		return cmp.Compare(y, x)
	}
	n, okA := nameA.(string)
	m, okB := nameB.(string)
	switch {
	case okA != okB && okA:
		return -1
	case okA != okB:
		return 1
	}
	return strings.Compare(n, m)
}

func failures(w *world, q question) []row {
	parts := w.parts(q, func(j *job) row { return row{"exit_class": text(j.class), "exit_status": text(j.exit)} })
	jobs, hours := wholes(parts, (*part).count), wholes(parts, (*part).coreHours)
	return rows(parts, func(p *part) row {
		return row{"jobs": p.count(), "jobs_pct": percent(p.count(), jobs[p.whole]), "users": p.users(),
			"core_hours": p.coreHours(), "core_hours_pct": percent(p.coreHours(), hours[p.whole])}
	})
}

// sums adds up columns of numbers over the jobs of which all of them are known.
func (p *part) sums(of func(*job) ([]float64, bool)) (sums []float64, known int) {
	for _, j := range p.jobs {
		values, ok := of(j)
		if !ok {
			continue
		}
		if known++; sums == nil {
			sums = make([]float64, len(values))
		}
		for i, v := range values {
			sums[i] += v
		}
	}
	return sums, known
}

func (j *job) memory() ([]float64, bool) {
	asked, ok := product(j.memAsked, j.used)
	used, also := product(j.memUsed, j.used)
	if !ok || !also {
		return nil, false
	}
	return []float64{asked, used, float64(*j.memAsked-*j.memUsed) * float64(*j.used)}, true
}

func efficiency(w *world, q question) []row {
	return rows(w.parts(q, nil), func(p *part) row {
		r := row{"jobs": p.count(), "gpu_hours": p.gpuHours(), "core_hours": nil, "cpu_hours_used": nil,
			"cpu_efficiency_pct": nil, "wasted_core_hours": nil,
			"memory_efficiency_pct": nil}
		cpus, measured := p.sums(func(j *job) ([]float64, bool) {
			s, ok := j.coreSeconds()
			if !ok || j.cpu == nil {
				return nil, false
			}
			return []float64{s, float64(*j.cpu)}, true
		})
		if r["measured"] = float64(measured); measured > 0 {
			r["core_hours"], r["cpu_hours_used"], r["wasted_core_hours"] = cpus[0]/3600, cpus[1]/3600, (cpus[0]-cpus[1])/3600
			r["cpu_efficiency_pct"] = percent(cpus[1], cpus[0])
		}
		if mem, known := p.sums((*job).memory); known > 0 {
			r["memory_efficiency_pct"] = percent(mem[1], mem[0])
		}
		return r
	})
}

func memory(w *world, q question) []row {
	return rows(w.parts(q, nil), func(p *part) row {
		r := row{"asked_gib_hours": nil, "used_gib_hours": nil, "wasted_gib_hours": nil, "efficiency_pct": nil}
		mem, known := p.sums((*job).memory)
		r["jobs"], r["unknown"] = float64(known), p.count()-float64(known)
		if known > 0 {
			const gibHour = 3600 << 30
			r["asked_gib_hours"], r["used_gib_hours"], r["wasted_gib_hours"] = mem[0]/gibHour, mem[1]/gibHour, mem[2]/gibHour
			r["efficiency_pct"] = percent(mem[1], mem[0])
		}
		var shares []float64
		over := 0.0
		for _, j := range p.jobs {
			if _, known := j.memory(); !known {
				continue
			}
			if *j.memAsked != 0 {
				shares = append(shares, 100*float64(*j.memUsed)/float64(*j.memAsked))
			}
			if *j.memUsed > *j.memAsked {
				over++
			}
		}
		r["p50_pct"], r["over_asked"] = quantile(shares, 0.5), over
		return r
	})
}

func walltime(w *world, q question) []row {
	return rows(w.parts(q, nil), func(p *part) row {
		r := row{
			"asked_core_hours": nil, "used_core_hours": nil, "unused_core_hours": nil, "accuracy_pct": nil,
			"gpu_accuracy_pct": nil,
		}
		var shares []float64
		jobs, atLimit, gpusAsked, gpusUsed := 0.0, 0.0, 0.0, 0.0
		for _, j := range p.jobs {
			if j.asked == nil || j.used == nil {
				continue
			}
			jobs++
			if *j.asked != 0 {
				shares = append(shares, 100*float64(*j.used)/float64(*j.asked))
			}
			if *j.used >= *j.asked {
				atLimit++
			}
			if j.ngpus != nil {
				gpusAsked += float64(*j.ngpus) * float64(*j.asked)
				gpusUsed += float64(*j.ngpus) * float64(*j.used)
			}
		}
		r["jobs"], r["unknown"], r["at_limit"], r["p50_pct"] = jobs, p.count()-jobs, atLimit, quantile(shares, 0.5)
		r["gpu_accuracy_pct"] = percent(gpusUsed, gpusAsked)
		cores, known := p.sums(func(j *job) ([]float64, bool) {
			asked, ok := product(j.ncpus, j.asked)
			used, also := product(j.ncpus, j.used)
			return []float64{asked, used}, ok && also
		})
		if known > 0 {
			r["asked_core_hours"], r["used_core_hours"] = cores[0]/3600, cores[1]/3600
			r["unused_core_hours"] = (cores[0] - cores[1]) / 3600
			r["accuracy_pct"] = percent(cores[1], cores[0])
		}
		return r
	})
}

func energy(w *world, q question) []row {
	return rows(w.parts(q, nil), func(p *part) row {
		r := row{"energy_kwh": nil, "mean_kwh": nil, "mean_power_w": nil, "kwh_per_node_hour": nil}
		joules, known := p.total(func(j *job) (float64, bool) { return product(j.energy) })
		r["jobs"], r["unknown"] = float64(known), p.count()-float64(known)
		if known > 0 {
			r["energy_kwh"], r["mean_kwh"] = joules/3.6e6, joules/3.6e6/float64(known)
		}
		ratio := func(of func(*job) (float64, bool)) any {
			above, below := 0.0, 0.0
			for _, j := range p.jobs {
				if v, ok := of(j); ok && v > 0 && j.energy != nil {
					above += float64(*j.energy)
					below += v
				}
			}
			return per(above, below)
		}
		r["mean_power_w"] = ratio(func(j *job) (float64, bool) { return product(j.used) })
		if v, ok := ratio((*job).nodeSeconds).(float64); ok {
			r["kwh_per_node_hour"] = v / 1000
		}
		return r
	})
}

func queues(w *world, q question) []row {
	kind := q.choice("wait_kind", "eligible")
	return rows(w.parts(q, nil), func(p *part) row {
		var waits, walls, nodes []float64
		failed, told := 0.0, 0.0
		for _, j := range p.jobs {
			if v, ok := j.waited(kind); ok {
				waits = append(waits, v)
			}
			if j.used != nil {
				walls = append(walls, float64(*j.used))
			}
			if j.nodect != nil {
				nodes = append(nodes, float64(*j.nodect))
			}
			if j.class != nil {
				if told++; *j.class != "ok" {
					failed++
				}
			}
		}
		return row{"jobs": p.count(), "users": p.users(), "core_hours": p.coreHours(), "gpu_hours": p.gpuHours(),
			"median_wait_s": quantile(waits, 0.5),
			"median_run_s":  quantile(walls, 0.5), "median_nodes": quantile(nodes, 0.5), "failed_pct": percent(failed, told)}
	})
}

// quantile is interpolated between the two values that lie at its sides.
func quantile(values []float64, q float64) any {
	if len(values) == 0 {
		return nil
	}
	slices.Sort(values)
	at := q * float64(len(values)-1)
	low, high := values[int(math.Floor(at))], values[int(math.Ceil(at))]
	return low + (high-low)*(at-math.Floor(at))
}
