package main

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"pbsduck/cmd/pbsduck/flags"
	"pbsduck/cmd/pbsduck/ui"
	"pbsduck/duckdb"
	"pbsduck/duckdb/load"
	"pbsduck/ingest/source"
)

type forgetOptions struct {
	*flags.Global
	machine     flags.Machine
	ids         []int64
	all, dryRun bool
}

func newForget(g *flags.Global) *cobra.Command {
	o := &forgetOptions{Global: g}
	c := &cobra.Command{
		Use:   "forget [LOG...]",
		Short: "Take a log, or a machine, out of the database again",
		Long: `Takes out what logs gave, as if they had never been read: jobs with their raw
records, nodes and charges, events, rejects, warnings, and their part of the days'
sums. What stands in another log of the machine too stays, and an E record that
was superseded by one that goes gets its place. It is one transaction, and asks
nothing: --dry-run says what would go.

A LOG is a file or folder as ingest was given it (it need not be there any longer), or
the name of a log as status --files shows it, or - for what came from standard
input, or --id and its number there. With --machine NAME --all it is all of a
machine, its rules and dictionaries among it, but for allocations.

A log that is still in a log folder is read again by the next ingest: move it away
first. Published copies change with the next publish. The file keeps its size; the
room in it is used again.

Exit codes: 0 fine; 1 no such log; 2 wrong use; 10 no such database; 11 locked.`,
		Example: `  pbsduck forget --dry-run logs/derecho/20260101
  pbsduck forget --machine derecho 20260101 20260102
  pbsduck forget --machine derechoo --all`,
		RunE: func(c *cobra.Command, args []string) error { return o.run(c.Context(), args) },
	}
	o.addFlags(c)
	return c
}

func (o *forgetOptions) addFlags(c *cobra.Command) {
	f := c.Flags()
	o.machine.Add(c, flags.LogMachine)
	f.BoolVar(&o.all, "all", false, "all of --machine")
	c.ValidArgsFunction = func(c *cobra.Command, _ []string, _ string) ([]string, cobra.ShellCompDirective) {
		question := "SELECT DISTINCT name FROM log_files ORDER BY 1"
		if o.machine.Name != "" {
			question = "SELECT name FROM log_files WHERE machine = " + duckdb.Literal(o.machine.Name) + " ORDER BY 1"
		}
		return ask(c.Context(), o.Global, question), cobra.ShellCompDirectiveDefault
	}
	f.Int64SliceVar(&o.ids, "id", nil, "`NUMBER` of a log in the ledger (file_id in status --files); may be repeated")
	f.BoolVar(&o.dryRun, "dry-run", false, "say what would go, and change nothing")
}

func (o *forgetOptions) run(ctx context.Context, args []string) error {
	if err := o.check(args); err != nil {
		return err
	}
	db, err := o.OpenForWriting(ctx)
	if err != nil {
		return err
	}
	done, err := o.forget(ctx, db, args)
	if err := errors.Join(err, db.Close()); err != nil {
		return err
	}
	o.Say("%s %s of %s: %s, %s superseded, %s, %s",
		map[bool]string{false: "forgot", true: "would forget"}[o.dryRun], ui.Count(int64(done.Logs), "log"), o.machine.Name,
		ui.Count(done.Jobs, "job"), ui.Grouped(done.Superseded), ui.Count(done.Events, "event"),
		ui.Count(done.Rejects, "reject"))
	return nil
}

// check wants a clear choice: what is not said is not forgotten.
func (o *forgetOptions) check(args []string) error {
	named := len(args)+len(o.ids) > 0
	switch {
	case o.all && o.machine.Name == "":
		return ui.Usagef("--all of which machine? name it with --machine NAME")
	case o.all && named:
		return ui.Usagef("--all and logs exclude each other")
	case !o.all && !named && o.machine.Name != "":
		return ui.Usagef("which logs of %s? name them, or give --all", o.machine.Name)
	case !o.all && !named:
		return ui.Usagef("say what to forget: logs, or --machine NAME --all")
	}
	return nil
}

func (o *forgetOptions) forget(ctx context.Context, db *duckdb.DB, args []string) (*load.Forgotten, error) {
	if o.machine.Name != "" {
		if _, err := db.MachineNames(ctx, o.machine.Name); err != nil {
			return nil, err
		}
	}
	ledger, err := load.Ledger(ctx, db, o.machine.Name)
	if err != nil {
		return nil, err
	}
	if o.all {
		return load.ForgetMachine(ctx, db, o.machine.Name, o.dryRun)
	}
	logs, err := o.choose(ledger, args)
	if err != nil {
		return nil, err
	}
	o.machine.Name = logs[0].Machine
	done, err := load.ForgetLogs(ctx, db, o.machine.Name, logs, o.dryRun)
	if err == nil {
		o.sayReadable(logs)
	}
	return done, err
}

// choose finds the logs in the ledger. All of them are of one machine, so that it is clear whose they are.
func (o *forgetOptions) choose(ledger []*load.LogFile, args []string) ([]*load.LogFile, error) {
	var chosen []*load.LogFile
	for _, id := range o.ids {
		i := slices.IndexFunc(ledger, func(f *load.LogFile) bool { return f.ID == id })
		if i < 0 {
			return nil, fmt.Errorf("%s has no log number %d%s: pbsduck status --files lists them", o.DB, id, o.machine.Of())
		}
		chosen = append(chosen, ledger[i])
	}
	for _, arg := range args {
		found, err := o.match(ledger, arg)
		if err != nil {
			return nil, err
		}
		chosen = append(chosen, found...)
	}
	for i, f := range chosen {
		if f.Machine != chosen[0].Machine {
			return nil, ui.Usagef("%s is a log of %s, %s one of %s: name the machine with --machine",
				chosen[0].File, chosen[0].Machine, f.File, f.Machine)
		}
		if slices.Contains(chosen[:i], f) {
			chosen[i] = nil
		}
	}
	return slices.DeleteFunc(chosen, func(f *load.LogFile) bool { return f == nil }), nil
}

// match finds what an argument means: a file or a folder, else a name.
func (o *forgetOptions) match(ledger []*load.LogFile, arg string) ([]*load.LogFile, error) {
	key := source.KeyOf(arg)
	folder := strings.TrimSuffix(source.Absolute(arg), string(filepath.Separator)) + string(filepath.Separator)
	var found []*load.LogFile
	for _, f := range ledger {
		if f.Path == key || arg != source.Stdin && strings.HasPrefix(f.Path, folder) {
			found = append(found, f)
		}
	}
	if len(found) == 0 {
		for _, f := range ledger {
			if f.Name == source.Escape(arg) || f.File == source.Escape(arg) {
				found = append(found, f)
			}
		}
		if len(found) > 1 && found[0].Machine == found[len(found)-1].Machine {
			return nil, ui.Usagef("%s may be %s or %s: name the file", source.Escape(arg), found[0].File, found[1].File)
		}
	}
	switch {
	case len(found) == 0:
		return nil, fmt.Errorf("%s has no log %s%s: pbsduck status --files lists them",
			o.DB, source.Escape(arg), o.machine.Of())
	case arg == source.Stdin && len(found) > 1:
		return nil, ui.Usagef("%d logs came from standard input: choose by --id (status --files)", len(found))
	}
	return found, nil
}

// sayReadable says which of the logs are still where they were read.
func (o *forgetOptions) sayReadable(logs []*load.LogFile) {
	there := slices.DeleteFunc(slices.Clone(logs), func(f *load.LogFile) bool {
		return f.Path == source.Stdin || !source.Exists(f.Path)
	})
	switch len(there) {
	case 0:
	case 1:
		o.Say("%s is still there: the next ingest of its folder reads it again", there[0].File)
	default:
		o.Say("%s and %d more are still there: the next ingest of their folder reads them again", there[0].File, len(there)-1)
	}
}
