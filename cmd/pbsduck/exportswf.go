package main

import (
	"context"
	"errors"
	"io"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"

	"pbsduck/cmd/pbsduck/ui"
	"pbsduck/duckdb"
	"pbsduck/duckdb/swf"
	"pbsduck/export/whole"
)

// formatSWF is the format of jobs that only export knows.
const formatSWF = "swf"

// writeWorkloads writes a file for each machine of which jobs are meant.
func (o *exportOptions) writeWorkloads(c *cobra.Command) error {
	for _, name := range []string{"table", "query", "as", "safe-csv", "allow-files"} {
		if c.Flags().Changed(name) {
			return ui.Usagef("--%s does not go with --format swf, which holds jobs", name)
		}
	}
	if err := o.MayWrite(o.dir); err != nil {
		return err
	}
	ctx := c.Context()
	return o.filter.Read(ctx, o.Global, duckdb.Options{ReadOnly: true}, func(db *duckdb.DB, jobs duckdb.Filter) error {
		machines, err := db.Machines(ctx)
		if err != nil {
			return err
		}
		if err := os.MkdirAll(o.dir, 0o777); err != nil {
			return err
		}
		for _, m := range machines {
			if err := o.writeWorkload(ctx, db, swf.Log{Machine: m.Name, TimeZone: m.Zone, Jobs: jobs}); err != nil {
				return err
			}
		}
		return nil
	})
}

// writeWorkload writes the file of a machine, if there are jobs of it.
func (o *exportOptions) writeWorkload(ctx context.Context, db *duckdb.DB, log swf.Log) error {
	path := filepath.Join(o.dir, log.Machine+".swf")
	if err := o.MayWrite(path); err != nil {
		return err
	}
	rows := int64(0)
	err := whole.Write(path, func(w io.Writer) (err error) {
		if rows, err = log.Write(ctx, db, w); err == nil && rows == 0 {
			err = errNoJobs
		}
		return err
	})
	switch {
	case errors.Is(err, errNoJobs):
		o.Say("left out %s: no job of it is meant", path)
		if _, err := os.Stat(path); err == nil {
			o.Warn("%s is there from before: it is of other jobs", path)
		}
		return nil
	case err == nil:
		o.Say("%s: %s", path, ui.Count(rows, "job"))
	}
	return err
}

// errNoJobs keeps a file from being made.
var errNoJobs = errors.New("there are no jobs")
