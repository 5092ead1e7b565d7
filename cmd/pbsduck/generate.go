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

	"github.com/schollz/progressbar/v3"
	"github.com/spf13/cobra"

	"pbsduck/ingest/generate"
)

type generateOptions struct {
	*global
	profiles []string
	days     int
	jobs     int
	seed     uint64
	start    string
	hostile  bool
	noTruth  bool
}

func newGenerate(g *global) *cobra.Command {
	o := &generateOptions{global: g}
	c := &cobra.Command{
		Use:   "generate DIR",
		Short: "Write synthetic logs",
		Long: `Writes logs that look like those of NCAR's Derecho and Casper, for trying things
out, for tests and for benchmarks. All names in them are invented. The same flags
give the same bytes.

    DIR/PROFILE/YYYYMMDD             one log per local day (America/Denver)
    DIR/PROFILE.truth.ndjson         what the rows of the table jobs must be
    DIR/PROFILE.truth-counts.json    lines and records of each log

Logs of an earlier run are written over, but a folder that holds anything else is
refused, so that logs of two runs never mix.`,
		Example: `  pbsduck generate logs --profile derecho --days 7
  pbsduck generate hard --days 2 --jobs 500 --hostile`,
		Args: exactArgs(1, "the folder to write to"),
		RunE: func(c *cobra.Command, args []string) error { return o.run(c.Context(), args[0]) },
	}
	o.addFlags(c)
	return c
}

func (o *generateOptions) addFlags(c *cobra.Command) {
	f := c.Flags()
	f.StringSliceVar(&o.profiles, "profile", generate.Profiles(), "machines to imitate")
	f.IntVar(&o.days, "days", 7, "logs per machine")
	f.IntVar(&o.jobs, "jobs", 2000, "jobs submitted per day and machine")
	f.Uint64Var(&o.seed, "seed", 1, "another seed gives other logs")
	f.StringVar(&o.start, "start", "2026-01-01", "first `DATE`")
	f.BoolVar(&o.hostile, "hostile", false, "add damage, and what users can smuggle into logs")
	f.BoolVar(&o.noTruth, "no-truth", false, "write no truth.ndjson, which is larger than the logs")
}

func (o *generateOptions) run(ctx context.Context, dir string) error {
	start, err := time.Parse(time.DateOnly, o.start)
	if err != nil {
		return usageError{fmt.Errorf("--start %s: give a date such as 2026-01-31", o.start)}
	}
	for _, p := range o.profiles {
		if !slices.Contains(generate.Profiles(), p) {
			return usageError{fmt.Errorf("unknown profile %q: use %s", p, strings.Join(generate.Profiles(), " or "))}
		}
	}
	if err := errors.Join(within("--days", o.days, 1, generate.MaxDays), within("--jobs", o.jobs, 1, generate.MaxJobs), o.mayWriteIn(dir)); err != nil {
		return err
	}
	show, finish := o.progress()
	began := time.Now()
	summary, err := generate.Run(ctx, generate.Options{
		Dir: dir, Profiles: o.profiles, Days: o.days, Jobs: o.jobs, Seed: o.seed, Start: start,
		Hostile: o.hostile, NoTruth: o.noTruth, Progress: show,
	})
	finish()
	if err != nil {
		return err
	}
	o.summarize(summary, dir, time.Since(began))
	return nil
}

// mayWriteIn refuses a folder where files would be written over that must
// stay: what is there already, perhaps as a link.
func (o *generateOptions) mayWriteIn(dir string) error {
	if err := o.mayWrite(dir); err != nil {
		return err
	}
	for _, p := range o.profiles {
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
			if err := o.mayWrite(name); err != nil {
				return err
			}
		}
	}
	return nil
}

// progress draws a bar on stderr, if that is a terminal: simulated hours.
func (o *generateOptions) progress() (show func(done, total int64), finish func()) {
	if o.quiet || !isTerminal(os.Stderr) {
		return nil, func() {}
	}
	bar := progressbar.NewOptions64(-1, progressbar.OptionSetWriter(os.Stderr), progressbar.OptionSetDescription("hours"),
		progressbar.OptionSetPredictTime(true), progressbar.OptionThrottle(100*time.Millisecond), progressbar.OptionClearOnFinish(),
		progressbar.OptionFullWidth())
	show = func(done, total int64) {
		if bar.GetMax64() != total {
			bar.ChangeMax64(total)
		}
		_ = bar.Set64(done) // what can't be drawn does no harm
	}
	return show, func() { _ = bar.Finish() }
}

func (o *generateOptions) summarize(s generate.Summary, dir string, took time.Duration) {
	var size int64
	for _, p := range s.Profiles {
		size += p.Bytes
		o.say("%s/%s: %s, %s, %s, %s superseded, %s, %s", dir, p.Name, count(int64(p.Files), "log"), bytesText(p.Bytes),
			count(p.Jobs, "job"), grouped(p.Superseded), count(p.Events, "event"), count(p.Repeats, "repeat"))
		var letters []string
		for _, l := range slices.Sorted(maps.Keys(p.Records)) {
			letters = append(letters, fmt.Sprintf("%s %s", l, grouped(p.Records[l])))
		}
		o.say("  records by type: %s", strings.Join(letters, ", "))
	}
	o.say("%s in %.1f s; next: pbsduck ingest --machine %s --timezone America/Denver %s/%s",
		bytesText(size), took.Seconds(), s.Profiles[0].Name, dir, s.Profiles[0].Name)
}
