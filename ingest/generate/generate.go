// Package generate writes synthetic PBS accounting logs that look like those of NCAR's Derecho and Casper, and of a
// cluster under Torque that never was, and beside them a truth file: the rows that an exact reader must find in them.
//
// What enters is a seed, a size and profiles, which are data: profiles/*.toml, or a site's own; what leaves is
//
//	DIR/derecho/20260101 …             one log per server-local day, as PBS names them
//	DIR/derecho.truth.ndjson           one line per row of the table jobs, with its raw record and its nodes
//	DIR/derecho.truth-counts.json      the machine's size; lines and records by letter, per file, and totals
//	DIR/pbsduck.toml                   a configuration that fits: machines, time zones, capacity, charges
//
// How it works. Time is cut into slots of one hour of UTC. A slot's submissions are drawn from random streams of their
// own, keyed by seed, profile and hour. They are told twice: first in order of time, to ask the scheduler for nodes,
// and when all of a slot's jobs have been granted them, by any of the workers, to write:
//
//	slot -> jobs ask -> scheduler -> plan -> jobs -> records, each filed under the slot of its own instant -> merged in
//	order of time -> day files
//
// A job is written to its end at once; records that lie in a later hour wait in memory until that hour is written.
// Memory therefore grows with the jobs of a few hours and those that wait or run, not with the number of days. One day
// before the start is simulated too, so the first file has ends without starts, as real ones do.
//
// The machine has as many nodes of each kind as its jobs fill to a percentage that the profile names (size.go): with
// 10,000 jobs a day Derecho is about as large as it is. No more is ever in use than it has, waits are what the
// scheduler (queue.go) makes of them, and nodes of one job are no other's, where they are given as a whole.
//
// The truth. A line of truth.ndjson has the columns of the table jobs by name, NULL where the record does not say or
// its value does not convert; charge, what it is charged by the rules of DIR/pbsduck.toml; raw, the E record's bytes
// without the newline (raw_base64 where they are not UTF-8; a text column reads such a value as Latin-1); and nodes,
// one element per vnode of exec_vnode, amounts of one vnode summed up, NULL where not written. Of two E records of one
// job and submission the row is that of more runs, else the later end, else the later stamp, among those that lie in
// the written files. Lines are in order of submission.
//
// Promises: the same Options give the same bytes whatever Workers is. More Days leave the files of the earlier days as
// they are (without Hostile, which tears the end of the last file), and only add rows to the truth. All names are
// invented.
package generate

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"time"
	_ "time/tzdata" // the profiles' zone must be known on machines without zoneinfo
)

// Options says what to write.
type Options struct {
	Dir      string    // created if missing
	Profiles []string  // any of Profiles(), or files that end in .toml
	Days     int       // number of day files per profile
	Jobs     int       // submissions per day and profile, array elements and parents each counted; 0: as the profile says
	Seed     uint64    // the same seed gives the same bytes
	Start    time.Time // first local day; only its year, month and day count
	Hostile  bool      // add what users can smuggle into a log, and damage: see hostile.go
	NoTruth  bool      // write no truth.ndjson (counts are always written)
	Workers  int       // goroutines that simulate; 0 means GOMAXPROCS

	// Progress, if set, is told after each hour how many of all hours are done. It is called from one goroutine.
	Progress func(done, total int64)
}

// Summary says what was written.
type Summary struct {
	Profiles []ProfileSummary
}

// ProfileSummary counts one profile's logs. Jobs is the number of rows in the truth.
type ProfileSummary struct {
	Name        string
	Files       int
	Bytes       int64
	Records     map[string]int64 // by record letter
	Jobs        int64
	Repeats     int64 // E records that repeat an earlier one byte for byte
	Superseded  int64 // E records that lose against another of the same job and submission
	Events      int64 // all records that are not E
	RecordBytes map[string]int64
	Capacity    Capacity // of the machine
	Zone        string
}

// Run writes the logs. It refuses a profile folder that holds anything this run would not
// overwrite, so that logs of two runs never mix, and a pbsduck.toml of another's making. On error or cancellation the
// files written so far stay and are incomplete.
func Run(ctx context.Context, o Options) (Summary, error) {
	if err := o.check(); err != nil {
		return Summary{}, err
	}
	worlds, err := newWorlds(o)
	if err != nil {
		return Summary{}, err
	}
	var sum Summary
	for i, w := range worlds {
		if err := prepareFolder(filepath.Join(o.Dir, w.Name), w.cal); err != nil {
			return sum, err
		}
		p, err := w.write(ctx, o, stage{index: i, of: len(worlds)})
		if err != nil {
			return sum, fmt.Errorf("generate %s: %w", w.Name, err)
		}
		sum.Profiles = append(sum.Profiles, p)
	}
	if err := writeSite(o.Dir, worlds); err != nil {
		return sum, fmt.Errorf("generate: %w", err)
	}
	return sum, nil
}

// newWorlds makes the machines, so that nothing is written if one of them can't be.
func newWorlds(o Options) ([]*world, error) {
	if err := maySite(o.Dir); err != nil {
		return nil, err
	}
	var worlds []*world
	for _, source := range o.Profiles {
		w, err := newWorld(source, o)
		if err != nil {
			return nil, err
		}
		if slices.ContainsFunc(worlds, func(v *world) bool { return v.Name == w.Name }) {
			return nil, fmt.Errorf("generate: profile %s is named twice", w.Name)
		}
		worlds = append(worlds, w)
	}
	return worlds, nil
}

func (o *Options) check() error {
	switch {
	case o.Dir == "":
		return errors.New("generate: no folder named; say where to write the logs")
	case len(o.Profiles) == 0:
		return fmt.Errorf("generate: no profile named; choose from %v", Profiles())
	case o.Days < 1 || o.Days > MaxDays:
		return fmt.Errorf("generate: %d days; choose 1 to %d", o.Days, MaxDays)
	case o.Jobs < 0 || o.Jobs > MaxJobs:
		return fmt.Errorf("generate: %d jobs per day; choose 1 to %d", o.Jobs, MaxJobs)
	case o.Start.Year() < 2001 || o.Start.Year() > 2100:
		return fmt.Errorf("generate: start %s; choose a date from 2001 to 2100", o.Start.Format(time.DateOnly))
	}
	if o.Workers <= 0 {
		o.Workers = runtime.GOMAXPROCS(0)
	}
	return nil
}

// The most that can be asked for.
const (
	MaxDays = 40_000
	MaxJobs = 20_000_000
)

// prepareFolder makes the folder and refuses one that holds a file this run would leave standing.
func prepareFolder(dir string, cal *calendar) error {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return fmt.Errorf("generate: %w", err)
	}
	entries, err := os.ReadDir(dir)
	if err != nil {
		return fmt.Errorf("generate: %w", err)
	}
	ours := map[string]bool{}
	for _, d := range cal.days {
		ours[d] = true
	}
	for _, e := range entries {
		if !ours[e.Name()] {
			return fmt.Errorf("generate: %s holds %s, which this run would not overwrite; remove it or name another folder",
				dir, e.Name())
		}
	}
	return nil
}
