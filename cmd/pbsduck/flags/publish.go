package flags

import (
	"context"
	"errors"
	"slices"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"pbsduck/cmd/pbsduck/ui"
	"pbsduck/duckdb"
	"pbsduck/duckdb/overview"
	"pbsduck/duckdb/publish"
	"pbsduck/duckdb/report"
	"pbsduck/export/whole"
)

// Publish are the flags that say how a copy for readers is made.
type Publish struct {
	storage  string
	keep     int
	page     string
	pageDays int
	dataset  string

	anonymize Anonymize // the dataset
	flags     *pflag.FlagSet

	OnlyNews bool // that there was nothing to do is not told
}

// Add adds them to a command.
func (p *Publish) Add(c *cobra.Command) {
	p.flags = c.Flags()
	c.Flags().StringVar(&p.storage, "storage-version", duckdb.PublishedVersion,
		"the copy's `FORMAT`: DuckDB of this version and later reads it")
	c.Flags().IntVar(&p.keep, "keep", 2,
		"how many generations stay, with the new one, but two at least; who has an older one open keeps it")
	c.Flags().StringVar(&p.page, "page", "",
		"then write a page of the copy's reports to `FILE`, as pbsduck report --html does")
	c.Flags().StringVar(&p.dataset, "dataset", "",
		"then have the Parquet dataset in `DIR` hold what the copy does, as pbsduck export --dataset does")
	p.anonymize.Add(c)
	c.Flags().IntVar(&p.pageDays, "page-days", 92, "how many of the last days the page is about; 0: all")
}

// Given is the first of the flags that is; empty if none is.
func (p *Publish) Given() string {
	all := []string{"storage-version", "keep", "page", "page-days", "dataset", "anonymize", "anonymize-key"}
	if i := slices.IndexFunc(all, p.flags.Changed); i >= 0 {
		return all[i]
	}
	return ""
}

const maxGenerations = 1000

// Check refuses values that mean nothing.
func (p *Publish) Check() error {
	if err := publish.CheckStorage(p.storage); err != nil {
		return ui.Usage(err)
	}
	if err := p.anonymize.Check(p.dataset != "", "--dataset"); err != nil {
		return err
	}
	return errors.Join(Within("--keep", p.keep, 1, maxGenerations), Within("--page-days", p.pageDays, 0, maxLastDays))
}

// Run makes a copy, and says so. An empty name is the usual one.
func (p *Publish) Run(ctx context.Context, g *Global, name string) error {
	if err := p.Check(); err != nil {
		return err
	}
	if name != "" {
		if err := g.mayName(name); err != nil {
			return err
		}
	}
	if err := g.MayWrite(p.page); p.page != "" && err != nil {
		return err
	}
	if err := g.MayWrite(p.dataset); p.dataset != "" && err != nil {
		return err
	}
	start := time.Now()
	bar := g.ByteProgress()
	done, err := publish.Run(ctx, g.DB, publish.Options{
		Name: name, StorageVersion: p.storage, Keep: p.keep, Wait: g.Wait, Version: g.Version, Progress: bar.Show,
	})
	bar.Finish()
	if err != nil {
		return err
	}
	if done.Unchanged {
		if !p.OnlyNews {
			g.Say("nothing changed since %s was published", done.Name)
		}
		return p.follow(ctx, g, done.Name)
	}
	g.Say("published %s (%s, as %s) in %.1f s", done.Name, ui.Bytes(done.Bytes), done.File, time.Since(start).Seconds())
	return p.follow(ctx, g, done.Name)
}

// follow makes what else is made of a copy.
func (p *Publish) follow(ctx context.Context, g *Global, name string) error {
	err := p.writePage(ctx, g, name)
	if p.dataset != "" && err == nil {
		err = p.updateDataset(ctx, g, name)
	}
	return err
}

// writePage writes a page of a copy, if one is asked for.
func (p *Publish) writePage(ctx context.Context, g *Global, name string) error {
	if p.page == "" {
		return nil
	}
	config, err := g.Configuration()
	if err != nil {
		return err
	}
	all, err := report.All(ReportFolder(config))
	if err != nil { // the page does not need them
		g.Warn("%s", ui.Text(err))
	}
	db, err := duckdb.Open(ctx, name, duckdb.Options{ReadOnly: true, Wait: g.Wait, Version: g.Version})
	if err != nil {
		return err
	}
	defer db.Close()
	o := overview.Options{Reports: all, Generated: time.Now(), Version: g.Version, Command: Asked(nil)}
	if p.pageDays > 0 {
		if o.Filter.Since, err = overview.LastDays(ctx, db, p.pageDays); err != nil {
			return err
		}
	}
	if !o.Filter.Since.IsZero() {
		o.Command = Asked([]string{"--since", o.Filter.Since.Format(time.DateOnly)})
	}
	made, err := overview.Make(ctx, db, o)
	if err != nil {
		return err
	}
	if err := whole.Write(p.page, made.Write); err != nil {
		return err
	}
	g.Say("wrote %s", p.page)
	return nil
}
