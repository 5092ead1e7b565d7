package records

import (
	"context"
	"database/sql"
	_ "embed"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/apache/arrow-go/v18/arrow/array"

	"pbsduck/duckdb"
	"pbsduck/ingest/pbs"
)

// A JobID names jobs as people do: the id as PBS writes it, with its server or without, and what narrows it down.
type JobID struct {
	ID                             string
	Machine                        string    // empty: any
	SubmittedFrom, SubmittedBefore time.Time // zero: any
}

// A JobKey is one job: the key of its row, and the row's number.
type JobKey struct {
	Number     int64 // jobs.id; 0 if the job has no row
	Machine    string
	JobID      string
	SubmitTime time.Time // zero if only events are known that do not say
}

func (k JobKey) String() string {
	submitted := "at an unknown time"
	if !k.SubmitTime.IsZero() {
		submitted = k.SubmitTime.UTC().Format(time.RFC3339)
	}
	return fmt.Sprintf("%s of %s, submitted %s", k.JobID, k.Machine, submitted)
}

//go:embed sql/find_jobs_by_events.sql
var findJobsByEvents string

//go:embed sql/history_ids.sql
var historyIDs string

//go:embed sql/history.sql
var historySQL string

// FindJobsByEvents lists the jobs that the id can mean by what is known of them besides E records: those that wait,
// run, or never ran. Open are only those that wait or run, though others of the id have ended.
func FindJobsByEvents(ctx context.Context, db *duckdb.DB, id JobID, open bool) ([]JobKey, error) {
	parsed, _ := pbs.ParseID([]byte(id.ID)) // what is no id of PBS has no number, but may be a job_id all the same
	variables := id.variables(parsed)
	variables["open"] = open
	return Keys(ctx, db, duckdb.With(findJobsByEvents, variables))
}

// Keys are the answer to a question for id, machine, job_id and submit_time, in its order.
func Keys(ctx context.Context, db *duckdb.DB, question string, args ...any) ([]JobKey, error) {
	rows, err := db.Conn().QueryContext(ctx, question, args...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var keys []JobKey
	for rows.Next() {
		var k JobKey
		var submitted sql.NullTime
		if err := rows.Scan(&k.Number, &k.Machine, &k.JobID, &submitted); err != nil {
			return nil, err
		}
		k.SubmitTime = submitted.Time
		keys = append(keys, k)
	}
	return keys, rows.Err()
}

// numberOf is short_id; nil if there is none.
func numberOf(id pbs.ID) any {
	if id.Base < 0 {
		return nil
	}
	return id.Base
}

// variables are those of find_jobs_by_events.sql.
func (id JobID) variables(parsed pbs.ID) duckdb.Vars {
	var anyServer, machine any
	if parsed.Base >= 0 && parsed.Server == nil {
		anyServer = id.ID + "."
	}
	if id.Machine != "" {
		machine = id.Machine
	}
	return duckdb.Vars{
		"id": id.ID, "any_server": anyServer, "machine": machine,
		"submitted_from": id.SubmittedFrom, "submitted_before": id.SubmittedBefore,
		"number": numberOf(parsed), "bare": parsed.Kind == pbs.IDJob,
	}
}

// History gives what is known of a job, in order of time: its events and those of its array, E records that were
// superseded, and the one that is its row. The caller releases the reader before the next statement.
func History(ctx context.Context, db *duckdb.DB, k JobKey) (array.RecordReader, error) {
	question, err := historyQuestion(ctx, db, k, historySQL)
	if err != nil {
		return nil, err
	}
	return db.Query(ctx, question)
}

// HistoryInWords gives of the history what people read: time, type, and what happened.
func HistoryInWords(ctx context.Context, db *duckdb.DB, k JobKey) (array.RecordReader, error) {
	question, err := historyQuestion(ctx, db, k, "SELECT time, type, what FROM (\n"+historySQL+"\n)")
	if err != nil {
		return nil, err
	}
	return db.Query(ctx, question)
}

func historyQuestion(ctx context.Context, db *duckdb.DB, k JobKey, question string) (string, error) {
	id, _ := pbs.ParseID([]byte(k.JobID))
	others, err := rangesWith(ctx, db, k.Machine, id)
	return duckdb.With(question, duckdb.Vars{"machine": k.Machine, "job_id": k.JobID, "submit_time": k.SubmitTime,
		"ids": append(others, k.JobID), "number": numberOf(id)}), err
}

// rangesWith lists the ids in events that stand for several jobs, among them this one: its array, and ranges of the
// array.
func rangesWith(ctx context.Context, db *duckdb.DB, machine string, id pbs.ID) ([]string, error) {
	if id.Kind != pbs.IDArrayElement && id.Kind != pbs.IDArrayParent {
		return nil, nil
	}
	all, err := duckdb.Column[string](
		ctx, db, duckdb.With(historyIDs, duckdb.Vars{"machine": machine, "number": numberOf(id)}),
	)
	var ids []string
	for _, other := range all {
		if o, err := pbs.ParseID([]byte(other)); err == nil && string(o.Server) == string(id.Server) && holds(o, id) {
			ids = append(ids, other)
		}
	}
	return ids, err
}

// holds tells whether the id of an event stands for an array, or a part of it, that the job is in. Of an array as a
// whole every range is a part.
func holds(event, job pbs.ID) bool {
	switch {
	case event.Kind == pbs.IDArrayParent:
		return job.Kind == pbs.IDArrayElement
	case event.Kind != pbs.IDArrayRange:
		return false
	}
	return job.Kind == pbs.IDArrayParent || inRange(string(event.Range), job.Index)
}

// inRange tells whether an index is one of those that a range lists, such as 1-10:2,15. ParseID has checked how it is
// written.
func inRange(list string, index int64) bool {
	for item := range strings.SplitSeq(list, ",") {
		span, stepText, _ := strings.Cut(item, ":")
		firstText, lastText, isSpan := strings.Cut(span, "-")
		if !isSpan {
			lastText = firstText
		}
		first, _ := strconv.ParseInt(firstText, 10, 64)
		last, _ := strconv.ParseInt(lastText, 10, 64)
		step, _ := strconv.ParseInt(stepText, 10, 64)
		if index >= first && index <= last && (index-first)%max(step, 1) == 0 {
			return true
		}
	}
	return false
}
