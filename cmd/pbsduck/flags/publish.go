package flags

import (
	"context"
	"time"

	"github.com/spf13/cobra"

	"pbsduck/cmd/pbsduck/ui"
	"pbsduck/duckdb"
	"pbsduck/duckdb/publish"
)

// Publish are the flags that say how a copy for readers is made.
type Publish struct {
	storage string
	keep    int
}

// Add adds them to a command.
func (p *Publish) Add(c *cobra.Command) {
	c.Flags().StringVar(&p.storage, "storage-version", duckdb.PublishedVersion, "the copy's `FORMAT`: DuckDB of this version and later reads it")
	c.Flags().IntVar(&p.keep, "keep", 2, "how many generations stay, with the new one, but two at least; who has an older one open keeps it")
}

const maxGenerations = 1000

// Check refuses values that mean nothing.
func (p *Publish) Check() error {
	return Within("--keep", p.keep, 1, maxGenerations)
}

// Run makes a copy, and says so. An empty name is the usual one.
func (p *Publish) Run(ctx context.Context, g *Global, name string) error {
	if err := p.Check(); err != nil {
		return err
	}
	if name != "" {
		if err := g.MayName(name); err != nil {
			return err
		}
	}
	start := time.Now()
	done, err := publish.Run(ctx, g.DB, publish.Options{
		Name: name, StorageVersion: p.storage, Keep: p.keep, Wait: g.Wait, Version: g.Version,
	})
	if err != nil {
		return err
	}
	if done.Unchanged {
		g.Say("nothing changed since %s was published", done.Name)
		return nil
	}
	g.Say("published %s (%s, as %s) in %.1f s", done.Name, ui.Bytes(done.Bytes), done.File, time.Since(start).Seconds())
	return nil
}
