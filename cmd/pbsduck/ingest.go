package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"pbsduck/ingest"
	"pbsduck/ingest/site"
	"pbsduck/ingest/source"
)

type ingestOptions struct {
	*global
	machineFlags
	publishFlags
	since, until, last string
	codec              string
	overwrite, dryRun  bool
	follow             bool
	interval           time.Duration
	publishAs          string

	irregular int64        // files that were left out as they are no regular ones
	args      []string     // whose logs are read
	config    *site.Config // nil if there is none
}

func newIngest(g *global) *cobra.Command {
	o := &ingestOptions{global: g}
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

With --follow it goes on until it is stopped, and holds the database only while
there is something to load, so that others can use it in between. SIGTERM, as from
systemd, ends it with 0, Ctrl-C with 130; what was loaded stays.

Exit codes: 0 fine; 1 some log or folder could not be read (the others were);
3 done, but some lines were rejected (see the table rejects).`,
		Example: `  pbsduck ingest
  pbsduck ingest --machine derecho --timezone America/Denver /var/spool/pbs/server_priv/accounting
  pbsduck ingest --machine casper --last 3d logs/casper
  pbsduck ingest --machine derecho --follow --publish /var/spool/pbs/server_priv/accounting
  zcat 20260101.gz | pbsduck ingest --machine derecho -`,
		RunE: func(c *cobra.Command, args []string) error { return o.run(c.Context(), args) },
	}
	o.addFlags(c)
	return c
}

func (o *ingestOptions) addFlags(c *cobra.Command) {
	o.machineFlags.addFlags(c)
	f := c.Flags()
	f.StringVar(&o.since, "since", "", "only logs whose name is this `DATE` (2026-01-31) or later")
	f.StringVar(&o.until, "until", "", "only logs whose name is this `DATE` or earlier")
	f.StringVar(&o.last, "last", "", "only logs of the last days, e.g. 3d, counted to today")
	f.StringVar(&o.codec, "codec", "", "how raw records are packed: zstd (default), or gzip for tools that have nothing else")
	f.BoolVar(&o.overwrite, "overwrite", false, "read logs again in place of what they gave")
	f.BoolVar(&o.dryRun, "dry-run", false, "read and count, but write nothing")
	f.BoolVar(&o.follow, "follow", false, "go on: look for news every --interval, until stopped")
	f.DurationVar(&o.interval, "interval", 5*time.Second, "how often --follow looks")
	f.StringVar(&o.publishAs, "publish", "", "then publish a copy for readers, as `NAME` (--publish=NAME), or as publish names it")
	f.Lookup("publish").NoOptDefVal = publishDefault
	o.publishFlags.addFlags(c)
}

func (o *ingestOptions) run(ctx context.Context, args []string) error {
	var err error
	o.args = args
	if o.config, err = o.checkedConfiguration(ctx); err != nil {
		return err
	}
	if o.codec, err = codecOf(o.codec, o.config); err != nil {
		return err
	}
	if err := o.check(args); err != nil {
		return err
	}
	if o.follow {
		return o.followLogs(ctx, args)
	}
	machines, amiss, err := o.find(args)
	o.saySkipped()
	if err != nil {
		return err
	}
	if amiss != nil {
		report(amiss, exitError)
		amiss = errReported
	}
	if len(machines) == 0 {
		o.say("no logs between these dates")
		return amiss
	}
	loaded, err := o.load(ctx, machines)
	outcome := o.sayAll(loaded, map[bool]string{false: "loaded", true: "would load"}[o.dryRun])
	if err != nil {
		return err
	}
	if err := o.publishAfter(ctx); err != nil {
		return err
	}
	return worse(outcome, amiss)
}

// codecOf is the codec of raw records: the flag's, else the configuration's,
// else zstd.
func codecOf(flag string, config *site.Config) (string, error) {
	if flag == "" && config != nil {
		flag = config.Codec
	}
	codec := cmp.Or(flag, ingest.CodecZstd)
	if codec != ingest.CodecZstd && codec != ingest.CodecGzip {
		return "", usageError{fmt.Errorf("unknown codec %q: use zstd or gzip", codec)}
	}
	return codec, nil
}

// check refuses flags that mean nothing, or not together.
func (o *ingestOptions) check(args []string) error {
	switch {
	case o.follow && (o.overwrite || o.dryRun):
		return usageError{errors.New("--follow goes with neither --overwrite nor --dry-run")}
	case o.follow && slices.Contains(args, source.Stdin):
		return usageError{errors.New("--follow needs files or folders: standard input is read to its end without it")}
	case o.publishAs != "" && o.dryRun:
		return usageError{errors.New("--publish and --dry-run exclude each other")}
	}
	return errors.Join(within("--interval", o.interval, 100*time.Millisecond, maxInterval), o.publishFlags.check())
}

// publishDefault is what --publish without a name means.
const publishDefault = "<db>.published.duckdb"

// publishAfter publishes, if that was asked for.
func (o *ingestOptions) publishAfter(ctx context.Context) error {
	switch o.publishAs {
	case "":
		return nil
	case publishDefault:
		return o.publish(ctx, o.publishFlags, "")
	}
	return o.publish(ctx, o.publishFlags, o.publishAs)
}

// dateRange reads --since, --until and --last (3d: today and the two days
// before).
func dateRange(since, until, last string, now time.Time) (from, to time.Time, err error) {
	if last != "" {
		if since != "" {
			return from, to, errors.New("--last and --since exclude each other")
		}
		number, ok := strings.CutSuffix(last, "d")
		days, err := strconv.Atoi(number)
		if !ok || err != nil || days < 1 || days > maxLastDays {
			return from, to, fmt.Errorf("--last %s: give 1d to %dd, e.g. 3d", last, maxLastDays)
		}
		from = now.AddDate(0, 0, 1-days)
	}
	if since != "" {
		if from, err = time.Parse(time.DateOnly, since); err != nil {
			return from, to, fmt.Errorf("--since %s: give a date such as 2026-01-31", since)
		}
	}
	if until != "" {
		if to, err = time.Parse(time.DateOnly, until); err != nil {
			return from, to, fmt.Errorf("--until %s: give a date such as 2026-01-31", until)
		}
	}
	if until != "" && until < from.Format(time.DateOnly) {
		return from, to, fmt.Errorf("--until %s is before the first day, %s", until, from.Format(time.DateOnly))
	}
	return from, to, nil
}
