package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"pbsduck/cmd/pbsduck/flags"
	"pbsduck/cmd/pbsduck/logs"
	"pbsduck/cmd/pbsduck/remote"
	"pbsduck/cmd/pbsduck/ui"
	"pbsduck/duckdb"
	"pbsduck/duckdb/load"
	"pbsduck/ingest/source"
)

// A qhistSource is where qhist's output comes from, in place of logs.
type qhistSource struct {
	file, host string
	timeout    time.Duration
}

func (q *qhistSource) addFlags(c *cobra.Command) {
	f := c.Flags()
	f.StringVar(&q.file, "qhist", "",
		"no logs: take in `FILE` (- is standard input), packed or not, what qhist -J -t s printed of a day")
	f.StringVar(&q.host, "qhist-ssh", "",
		"no logs: run qhist on `HOST` through ssh, for each day of --since, --until or --last")
	f.DurationVar(&q.timeout, "qhist-timeout", 10*time.Minute, "how long --qhist-ssh waits for a day")
}

func (q *qhistSource) given() bool { return q.file != "" || q.host != "" }

// check refuses what goes with neither.
func (q *qhistSource) check(o *ingestOptions, args []string) error {
	if !q.given() {
		return nil
	}
	days := len(o.Window.Words()) > 0
	switch {
	case q.file != "" && q.host != "":
		return ui.Usagef("--qhist and --qhist-ssh exclude each other")
	case len(args) > 0:
		return ui.Usagef("--qhist and --qhist-ssh take the place of logs: leave the paths out")
	case o.follow || o.overwrite:
		return ui.Usagef("--qhist and --qhist-ssh go with neither --follow nor --overwrite: " +
			"what was told before changes nothing")
	case o.Flags.Name == "":
		return ui.Usagef("which machine does qhist tell of? name it with --machine NAME")
	case q.file != "" && days:
		return ui.Usagef("--qhist takes all of the file in: --since, --until and --last are for --qhist-ssh")
	case q.host != "" && !o.Window.HasFirst():
		return ui.Usagef("which days is qhist to tell of? give --since DATE or --last DAYS, e.g. --last 3d")
	}
	if q.host != "" {
		if err := remote.CheckName(q.host); err != nil {
			return ui.Usage(err)
		}
	}
	return flags.Within("--qhist-timeout", q.timeout, time.Second, maxInterval)
}

// A qhistRun takes in what qhist tells.
type qhistRun struct {
	*ingestOptions
	db      *duckdb.DB
	machine logs.Machine

	days, known, jobs, fresh, superseded, unsure, others int64
	noLog, noJobs, unanswered                            []string
}

// ingestQhist takes the place of a load of logs.
func (o *ingestOptions) ingestQhist(ctx context.Context) error {
	db, err := o.open(ctx)
	if err != nil {
		return err
	}
	r := &qhistRun{ingestOptions: o, db: db}
	begun := time.Now()
	err = r.run(ctx)
	if err = errors.Join(err, db.CloseUnlessEmpty(ctx)); err != nil {
		return err
	}
	r.say(time.Since(begun))
	if err := o.publish(ctx); err != nil {
		return err
	}
	if len(r.unanswered) > 0 {
		return ui.ErrReported
	}
	return nil
}

func (r *qhistRun) run(ctx context.Context) error {
	had, err := load.Ledger(ctx, r.db, r.Flags.Name)
	if err != nil {
		return err
	}
	if r.machine, err = r.AsBefore(r.Flags.Name, had); err != nil {
		return err
	}
	if r.machine.Assumed {
		return ui.Usagef("in which time zone does qhist tell of %s? its times are local, and do not say: "+
			"give it with --timezone, e.g. America/Denver", r.machine.Name)
	}
	if r.qhist.file != "" {
		return r.takeFile(ctx)
	}
	return r.askAll(ctx)
}

// takeFile takes in the output that a file has, which may be packed as logs may be.
func (r *qhistRun) takeFile(ctx context.Context) error {
	path := r.qhist.file
	info, err := os.Stat(path)
	stream := path == source.Stdin || err == nil && !info.Mode().IsRegular()
	in, err := source.Log{Path: path, Stream: stream}.Open(ctx)
	if err != nil {
		return fmt.Errorf("cannot read what qhist printed: %w", err)
	}
	defer func() { _ = in.Close() }()
	name := path
	if path != source.Stdin {
		name = source.KeyOf(path)
	}
	return r.take(ctx, load.Answer{Source: name, JSON: in})
}

// take takes an answer in.
func (r *qhistRun) take(ctx context.Context, a load.Answer) error {
	a.Machine, a.Location, a.Zone = r.machine.Name, r.machine.Location, r.machine.Zone
	a.DryRun, a.Config, a.Now = r.dryRun, r.Config, time.Now()
	told, err := load.TakeAnswer(ctx, r.db, a)
	if err != nil {
		return err
	}
	r.days++
	r.jobs, r.fresh, r.superseded = r.jobs+told.Jobs, r.fresh+told.New, r.superseded+told.Superseded
	r.unsure, r.others = r.unsure+told.Unsure, r.others+told.Others
	if told.Jobs == 0 {
		r.noJobs = append(r.noJobs, told.Day)
	}
	r.SayFailures(told.FailedValues)
	r.SayWarnings(told.Warnings)
	return nil
}

// wanted are the days to ask for: those of the window that were not told of yet, or not to their end, and those that
// were asked for before in vain.
func (r *qhistRun) wanted(ctx context.Context) ([]string, error) {
	today := time.Now().In(r.machine.Location)
	from, to, err := r.Window.Days(today)
	if err != nil {
		return nil, err
	}
	last := today.Format(source.DayLayout)
	if !to.IsZero() {
		last = min(last, to.Format(source.DayLayout))
	}
	answered, err := load.Answered(ctx, r.db, r.machine.Name, r.qhist.host, r.machine.Location)
	if err != nil {
		return nil, err
	}
	days, err := load.Unanswered(ctx, r.db, r.machine.Name, r.qhist.host)
	if err != nil {
		return nil, err
	}
	for day := from; day.Format(source.DayLayout) <= last; day = day.AddDate(0, 0, 1) {
		if name := day.Format(source.DayLayout); answered[name] {
			r.known++
		} else {
			days = append(days, name)
		}
	}
	slices.Sort(days)
	return slices.Compact(days), nil
}

// Tries to reach a host.
const (
	qhistTries = 3
	qhistPause = 2 * time.Second
)

// askAll asks for one day after the other.
func (r *qhistRun) askAll(ctx context.Context) error {
	days, err := r.wanted(ctx)
	if err != nil {
		return err
	}
	host := &remote.Host{Name: r.qhist.host, Timeout: r.qhist.timeout, Tries: qhistTries, Pause: qhistPause}
	for i, day := range days {
		err := host.Ask(ctx, day, func(out io.Reader, whole func() error) error {
			return r.take(ctx, load.Answer{Source: r.qhist.host, Day: day, JSON: out, Confirm: whole})
		})
		var (
			unreached *remote.ConnectError
			elsewhere *load.AnswerZoneError
		)
		switch {
		case err == nil:
		case ctx.Err() != nil, errors.Is(err, duckdb.ErrReplaced), errors.As(err, &elsewhere):
			return err
		case errors.Is(err, remote.ErrNoLog):
			err = r.noteNoLog(ctx, day)
		case errors.As(err, &unreached):
			ui.Report(err, ui.ExitError)
			return r.noteUnanswered(ctx, err, days[i:]...)
		default:
			ui.Report(err, ui.ExitError)
			err = r.noteUnanswered(ctx, err, day)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

func (r *qhistRun) noteNoLog(ctx context.Context, day string) error {
	r.noLog = append(r.noLog, day)
	if r.dryRun {
		return nil
	}
	return load.NoteNoLog(ctx, r.db, r.machine.Name, r.qhist.host, day)
}

func (r *qhistRun) noteUnanswered(ctx context.Context, why error, days ...string) error {
	r.unanswered = append(r.unanswered, days...)
	for _, day := range days {
		if r.dryRun {
			break
		}
		if err := load.NoteUnanswered(ctx, r.db, r.machine.Name, r.qhist.host, day, why); err != nil {
			return err
		}
	}
	return nil
}

// say says what became of it.
func (r *qhistRun) say(took time.Duration) {
	verb := "loaded"
	if r.dryRun {
		verb = "would load"
	}
	line := &bytes.Buffer{}
	fmt.Fprintf(line, "%s %s that qhist told of in %s: %s new",
		verb, ui.Count(r.jobs, "job"), ui.Count(r.days, "answer"), ui.Grouped(r.fresh))
	for _, part := range []struct {
		n    int64
		what string
	}{
		{r.superseded, "of them superseded by what logs or other records say"},
		{r.unsure, "with an instant that may be an hour off (flag repeated_hour)"},
		{r.others, "records of other kinds left out"}, {r.known, "days known already"},
	} {
		if part.n > 0 {
			fmt.Fprintf(line, ", %s %s", ui.Grouped(part.n), part.what)
		}
	}
	r.Say("%s, in %.1f s", line, took.Seconds())
	for _, part := range []struct {
		days []string
		what string
	}{
		{r.noJobs, "no jobs"}, {r.noLog, "no log"}, {r.unanswered, "no answer, and asked again next time"},
	} {
		days := slices.DeleteFunc(part.days, func(day string) bool { return day == "" })
		if len(days) > 0 {
			r.Say("  %s: %s", part.what, strings.Join(days, " "))
		}
	}
}
