package main

import (
	"os"
	"time"

	"github.com/schollz/progressbar/v3"

	"pbsduck/duckdb"
	"pbsduck/ingest"
)

// progress draws a bar on stderr, if that is a terminal: bytes of log, rate,
// time left, and the jobs found so far.
type progress struct {
	on  bool
	bar *progressbar.ProgressBar
}

func newProgress(g *global) *progress {
	return &progress{on: !g.quiet && isTerminal(os.Stderr)}
}

func (p *progress) show(now ingest.Progress) {
	if !p.on {
		return
	}
	if p.bar == nil {
		total := now.Total
		if total == 0 {
			total = -1 // standard input: no end is known
		}
		p.bar = progressbar.NewOptions64(total, progressbar.OptionSetWriter(os.Stderr), progressbar.OptionShowBytes(true),
			progressbar.OptionSetPredictTime(true), progressbar.OptionThrottle(100*time.Millisecond), progressbar.OptionClearOnFinish(),
			progressbar.OptionFullWidth())
	}
	p.bar.Describe(grouped(now.Jobs) + " jobs, " + grouped(now.Records) + " records")
	_ = p.bar.Set64(now.DoneBytes) // what can't be drawn does no harm
}

func (p *progress) finish() {
	if p.bar != nil {
		_ = p.bar.Finish()
	}
}

// jobsProgress draws a bar on stderr, if that is a terminal: jobs whose
// records were read again, and time left.
type jobsProgress struct{ bar *progressbar.ProgressBar }

func newJobsProgress(g *global) jobsProgress {
	if g.quiet || !isTerminal(os.Stderr) {
		return jobsProgress{}
	}
	return jobsProgress{progressbar.NewOptions64(-1, progressbar.OptionSetWriter(os.Stderr), progressbar.OptionSetPredictTime(true),
		progressbar.OptionThrottle(100*time.Millisecond), progressbar.OptionClearOnFinish(), progressbar.OptionFullWidth())}
}

func (p jobsProgress) checking(c duckdb.Check) {
	if p.bar != nil {
		p.bar.Describe(c.Name)
		_ = p.bar.RenderBlank() // what can't be drawn does no harm
	}
}

func (p jobsProgress) show(done, total int64) {
	if p.bar == nil {
		return
	}
	if p.bar.GetMax64() != total {
		p.bar.ChangeMax64(total)
	}
	_ = p.bar.Set64(done)
}

func (p jobsProgress) finish() {
	if p.bar != nil {
		_ = p.bar.Finish()
	}
}
