// Package swf writes jobs in the Standard Workload Format (version 2.2), which simulators of schedulers read:
// https://www.cs.huji.ac.il/labs/parallel/workload/swf.html
//
// What enters: a database, a filter, the name of a machine. What leaves: a text of 18 numbers a line, with a head.
//
// Promises: a job a line, in the order of submission, numbered from 1; -1 is unknown; users, groups and executables are
// numbers by their first appearance, and no name of one is in the file.
package swf

import (
	"bufio"
	"context"
	_ "embed" // for the questions
	"fmt"
	"io"
	"strconv"
	"strings"
	"time"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"
	"github.com/zeebo/xxh3"

	"pbsduck/duckdb"
)

var (
	//go:embed sql/jobs.sql
	jobsFile string
	//go:embed sql/size.sql
	sizeFile string
)

// A Log is a machine's.
type Log struct {
	Machine, TimeZone string
	Jobs              duckdb.Filter // which of its jobs
}

// jobs has the session ask for the jobs that are meant, into the table workload.
func (l Log) jobs(ctx context.Context, db *duckdb.DB) error {
	question := jobsFile
	if !l.Jobs.All() {
		question = "SELECT j.* FROM (\n" + jobsFile + "\n) j WHERE j.id IN (SELECT j.id FROM jobs j WHERE " +
			l.Jobs.Jobs() + ")"
	}
	return db.Exec(ctx,
		duckdb.With("CREATE OR REPLACE TEMP TABLE workload AS\n"+question, duckdb.Vars{"machine": l.Machine}))
}

// head is what a log says of itself.
type head struct {
	jobs              int64
	first, last       int64 // submission, end
	longest           int64 // run that was asked for
	nodes, processors *int64
	seen              bool // they are
	queues            []string
	isOver            bool // a job ran longer than it asked for
}

// Write writes it, and says how many jobs there are. Nothing is written of a machine that has none.
func (l Log) Write(ctx context.Context, db *duckdb.DB, to io.Writer) (jobs int64, err error) {
	if err := l.jobs(ctx, db); err != nil {
		return 0, err
	}
	h, err := l.head(ctx, db)
	if err != nil || h.jobs == 0 {
		return 0, err
	}
	out := bufio.NewWriterSize(to, 1<<16)
	l.writeHead(out, h, db.Version())
	w := writer{out: out, first: h.first, users: numbers{}, groups: numbers{}, names: map[uint64]int{}, queues: numbers{}}
	for _, q := range h.queues {
		w.queues.of(q)
	}
	err = db.EachBatch(ctx, "SELECT * FROM workload ORDER BY submitted_s, id", w.write)
	if err != nil {
		return 0, err
	}
	return w.line, out.Flush()
}

func (l Log) head(ctx context.Context, db *duckdb.DB) (h head, err error) {
	err = db.Conn().QueryRowContext(ctx, `SELECT count(*), coalesce(min(submitted_s), 0),
		coalesce(max(ended_s), 0), coalesce(max(run_asked_s), -1),
		coalesce(bool_or(run_s > run_asked_s AND run_asked_s >= 0), false) FROM workload`).
		Scan(&h.jobs, &h.first, &h.last, &h.longest, &h.isOver)
	if err != nil || h.jobs == 0 {
		return h, err
	}
	if h.queues, err = duckdb.Column[string](ctx, db, "SELECT queue FROM workload WHERE queue IS NOT NULL "+
		"GROUP BY queue ORDER BY min((submitted_s, id)), queue"); err != nil {
		return h, err
	}
	err = db.Conn().QueryRowContext(ctx, duckdb.With(sizeFile, duckdb.Vars{"machine": l.Machine})).
		Scan(&h.nodes, &h.processors, &h.seen)
	return h, err
}

// writeHead writes the comments that begin a log. Writing to a buffer fails when it is flushed.
func (l Log) writeHead(out *bufio.Writer, h head, version string) {
	say := func(label, format string, args ...any) {
		_, _ = fmt.Fprintf(out, "; %s: %s\n", label, oneLine(fmt.Sprintf(format, args...)))
	}
	zone, err := time.LoadLocation(l.TimeZone)
	if err != nil {
		zone = time.UTC
	}
	date := func(s int64) string { return time.Unix(s, 0).In(zone).Format("Mon Jan _2 15:04:05 MST 2006") }
	say("Version", "2.2")
	say("Computer", "%s", l.Machine)
	say("Conversion", "pbsduck %s", version)
	say("MaxJobs", "%d", h.jobs)
	say("MaxRecords", "%d", h.jobs)
	say("Preemption", "No")
	say("UnixStartTime", "%d", h.first)
	say("TimeZoneString", "%s", zone)
	say("StartTime", "%s", date(h.first))
	say("EndTime", "%s", date(h.last))
	say("MaxNodes", "%d", known(h.nodes))
	say("MaxProcs", "%d", known(h.processors))
	say("MaxRuntime", "%d", h.longest)
	say("AllowOveruse", "%s", map[bool]string{true: "Yes", false: "No"}[h.isOver])
	say("MaxQueues", "%d", len(h.queues))
	say("Queues", "PBS queues that the jobs ran from, by their first appearance")
	for i, q := range h.queues {
		say("Queue", "%d %s", i+1, q)
	}
	say("Note", "Jobs that ended, by the E records of PBS accounting logs; job arrays by their elements. "+
		"A requeued job has its last run, and waited for it.")
	say("Note", "Times are from submission (ctime). Processors are CPUs of nodes, as PBS counts them; "+
		"CPU time and memory are of each.")
	say("Note", "Status 5 is a job that was killed by SIGTERM or SIGKILL, as qdel does; 0 another exit status than 0.")
	say("Note", "Users, groups and executables (job names) are numbered by their first appearance.")
	if h.seen {
		say("Note", "MaxProcs is not told by the configuration: it is the sum of the most CPUs that a job had of each node.")
	}
}

func known(n *int64) int64 {
	if n == nil {
		return -1
	}
	return *n
}

// oneLine leaves of a text what does not end its line.
func oneLine(text string) string {
	return strings.Map(func(r rune) rune {
		if r < ' ' || r == 0x7f || r == '\u0085' || r == '\u2028' || r == '\u2029' {
			return '?'
		}
		return r
	}, text)
}

// numbers are those of texts, from 1, by their first appearance.
type numbers map[string]int

func (n numbers) of(text string) int {
	if i, ok := n[text]; ok {
		return i
	}
	n[strings.Clone(text)] = len(n) + 1
	return len(n)
}

// A writer writes the lines.
type writer struct {
	out                   *bufio.Writer
	first, line           int64
	users, groups, queues numbers
	names                 map[uint64]int // by hash: there may be as many as jobs
	buf                   []byte
}

// write writes those of a batch of workload. An error of the buffer stays until it is flushed.
func (w *writer) write(b arrow.RecordBatch) {
	var figures [10]*array.Int64
	for i := range figures {
		figures[i] = b.Column(i + 1).(*array.Int64)
	}
	var texts [4]*array.String
	for i := range texts {
		texts[i] = b.Column(i + 11).(*array.String)
	}
	for row := range int(b.NumRows()) {
		w.line++
		buf := strconv.AppendInt(w.buf[:0], w.line, 10)
		for i, f := range figures {
			n := f.Value(row)
			if i == 0 {
				n -= w.first
			}
			buf = strconv.AppendInt(append(buf, ' '), n, 10)
		}
		for _, n := range []int{
			number(texts[0], row, w.users), number(texts[1], row, w.groups), w.executable(texts[2], row),
			number(texts[3], row, w.queues), -1, -1, -1,
		} {
			buf = strconv.AppendInt(append(buf, ' '), int64(n), 10)
		}
		w.buf = append(buf, '\n')
		_, _ = w.out.Write(w.buf)
	}
}

func number(texts *array.String, row int, of numbers) int {
	if texts.IsNull(row) {
		return -1
	}
	return of.of(texts.Value(row))
}

func (w *writer) executable(names *array.String, row int) int {
	if names.IsNull(row) {
		return -1
	}
	h := xxh3.HashString(names.Value(row))
	n, ok := w.names[h]
	if !ok {
		n = len(w.names) + 1
		w.names[h] = n
	}
	return n
}
