package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
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
	"pbsduck/ingest"
	"pbsduck/ingest/source"
)

type rebuildOptions struct {
	*flags.Global
	logs.Owner
	codec                    flags.Codec
	quick, lose, fromRecords bool

	pack    string // codec of raw records
	rejects bool   // there were some
	warned  bool   // that the old database can't be read
}

func newRebuild(g *flags.Global) *cobra.Command {
	o := &rebuildOptions{Global: g}
	c := &cobra.Command{
		Use:   "rebuild [PATH... | MACHINE=PATH...]",
		Short: "Make the database afresh, from the logs or its raw records, and swap it in",
		Long: `Reads all logs into a new database beside the old one, makes the checks of verify,
and lets it take the old one's place, which stays as x.duckdb.previous. Readers of
the old one go on undisturbed, and new logs can be loaded into it meanwhile: they
are read for the new one too before it takes its place.

Without a PATH the logs are those in the log folders of the configuration. Those of
several machines are given as MACHINE=PATH; the time zone of each is the configured
one, or that of the old database, if --timezone does not say. A log that was read
for the old database must be read for the new one, at least as far: if it is not,
nothing is changed, and --lose-missing lets it go.

With --from-records no log is read: the rows of jobs are made again from the raw
records that the database keeps, with the site columns and types of the present
configuration, and charged by its rules. Nobody can load logs meanwhile.

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
	had, err := rebuild.ReadReadings(ctx, o.DB, o.Wait)
	if o.fromRecords {
		return o.runFromRecords(ctx, args, had, err)
	}
	if errors.Is(err, duckdb.ErrCorrupt) {
		o.sayUnreadable(err)
		err = nil
	}
	if err != nil {
		return err
	}
	machines, err := o.ByMachine(args, had.Logs)
	if err != nil {
		return err
	}
	if err := o.look(machines, had); err != nil {
		return err
	}
	return o.rebuild(ctx, rebuild.Options{
		Fill: func(ctx context.Context, _, fresh *duckdb.DB) error { return o.fill(ctx, fresh, machines) },
	})
}

// sayUnreadable warns of what a rebuild from logs has to do without.
func (o *rebuildOptions) sayUnreadable(err error) {
	if !o.warned {
		o.Say("warning: %s", ui.Text(err))
		o.Say("warning: the old database can't be read: its time zones and allocations, and rules and columns that no configuration names, are not taken over, and whether all of its logs are given can't be told; it stays as %s.previous", o.DB)
	}
	o.warned = true
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
	if err := o.sayRoom(had.Bytes); err != nil {
		return err
	}
	return o.rebuild(ctx, rebuild.Options{HoldOld: true, Seed: true, Fill: o.fillFromRecords})
}

// rebuild has the database filled, checked and swapped in.
func (o *rebuildOptions) rebuild(ctx context.Context, r rebuild.Options) error {
	bar := o.Progress()
	r.Wait, r.Version, r.Threads, r.Memory = o.Wait, o.Version, 1, ingest.DuckDBMemory
	r.Quick, r.Lose, r.Warn = o.quick, o.lose, o.sayUnreadable
	if o.Config != nil {
		r.Site = &o.Config.Site
	}
	r.Verify = verify.Options{Checking: func(c verify.Check) { bar.Describe(c.Name) }, Progress: bar.Show}
	_, missing := os.Stat(o.DB)
	err := rebuild.Run(ctx, o.DB, r)
	bar.Finish()
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

// fill takes in all logs. One that can't be read stops the rebuild: the old
// database may have it.
func (o *rebuildOptions) fill(ctx context.Context, fresh *duckdb.DB, machines []logs.Paths) error {
	for _, m := range machines {
		found, missed, err := m.Find(o.DB)
		if err != nil {
			return err
		}
		bar := o.LoadProgress()
		start := time.Now()
		summary, err := load.Run(ctx, fresh, found, load.Options{
			Machine: m.Name, Location: m.Location, Zone: m.Zone, Codec: o.pack, Progress: bar.Show, Now: start, Config: o.Config, Workers: ingest.Tune(), Final: true,
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
			o.SayLoaded("read", summary, time.Since(start))
		}
	}
	return nil
}

// fillFromRecords makes the rows again from the raw records of the old
// database.
func (o *rebuildOptions) fillFromRecords(ctx context.Context, old, fresh *duckdb.DB) error {
	if old == nil {
		return fmt.Errorf("%s: %w: its raw records can't be read; rebuild it from the logs", o.DB, duckdb.ErrCorrupt)
	}
	bar := o.Progress()
	start := time.Now()
	s, err := rebuild.FromRecords(ctx, old, fresh, rebuild.FromRecordsOptions{Config: o.Config, Progress: bar.Show, Workers: ingest.Tune()})
	bar.Finish()
	if err != nil {
		return err
	}
	seconds := time.Since(start).Seconds()
	o.Say("%s made again in %.1f s: %s jobs/s", ui.Count(s.Jobs-s.Kept, "job"), seconds, ui.Grouped(int64(float64(s.Jobs)/seconds)))
	if len(s.Unusable) > 0 {
		o.Warn("%s with a raw record that is damaged kept the row as it was: pbsduck verify names them", ui.Count(int64(len(s.Unusable)), "job"))
	}
	o.SayFailures(s.FailedBy)
	o.SayUnknown(s.UnknownCharges)
	return nil
}

// look finds the logs before the work begins: it refuses at once if some that
// the old database has are not among them, or if there is no room.
func (o *rebuildOptions) look(machines []logs.Paths, had rebuild.Readings) error {
	given := map[string][]source.Log{}
	for _, m := range machines {
		found, _, err := m.Find(o.DB)
		if err != nil {
			return err
		}
		given[m.Name] = found
	}
	if lost := had.Lacking(given); len(lost) > 0 && !o.lose {
		return &rebuild.LostError{Path: o.DB, Logs: lost}
	}
	return o.sayRoom(had.Room(given))
}

// sayRoom says how much room the new database takes, and refuses to begin where
// there is less.
func (o *rebuildOptions) sayRoom(needs int64) error {
	free, ok := dbfile.FreeSpace(filepath.Dir(o.DB))
	if ok && free < needs {
		return fmt.Errorf("%s: the new database will take about %s, and its disk has %s left: make room first", o.DB, ui.Bytes(needs), ui.Bytes(free))
	}
	o.Say("the new database will take about %s beside the old one until the previous one is removed", ui.Bytes(needs))
	return nil
}
