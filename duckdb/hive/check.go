package hive

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"strings"

	"pbsduck/duckdb"
	"pbsduck/export/dataset"
)

// A Report is what a check of a dataset found.
type Report struct {
	Files, Partitions int
	Rows              int64
	Compared          int      // partitions of tables that are as the database is
	Behind            int      // months that the database changed since
	Wrong             []string // what is not as the manifest, or the database, says
}

// ErrChanged is told of files that are not those that the manifest names.
var ErrChanged = errors.New("somebody else changed it")

// errNoManifest says that there is nothing to check.
var errNoManifest = errors.New("it holds no dataset")

// Check reads a dataset back, every byte of it: against its manifest; and against the database, row by row, as far as
// the database has not changed since.
func (d *Dataset) Check(ctx context.Context, db *duckdb.DB, o Options) (*Report, error) {
	r, err := d.report()
	if err != nil {
		return nil, err
	}
	m := d.folder.Manifest
	o.Partition, o.Records = m.Partition, &m.Records
	next, err := d.manifest(ctx, db, &o)
	if err != nil {
		return nil, err
	}
	if err := d.fits(ctx, next, true); err != nil {
		return nil, err
	}
	if r.Wrong, err = d.folder.Misfits(ctx, true); err != nil || len(r.Wrong) > 0 {
		return r, err
	}
	asked, err := newTables(ctx, db, &o, m.Partition, m.Records)
	if err != nil {
		return nil, err
	}
	if asked.definition() != m.Definition {
		return nil, fmt.Errorf(
			"%s was written by another version (%s), or with other columns: write it anew", d.Dir(), m.Program,
		)
	}
	return r, d.compare(ctx, db, asked, r)
}

// report is one of which nothing was read yet.
func (d *Dataset) report() (*Report, error) {
	m := d.folder.Manifest
	if m == nil {
		return nil, fmt.Errorf("%s: %w", d.Dir(), errNoManifest)
	}
	r := &Report{Partitions: len(m.Partitions)}
	for _, t := range m.Tables {
		r.Files, r.Rows = r.Files+t.Files, r.Rows+t.Rows
	}
	return r, nil
}

// IsResolved tells whether it is of logs that were parsed apart, whose rows no database has.
func (d *Dataset) IsResolved() bool {
	return d.folder.Manifest != nil && d.folder.Manifest.IsResolved()
}

// IsAnonymous tells whether it was written by a policy.
func (d *Dataset) IsAnonymous() bool {
	return d.folder.Manifest != nil && d.folder.Manifest.Policy != ""
}

// CheckAlone reads a dataset back, every byte of it, against its manifest only.
func (d *Dataset) CheckAlone(ctx context.Context) (*Report, error) {
	r, err := d.report()
	if err != nil {
		return nil, err
	}
	r.Wrong, err = d.folder.Misfits(ctx, true)
	return r, err
}

// compare compares what is there with the database.
func (d *Dataset) compare(ctx context.Context, db *duckdb.DB, asked *tables, r *Report) error {
	m := d.folder.Manifest
	slots, err := asked.slots(ctx, db)
	if err != nil {
		return err
	}
	has := changes(m)
	r.Behind = behind(m, slots)
	for _, p := range partitions(m.Partition, slots) {
		if !p.isIn(has) {
			continue
		}
		if _, err := asked.begin(ctx, db, p.span()); err != nil {
			return err
		}
		for _, t := range asked.all {
			path := t.Name + "/" + p.under
			columns := names(asked.columns(t))
			want, err := fingerprint(ctx, db, columns, asked.rows(t, piece{}))
			if err != nil {
				return err
			}
			one := m.Find(path)
			if one == nil {
				if want.rows > 0 {
					r.Wrong = append(r.Wrong, fmt.Sprintf("%s is missing: the database has %d rows", path, want.rows))
				}
				continue
			}
			if err := d.compareOne(ctx, db, columns, one, want, r); err != nil {
				return err
			}
		}
	}
	return nil
}

// behind is how many months a manifest and the database do not have by the same change, or only one of them has.
func behind(m *dataset.Manifest, slots []slot) int {
	left := map[dataset.Month]bool{}
	for _, one := range m.Months {
		left[one] = true
	}
	months := map[dataset.Month]bool{} // each once, whatever changed it
	for _, s := range slots {
		if mark := s.mark(); left[mark] {
			delete(left, mark)
		} else {
			months[dataset.Month{Machine: mark.Machine, Month: mark.Month}] = true
		}
	}
	for one := range left {
		months[dataset.Month{Machine: one.Machine, Month: one.Month}] = true
	}
	return len(months)
}

func (d *Dataset) compareOne(
	ctx context.Context, db *duckdb.DB, columns []string, p *dataset.Partition, want rowsPrint, r *Report,
) error {
	got, err := fingerprint(
		ctx, db, columns, "SELECT * FROM read_parquet("+duckdb.Literal(d.paths(p))+", hive_partitioning = false)",
	)
	switch {
	case err != nil:
		r.Wrong = append(r.Wrong, fmt.Sprintf("%s can't be read: %s", p.Path, duckdb.FirstLine(err.Error())))
		return ctx.Err()
	case got.rows != p.Rows():
		r.Wrong = append(
			r.Wrong, fmt.Sprintf("%s has %d rows, not %d as the manifest says", p.Path, got.rows, p.Rows()),
		)
	case got != want:
		r.Wrong = append(
			r.Wrong, fmt.Sprintf("%s is not as the database: %d rows, %d there", p.Path, got.rows, want.rows),
		)
	default:
		r.Compared++
	}
	return nil
}

// paths are those of a partition's files.
func (d *Dataset) paths(p *dataset.Partition) (all []string) {
	for _, f := range p.Files {
		all = append(all, filepath.Join(d.Dir(), filepath.FromSlash(p.Path), f.Name))
	}
	return all
}

// A rowsPrint tells apart sets of rows.
type rowsPrint struct {
	rows int64
	sum  string // of their hashes
}

func fingerprint(ctx context.Context, db *duckdb.DB, columns []string, question string) (p rowsPrint, err error) {
	hashed := "hash(" + strings.Join(columns, ", ") + ")::HUGEINT"
	err = db.Conn().QueryRowContext(
		ctx, "SELECT count(*), coalesce(sum("+hashed+"), 0)::VARCHAR FROM (\n"+question+"\n)",
	).Scan(&p.rows, &p.sum)
	return p, err
}

// OK tells whether nothing is wrong.
func (r *Report) OK() bool { return len(r.Wrong) == 0 }
