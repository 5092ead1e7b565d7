package main

import (
	"context"
	"time"

	"github.com/spf13/cobra"

	"pbsduck/duckdb"
)

// publishFlags say how a copy for readers is made.
type publishFlags struct {
	storage string
	keep    int
}

func (p *publishFlags) addFlags(c *cobra.Command) {
	c.Flags().StringVar(&p.storage, "storage-version", duckdb.PublishedVersion, "the copy's `FORMAT`: DuckDB of this version and later reads it")
	c.Flags().IntVar(&p.keep, "keep", 2, "how many generations stay, with the new one, but two at least; who has an older one open keeps it")
}

func (p *publishFlags) check() error {
	return within("--keep", p.keep, 1, maxGenerations)
}

type publishOptions struct {
	*global
	publishFlags
}

func newPublish(g *global) *cobra.Command {
	o := &publishOptions{global: g}
	c := &cobra.Command{
		Use:   "publish [NAME]",
		Short: "Make a read-only copy for readers",
		Long: `Makes a compact, read-only copy of the database, and swaps it in under NAME, which
is x.published.duckdb for x.duckdb if it is not given. The copy is a generation, a
file of its own (x.published-12.duckdb), and NAME a link to the latest: readers who
have an older one open go on undisturbed, new ones see the new one.

Who may read the database may read the copies, nobody else. Files that are called
like generations but were not made by publish stay as they are.

If nothing changed since the last copy, none is made. pbsduck connect prints the
lines that open it.`,
		Example: `  pbsduck publish
  pbsduck publish /data/analysts/jobs.duckdb --keep 3
  pbsduck ingest --machine derecho --publish /var/spool/pbs/server_priv/accounting`,
		Args: maxArgs(1, "one name"),
		RunE: func(c *cobra.Command, args []string) error { return o.run(c.Context(), append(args, "")[0]) },
	}
	o.publishFlags.addFlags(c)
	return c
}

func (o *publishOptions) run(ctx context.Context, name string) error {
	return o.publish(ctx, o.publishFlags, name)
}

// publish makes a copy, and says so.
func (g *global) publish(ctx context.Context, p publishFlags, name string) error {
	if err := p.check(); err != nil {
		return err
	}
	if name != "" {
		if err := refuse(name, g.treasures()); err != nil {
			return err
		}
	}
	start := time.Now()
	done, err := duckdb.Publish(ctx, g.db, duckdb.PublishOptions{
		Name: name, StorageVersion: p.storage, Keep: p.keep, Wait: g.wait, Version: version,
	})
	if err != nil {
		return err
	}
	if done.Unchanged {
		g.say("nothing changed since %s was published", done.Name)
		return nil
	}
	g.say("published %s (%s, as %s) in %.1f s", done.Name, bytesText(done.Bytes), done.File, time.Since(start).Seconds())
	return nil
}
