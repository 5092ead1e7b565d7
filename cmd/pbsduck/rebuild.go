package main

import (
	"context"
	"errors"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"runtime/debug"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"pbsduck/duckdb"
	"pbsduck/ingest"
	"pbsduck/ingest/source"
)

type rebuildOptions struct {
	*global
	machineFlags
	codec       string
	quick, lose bool

	rejects bool // there were some
}

func newRebuild(g *global) *cobra.Command {
	o := &rebuildOptions{global: g}
	c := &cobra.Command{
		Use:   "rebuild PATH... | MACHINE=PATH...",
		Short: "Make the database afresh from the logs, and swap it in",
		Long: `Reads all logs into a new database beside the old one, makes the checks of verify,
and lets it take the old one's place, which stays as x.duckdb.previous. Readers of
the old one go on undisturbed, and new logs can be loaded into it meanwhile: they
are read for the new one too before it takes its place.

The logs of several machines are given as MACHINE=PATH; the time zone of each is the
one that the old database has for it, if --timezone does not say. A log that was
read for the old database must be read for the new one, at least as far: if it is
not, nothing is changed, and --lose-missing lets it go.

It needs as much room on disk as the new database, and says how much that is. If it
is killed, the old database is as it was, and the next run clears away what is left.

Exit codes: 0 fine; 1 nothing was changed; 3 done, but some lines were rejected.`,
		Example: `  pbsduck rebuild --machine derecho --timezone America/Denver logs/derecho
  pbsduck rebuild derecho=logs/derecho casper=logs/casper casper=old/casper`,
		Args: minArgs(1, "the logs to read: files or folders, or for several machines MACHINE=PATH"),
		RunE: func(c *cobra.Command, args []string) error { return o.run(c.Context(), args) },
	}
	o.addFlags(c)
	return c
}

func (o *rebuildOptions) addFlags(c *cobra.Command) {
	o.machineFlags.addFlags(c)
	f := c.Flags()
	f.StringVar(&o.codec, "codec", ingest.CodecZstd, "how raw records are packed: zstd, or gzip for tools that have nothing else")
	f.BoolVar(&o.quick, "quick", false, "make only the quick checks of verify")
	f.BoolVar(&o.lose, "lose-missing", false, "let go of logs that the old database has and the new one does not")
}

func (o *rebuildOptions) run(ctx context.Context, args []string) error {
	had, err := duckdb.ReadReadings(ctx, o.db, o.wait)
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
	debug.SetGCPercent(loadGarbage)
	return o.rebuild(ctx, duckdb.RebuildOptions{
		Fill: func(ctx context.Context, _, fresh *duckdb.DB) error { return o.fill(ctx, fresh, machines) },
	})
}

// rebuild has the database filled, checked and swapped in.
func (o *rebuildOptions) rebuild(ctx context.Context, r duckdb.RebuildOptions) error {
	bar := newVerifyProgress(o.global)
	r.Wait, r.Version, r.Threads, r.Memory = o.wait, version, 1, loadMemory
	r.Quick, r.Lose = o.quick, o.lose
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

// machines tells whose logs the arguments are.
func (o *rebuildOptions) machines(args []string, had []*duckdb.LogFile) ([]machineLogs, error) {
	var all []machineLogs
	places := map[string]int{}
	for _, arg := range args {
		name, path := o.machine, arg
		if name == "" {
			var ok bool
			if name, path, ok = strings.Cut(arg, "="); !ok || name == "" || path == "" {
				return nil, usageError{fmt.Errorf("%s: whose logs are these? give --machine NAME, or MACHINE=PATH for each", arg)}
			}
		}
		if path == source.Stdin {
			return nil, usageError{errors.New("rebuild reads logs twice, and standard input is there only once: give files")}
		}
		place, known := places[name]
		if !known {
			m := machineLogs{machine: name}
			if err := o.setZone(&m, had); err != nil {
				return nil, err
			}
			place = len(all)
			places[name], all = place, append(all, m)
		}
		all[place].paths = append(all[place].paths, path)
	}
	return all, nil
}

// setZone finds a machine's time zone: the flag, the old ledger, the system's.
func (o *rebuildOptions) setZone(m *machineLogs, had []*duckdb.LogFile) (err error) {
	flags := o.machineFlags
	for _, f := range had {
		if f.Machine == m.machine && o.zone == "" {
			flags.zone = f.TimeZone
		}
	}
	m.location, m.zone, err = flags.location()
	return err
}

// Shares by which the size of a database is estimated where no other one tells:
// of the bytes of plain logs, and how much larger than packed ones those are.
const (
	usualShare  = 0.25
	usualPacked = 10
)

// look finds the logs before the work begins: it refuses at once if some that
// the old database has are not among them, and gives how many bytes they are
// when unpacked, about.
func (o *rebuildOptions) look(machines []machineLogs, had duckdb.Readings) (plain int64, err error) {
	read := map[string]int64{}
	for _, f := range had.Logs {
		read[f.Path] = f.ReadBytes
	}
	var found []*duckdb.LogFile
	for _, m := range machines {
		logs, err := m.find()
		if err != nil {
			return 0, err
		}
		for _, l := range logs {
			found = append(found, &duckdb.LogFile{Machine: m.machine, Name: l.Name, Path: l.Key, ReadBytes: math.MaxInt64})
			switch {
			case l.Codec == source.Plain:
				plain += l.Size
			case read[l.Key] > 0:
				plain += read[l.Key]
			default:
				plain += usualPacked * l.Size
			}
		}
	}
	if lost := duckdb.LostLogs(had.Logs, found); len(lost) > 0 && !o.lose {
		return 0, &duckdb.LostError{Path: o.db, Logs: lost}
	}
	return plain, nil
}

// sayNeeds says how much room the new database takes, and refuses to begin
// where there is less.
func (o *rebuildOptions) sayNeeds(plain int64, had duckdb.Readings) error {
	var read int64
	for _, f := range had.Logs {
		read += f.ReadBytes
	}
	share := usualShare
	if read > 0 {
		share = float64(had.Bytes) / float64(read)
	}
	needs := int64(share * float64(plain))
	free, ok := duckdb.FreeSpace(filepath.Dir(o.db))
	if ok && free < needs {
		return fmt.Errorf("%s: the new database will take about %s, and its disk has %s left: make room first", o.db, bytesText(needs), bytesText(free))
	}
	o.say("the new database will take about %s beside the old one until the previous one is removed", bytesText(needs))
	return nil
}

// fill takes in all logs. One that can't be read stops the rebuild: the old
// database may have it.
func (o *rebuildOptions) fill(ctx context.Context, fresh *duckdb.DB, machines []machineLogs) error {
	for _, m := range machines {
		logs, err := m.find()
		if err != nil {
			return err
		}
		bar := newProgress(o.global)
		start := time.Now()
		summary, err := ingest.Run(ctx, fresh, logs, ingest.Options{
			Machine: m.machine, Location: m.location, Zone: m.zone, Codec: o.codec, Progress: bar.show, Now: start,
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
			o.sayLoaded("read", summary, m.zone, time.Since(start))
		}
	}
	return nil
}
