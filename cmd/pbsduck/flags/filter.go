package flags

import (
	"time"

	"github.com/spf13/cobra"

	"pbsduck/duckdb"
)

// A Filter says which part of the jobs is meant.
type Filter struct {
	machine Machine
	days    Window
}

// Add adds its flags to a command.
func (f *Filter) Add(c *cobra.Command) {
	f.machine.Add(c, "only jobs of the machine `NAME`")
	f.days.Add(c, "only jobs that ended on this local `DATE`")
}

// Jobs are the jobs that are meant.
func (f *Filter) Jobs() (jobs duckdb.Filter, err error) {
	if f.machine.Name != "" {
		jobs.Machines = []string{f.machine.Name}
	}
	jobs.Since, jobs.Until, err = f.days.Days(time.Time{})
	return jobs, err
}
