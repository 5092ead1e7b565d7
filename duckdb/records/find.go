package records

import (
	"context"
	"slices"
	"strings"

	"pbsduck/duckdb"
	"pbsduck/ingest/pbs"
)

// Filter is what narrows the id down.
func (id JobID) Filter() duckdb.Filter {
	var f duckdb.Filter
	if id.Machine != "" {
		f.Machines = []string{id.Machine}
	}
	if !id.SubmittedFrom.IsZero() || !id.SubmittedBefore.IsZero() {
		submitted := duckdb.Window{From: id.SubmittedFrom, Before: id.SubmittedBefore}
		f.Terms = append(f.Terms, duckdb.Times{From: "submit_time", To: "submit_time", Windows: []duckdb.Window{submitted}})
	}
	return f
}

// FindEach lists for each id the rows of jobs, among those that a filter means, that it can mean, in order of
// submission. A number that is all there is means an array, too, if no job has it.
func FindEach(ctx context.Context, db *duckdb.DB, ids []string, among duckdb.Filter) ([][]JobKey, error) {
	jobs, err := findAll(ctx, db, duckdb.Filter{Machines: among.Machines, Since: among.Since, Until: among.Until,
		Terms: append([]duckdb.Term{duckdb.JobIDs(ids)}, among.Terms...)})
	if err != nil {
		return nil, err
	}
	byNumber := map[int64][]JobKey{}
	for _, job := range jobs {
		parsed, _ := pbs.ParseID([]byte(job.JobID))
		byNumber[parsed.Base] = append(byNumber[parsed.Base], job)
	}
	found := make([][]JobKey, len(ids))
	for i, id := range ids {
		parsed, _ := pbs.ParseID([]byte(id))
		found[i] = meant(id, parsed, byNumber[parsed.Base])
	}
	return found, nil
}

// meant are those of some jobs of its number that an id means.
func meant(id string, parsed pbs.ID, jobs []JobKey) (exact []JobKey) {
	open := parsed.Base >= 0 && parsed.Server == nil
	for _, job := range jobs {
		if job.JobID == id || open && strings.HasPrefix(job.JobID, id+".") {
			exact = append(exact, job)
		}
	}
	if exact == nil && open && parsed.Kind == pbs.IDJob {
		return jobs
	}
	return exact
}

// AddOpen adds to jobs that an id can mean, and that have ended, those that wait or run.
func AddOpen(ctx context.Context, db *duckdb.DB, id JobID, ended []JobKey) ([]JobKey, error) {
	open, err := FindJobsByEvents(ctx, db, id, true)
	all := ended
	for _, job := range open {
		if !slices.ContainsFunc(ended, job.isSame) { // else it is written of later than it ended
			all = append(all, job)
		}
	}
	parsed, _ := pbs.ParseID([]byte(id.ID))
	return meant(id.ID, parsed, all), err
}

// isSame tells whether two keys are one job's, whether or not it has a row.
func (k JobKey) isSame(other JobKey) bool {
	return k.Machine == other.Machine && k.JobID == other.JobID && k.SubmitTime.Equal(other.SubmitTime)
}

// findAll lists the jobs that a filter means, in order of submission.
func findAll(ctx context.Context, db *duckdb.DB, f duckdb.Filter) ([]JobKey, error) {
	return Keys(ctx, db, "SELECT j.id, j.machine, j.job_id, j.submit_time FROM jobs j WHERE "+f.Jobs()+
		" ORDER BY j.submit_time, j.machine, j.job_id")
}
