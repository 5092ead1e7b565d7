package ui

import (
	"os"
	"time"

	"github.com/schollz/progressbar/v3"
)

// A Progress draws a bar on stderr, if that is a terminal and people did not ask for quiet: what is done, its rate, and
// the time left.
type Progress struct {
	on    bool
	bytes bool
	bar   *progressbar.ProgressBar
}

// Progress shows progress of things that are counted, such as jobs.
func (v *Voice) Progress() *Progress {
	return &Progress{on: !v.Quiet && IsTerminal(os.Stderr)}
}

// ByteProgress shows progress in bytes.
func (v *Voice) ByteProgress() *Progress {
	p := v.Progress()
	p.bytes = true
	return p
}

// Describe says what is at hand.
func (p *Progress) Describe(what string) {
	if p.describe(what); p.bar != nil {
		_ = p.bar.RenderBlank() // what can't be drawn does no harm
	}
}

func (p *Progress) describe(what string) {
	if p.of(0); p.bar != nil {
		p.bar.Describe(what)
	}
}

// Show says how much is done, of a total that is 0 if no end is known.
func (p *Progress) Show(done, total int64) {
	if p.of(total); p.bar != nil {
		if done == 0 {
			_ = p.bar.RenderBlank() // which Set64 leaves to the first step
		}
		_ = p.bar.Set64(done)
	}
}

// Clear takes the bar off the line, for one that is to be read, until it shows again.
func (p *Progress) Clear() {
	if p.bar != nil {
		_ = p.bar.Clear()
	}
}

// Finish takes the bar away.
func (p *Progress) Finish() {
	if p.bar != nil {
		_ = p.bar.Finish()
	}
}

// of begins the bar, and has it end at a total, once that is known.
func (p *Progress) of(total int64) {
	switch {
	case !p.on:
	case p.bar == nil:
		if total == 0 {
			total = -1
		}
		p.bar = progressbar.NewOptions64(
			total, progressbar.OptionSetWriter(os.Stderr), progressbar.OptionShowBytes(p.bytes),
			progressbar.OptionSetPredictTime(true), progressbar.OptionThrottle(100*time.Millisecond),
			progressbar.OptionClearOnFinish(), progressbar.OptionFullWidth(),
		)
	case total != 0 && p.bar.GetMax64() != total:
		p.bar.ChangeMax64(total)
	}
}
