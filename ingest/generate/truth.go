package generate

import (
	"encoding/base64"
	"fmt"
	"strconv"
	"time"
	"unicode/utf8"
)

// staticTruth renders the columns of jobs that follow from the campaign alone: ncpus … mpiprocs, ompthreads,
// mem_requested_bytes, cpu_type, gpu_type, select_spec, place. They are written ahead of a job's usage.
func staticTruth(c *campaign, r request, memBytes int64) string {
	var b []byte
	b = appendNumber(b, "ncpus", c.ncpus, true)
	b = appendNumber(b, "ngpus", c.ngpus, true)
	b = appendNumber(b, "nodect", int64(c.nodes), true)
	b = appendNumber(b, "mpiprocs", r.mpi, r.mpi >= 0)
	b = appendNumber(b, "ompthreads", r.omp, r.omp >= 0)
	b = appendNumber(b, "mem_requested_bytes", memBytes, true)
	b = appendText(b, "cpu_type", r.cpuType, r.cpuType != "")
	b = appendText(b, "gpu_type", r.gpuType, r.gpuType != "")
	b = appendText(b, "select_spec", c.sel, true)
	return string(appendText(b, "place", c.Place, true))
}

// row writes what the table jobs must hold for a record, and the record itself. The keys are the table's columns, but
// for flags, which say what a reader doubts.
func (s *simulation) row(j *job, raw []byte) {
	s.out.jobs++
	s.out.lastRow = len(s.out.truth)
	if !s.truth {
		return
	}
	b := append(s.out.truth, '{')
	b = appendText(b, "machine", s.Name, true)
	b = appendText(b, "job_id", string(j.id), true)
	b = appendNumber(b, "short_id", j.number, true)
	b = appendNumber(b, "array_index", j.index, j.index != noIndex)
	b = appendFlag(b, "is_array_parent", j.parent)
	b = appendText(b, "name", string(j.name), true)
	b = appendText(b, "user_name", j.c.user, true)
	b = appendText(b, "group_name", j.c.group, true)
	b = appendText(b, "account", string(j.account), !j.noAcct)
	b = appendText(b, "project", "_pbs_project_default", !s.torque())
	b = appendText(b, "queue", j.executionQueue(), true)
	b = appendText(b, "priority", j.c.priority, j.c.priority != "")
	b = appendNumber(b, "exit_status", j.exit, j.exitKnown())
	b = appendText(b, "exit_class", s.dialect.exitClass(j.exit), j.exitKnown())
	b = s.appendTimes(b, j)
	b = append(b, j.c.truth...)
	b = s.appendUsageRow(b, j)
	b = s.appendCharge(b, j)
	b = appendRaw(b, raw)
	b = j.place.appendRows(b, j.parent)
	s.out.truth = append(b, "}\n"...)
}

func (j *job) exitKnown() bool { return !j.noExit && j.badExit == nil }

// appendTimes writes the instants and what is derived from them.
func (s *simulation) appendTimes(b []byte, j *job) []byte {
	became, start, known, estimated := j.etime, j.start, true, false
	if j.etime == 0 || j.noEtime {
		became = j.ctime
	}
	if j.noStart {
		known = !j.bare && j.badWall == nil
		start, estimated = j.end-j.use.wall, known
	}
	b = appendInstant(b, "submit_time", j.ctime)
	b = appendInstant(b, "queued_time", j.qtime)
	b = appendInstant(b, "became_eligible_time", became)
	if known {
		b = appendInstant(b, "start_time", start)
	} else {
		b = appendNull(b, "start_time")
	}
	b = appendInstant(b, "end_time", j.end)
	b = appendText(b, "end_date", s.cal.date(j.end), true)
	b = appendFlag(b, "start_is_estimated", estimated)
	b = appendFlag(b, "end_is_estimated", false)
	b = appendNumber(b, "walltime_requested_s", j.c.walltime, j.c.walltime >= 0)
	b = appendNumber(b, "eligible_wait_s", j.eligible, !j.noElig && !s.torque())
	b = appendNumber(b, "run_count", j.run, true)
	return appendNumber(b, "session", j.session, true)
}

func (s *simulation) appendUsageRow(b []byte, j *job) []byte {
	u, used := &j.use, !j.bare
	mem := u.memKB * 1024
	if u.zeroMem {
		mem = 0
	}
	b = appendNumber(b, "walltime_used_s", u.wall, used && j.badWall == nil)
	b = appendNumber(b, "cpu_time_s", u.cput, used)
	b = appendNumber(b, "mem_used_bytes", mem, used && j.badMem == nil)
	b = appendNumber(b, "vmem_used_bytes", u.vmemKB*1024, used)
	return appendNumber(b, "cpu_percent", u.percent, used && j.badPercent == nil && !s.torque())
}

// appendRows writes the job's rows of job_nodes.
func (p *placement) appendRows(b []byte, parent bool) []byte {
	b = append(b, `"nodes":[`...)
	if parent {
		return append(b, ']')
	}
	for i, n := range p.shares {
		if i > 0 {
			b = append(b, ',')
		}
		b = append(append(append(b, `{"node":"`...), p.names[n.nameFrom:n.nameTo]...), `",`...)
		b = appendNumber(b, "ncpus", n.ncpus, n.ncpus >= 0)
		b = appendNumber(b, "ngpus", n.ngpus, n.ngpus >= 0)
		b = appendNumber(b, "mem_bytes", n.memBytes, n.memBytes >= 0)
		b[len(b)-1] = '}'
	}
	return append(b, ']')
}

// exitClass: OpenPBS src/include/job.h for the negative ones.
func (pbsDialect) exitClass(status int64) string {
	if status >= -29 && status <= -24 { // JOB_EXEC_KILL_NCPUS_BURST … JOB_EXEC_KILL_WALLTIME
		return "pbs_limit"
	}
	return statusClass(status)
}

// statusClass sorts Exit_status: 128+n from shells, 256+n from the MoM.
func statusClass(status int64) string {
	switch {
	case status == 0:
		return "ok"
	case status < 0:
		return "pbs_other"
	case status < 128:
		return "program"
	case status <= 128+64:
		return "shell_signal"
	case status < 256:
		return "program"
	}
	return "signal"
}

// appendKey writes `"key":`. Each value below ends with a comma.
func appendKey(b []byte, key string) []byte {
	return append(append(append(b, '"'), key...), `":`...)
}

func appendNull(b []byte, key string) []byte { return append(appendKey(b, key), "null,"...) }

func appendNumber(b []byte, key string, n int64, known bool) []byte {
	if !known {
		return appendNull(b, key)
	}
	return append(strconv.AppendInt(appendKey(b, key), n, 10), ',')
}

func appendFlag(b []byte, key string, v bool) []byte {
	return append(strconv.AppendBool(appendKey(b, key), v), ',')
}

func appendInstant(b []byte, key string, t int64) []byte {
	b = append(appendKey(b, key), '"')
	return append(time.Unix(t, 0).UTC().AppendFormat(b, time.RFC3339), `",`...)
}

// appendText writes a text column. A value that is not UTF-8 is read as Latin-1, as a VARCHAR can't hold it.
func appendText(b []byte, key, v string, known bool) []byte {
	if !known {
		return appendNull(b, key)
	}
	text := []byte(v)
	if !utf8.Valid(text) {
		text = latin1(v)
	}
	return append(appendQuoted(appendKey(b, key), text), ',')
}

func latin1(v string) (text []byte) {
	for i := range len(v) {
		text = utf8.AppendRune(text, rune(v[i]))
	}
	return text
}

// appendRaw writes the record's exact bytes.
func appendRaw(b, raw []byte) []byte {
	if utf8.Valid(raw) {
		return append(appendQuoted(appendKey(b, "raw"), raw), ',')
	}
	b = append(appendKey(b, "raw_base64"), '"')
	return append(base64.StdEncoding.AppendEncode(b, raw), `",`...)
}

// appendQuoted writes valid UTF-8 as a JSON string.
func appendQuoted(b, v []byte) []byte {
	b = append(b, '"')
	from := 0
	for i, c := range v {
		if c >= ' ' && c != '"' && c != '\\' {
			continue
		}
		b = append(b, v[from:i]...)
		from = i + 1
		if c < ' ' {
			b = fmt.Appendf(b, `\u%04x`, c)
		} else {
			b = append(b, '\\', c)
		}
	}
	return append(append(b, v[from:]...), '"')
}
