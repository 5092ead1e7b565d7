package main

import (
	"context"
	"errors"
	"path/filepath"
	"slices"
	"time"

	"github.com/spf13/cobra"

	"pbsduck/cmd/pbsduck/flags"
	"pbsduck/cmd/pbsduck/logs"
	"pbsduck/cmd/pbsduck/ui"
	"pbsduck/ingest/source"
)

type ingestOptions struct {
	loader
	codec    flags.Codec
	follow   bool
	interval time.Duration
	qhist    qhistSource
}

func newIngest(g *flags.Global) *cobra.Command {
	o := &ingestOptions{loader: loader{Finder: logs.Finder{Global: g}}}
	c := &cobra.Command{
		Use:   "ingest [PATH...]",
		Short: "Load logs into the database",
		Long: `Reads accounting logs and adds what is new to the database, which is made if it
does not exist. A PATH is a file, plain or packed (.gz .xz .zst .bz2), a folder,
a pattern, or - for standard input. Without one it is the log folders of all machines
in the configuration, or of --machine.

A log that was read before is read on from where it stopped; one that did not
change costs nothing. A last line without its end waits for the next run. Files
of one group are one transaction: a crash loses nothing and doubles nothing.

What is amiss (a time zone that does not fit, two logs of one day, rejects, ...) is a
warning, told with --quiet too and kept: see pbsduck status. A text that lies in a log
folder is one, and no reason to fail.

Where logs are out of reach, --qhist takes in what qhist -J -t s -p DAY printed, and
--qhist-ssh asks it for one day after the other: jobs without raw records, which give
way to those of a log. docs/qhist.md has more.

With --follow it goes on until it is stopped, and holds the database only while
there is something to load, so that others can use it in between. SIGTERM, as from
systemd, ends it with 0, Ctrl-C with 130; what was loaded stays.

Exit codes: 0 fine; 1 some log or folder could not be read (the others were);
3 done, but some lines were rejected (see the table rejects).`,
		Example: `  pbsduck ingest
  pbsduck ingest --machine derecho --timezone America/Denver /var/spool/pbs/server_priv/accounting
  pbsduck ingest --machine casper --last 3d logs/casper
  pbsduck ingest --machine derecho --follow --publish /var/spool/pbs/server_priv/accounting
  pbsduck ingest --machine casper --timezone America/Denver --qhist-ssh casper.example.org --last 3d
  zcat 20260101.gz | pbsduck ingest --machine derecho -`,
		RunE: func(c *cobra.Command, args []string) error { return o.run(c.Context(), args) },
	}
	o.addFlags(c)
	return c
}

func (o *ingestOptions) addFlags(c *cobra.Command) {
	o.Flags.Add(c, flags.ZoneBefore)
	f := c.Flags()
	o.Window.Add(c, "only logs whose name is this `DATE`")
	o.Window.AddLast(c, "only logs of the last `DAYS`, e.g. 3d, counted to today; 2d at least, to miss no end of a day")
	o.codec.Add(c)
	f.BoolVar(&o.overwrite, "overwrite", false, "read logs again in place of what they gave")
	f.BoolVar(&o.dryRun, "dry-run", false, "read and count, but write nothing")
	f.BoolVar(&o.follow, "follow", false, "go on: look for news every --interval, until stopped")
	f.DurationVar(&o.interval, "interval", 5*time.Second, "how often --follow looks")
	f.StringVar(&o.publishAs, "publish", "",
		"then publish a copy for readers, as `NAME` (--publish=NAME), or as publish names it")
	f.Lookup("publish").NoOptDefVal = publishDefault
	f.BoolVar(&o.Brief, "brief", false,
		"say a line for each load that brought something, and warnings: for journals and cron")
	o.copies.Add(c)
	o.qhist.addFlags(c)
}

func (o *ingestOptions) run(ctx context.Context, args []string) error {
	var err error
	o.paths = args
	o.Quiet = o.Quiet || o.Brief
	if o.Config, err = o.CheckedConfiguration(ctx); err != nil {
		return err
	}
	if o.loader.codec, err = o.codec.Choose(o.Config); err != nil {
		return err
	}
	if err := o.check(args); err != nil {
		return err
	}
	if o.qhist.given() {
		return o.ingestQhist(ctx)
	}
	if o.follow {
		return follow(ctx, &o.loader, o.interval)
	}
	machines, amiss, err := o.Find(ctx, args)
	o.SaySkipped()
	if err != nil {
		return err
	}
	if amiss != nil {
		ui.Report(amiss, ui.ExitError)
		var missing *source.PathError
		if errors.As(amiss, &missing) && o.publishAs == publishDefault {
			o.Say("if %s is to be the copy's name: --publish=%[1]s", ui.ShellWord(missing.Path))
		}
		amiss = ui.ErrReported
	}
	if len(machines) == 0 {
		o.Say("no logs between these dates")
		return amiss
	}
	loaded, err := o.load(ctx, machines)
	outcome := o.sayAll(loaded, map[bool]string{false: "loaded", true: "would load"}[o.dryRun])
	if err != nil {
		return err
	}
	if err := o.publish(ctx); err != nil {
		return err
	}
	return ui.Worse(outcome, amiss)
}

// check refuses flags that mean nothing, or not together.
func (o *ingestOptions) check(args []string) error {
	switch {
	case o.follow && (o.overwrite || o.dryRun):
		return ui.Usagef("--follow goes with neither --overwrite nor --dry-run")
	case o.follow && slices.Contains(args, source.Stdin):
		return ui.Usagef("--follow needs files or folders: standard input is read to its end without it")
	case o.publishAs != "" && o.dryRun:
		return ui.Usagef("--publish and --dry-run exclude each other")
	case o.publishAs == "" && o.copies.Given() != "":
		return ui.Usagef("--%s goes with --publish: without a copy it would do nothing", o.copies.Given())
	}
	isCopy := func(arg string) bool { return filepath.Ext(arg) == ".duckdb" }
	if i := slices.IndexFunc(args, isCopy); i >= 0 && o.publishAs == publishDefault {
		return ui.Usagef("%s is no log; a name for the copy is given with =: --publish=%[1]s", ui.ShellWord(args[i]))
	}
	if err := o.qhist.check(o, args); err != nil {
		return err
	}
	return errors.Join(flags.Within("--interval", o.interval, 100*time.Millisecond, maxInterval), o.copies.Check())
}

const maxInterval = 24 * time.Hour
