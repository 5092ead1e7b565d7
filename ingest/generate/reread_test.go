package generate

import (
	"maps"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"
)

// reread makes a row out of a well-formed E record, with nothing but regular expressions: it shares no code with the
// generator.
type reread struct {
	t   *testing.T
	raw string
}

var attributes = map[string]*regexp.Regexp{}

func (r reread) text(key string) any {
	if attributes[key] == nil {
		attributes[key] = regexp.MustCompile(`[ ;]` + regexp.QuoteMeta(key) + `=(?:"([^"]*)"|(\S*))`)
	}
	if m := attributes[key].FindStringSubmatch(r.raw); m != nil {
		return m[1] + m[2]
	}
	return nil
}

func (r reread) number(key string) any {
	v, ok := r.text(key).(string)
	if !ok {
		return nil
	}
	n, err := strconv.ParseFloat(v, 64)
	if err != nil {
		r.t.Fatalf("%s: %v", key, err)
	}
	return n
}

func (r reread) seconds(key string) any {
	v, ok := r.text(key).(string)
	if !ok {
		return nil
	}
	var n float64
	for part := range strings.SplitSeq(v, ":") {
		p, err := strconv.ParseFloat(part, 64)
		if err != nil {
			r.t.Fatalf("%s: %v", key, err)
		}
		n = n*60 + p
	}
	return n
}

var sizes = regexp.MustCompile(`(?i)^(\d+)([kmgt]?)([bw]?)$`)

func (r reread) bytes(v any) any {
	s, ok := v.(string)
	if !ok {
		return nil
	}
	m := sizes.FindStringSubmatch(s)
	if m == nil {
		r.t.Fatalf("%q is no size", s)
	}
	n, _ := strconv.ParseFloat(m[1], 64)
	n *= map[string]float64{"": 1, "k": 1 << 10, "m": 1 << 20, "g": 1 << 30, "t": 1 << 40}[strings.ToLower(m[2])]
	if strings.EqualFold(m[3], "w") {
		n *= 8
	}
	return n
}

func instant(n any) any {
	if n == nil {
		return nil
	}
	return time.Unix(int64(n.(float64)), 0).UTC().Format(time.RFC3339)
}

func (r reread) row(machine string) map[string]any {
	id := strings.Split(r.raw, ";")[2]
	m := regexp.MustCompile(`^(\d+)(\[(\d*)\])?\.`).FindStringSubmatch(id)
	short, _ := strconv.ParseFloat(m[1], 64)
	var index any
	if m[3] != "" {
		index, _ = strconv.ParseFloat(m[3], 64)
	}
	row := map[string]any{
		"machine": machine, "job_id": id, "short_id": short, "array_index": index, "is_array_parent": m[2] == "[]",
		"priority": r.text("Resource_List.job_priority"), "name": r.text("jobname"),
		"user_name": r.text("user"), "group_name": r.text("group"), "account": r.text("account"),
		"project": r.text("project"), "queue": r.text("queue"), "exit_status": r.number("Exit_status"),
		"walltime_requested_s": r.seconds("Resource_List.walltime"), "walltime_used_s": r.seconds("resources_used.walltime"),
		"eligible_wait_s": r.seconds("eligible_time"), "cpu_time_s": r.seconds("resources_used.cput"),
		"run_count": r.number("run_count"), "ncpus": r.number("Resource_List.ncpus"),
		"ngpus": r.number("Resource_List.ngpus"), "nodect": r.number("Resource_List.nodect"),
		"mem_requested_bytes": r.bytes(r.text("Resource_List.mem")), "mem_used_bytes": r.bytes(r.text("resources_used.mem")),
		"vmem_used_bytes": r.bytes(r.text("resources_used.vmem")), "cpu_percent": r.number("resources_used.cpupercent"),
		"select_spec": r.text("Resource_List.select"), "place": r.text("Resource_List.place"), "session": r.number("session"),
	}
	zone := "America/Denver"
	if machine == "tarnbeck" {
		zone = "Europe/Lisbon"
		r.torque(row)
	}
	r.addTimes(row, zone)
	if machine != "tarnbeck" {
		r.addSelect(row)
		row["exit_class"] = rereadClass(row["exit_status"], -29, -24)
		row["nodes"] = r.nodes()
	}
	return row
}

// torque reads what Torque says otherwise.
func (r reread) torque(row map[string]any) {
	row["exit_class"] = rereadClass(row["exit_status"], -12, -10)
	row["run_count"], row["ncpus"] = r.number("start_count"), r.number("total_execution_slots")
	for _, column := range []string{"mpiprocs", "ompthreads", "cpu_type", "gpu_type"} {
		row[column] = nil
	}
	asked := r.text("Resource_List.nodes").(string)
	gpus := 0.0
	for term := range strings.SplitSeq(asked, "+") {
		n, _ := strconv.ParseFloat(strings.Split(term, ":")[0], 64)
		if m := regexp.MustCompile(`:gpus=(\d+)`).FindStringSubmatch(term); m != nil {
			g, _ := strconv.ParseFloat(m[1], 64)
			gpus += n * g
		}
	}
	if gpus > 0 {
		row["ngpus"] = gpus
	}
	rows := []any{}
	for host := range strings.SplitSeq(r.text("exec_host").(string), "+") {
		name, cores, _ := strings.Cut(host, "/")
		n := 0.0
		for part := range strings.SplitSeq(cores, ",") {
			from, to, found := strings.Cut(part, "-")
			a, _ := strconv.ParseFloat(from, 64)
			b, _ := strconv.ParseFloat(to, 64)
			if !found {
				b = a
			}
			n += b - a + 1
		}
		rows = append(rows, map[string]any{"node": name, "ncpus": n, "ngpus": nil, "mem_bytes": nil})
	}
	row["nodes"] = rows
}

func (r reread) addTimes(row map[string]any, zone string) {
	became := r.number("etime")
	if became == nil || became == 0.0 {
		became = r.number("ctime")
	}
	start, end, estimated := r.number("start"), r.number("end"), false
	if start == 0.0 {
		start = nil
		if wall := r.seconds("resources_used.walltime"); wall != nil {
			start, estimated = end.(float64)-wall.(float64), true
		}
	}
	loc, err := time.LoadLocation(zone)
	if err != nil {
		r.t.Fatal(err)
	}
	maps.Copy(row, map[string]any{
		"submit_time": instant(r.number("ctime")), "queued_time": instant(r.number("qtime")),
		"became_eligible_time": instant(became), "start_time": instant(start), "end_time": instant(end),
		"start_is_estimated": estimated, "end_is_estimated": false,
		"end_date": time.Unix(int64(end.(float64)), 0).In(loc).Format("2006-01-02"),
	})
}

func (r reread) addSelect(row map[string]any) {
	sel, _ := r.text("Resource_List.select").(string)
	sum, named, threads := 0.0, false, any(nil)
	for chunk := range strings.SplitSeq(sel, "+") {
		value := func(key string) any {
			if m := regexp.MustCompile(`\b` + key + `=([^:]*)`).FindStringSubmatch(chunk); m != nil {
				return m[1]
			}
			return nil
		}
		count, _ := strconv.ParseFloat(strings.Split(chunk, ":")[0], 64)
		each := 1.0
		if v, ok := value("mpiprocs").(string); ok {
			each, _ = strconv.ParseFloat(v, 64)
			named = true
		}
		sum += count * each
		if v, ok := value("ompthreads").(string); ok {
			n, _ := strconv.ParseFloat(v, 64)
			if threads == nil || n > threads.(float64) {
				threads = n
			}
		}
		for _, key := range []string{"cpu_type", "gpu_type"} {
			if row[key] == nil {
				row[key] = value(key)
			}
		}
	}
	row["mpiprocs"], row["ompthreads"] = r.number("Resource_List.mpiprocs"), threads
	if row["mpiprocs"] == nil && named {
		row["mpiprocs"] = sum
	}
}

func rereadClass(status any, first, last float64) any {
	if status == nil {
		return nil
	}
	n := status.(float64)
	switch {
	case n == 0:
		return "ok"
	case n >= first && n <= last:
		return "pbs_limit"
	case n < 0:
		return "pbs_other"
	case n >= 256:
		return "signal"
	case n >= 128 && n <= 128+64:
		return "shell_signal"
	}
	return "program"
}

func (r reread) nodes() any {
	spec, _ := r.text("exec_vnode").(string)
	rows, at := []any{}, map[string]map[string]any{}
	for part := range strings.FieldsFuncSeq(spec, func(c rune) bool { return strings.ContainsRune("()+", c) }) {
		name, rest, _ := strings.Cut(part, ":")
		row := at[name]
		if row == nil {
			row = map[string]any{"node": name, "ncpus": nil, "ngpus": nil, "mem_bytes": nil}
			at[name] = row
			rows = append(rows, row)
		}
		for kv := range strings.SplitSeq(rest, ":") {
			key, v, _ := strings.Cut(kv, "=")
			column, n := key, r.bytes(v).(float64)
			if key == "mem" {
				column = "mem_bytes"
			}
			if _, known := row[column]; !known {
				continue
			}
			if row[column] != nil {
				n += row[column].(float64)
			}
			row[column] = n
		}
	}
	return rows
}
