package flags

import (
	"context"
	"errors"
	"fmt"
	"slices"

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

// A JobID is what tells apart the jobs that an id can mean: the flags --machine, --submit-time and --all.
type JobID struct {
	machine    Machine
	submitTime string
	all        bool
}

// Add adds them to a command.
func (j *JobID) Add(c *cobra.Command) {
	j.machine.Add(c, "the job ran on `NAME`")
	j.AddBeside(c)
}

// AddBeside adds them to a command that has the flags of a Filter, of which --machine is one.
func (j *JobID) AddBeside(c *cobra.Command) {
	c.Flags().StringVar(&j.submitTime, "submit-time", "",
		"it was submitted at this `TIME` (UTC): 2026-01-31, or 2026-01-31T14:05:00Z")
	c.Flags().BoolVar(&j.all, "all", false, "all jobs that the id can mean")
}

// Check tells what is wrong with the flags.
func (j *JobID) Check() error {
	_, _, err := Instant("--submit-time", j.submitTime)
	return err
}

// Find gives the job that is meant, or with --all the jobs, whether they have ended or not. Those that have not have no
// number.
func (j *JobID) Find(ctx context.Context, db *duckdb.DB, id string) ([]records.JobKey, error) {
	return j.FindAmong(ctx, db, []string{id}, duckdb.Filter{}, true)
}

// FindAmong gives the jobs that several ids mean, among those that a filter means; the error tells of those that mean
// none, or too many, beside the jobs that the others mean. Of jobs that have not ended no more is known than machine
// and submission: they are looked for where none is meant that has, or, if open ones are asked for, in any case.
func (j *JobID) FindAmong(
	ctx context.Context, db *duckdb.DB, ids []string, among duckdb.Filter, open bool,
) (all []records.JobKey, err error) {
	wanted := records.JobID{Machine: j.machine.Name}
	if wanted.SubmittedFrom, wanted.SubmittedBefore, err = Instant("--submit-time", j.submitTime); err != nil {
		return nil, err
	}
	if wanted.Machine != "" {
		if _, err := db.MachineNames(ctx, wanted.Machine); err != nil {
			return nil, err
		}
	}
	narrow := wanted.Filter()
	narrow.Machines = append(narrow.Machines, among.Machines...)
	narrow.Since, narrow.Until, narrow.Terms = among.Since, among.Until, append(narrow.Terms, among.Terms...)
	found, err := records.FindEach(ctx, db, ids, narrow)
	if err != nil {
		return nil, err
	}
	var failed []error
	for i, id := range ids {
		if wanted.ID = id; (open || found[i] == nil) && among.OnlyDays() && among.Since.IsZero() && among.Until.IsZero() {
			if found[i], err = findByEvents(ctx, db, wanted, found[i], among.Machines); err != nil {
				return nil, err
			}
		}
		switch {
		case len(found[i]) == 0:
			failed = append(failed, fmt.Errorf("%s: there is no job %s%s", db.Path(), id, j.restriction(!among.All())))
		case len(found[i]) > 1 && !j.all:
			failed = append(failed, ambiguous(id, found[i]))
		default:
			all = append(all, found[i]...)
		}
	}
	return all, errors.Join(failed...)
}

// findByEvents finds jobs that have not ended, beside those that have, on some machines, if any are named.
func findByEvents(
	ctx context.Context, db *duckdb.DB, wanted records.JobID, ended []records.JobKey, machines []string,
) (jobs []records.JobKey, err error) {
	if len(ended) > 0 {
		jobs, err = records.AddOpen(ctx, db, wanted, ended)
	} else {
		jobs, err = records.FindJobsByEvents(ctx, db, wanted, false)
	}
	return slices.DeleteFunc(jobs, func(job records.JobKey) bool {
		return len(machines) > 0 && !slices.Contains(machines, job.Machine)
	}), err
}

// restriction says how the flags narrowed the search down.
func (j *JobID) restriction(filtered bool) string {
	var s string
	if j.machine.Name != "" {
		s += " of " + j.machine.Name
	}
	if j.submitTime != "" {
		s += " submitted " + j.submitTime
	}
	if filtered {
		s += " among those that the flags mean"
	}
	return s
}

// mostListed is how many jobs are listed that an id can mean.
const mostListed = 20

func ambiguous(id string, jobs []records.JobKey) error {
	all := []error{
		fmt.Errorf("%s can mean %d jobs: give the whole id, --machine or --submit-time, or --all", id, len(jobs)),
	}
	for i, j := range jobs {
		if i == mostListed {
			all = append(all, fmt.Errorf("  and %d more", len(jobs)-i))
			break
		}
		all = append(all, fmt.Errorf("  %s", j))
	}
	return errors.Join(all...)
}
