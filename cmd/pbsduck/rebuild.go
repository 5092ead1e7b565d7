package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"pbsduck/cmd/pbsduck/flags"
	"pbsduck/cmd/pbsduck/logs"
	"pbsduck/cmd/pbsduck/ui"
	"pbsduck/duckdb"
	"pbsduck/duckdb/dbfile"
	"pbsduck/duckdb/load"
	"pbsduck/duckdb/rebuild"
	"pbsduck/duckdb/verify"
	"pbsduck/ingest/source"
)

type rebuildOptions struct {
	*flags.Global
	logs.Owner
	codec                    flags.Codec
	quick, lose, fromRecords bool

	pack     string // codec of raw records
	machines []logs.Paths
	bar      *ui.Progress // of the checks
	rejects  bool         // there were some
	warned   bool         // that the old database can't be read
}

func newRebuild(g *flags.Global) *cobra.Command {
	o := &rebuildOptions{Global: g}
	c := &cobra.Command{
		Use:   "rebuild [PATH... | MACHINE=PATH...]",
		Short: "Make the database afresh, from the logs or its raw records, and swap it in",
		Long: `Reads all logs into a new database beside the old one, makes the checks of verify,
and lets it take the old one's place, which stays as x.duckdb.previous. Readers of
the old one go on undisturbed, and logs can be loaded into it, or forgotten,
meanwhile: so are they for the new one, before it takes its place.

Without a PATH the logs are those in the log folders of the configuration. Those of
several machines are given as MACHINE=PATH; the time zone of each is the configured
one, or that of the old database, if --timezone does not say. A log that was read
for the old database must be read for the new one, at least as far: if it is not,
nothing is changed, and --lose-missing lets it go.

With --from-records no log is read: the rows of jobs are made again from the raw
records that the database keeps, with the site columns and types of the present
configuration, and charged by its rules. Nobody can load logs meanwhile. So is a
database of an earlier version brought to this one's tables.

It needs as much room on disk as the new database, and says how much that is. If it
is killed, the old database is as it was, and the next run clears away what is left.

Exit codes: 0 fine; 1 nothing was changed; 3 done, but some lines were rejected.`,
		Example: `  pbsduck rebuild --machine derecho --timezone America/Denver logs/derecho
  pbsduck rebuild derecho=logs/derecho casper=logs/casper casper=old/casper
  pbsduck rebuild --from-records`,
		RunE: func(c *cobra.Command, args []string) error { return o.run(c.Context(), args) },
	}
	o.addFlags(c)
	return c
}

func (o *rebuildOptions) addFlags(c *cobra.Command) {
	o.Flags.Add(c, flags.ZoneBefore)
	f := c.Flags()
	f.BoolVar(&o.fromRecords, "from-records", false, "make the rows again from the stored raw records, without any log")
	o.codec.Add(c)
	f.BoolVar(&o.quick, "quick", false, "make only the quick checks of verify")
	f.BoolVar(&o.lose, "lose-missing", false, "let go of logs that the old database has and the new one does not")
}

func (o *rebuildOptions) run(ctx context.Context, args []string) (err error) {
	if o.Config, err = o.CheckedConfiguration(ctx); err != nil {
		return err
	}
	if o.pack, err = o.codec.Choose(o.Config); err != nil {
		return err
	}
	if err := o.Flags.Check(); err != nil {
		return err
	}
	had, err := rebuild.ReadReadings(ctx, o.DB, o.Wait)
	_, missing := os.Stat(o.DB)
	o.bar = o.Progress()
	if o.fromRecords {
		err = o.runFromRecords(ctx, args, had, err)
	} else {
		err = o.runFromLogs(ctx, args, had, err)
	}
	o.bar.Finish()
	if err != nil {
		return err
	}
	if missing != nil {
		o.Say("%s is new", o.DB)
	} else {
		o.Say("%s is new; the old one is %s.previous", o.DB, o.DB)
	}
	if o.rejects {
		return ui.ErrRejects
	}
	return nil
}

// options are those of both ways.
func (o *rebuildOptions) options() rebuild.Options {
	return rebuild.Options{
		Wait: o.Wait, Version: o.Version, Threads: 1, Memory: load.DuckDBMemory, Config: o.Config,
		Verify: verify.Options{
			Quick: o.quick, Workers: load.Tune(),
			Checking: func(c verify.Check) { o.bar.Describe(c.Name) }, Progress: o.bar.Show,
		},
	}
}

// runFromLogs makes the database from the logs. That the old one is damaged is no error here.
func (o *rebuildOptions) runFromLogs(ctx context.Context, args []string, had rebuild.Readings, err error) error {
	if errors.Is(err, duckdb.ErrCorrupt) {
		o.sayUnreadable(err)
		err = nil
	}
	if err != nil {
		return err
	}
	if o.machines, err = o.ByMachine(args, had.Logs); err != nil {
		return err
	}
	if err := o.look(had); err != nil {
		return err
	}
	return rebuild.FromLogs(ctx, o.DB, o.load, rebuild.LogsOptions{
		Options: o.options(), Had: had.Logs, LoseMissing: o.lose, Unreadable: o.sayUnreadable,
	})
}

// runFromRecords makes the rows again from what the old database keeps.
func (o *rebuildOptions) runFromRecords(ctx context.Context, args []string, had rebuild.Readings, err error) error {
	if len(args) > 0 {
		return ui.Usagef("--from-records reads no logs: leave the paths out")
	}
	if err != nil {
		return err
	}
	if !o.HasDatabase() {
		return fmt.Errorf("%s: %w: there are no records to make it from", o.DB, duckdb.ErrNoDatabase)
	}
	needs := had.Bytes
	if had.Older {
		needs *= 2 // what it has is gathered beside before
	}
	if err := o.sayRoom(needs); err != nil {
		return err
	}
	bar := o.Progress()
	progress := func(done, total int64) {
		if bar.Show(done, total); done == total {
			bar.Finish()
		}
	}
	s, err := rebuild.FromRecords(ctx, o.DB,
		rebuild.RecordsOptions{Options: o.options(), Workers: load.Tune(), Progress: progress})
	bar.Finish()
	if s != nil {
		o.sayMade(s)
	}
	return err
}

// sayMade says what came of the raw records.
func (o *rebuildOptions) sayMade(s *rebuild.RecordsSummary) {
	seconds := s.Took.Seconds()
	o.Say("%s, %s made again from raw records, in %.1f s: %s jobs/s",
		ui.Count(s.Jobs, "job"), ui.Count(s.Made, "row"), seconds, ui.Grouped(int64(float64(s.Jobs)/seconds)))
	if other := s.Kept - int64(len(s.Unusable)); other > 0 {
		o.Say("  %s without a raw record, as qhist's jobs are, stayed as it was", ui.Count(other, "row"))
	}
	if s.Older > 0 {
		o.Warn("the old database has schema version %d: events, rejected lines, "+
			"exact repeats and the ledger are as it has them; "+
			"what it does not keep, only a rebuild from the logs gives (docs/upgrade.md)", s.Older)
	}
	if s.Rejected > 0 {
		o.Warn("%s of the old database is none by today's rules, and became a rejected line", ui.Count(s.Rejected, "job"))
	}
	if len(s.Unusable) > 0 {
		o.Warn("%s with a raw record that is damaged kept the row as it was: pbsduck verify names them",
			ui.Count(int64(len(s.Unusable)), "job"))
	}
	if s.Lacking > 0 {
		o.Warn("%s without a raw record, as qhist's are, or with a damaged one: %s is not known there, as the old database "+
			"has nothing of it; forget days that qhist told, and ask again", ui.Count(s.Lacking, "job"),
			strings.Join(s.Unfilled, ", "))
	}
	o.SayFailures(s.FailedBy)
	o.SayUnknown(s.UnknownCharges)
}

// sayUnreadable warns of what a rebuild from logs has to do without.
func (o *rebuildOptions) sayUnreadable(err error) {
	if !o.warned {
		o.Warn("%s", ui.Text(err))
		o.Warn("the old database can't be read: its time zones and allocations, and rules and columns "+
			"that no configuration names, are not taken over, and whether all of its logs are given can't be told; "+
			"it stays as %s.previous", o.DB)
	}
	o.warned = true
}

// load takes in all logs. One that can't be read stops the rebuild: the old database may have it.
func (o *rebuildOptions) load(ctx context.Context, fresh *duckdb.DB) error {
	for _, m := range o.machines {
		found, missed, err := m.Find(o.DB)
		if err != nil {
			return err
		}
		bar := o.LoadProgress()
		start := time.Now()
		summary, err := load.Run(ctx, fresh, found, load.Options{
			Machine: m.Name, Zone: m.Zone, Codec: o.pack, Progress: bar.Show, Now: start, Config: o.Config, Workers: load.Tune(),
			Final:  true,
			Missed: missed,
		})
		bar.Finish()
		if err != nil {
			return err
		}
		if len(summary.Failed) > 0 {
			return errors.Join(append(summary.Failed, errors.New("a rebuild needs every log: nothing was changed"))...)
		}
		o.rejects = o.rejects || summary.Rejects > 0
		if summary.Files > 0 {
			o.Say("%s:", m.Name)
			o.SayLoaded(m.Name, "read", summary, time.Since(start))
		}
	}
	return nil
}

// look finds the logs before the work begins: it refuses at once if some that the old database has are not among them,
// or if there is no room.
func (o *rebuildOptions) look(had rebuild.Readings) error {
	given := map[string][]source.Log{}
	for _, m := range o.machines {
		found, _, err := m.Find(o.DB)
		if err != nil {
			return err
		}
		given[m.Name] = found
	}
	if err := had.Covered(given); err != nil && !o.lose {
		return err
	}
	return o.sayRoom(had.Room(given))
}

// sayRoom says how much room the new database takes, and refuses to begin where there is less.
func (o *rebuildOptions) sayRoom(needs int64) error {
	if err := dbfile.Room(o.DB, "the new database", needs); err != nil {
		return err
	}
	o.Say("the new database will take about %s beside the old one until the previous one is removed", ui.Bytes(needs))
	return nil
}
