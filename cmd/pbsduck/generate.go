package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"pbsduck/cmd/pbsduck/flags"
	"pbsduck/cmd/pbsduck/ui"
	"pbsduck/ingest/generate"
)

type generateOptions struct {
	*flags.Global
	profiles []string
	days     int
	jobs     int
	seed     uint64
	start    string
	hostile  bool
	noTruth  bool

	jobsGiven  bool
	like       string
	hideQueues bool
	made       []string // profiles that were not there before
	madeDir    string   // their folder, if it was not; else empty
}

func newGenerate(g *flags.Global) *cobra.Command {
	o := &generateOptions{Global: g}
	c := &cobra.Command{
		Use:   "generate DIR",
		Short: "Write synthetic logs",
		Long: `Writes logs that look like those of NCAR's Derecho and Casper, or of a cluster
under Torque that never was (tarnbeck), for trying things out, for tests and for
benchmarks. All names in them are invented. The same flags give the same bytes.

    DIR/PROFILE/YYYYMMDD             one log per local day
    DIR/PROFILE.truth.ndjson         what the rows of the table jobs must be
    DIR/PROFILE.truth-counts.json    the machine's size; lines and records of each log
    DIR/pbsduck.toml                 a configuration that fits the logs: machines,
                                     time zones, capacity, charges

A scheduler places the jobs, so that no node ever has more than it holds and waits
are real. A machine is as large as its jobs fill: with 10,000 jobs a day derecho
has some 2,200 nodes, as it really does, with 1,500 it has some 250. Derecho gives
whole nodes, the others share theirs.

A profile may also be a file of yours that ends in .toml: docs/profiles.md. --like DATABASE
makes one for each machine there, DIR/MACHINE.toml, and logs by it: jobs of the same sizes,
run times, queues, hours, exits and shares of users, of nobody (docs/sharing.md).

Logs of an earlier run are written over, but a folder that holds anything else is
refused, so that logs of two runs never mix.`,
		Example: `  pbsduck generate logs --profile derecho --days 7
  pbsduck ingest --config logs/pbsduck.toml
  pbsduck generate old --profile tarnbeck --jobs 500
  pbsduck generate similar --like pbsduck.duckdb --days 28
  pbsduck generate hard --days 2 --jobs 500 --hostile`,
		Args: flags.ExactArgs(1, "the folder to write to"),
		RunE: func(c *cobra.Command, args []string) error {
			o.jobsGiven = c.Flags().Changed("jobs")
			err := o.fit(c, args[0])
			if err == nil {
				err = o.run(c.Context(), args[0])
			}
			if err != nil {
				return errors.Join(err, o.unfit())
			}
			o.sayProfiles()
			return nil
		},
	}
	o.addFlags(c)
	return c
}

func (o *generateOptions) addFlags(c *cobra.Command) {
	f := c.Flags()
	f.StringSliceVar(&o.profiles, "profile", []string{"derecho", "casper"},
		"machines to imitate: derecho, casper, tarnbeck, or a `FILE.toml`")
	f.IntVar(&o.days, "days", 7, "logs per machine")
	f.IntVar(&o.jobs, "jobs", 0, "jobs submitted per day and machine (default as the profile says, or 2000)")
	f.StringVar(&o.like, "like", "",
		"imitate the machines in this `DATABASE`: profiles are fitted to their jobs, and kept in DIR")
	f.BoolVar(&o.hideQueues, "hide-queues", false, "with --like: number the queues, which else keep their names")
	f.Uint64Var(&o.seed, "seed", 1, "another seed gives other logs")
	f.StringVar(&o.start, "start", "2026-01-01", "first `DATE`")
	f.BoolVar(&o.hostile, "hostile", false, "add damage, and what users can smuggle into logs")
	f.BoolVar(&o.noTruth, "no-truth", false, "write no truth.ndjson, which is larger than the logs")
}

func (o *generateOptions) run(ctx context.Context, dir string) error {
	start, err := flags.Date("--start", o.start)
	if err != nil {
		return err
	}
	names, err := o.names()
	if err != nil {
		return err
	}
	least := 1
	if !o.jobsGiven {
		least = 0
	}
	if err := errors.Join(flags.Within("--days", o.days, 1, generate.MaxDays),
		flags.Within("--jobs", o.jobs, least, generate.MaxJobs), o.mayWriteIn(dir, names)); err != nil {
		return err
	}
	bar := o.Progress()
	bar.Describe("hours")
	began := time.Now()
	summary, err := generate.Run(ctx, generate.Options{
		Dir: dir, Profiles: o.profiles, Days: o.days, Jobs: o.jobs, Seed: o.seed, Start: start,
		Hostile: o.hostile, NoTruth: o.noTruth, Progress: bar.Show,
	})
	bar.Finish()
	if err != nil {
		return err
	}
	o.summarize(summary, dir, time.Since(began))
	return nil
}

// names are those of the machines; a profile that is unknown or makes no sense is wrong use.
func (o *generateOptions) names() (names []string, err error) {
	for _, p := range o.profiles {
		if !strings.HasSuffix(p, ".toml") && !slices.Contains(generate.Profiles(), p) {
			return nil, ui.Usagef("unknown profile %q: use %s, or a file that ends in .toml",
				p, strings.Join(generate.Profiles(), ", "))
		}
		name, err := generate.ProfileName(p)
		if err != nil {
			return nil, ui.Usagef("%v", err)
		}
		names = append(names, name)
	}
	return names, nil
}

// mayWriteIn refuses a folder where files would be written over that must stay: what is there already, perhaps as a
// link.
func (o *generateOptions) mayWriteIn(dir string, machines []string) error {
	if err := o.MayWrite(dir); err != nil {
		return err
	}
	for _, p := range machines {
		folder := filepath.Join(dir, p)
		names := []string{folder, folder + ".truth.ndjson", folder + ".truth-counts.json"}
		entries, err := os.ReadDir(folder)
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
		for _, e := range entries {
			names = append(names, filepath.Join(folder, e.Name()))
		}
		for _, name := range names {
			if err := o.MayWrite(name); err != nil {
				return err
			}
		}
	}
	return nil
}

func (o *generateOptions) summarize(s generate.Summary, dir string, took time.Duration) {
	var size int64
	for _, p := range s.Profiles {
		size += p.Bytes
		o.Say("%s/%s: %s, %s, %s, %s superseded, %s, %s", dir, p.Name, ui.Count(int64(p.Files), "log"), ui.Bytes(p.Bytes),
			ui.Count(p.Jobs, "job"), ui.Grouped(p.Superseded), ui.Count(p.Events, "event"), ui.Count(p.Repeats, "repeat"))
		var letters []string
		for _, l := range slices.Sorted(maps.Keys(p.Records)) {
			letters = append(letters, fmt.Sprintf("%s %s", l, ui.Grouped(p.Records[l])))
		}
		o.Say("  the machine: %s, %s, %s",
			ui.Count(p.Capacity.Nodes, "node"), ui.Count(p.Capacity.Cores, "core"), ui.Count(p.Capacity.GPUs, "GPU"))
		o.Say("  records by type: %s", strings.Join(letters, ", "))
	}
	o.Say("%s in %.1f s; next: pbsduck ingest --config %s",
		ui.Bytes(size), took.Seconds(), filepath.Join(dir, "pbsduck.toml"))
}
