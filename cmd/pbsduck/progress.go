package main

import (
	"os"
	"time"

	"github.com/schollz/progressbar/v3"

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
