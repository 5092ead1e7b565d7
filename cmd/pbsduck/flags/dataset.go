package flags

import (
	"context"
	"errors"
	"time"

	"pbsduck/cmd/pbsduck/ui"
	"pbsduck/duckdb"
	"pbsduck/duckdb/hive"
)

// OpenDataset opens the folder of a dataset, which the database may not lie in.
func (g *Global) OpenDataset(ctx context.Context, dir string) (*hive.Dataset, error) {
	if err := g.MayWrite(dir); err != nil {
		return nil, err
	}
	return hive.Open(ctx, dir, g.Wait)
}

// ReadFor says how a database is opened that a dataset is written from.
func ReadFor(d *hive.Dataset) duckdb.Options {
	return duckdb.Options{ReadOnly: true, Memory: duckdb.WriteMemory, Folder: d.Dir()}
}

// SayDataset tells what became of a dataset.
func (g *Global) SayDataset(dir string, done *hive.Done, took time.Duration) {
	switch {
	case done.Written+done.Removed == 0:
		g.Say("nothing changed since %s was written", dir)
	case done.Removed > 0:
		g.Say(
			"%s: %s of %s gone", dir, ui.Count(int64(done.Removed), "partition"),
			ui.Count(int64(done.Removed+done.Unchanged+done.Written), "partition"),
		)
		fallthrough
	default:
		g.Say(
			"%s: wrote %s (%s in %s, %s), %d as they were, in %.1f s", dir, ui.Count(int64(done.Written), "partition"),
			ui.Count(done.Rows, "row"), ui.Count(int64(done.Files), "file"), ui.Bytes(done.Bytes), done.Unchanged,
			took.Seconds(),
		)
	}
}

// updateDataset keeps the dataset of a copy, of all jobs, current.
func (p *Publish) updateDataset(ctx context.Context, g *Global, name string) (err error) {
	start := time.Now()
	d, err := g.OpenDataset(ctx, p.dataset)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, d.Close()) }()
	o := ReadFor(d)
	o.Wait, o.Version = g.Wait, g.Version
	db, err := duckdb.Open(ctx, name, o)
	if err != nil {
		return err
	}
	defer db.Close()
	hidden, err := p.anonymize.Read(g, db, g.DB, d.Dir(), true)
	if err != nil {
		return err
	}
	bar := g.Progress()
	done, err := d.Update(ctx, db, hive.Options{Now: start, Progress: bar.Show, Anonymous: hidden})
	bar.Finish()
	if err == nil && (!p.OnlyNews || done.Written+done.Removed > 0) {
		g.SayDataset(p.dataset, done, time.Since(start))
		g.SayAnonymity(done.Anonymity)
	}
	return err
}
