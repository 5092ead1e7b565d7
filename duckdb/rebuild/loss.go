package rebuild

import (
	"context"
	"fmt"
	"path/filepath"
	"slices"
	"time"

	"pbsduck/duckdb"
	"pbsduck/duckdb/load"
	"pbsduck/duckdb/records"
	"pbsduck/ingest/schema"
	"pbsduck/ingest/source"
)

// A LostError says what would be lost by a rebuild: logs, or jobs.
type LostError struct {
	Path string
	Logs []*load.LogFile  // that the old database has and the new one lacks
	Jobs []records.JobKey // that only qhist told of, and that the new one lacks
}

func (e *LostError) Error() string {
	what, n := "", len(e.Logs)+len(e.Jobs)
	if len(e.Logs) > 0 {
		what = e.Logs[0].File
		if what == source.Stdin {
			what = "a log from standard input"
		}
		what += " of " + e.Logs[0].Machine
	} else {
		what = fmt.Sprintf("job %s of %s from qhist", e.Jobs[0].JobID, e.Jobs[0].Machine)
	}
	if n > 1 {
		what += fmt.Sprintf(" and %d more", n-1)
	}
	return fmt.Sprintf("%s has %s, which the logs given now do not hold, or not as far, so nothing was changed",
		e.Path, what)
}

// A place is where a log of a machine is, or what it is called there; or a job of the machine.
type place struct{ machine, name string }

// lost is a *LostError if some logs of one ledger are lacking in the other.
func lost(path string, had, has []*load.LogFile, begins func(now, before *load.LogFile) bool) error {
	logs := lacking(had, has, begins)
	if len(logs) == 0 {
		return nil
	}
	return &LostError{Path: filepath.Clean(path), Logs: logs}
}

// lacking are the logs of one ledger that were not read as far for the other. A log at the same place is the same log.
// One that moved is known by its name and by how it begins: the days of two servers have the same names.
func lacking(had, has []*load.LogFile, begins func(now, before *load.LogFile) bool) []*load.LogFile {
	at, named := map[place]*load.LogFile{}, map[place][]*load.LogFile{}
	for _, f := range has {
		name := place{f.Machine, f.Name}
		at[place{f.Machine, f.Path}], named[name] = f, append(named[name], f)
	}
	return slices.DeleteFunc(slices.Clone(had), func(f *load.LogFile) bool {
		if now := at[place{f.Machine, f.Path}]; now != nil && now.ReadBytes >= f.ReadBytes {
			return true
		}
		return slices.ContainsFunc(named[place{f.Machine, f.Name}], func(now *load.LogFile) bool {
			if load.IsQhist(f.Path) { // the day's log; whether it tells of all jobs, lostJobs sees
				return now.ReadBytes > 0
			}
			return now.ReadBytes >= f.ReadBytes && begins(now, f)
		})
	})
}

// beginsAs tells whether a log that was read begins with what was read of one before. Of one that has not grown the
// ledgers say it; else it is looked at once more.
func beginsAs(ctx context.Context, now, before *load.LogFile) bool {
	if now.ReadBytes == before.ReadBytes {
		return now.Digest == before.Digest
	}
	logs, err := source.Find([]string{now.File}, source.FindOptions{})
	return err == nil && len(logs) == 1 && before.IsBeginningOf(ctx, logs[0])
}

// lostJobs is a *LostError if the old database has jobs that no log gave and that are not in the new one: that there is
// a log of the day does not mean that it tells of them all.
func lostJobs(ctx context.Context, path string, old, fresh *duckdb.DB) error {
	has, err := tablesOf(ctx, old)
	if err != nil || !has[schema.Outcomes.Name] { // of an earlier version: qhist was not asked then
		return old.ReadError(err)
	}
	const question = "SELECT id, machine, job_id, submit_time FROM outcomes WHERE is_job AND "
	told, err := records.Keys(ctx, old, question+"file_id IS NULL ORDER BY machine, job_id, submit_time")
	if err != nil || len(told) == 0 {
		return old.ReadError(err)
	}
	ids := make([]string, len(told))
	for i, j := range told {
		ids[i] = j.JobID
	}
	there, err := records.Keys(ctx, fresh, question+"job_id IN (SELECT unnest($1::VARCHAR[]))", ids)
	if err != nil {
		return err
	}
	submitted := map[place][]time.Time{}
	for _, j := range there {
		name := place{j.Machine, j.JobID}
		submitted[name] = append(submitted[name], j.SubmitTime)
	}
	const unsure = 2 * time.Hour // qhist can't tell the hour, where autumn repeats one
	lacking := slices.DeleteFunc(told, func(j records.JobKey) bool {
		return slices.ContainsFunc(submitted[place{j.Machine, j.JobID}], func(at time.Time) bool {
			return at.Sub(j.SubmitTime).Abs() <= unsure
		})
	})
	if len(lacking) == 0 {
		return nil
	}
	return &LostError{Path: filepath.Clean(path), Jobs: lacking}
}
