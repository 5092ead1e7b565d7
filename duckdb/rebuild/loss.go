package rebuild

import (
	"context"
	"fmt"
	"path/filepath"
	"slices"

	"pbsduck/duckdb"
	"pbsduck/duckdb/load"
	"pbsduck/ingest/schema"
	"pbsduck/ingest/source"
)

// A LostError says what would be lost by a rebuild: logs, or jobs.
type LostError struct {
	Path string
	Logs []*load.LogFile // that the old database has and the new one lacks
	Jobs []ToldJob       // that only qhist told of, and that the new one lacks
}

// A ToldJob is a job that came from elsewhere than a log.
type ToldJob struct {
	Machine, ID string
	Submitted   int64 // epoch microseconds
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
		what = fmt.Sprintf("job %s of %s from qhist", e.Jobs[0].ID, e.Jobs[0].Machine)
	}
	if n > 1 {
		what += fmt.Sprintf(" and %d more", n-1)
	}
	return fmt.Sprintf("%s has %s, which the logs given now do not hold, or not as far, so nothing was changed",
		e.Path, what)
}

// A place is where a log of a machine is, or what it is called there; or a job of the machine.
type place struct{ machine, name string }

// lost is a *LostError if some logs of one ledger were not read as far for the other. A log at the same place is the
// same log. One that moved is known by its name and by how it begins: the days of two servers have the same names.
func lost(path string, had, has []*load.LogFile, begins func(now, before *load.LogFile) bool) error {
	at, named := map[place]*load.LogFile{}, map[place][]*load.LogFile{}
	for _, f := range has {
		name := place{f.Machine, f.Name}
		at[place{f.Machine, f.Path}], named[name] = f, append(named[name], f)
	}
	lacking := slices.DeleteFunc(slices.Clone(had), func(f *load.LogFile) bool {
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
	if len(lacking) == 0 {
		return nil
	}
	return &LostError{Path: filepath.Clean(path), Logs: lacking}
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
	told, err := toldJobs(ctx, old, "file_id IS NULL")
	if err != nil || len(told) == 0 {
		return old.ReadError(err)
	}
	ids := make([]string, len(told))
	for i, j := range told {
		ids[i] = j.ID
	}
	there, err := toldJobs(ctx, fresh, "job_id IN (SELECT unnest($1::VARCHAR[]))", ids)
	if err != nil {
		return err
	}
	submitted := map[place][]int64{}
	for _, j := range there {
		submitted[place{j.Machine, j.ID}] = append(submitted[place{j.Machine, j.ID}], j.Submitted)
	}
	lacking := slices.DeleteFunc(told, func(j ToldJob) bool {
		return slices.ContainsFunc(submitted[place{j.Machine, j.ID}], func(at int64) bool {
			const hour = 3_600_000_000 // that qhist can't tell, where autumn repeats one
			return at-j.Submitted <= 2*hour && j.Submitted-at <= 2*hour
		})
	})
	if len(lacking) == 0 {
		return nil
	}
	return &LostError{Path: filepath.Clean(path), Jobs: lacking}
}

// toldJobs are the jobs of a database that are of some kind.
func toldJobs(ctx context.Context, db *duckdb.DB, which string, args ...any) (jobs []ToldJob, err error) {
	rows, err := db.Conn().QueryContext(ctx, `SELECT machine, job_id, epoch_us(submit_time) FROM outcomes
		WHERE is_job AND `+which+" ORDER BY ALL", args...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		var j ToldJob
		if err := rows.Scan(&j.Machine, &j.ID, &j.Submitted); err != nil {
			return nil, err
		}
		jobs = append(jobs, j)
	}
	return jobs, rows.Err()
}
