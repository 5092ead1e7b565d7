package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"

	"pbsduck/duckdb/dbfile"
	"pbsduck/export/dataset"
	"pbsduck/export/iceberg"
	"pbsduck/export/whole"
)

type updateOptions struct {
	*global
	warehouse string
	overwrite bool
}

func newUpdate(g *global) *cobra.Command {
	o := &updateOptions{global: g}
	c := &cobra.Command{
		Use:   "update DATASET",
		Short: "Have the tables hold what the dataset does",
		Long: `Brings the tables up to date with a dataset that pbsduck export --dataset DATASET --for iceberg wrote, and
makes those that are not there. Files that are new are linked into the warehouse (copied where that can't be), so that
the dataset may change; what changed of a table is one commit, and a table that is as the dataset is has none.

A table that another tool wrote to is left as it is, and the error says what that did. --overwrite puts the dataset in
its place; the snapshot before stays, for time travel.`,
		Example: `  pbsduck-iceberg update lake --catalog sqlite:catalog.db --warehouse /data/warehouse
  pbsduck-iceberg update lake --catalog postgres://pbs@db.example.org/catalogs --warehouse /data/warehouse
  PBSDUCK_ICEBERG_TOKEN=... pbsduck-iceberg update lake --catalog https://rest.example.org`,
		Args: exactArgs(1, "the folder of the dataset"),
		RunE: func(c *cobra.Command, args []string) error { return o.run(c.Context(), args[0]) },
	}
	c.Flags().StringVar(&o.warehouse, "warehouse", "",
		"`FOLDER` of new tables, or for a REST catalog its name for one (default PBSDUCK_ICEBERG_WAREHOUSE)")
	c.Flags().BoolVar(&o.overwrite, "overwrite", false,
		"put the dataset in place of what another tool did to a table, or of a later state")
	return c
}

func (o *updateOptions) run(ctx context.Context, dir string) (err error) {
	folder, lock, err := o.openDataset(ctx, dir)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, lock.Release()) }()
	catalog, err := o.open(ctx, cmp.Or(o.warehouse, os.Getenv("PBSDUCK_ICEBERG_WAREHOUSE")), true)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, catalog.Close()) }()
	all, err := iceberg.Update(ctx, catalog, folder, iceberg.Options{Version: version, Overwrite: o.overwrite})
	for _, done := range all {
		o.say("%s", sentence(done))
	}
	return hint(err)
}

// openDataset opens a dataset, and keeps others from changing it meanwhile.
func (o *updateOptions) openDataset(ctx context.Context, dir string) (*dataset.Folder, *dbfile.Lock, error) {
	dir, err := filepath.Abs(dir)
	if err != nil {
		return nil, nil, err
	}
	switch _, err := os.Stat(filepath.Join(dir, dataset.ManifestName)); {
	case errors.Is(err, fs.ErrNotExist):
		return nil, nil, fmt.Errorf("%s: %w: pbsduck export --dataset %[1]s --for iceberg makes one", dir, errNoDataset)
	case err != nil:
		return nil, nil, whole.Error(dir, err)
	}
	lock, err := dbfile.TakeLock(ctx, filepath.Join(dir, dataset.LockName), dir, o.wait)
	if err != nil {
		return nil, nil, err
	}
	folder, err := dataset.OpenFolder(dir)
	switch {
	case err != nil:
	case folder.Manifest == nil:
		err = fmt.Errorf("%s: %w", dir, errNoDataset)
	case !folder.Manifest.IsForIceberg():
		err = fmt.Errorf(
			"%s is a dataset in hive's folders: "+
				"pbsduck export --dataset FOLDER --for iceberg makes one for tables, in another folder",
			dir,
		)
	}
	if err != nil {
		return nil, nil, errors.Join(err, lock.Release())
	}
	return folder, lock, nil
}

// sentence says what became of a table.
func sentence(d iceberg.Done) string {
	if !d.Committed {
		return fmt.Sprintf("%s: as it was, %d rows in %d files", d.Table, d.Rows, d.Kept)
	}
	text := fmt.Sprintf("%s: snapshot %d, %d rows: %d files added, %d removed, %d as they were",
		d.Table, d.Snapshot, d.Rows, d.Added, d.Removed, d.Kept)
	if d.Tries > 1 {
		text += fmt.Sprintf(" (at the %d. try, as others committed, too)", d.Tries)
	}
	return text
}
