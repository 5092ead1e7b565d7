package hive

import (
	"context"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"time"

	"pbsduck/duckdb"
	"pbsduck/export/dataset"
)

// Partitionings are how rows can be parted for readers of hive's folders.
var Partitionings = [][]string{{"machine", "year"}, {"machine", "year", "month"}}

// ParsePartition reads one of them.
func ParsePartition(words string) ([]string, error) {
	var all []string
	for _, p := range Partitionings {
		if strings.Join(p, ",") == words {
			return p, nil
		}
		all = append(all, strings.Join(p, ","))
	}
	return nil, fmt.Errorf("cannot partition by %q: give %s", words, strings.Join(all, " or "))
}

// partitionedBy says it in the manifest, and flatBy of a dataset for Iceberg.
const partitionedBy = "UTC: jobs, charges, nodes and records by the end_time of the job, " +
	"or its submit_time where that is unknown; " +
	"runs by their own; events by time; daily_summary by day, or 1970-01 where that is unknown"

const flatBy = "machine, and month in UTC of end_time (jobs, charges, nodes, records; runs: their own), " +
	"time (events), day (daily_summary); " +
	"rows of which it is unknown are in files of their own, in the month of their job's submit_time"

// A month of a machine, in UTC, and by which change it was changed last.
type month struct {
	machine string
	first   time.Time
	change  int64
}

func (m month) end() time.Time { return m.first.AddDate(0, 1, 0) }

func (m month) String() string { return m.machine + " " + m.first.Format("2006-01") }

// monthsOf are those of which there are rows, in order, that a filter may mean, and those in which its jobs ran.
func monthsOf(ctx context.Context, db *duckdb.DB, f duckdb.Filter, ran map[string]bool) ([]month, error) {
	rows, err := db.Conn().QueryContext(
		ctx, "SELECT machine, month, change FROM changed_months ORDER BY machine, month",
	)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var all []month
	for rows.Next() {
		var m month
		if err := rows.Scan(&m.machine, &m.first, &m.change); err != nil {
			return nil, err
		}
		if mayMean(f, m) || ran[m.String()] {
			all = append(all, m)
		}
	}
	return all, rows.Err()
}

// ranIn are the months in which runs of the jobs stand that a filter means: those that were requeued ran earlier, too,
// than in the days that it tells.
func ranIn(ctx context.Context, db *duckdb.DB, f duckdb.Filter) (map[string]bool, error) {
	ran := map[string]bool{}
	if f.Since.IsZero() && f.Until.IsZero() {
		return ran, nil // of whole machines all months are asked
	}
	all, err := duckdb.Column[string](ctx, db, "SELECT DISTINCT month FROM (\n"+file("ran")+
		") WHERE job_row IN (SELECT j.id FROM jobs j WHERE "+f.Jobs()+")")
	for _, one := range all {
		ran[one] = true
	}
	return ran, err
}

// mayMean tells whether a filter may mean rows of a month. Local days reach into the next.
func mayMean(f duckdb.Filter, m month) bool {
	switch {
	case len(f.Machines) > 0 && !slices.Contains(f.Machines, m.machine):
		return false
	case !f.Since.IsZero() && m.end().AddDate(0, 0, 1).Before(f.Since):
		return false
	}
	return f.Until.IsZero() || !m.first.AddDate(0, 0, -2).After(f.Until)
}

// A slot is a month of the dataset: where its rows stand, which of the database they are, and what tells that they
// changed.
type slot struct {
	machine string // in the dataset
	first   time.Time
	span    span
	change  int64
}

// slotsOf are the months as a dataset has them that tells all.
func slotsOf(months []month) (slots []slot) {
	for _, m := range months {
		slots = append(slots, slot{m.machine, m.first, span{m.machine, m.first, m.end()}, m.change})
	}
	return slots
}

func (s slot) mark() dataset.Month {
	return dataset.Month{Machine: s.machine, Month: s.first.Format("2006-01"), Change: s.change}
}

// folder is where rows of the month stand, within the folder of a table. What reads hive's folders must not take those
// of files that hold the machine, too, for such.
func (s slot) folder(by []string) string {
	machine := strings.ReplaceAll(url.PathEscape(s.machine), "=", "%3D")
	switch {
	case slices.Equal(by, dataset.ForIceberg):
		return machine + s.first.Format("-2006-01")
	case slices.Contains(by, "month"):
		return fmt.Sprintf("machine=%s/year=%d/month=%d", machine, s.first.Year(), s.first.Month())
	}
	return fmt.Sprintf("machine=%s/year=%d", machine, s.first.Year())
}

// A partition is the months of a machine whose rows stand together.
type partition struct {
	machine string // in the dataset
	slots   []slot
	under   string // the folder within that of a table
}

// partitions puts months together.
func partitions(by []string, slots []slot) []partition {
	var all []partition
	for _, s := range slots {
		under := s.folder(by)
		if n := len(all); n == 0 || all[n-1].under != under {
			all = append(all, partition{machine: s.machine, under: under})
		}
		last := &all[len(all)-1]
		last.slots = append(last.slots, s)
	}
	return all
}

func (p partition) span() span {
	first, last := p.slots[0].span, p.slots[len(p.slots)-1].span
	return span{first.machine, first.since, last.before}
}

// filedJobs is how many jobs, with all that is theirs, a file of each table is made of at most: that makes up to some
// 500 MB. A fourth event is as much as a job.
const filedJobs = 4_000_000

// parts are the spans of the files of a partition.
func (p partition) parts(ctx context.Context, db *duckdb.DB, most int64) ([]span, error) {
	var all []span
	room := int64(0) // in the last of them
	for _, one := range p.slots {
		whole := one.span
		var jobs, events int64
		err := db.Conn().QueryRowContext(ctx, duckdb.With(file("weight"), whole.vars())).Scan(&jobs, &events)
		if err != nil {
			return nil, err
		}
		weight := max(jobs, events/4)
		if n := len(all); n > 0 && weight <= room {
			all[n-1].before, room = whole.before, room-weight
			continue
		}
		cuts, err := whole.cut(ctx, db, jobs, events, (weight+most-1)/most)
		if err != nil {
			return nil, err
		}
		for i, since := range cuts[:len(cuts)-1] {
			all = append(all, span{whole.machine, since, cuts[i+1]})
		}
		room = most - weight/int64(len(cuts)-1)
	}
	return all, nil
}

// cut is where n slices of the span begin, and where the last one ends, with as many rows in each of them: of jobs, or
// of events if there are more of these. Of one instant all are in one slice.
func (s span) cut(ctx context.Context, db *duckdb.DB, jobs, events, n int64) ([]time.Time, error) {
	cuts := []time.Time{s.since}
	if n > 1 {
		vars := s.vars()
		vars["parts"], vars["by_events"] = n, events/4 > jobs
		at, err := duckdb.Column[time.Time](ctx, db, duckdb.With(file("cuts"), vars))
		if err != nil {
			return nil, err
		}
		for _, t := range at {
			if t.After(cuts[len(cuts)-1]) {
				cuts = append(cuts, t.UTC())
			}
		}
	}
	return append(cuts, s.before), nil
}

func (s span) vars() duckdb.Vars {
	return duckdb.Vars{"machine": s.machine, "since": s.since, "before": s.before}
}

// isIn tells whether the manifest has all months of the partition by the changes that changed them last, and no others
// of it: those that are there no longer, as in a database that was put back to an older state, have rows in its files.
func (p partition) isIn(has map[string]map[dataset.Month]bool) bool {
	there := has[p.under]
	return len(there) == len(p.slots) &&
		!slices.ContainsFunc(p.slots, func(s slot) bool { return !there[s.mark()] })
}

// changes are those of a manifest's months, by the folders in which their rows stand.
func changes(m *dataset.Manifest) map[string]map[dataset.Month]bool {
	has := map[string]map[dataset.Month]bool{}
	if m == nil {
		return has
	}
	for _, one := range m.Months {
		first, err := time.Parse("2006-01", one.Month)
		if err != nil {
			continue // so that it is written again
		}
		under := slot{machine: one.Machine, first: first}.folder(m.Partition)
		if has[under] == nil {
			has[under] = map[dataset.Month]bool{}
		}
		has[under][one] = true
	}
	return has
}
