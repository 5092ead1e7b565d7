package main

import (
	"context"
	"runtime"
	"sync"
	"time"

	"golang.org/x/sync/errgroup"

	"pbsduck/cmd/pbsduck/flags"
	"pbsduck/cmd/pbsduck/ui"
	"pbsduck/export/parts"
	"pbsduck/ingest/site"
	"pbsduck/ingest/source"
)

// writeParts writes the rows of each log to files of its own, several logs at a time. What is wrong with one does not
// stop the others.
func (o *parseOptions) writeParts(ctx context.Context, p *parsing, config *site.Config) error {
	folder, err := parts.Open(o.parts, flags.SiteOf(config))
	if err != nil {
		return err
	}
	atOnce := max(1, min(len(p.Logs), runtime.GOMAXPROCS(0)))
	var told sync.Mutex
	var written, rejecting int64
	begun := time.Now()
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(atOnce)
	for _, log := range p.Logs {
		group.Go(func() error {
			done, err := p.writePart(ctx, folder, log, runtime.GOMAXPROCS(0)/atOnce)
			told.Lock()
			defer told.Unlock()
			p.Rejects, p.Failures = p.Rejects+done.Rejects, p.Failures+done.Failures
			switch {
			case done.Bad != nil:
				p.tell(log, done.Bad)
			case err == nil:
				written++
			}
			if done.Rejects > 0 {
				rejecting++
			}
			return err
		})
	}
	if err := group.Wait(); err != nil {
		return err
	}
	o.Say("wrote the rows of %s to %s, in %.1f s", ui.Count(written, "log"), o.parts, time.Since(begun).Seconds())
	if p.Failures > 0 {
		o.Say("%s", ui.Unconverted(p.Failures))
	}
	if p.Rejects > 0 {
		o.Warn("%s in %s; the other lines were taken in", ui.Count(p.Rejects, "reject"), ui.Count(rejecting, "log"))
	}
	return nil
}

// writePart writes the files of a log.
func (p *parsing) writePart(
	ctx context.Context, folder *parts.Folder, log source.Log, workers int,
) (parts.Done, error) {
	if log.Path == source.Stdin {
		return parts.Done{}, ui.Usagef("--parts names files after logs, and standard input has no name")
	}
	machine, zone, err := p.ownerOf(log)
	if err != nil {
		return parts.Done{}, err
	}
	return folder.Write(ctx, parts.Log{Log: log, Machine: machine, Zone: zone}, max(1, workers))
}
