package flags

import (
	"context"
	"errors"
	"fmt"

	"github.com/spf13/cobra"

	"pbsduck/duckdb"
	"pbsduck/duckdb/records"
)

// JobIDs says in a command's help how ids of jobs are written.
const JobIDs = `JOBID is as PBS writes it: 123.server, 123[7].server for an element of an array,
123[].server for the array. Without the server, and of an array without the
brackets, it will do if only one job is meant; otherwise the jobs that it could be
are listed. PBS gives numbers out again after some years: --submit-time and
--machine tell jobs apart, --all takes them all.`

// A JobID is what tells apart the jobs that an id can mean: the flags --machine,
// --submit-time and --all.
type JobID struct {
	machine    Machine
	submitTime string
	all        bool
}

// Add adds them to a command.
func (j *JobID) Add(c *cobra.Command) {
	j.machine.Add(c, "the job ran on `NAME`")
	c.Flags().StringVar(&j.submitTime, "submit-time", "", "it was submitted at this `TIME` (UTC): 2026-01-31, or 2026-01-31T14:05:00Z")
	c.Flags().BoolVar(&j.all, "all", false, "all jobs that the id can mean")
}

// Check tells what is wrong with the flags.
func (j *JobID) Check() error {
	_, _, err := Instant("--submit-time", j.submitTime)
	return err
}

// Find gives the job that is meant, or with --all the jobs. Those that have not
// ended are looked for where no other is meant: they have no number.
func (j *JobID) Find(ctx context.Context, db *duckdb.DB, id string) (jobs []records.JobKey, err error) {
	wanted := records.JobID{ID: id, Machine: j.machine.Name}
	if wanted.SubmittedFrom, wanted.SubmittedBefore, err = Instant("--submit-time", j.submitTime); err != nil {
		return nil, err
	}
	if jobs, err = records.FindJobs(ctx, db, wanted); err != nil {
		return nil, err
	}
	if len(jobs) == 0 {
		if jobs, err = records.FindJobsByEvents(ctx, db, wanted); err != nil {
			return nil, err
		}
	}
	switch {
	case len(jobs) == 0:
		return nil, fmt.Errorf("%s: there is no job %s%s", db.Path(), id, j.restriction())
	case len(jobs) > 1 && !j.all:
		return nil, ambiguous(id, jobs)
	}
	return jobs, nil
}

// restriction says how the flags narrowed the search down.
func (j *JobID) restriction() string {
	var s string
	if j.machine.Name != "" {
		s += " of " + j.machine.Name
	}
	if j.submitTime != "" {
		s += " submitted " + j.submitTime
	}
	return s
}

// mostListed is how many jobs are listed that an id can mean.
const mostListed = 20

func ambiguous(id string, jobs []records.JobKey) error {
	all := []error{fmt.Errorf("%s can mean %d jobs: give the whole id, --machine or --submit-time, or --all", id, len(jobs))}
	for i, j := range jobs {
		if i == mostListed {
			all = append(all, fmt.Errorf("  and %d more", len(jobs)-i))
			break
		}
		all = append(all, fmt.Errorf("  %s", j))
	}
	return errors.Join(all...)
}
