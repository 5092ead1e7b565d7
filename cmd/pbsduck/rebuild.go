package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"pbsduck/duckdb"
	"pbsduck/ingest"
	"pbsduck/ingest/site"
	"pbsduck/ingest/source"
)

type rebuildOptions struct {
	*global
	machineFlags
	codec                    string
	quick, lose, fromRecords bool

	config  *site.Config // nil if there is none
	rejects bool         // there were some
	warned  bool         // that the old database can't be read
}

func newRebuild(g *global) *cobra.Command {
	o := &rebuildOptions{global: g}
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
	o.machineFlags.addFlags(c)
	f := c.Flags()
	f.BoolVar(&o.fromRecords, "from-records", false, "make the rows again from the stored raw records, without any log")
	f.StringVar(&o.codec, "codec", "", "how raw records are packed: zstd (default), or gzip for tools that have nothing else")
	f.BoolVar(&o.quick, "quick", false, "make only the quick checks of verify")
	f.BoolVar(&o.lose, "lose-missing", false, "let go of logs that the old database has and the new one does not")
}

func (o *rebuildOptions) run(ctx context.Context, args []string) (err error) {
	if o.config, err = o.checkedConfiguration(ctx); err != nil {
		return err
	}
	if o.codec, err = codecOf(o.codec, o.config); err != nil {
		return err
	}
	had, err := duckdb.ReadReadings(ctx, o.db, o.wait)
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
	machines, err := o.machines(args, had.Logs)
	if err != nil {
		return err
	}
	plain, err := o.look(machines, had)
	if err != nil {
		return err
	}
	if err := o.sayNeeds(plain, had); err != nil {
		return err
	}
	return o.rebuild(ctx, duckdb.RebuildOptions{
		Fill: func(ctx context.Context, _, fresh *duckdb.DB) error { return o.fill(ctx, fresh, machines) },
	})
}

// sayUnreadable warns of what a rebuild from logs has to do without.
func (o *rebuildOptions) sayUnreadable(err error) {
	if !o.warned {
		o.say("warning: %v", err)
		o.say("warning: the old database can't be read: its time zones and allocations, and rules and columns that no configuration names, are not taken over, and whether all of its logs are given can't be told; it stays as %s.previous", o.db)
	}
	o.warned = true
}

// runFromRecords makes the rows again from what the old database keeps.
func (o *rebuildOptions) runFromRecords(ctx context.Context, args []string, had duckdb.Readings, err error) error {
	if len(args) > 0 {
		return usageError{errors.New("--from-records reads no logs: leave the paths out")}
	}
	if err != nil {
		return err
	}
	if !exists(o.db) {
		return fmt.Errorf("%s: %w: there are no records to make it from", o.db, duckdb.ErrNoDatabase)
	}
	if err := o.sayRoom(had.Bytes); err != nil {
		return err
	}
	return o.rebuild(ctx, duckdb.RebuildOptions{HoldOld: true, Seed: true, Fill: o.fillFromRecords})
}

// rebuild has the database filled, checked and swapped in.
func (o *rebuildOptions) rebuild(ctx context.Context, r duckdb.RebuildOptions) error {
	bar := newJobsProgress(o.global)
	r.Wait, r.Version, r.Threads, r.Memory = o.wait, version, 1, ingest.DuckDBMemory
	r.Quick, r.Lose, r.Warn = o.quick, o.lose, o.sayUnreadable
	if o.config != nil {
		r.Site = &o.config.Site
	}
	r.Verify = duckdb.VerifyOptions{Checking: bar.checking, Progress: bar.show}
	_, missing := os.Stat(o.db)
	err := duckdb.Rebuild(ctx, o.db, r)
	bar.finish()
	if err != nil {
		return err
	}
	if missing != nil {
		o.say("%s is new", o.db)
	} else {
		o.say("%s is new; the old one is %s.previous", o.db, o.db)
	}
	if o.rejects {
		return errRejects
	}
	return nil
}

// machinePaths is where the logs of one machine are, and how they are read.
type machinePaths struct {
	machine  string
	location *time.Location
	zone     string // its name
	paths    []string
}

// find lists the logs of a machine for the database db, and what may hold some
// and was not searched.
func (m machinePaths) find(db string) (logs []source.Log, missed []ingest.Missed, err error) {
	logs, err = source.Find(m.paths, source.FindOptions{Never: duckdb.Files(db), OnSkip: func(s source.Skipped) {
		if s.Kind == source.SkipFileSystem {
			missed = append(missed, missedAt(&source.PathError{Path: s.Path, Err: errElsewhere}))
		}
	}})
	for _, l := range logs {
		if l.Stream {
			return nil, nil, usageError{fmt.Errorf("rebuild reads logs twice, and what comes out of a pipe is there only once: give files, not %s", l.File())}
		}
	}
	return logs, missed, err
}

// machines tells whose logs the arguments are.
func (o *rebuildOptions) machines(args []string, had []*duckdb.LogFile) ([]machinePaths, error) {
	if len(args) == 0 {
		var err error
		if args, err = o.folders(o.config); err != nil {
			return nil, err
		}
	}
	var all []machinePaths
	places := map[string]int{}
	for _, arg := range args {
		name, path, err := o.split(arg)
		if err != nil {
			return nil, err
		}
		place, known := places[name]
		if !known {
			here, err := configured(o.config, name)
			if err != nil {
				return nil, err
			}
			m := machinePaths{machine: name}
			if m.location, m.zone, err = o.locationOf(here, zoneOf(name, had)); err != nil {
				return nil, err
			}
			place = len(all)
			places[name], all = place, append(all, m)
		}
		all[place].paths = append(all[place].paths, path)
	}
	return all, nil
}

// split takes an argument apart: whose logs, and where they are.
func (o *rebuildOptions) split(arg string) (machine, path string, err error) {
	if arg == source.Stdin {
		return "", "", usageError{errors.New("rebuild reads logs twice, and what comes out of a pipe is there only once: give files, not standard input")}
	}
	machine, path = o.machine, arg
	if machine == "" {
		if before, after, ok := strings.Cut(arg, "="); ok && before != "" && after != "" {
			machine, path = before, after
		}
	}
	if machine != "" {
		return machine, path, refuseOther(o.config, machine, source.Escape(path), source.Escape(path))
	}
	if m := o.config.MachineOf(arg); m != nil {
		return m.Name, arg, nil
	}
	return "", "", usageError{fmt.Errorf("%s: whose logs are these? give --machine NAME, or MACHINE=PATH for each", arg)}
}

// zoneOf is the time zone in which logs of a machine were read before; empty
// if there is none.
func zoneOf(machine string, had []*duckdb.LogFile) string {
	zone := ""
	for _, f := range had {
		if f.Machine == machine {
			zone = f.TimeZone
		}
	}
	return zone
}

// fill takes in all logs. One that can't be read stops the rebuild: the old
// database may have it.
func (o *rebuildOptions) fill(ctx context.Context, fresh *duckdb.DB, machines []machinePaths) error {
	for _, m := range machines {
		logs, missed, err := m.find(o.db)
		if err != nil {
			return err
		}
		bar := newProgress(o.global)
		start := time.Now()
		summary, err := ingest.Run(ctx, fresh, logs, ingest.Options{
			Machine: m.machine, Location: m.location, Zone: m.zone, Codec: o.codec, Progress: bar.show, Now: start, Config: o.config, Workers: ingest.Tune(), Final: true,
			Missed: missed,
		})
		bar.finish()
		if err != nil {
			return err
		}
		if len(summary.Failed) > 0 {
			return errors.Join(append(summary.Failed, errors.New("a rebuild needs every log: nothing was changed"))...)
		}
		o.rejects = o.rejects || summary.Rejects > 0
		if summary.Files > 0 {
			o.say("%s:", m.machine)
			o.sayLoaded("read", summary, time.Since(start))
		}
	}
	return nil
}

// fillFromRecords makes the rows again from the raw records of the old
// database.
func (o *rebuildOptions) fillFromRecords(ctx context.Context, old, fresh *duckdb.DB) error {
	if old == nil {
		return fmt.Errorf("%s: %w: its raw records can't be read; rebuild it from the logs", o.db, duckdb.ErrCorrupt)
	}
	bar := newJobsProgress(o.global)
	start := time.Now()
	s, err := ingest.FromRecords(ctx, old, fresh, ingest.FromRecordsOptions{Config: o.config, Progress: bar.show, Workers: ingest.Tune()})
	bar.finish()
	if err != nil {
		return err
	}
	seconds := time.Since(start).Seconds()
	o.say("%s made again in %.1f s: %s jobs/s", count(s.Jobs-s.Kept, "job"), seconds, grouped(int64(float64(s.Jobs)/seconds)))
	if len(s.Unusable) > 0 {
		o.warn("%s with a raw record that is damaged kept the row as it was: pbsduck verify names them", count(int64(len(s.Unusable)), "job"))
	}
	o.sayFailures(s.FailedBy)
	o.sayUnknown(s.UnknownCharges)
	return nil
}
