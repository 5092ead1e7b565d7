// Command pbsbench measures how fast pbsduck is, beside its floors and beside what one would take instead: `make
// bench`.
//
// Each step runs in a process of its own, so that its memory is its own, and the steps of a round follow each other, so
// that a noisy machine is noisy for all of them. What is reported is the median over the rounds.
package main

import (
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/signal"
)

func main() {
	if err := run(); err != nil {
		fmt.Fprintln(os.Stderr, "pbsbench:", err)
		os.Exit(1)
	}
}

// options are the flags.
type options struct {
	logs, dir, program, python, json  string
	days, jobs, rounds, files, copies int
	step                              string
	alone                             bool
}

func run() (err error) {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	var o options
	flag.StringVar(&o.logs, "logs", "", "folder of logs to read; made if empty")
	flag.IntVar(&o.days, "days", 20, "days of logs to make")
	flag.IntVar(&o.jobs, "jobs", 10000, "jobs a day of logs to make")
	flag.IntVar(&o.copies, "copies", 50, "how often the jobs of the logs are in the database that is asked")
	flag.IntVar(&o.files, "files", 900, "how many day files without news are read: two and a half years of them")
	flag.IntVar(&o.rounds, "rounds", 5, "how often each step is run")
	flag.StringVar(&o.program, "pbsduck", "bin/pbsduck", "the program to measure")
	flag.StringVar(&o.python, "python", "", "python with pbsparse; without one that step is left out")
	flag.StringVar(&o.json, "json", "", "file for the results as JSON")
	flag.StringVar(&o.dir, "dir", "", "folder to work in, which must not exist; a temporary one if empty")
	flag.StringVar(&o.step, "step", "", "run this step once, in this process: pbsbench calls itself so")
	flag.BoolVar(&o.alone, "alone", false, "run the program in the arguments: pbsbench calls itself so")
	flag.Parse()
	if o.alone {
		return runAlone(ctx, flag.Args())
	}
	if o.step != "" {
		return runStep(ctx, &o)
	}
	w, err := prepare(ctx, &o)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(w.dir)) }()
	results, err := w.rounds(ctx)
	if err != nil {
		return err
	}
	report := summarize(w, results)
	fmt.Print(report)
	if o.json == "" {
		return nil
	}
	text, err := json.MarshalIndent(report, "", "  ")
	if err != nil {
		return err
	}
	return os.WriteFile(o.json, append(text, '\n'), 0o666)
}

// runStep is what a child does: it prints a measure as JSON.
func runStep(ctx context.Context, o *options) error {
	for _, s := range steps {
		if s.name == o.step {
			m, err := s.inside(ctx, o)
			if err != nil {
				return err
			}
			return json.NewEncoder(os.Stdout).Encode(m)
		}
	}
	return fmt.Errorf("no step %q", o.step)
}
