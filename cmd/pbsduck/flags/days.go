package flags

import (
	"time"

	"github.com/spf13/cobra"

	"pbsduck/duckdb"
)

// Days says which days of which machine are meant.
type Days struct {
	machine Machine
	days    Window
}

// Add adds its flags to a command.
func (f *Days) Add(c *cobra.Command) {
	f.machine.Add(c, "only jobs of the machine `NAME`")
	f.days.Add(c, endedOn)
}

// endedOn is the usage of --since and --until where they are about jobs.
const endedOn = "only jobs that ended on this local `DATE`"

// Jobs are the jobs that are meant.
func (f *Days) Jobs() (jobs duckdb.Filter, err error) {
	if f.machine.Name != "" {
		jobs.Machines = []string{f.machine.Name}
	}
	jobs.Since, jobs.Until, err = f.days.Days(time.Time{})
	return jobs, err
}
