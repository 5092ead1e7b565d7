package hive

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"golang.org/x/sync/errgroup"

	"pbsduck/duckdb"
	"pbsduck/duckdb/dbfile"
	"pbsduck/export/dataset"
	"pbsduck/export/whole"
	"pbsduck/ingest/schema"
)

// Options say what a dataset is to hold.
type Options struct {
	Partition []string      // as Partitionings has them, or for Iceberg; nil: as before, or by month
	Records   *bool         // whether raw records are in it; nil: as before, or not
	Filter    duckdb.Filter // of which jobs
	Anonymous *Anonymous    // nil: all is told
	Rewrite   bool          // write all partitions again, whatever the manifest says
	Now       time.Time
	FiledJobs int64                   // of which a file is made at most; 0: as many as make up to 500 MB
	Progress  func(done, total int64) // partitions, before each; may be nil
}

// Done says what a run did.
type Done struct {
	Written, Removed, Unchanged int // partitions, each of all tables
	Files                       int // that were written
	Rows, Bytes                 int64
	Anonymity                   *Anonymity // of an anonymous dataset; nil if there are no jobs
}

// A Dataset is the folder of one, which is locked until it is closed.
type Dataset struct {
	folder *dataset.Folder
	lock   *dbfile.Lock
	made   bool // the folder was
}

// Open opens the folder of a dataset, or makes it, and waits for who has it.
func Open(ctx context.Context, dir string, wait time.Duration) (*Dataset, error) {
	dir, err := filepath.Abs(dir)
	if err != nil {
		return nil, err
	}
	if resolved, err := filepath.EvalSymlinks(dir); err == nil {
		dir = resolved
	}
	_, missing := os.Stat(dir)
	if err := os.MkdirAll(dir, 0o777); err != nil {
		return nil, whole.Error(dir, err)
	}
	lock, err := dbfile.TakeLock(ctx, filepath.Join(dir, dataset.LockName), dir, wait)
	if err != nil {
		return nil, err
	}
	folder, err := dataset.OpenFolder(dir)
	if err != nil {
		return nil, errors.Join(err, lock.Release())
	}
	return &Dataset{folder, lock, missing != nil}, nil
}

// Dir is the folder, by its absolute name.
func (d *Dataset) Dir() string { return d.folder.Dir }

// Close lets go of the folder. One that was made, and in which nothing is, goes.
func (d *Dataset) Close() error {
	err := d.lock.Release()
	if d.made && d.folder.Manifest == nil {
		_ = os.Remove(d.folder.Dir) // which does not matter
	}
	return err
}

// Update has the dataset hold what the database does. What fails leaves it as it was.
func (d *Dataset) Update(ctx context.Context, db *duckdb.DB, o Options) (*Done, error) {
	done, err := d.update(ctx, db, o)
	if err != nil {
		return nil, d.failed(errors.Join(err, d.folder.Clear()))
	}
	return done, nil
}

func (d *Dataset) failed(err error) error {
	if trouble := whole.TroubleOf(err); trouble != nil {
		return fmt.Errorf("%s: %w; what was there stays", d.folder.Dir, trouble)
	}
	return err
}

func (d *Dataset) update(ctx context.Context, db *duckdb.DB, o Options) (*Done, error) {
	r, err := d.plan(ctx, db, &o)
	if err != nil {
		return nil, err
	}
	documents, err := dataset.Describe(r.tables.all, r.next.Partition)
	if err != nil {
		return nil, err
	}
	if len(r.todo) == 0 && len(r.gone) == 0 && r.before != nil && r.before.Definition == r.next.Definition &&
		r.before.IsDescribed(documents) {
		return r.end(ctx)
	}
	if err := r.writeAll(ctx); err != nil {
		return nil, err
	}
	slices.SortFunc(r.next.Partitions, func(a, b dataset.Partition) int { return strings.Compare(a.Path, b.Path) })
	if err := d.folder.Commit(r.next, documents...); err != nil {
		return nil, err
	}
	return r.end(ctx)
}

// writeAll stages what has to be written. While a partition is written, the one before is read for its digests, and
// brought to disk.
func (r *run) writeAll(ctx context.Context) error {
	var before errgroup.Group
	for i, p := range r.todo {
		if r.options.Progress != nil {
			r.options.Progress(int64(i), int64(len(r.todo)))
		}
		made, err := r.write(ctx, p)
		if err := errors.Join(before.Wait(), err); err != nil {
			return err
		}
		before.Go(func() error { return r.stage(made) })
	}
	return before.Wait()
}

// end says what was done.
func (r *run) end(ctx context.Context) (_ *Done, err error) {
	if r.options.Anonymous != nil {
		r.done.Anonymity, err = r.anonymity(ctx, r.db, r.options.Anonymous, r.tables.all)
	}
	return &r.done, err
}

// A run is what has to be done.
type run struct {
	*Dataset
	db      *duckdb.DB
	options *Options
	tables  *tables
	before  *dataset.Manifest // nil if there was none
	next    *dataset.Manifest
	todo    []partition
	gone    []string
	done    Done
	notes   map[string]map[string]string // on a machine's files
	begun   int                          // files that were begun: each has a name of its own
}

// plan finds what has to be written, and what goes.
func (d *Dataset) plan(ctx context.Context, db *duckdb.DB, o *Options) (*run, error) {
	r := &run{Dataset: d, db: db, options: o, before: d.folder.Manifest}
	next, err := d.manifest(ctx, db, o)
	if err != nil {
		return nil, err
	}
	r.next = next
	if err := d.fits(ctx, next, o.Rewrite); err != nil {
		return nil, err
	}
	if r.tables, err = newTables(ctx, db, o, next.Partition, next.Records); err != nil {
		return nil, err
	}
	next.Definition = r.tables.definition()
	slots, err := r.tables.slots(ctx, db)
	if err != nil {
		return nil, err
	}
	r.describe(next)
	afresh := r.before == nil || o.Rewrite || next.Filter != "" || r.before.Definition != next.Definition
	has := changes(r.before)
	kept, stays := map[string]bool{}, map[string]bool{}
	for _, p := range partitions(next.Partition, slots) {
		for _, s := range p.slots {
			next.Months = append(next.Months, s.mark())
		}
		stays[p.under] = true
		if afresh || !p.isIn(has) {
			r.todo = append(r.todo, p)
			continue
		}
		r.done.Unchanged++
		for _, t := range r.tables.all {
			kept[t.Name+"/"+p.under] = true
		}
	}
	r.keep(kept, stays)
	return r, nil
}

// keep has the new manifest say what stays, and finds what goes: what is neither kept nor written. Only what goes of
// all tables is told as gone: a partition stays without its raw records. One of a year in which a month is gone is
// written again, as another of its months would not be in it.
func (r *run) keep(kept, stays map[string]bool) {
	if r.before == nil {
		return
	}
	written := map[string]bool{}
	for _, p := range r.todo {
		for _, t := range r.tables.all {
			written[t.Name+"/"+p.under] = true
		}
	}
	gone := map[string]bool{}
	for _, p := range r.before.Partitions {
		switch {
		case kept[p.Path]:
			r.next.Partitions = append(r.next.Partitions, p)
		case !written[p.Path]:
			r.gone = append(r.gone, p.Path)
			if under := strings.TrimPrefix(p.Path, p.Table+"/"); !stays[under] {
				gone[under] = true
			}
		}
	}
	r.done.Removed = len(gone)
}

// manifest is the new one, but for what is in it.
func (d *Dataset) manifest(ctx context.Context, db *duckdb.DB, o *Options) (*dataset.Manifest, error) {
	path, copied, err := home(ctx, db)
	if err != nil {
		return nil, err
	}
	m := &dataset.Manifest{
		Format: 1, Program: "pbsduck " + db.Version(), SchemaVersion: duckdb.SchemaVersion,
		Database: path, Copy: copied, ExportedAt: o.Now.UTC().Truncate(time.Second), Partition: o.Partition,
		PartitionedBy: partitionedBy,
	}
	if !o.Filter.All() {
		m.Filter = o.Filter.Jobs()
	}
	was := d.folder.Manifest
	switch {
	case o.Records != nil:
		m.Records = *o.Records
	case was != nil:
		m.Records = was.Records
	}
	switch {
	case m.Partition == nil && was != nil:
		m.Partition = was.Partition
	case m.Partition == nil:
		m.Partition = Partitionings[1]
	}
	if m.IsForIceberg() {
		m.Format, m.PartitionedBy = 2, flatBy
	}
	if err := db.Conn().QueryRowContext(ctx, "SELECT min(made_at) FROM schema_version").Scan(&m.MadeAt); err != nil {
		return nil, err
	}
	m.MadeAt = m.MadeAt.UTC()
	if m.Machines, err = sources(ctx, db); err != nil {
		return nil, err
	}
	o.Anonymous.hide(m)
	return m, nil
}

// home is the absolute path of the database; of a published copy, that of its source, and its own. Copies that earlier
// versions of the program made may not say where their source is.
func home(ctx context.Context, db *duckdb.DB) (path, copied string, err error) {
	if path, err = filepath.Abs(db.Path()); err != nil {
		return "", "", err
	}
	source, err := db.Source(ctx)
	if err != nil || !filepath.IsAbs(source) {
		return path, "", err
	}
	return source, path, nil
}

// fits tells what is wrong with a folder for a new manifest.
func (d *Dataset) fits(ctx context.Context, next *dataset.Manifest, rewrite bool) error {
	was := d.folder.Manifest
	if was == nil {
		return nil
	}
	switch {
	case was.SchemaVersion > next.SchemaVersion:
		return fmt.Errorf("%s was written by a newer program (%s): use that one, or choose another folder",
			d.Dir(), was.Program)
	case was.Policy != "" && next.Policy == "":
		return fmt.Errorf("%s is an anonymous dataset: %w", d.Dir(), ErrWantsPolicy)
	case was.Policy == "" && next.Policy != "":
		return fmt.Errorf("%s is a dataset with all names: choose another folder for an anonymous one", d.Dir())
	case was.Policy != next.Policy:
		return fmt.Errorf("%s was made anonymous by another policy, or with another key: choose another folder, "+
			"or give those", d.Dir())
	case !next.IsOf(was.Database) && (!was.MadeAt.Equal(next.MadeAt) || was.Origin != next.Origin):
		return fmt.Errorf("%s is a dataset of %s: choose another folder, or remove this one", d.Dir(), madeOf(was))
	case was.IsForIceberg() != next.IsForIceberg():
		return fmt.Errorf("%s is %s: choose another folder", d.Dir(), readers(was))
	case !slices.Equal(was.Partition, next.Partition):
		return fmt.Errorf("%s is partitioned by %s: leave the partition as it is, or choose another folder",
			d.Dir(), strings.Join(was.Partition, ","))
	case was.Filter != next.Filter && was.Filter == "":
		return fmt.Errorf("%s is a dataset of all jobs: choose another folder for some of them", d.Dir())
	case was.Filter != next.Filter:
		return fmt.Errorf("%s is a dataset of other jobs (%s): choose another folder, or give the same flags",
			d.Dir(), was.Filter)
	case rewrite:
		return nil
	}
	told, err := d.folder.Misfits(ctx, false)
	if err == nil && len(told) > 0 {
		err = fmt.Errorf("%s: %s, so %w", d.Dir(), told[0], ErrChanged)
	}
	return err
}

// madeOf says what another dataset was made of.
func madeOf(m *dataset.Manifest) string {
	if m.IsResolved() {
		return fmt.Sprintf("logs that were parsed apart (%s), and of no database", filepath.Dir(m.Database))
	}
	return fmt.Sprintf("another database (%s)", m.Database)
}

// readers says whom a dataset is for.
func readers(m *dataset.Manifest) string {
	if m.IsForIceberg() {
		return "a dataset for Iceberg"
	}
	return "a dataset in hive's folders"
}

// sources are the machines whose logs are in the database.
func sources(ctx context.Context, db *duckdb.DB) ([]dataset.Machine, error) {
	rows, err := db.Conn().QueryContext(ctx, file("source"))
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	all := []dataset.Machine{}
	for rows.Next() {
		var m dataset.Machine
		if err := rows.Scan(&m.Name, &m.TimeZone, &m.Logs, &m.First, &m.Last); err != nil {
			return nil, err
		}
		all = append(all, m)
	}
	return all, rows.Err()
}

// describe makes what files say of themselves.
func (r *run) describe(m *dataset.Manifest) {
	r.notes = map[string]map[string]string{}
	for _, one := range m.Machines {
		notes := map[string]string{"pbsduck.time_zone": one.TimeZone}
		for key, at := range map[string]*time.Time{"pbsduck.first_record": one.First, "pbsduck.last_record": one.Last} {
			if at != nil {
				notes[key] = at.UTC().Format(time.RFC3339)
			}
		}
		r.notes[one.Name] = notes
	}
}

// moved is an instant as the files of the dataset say it of themselves.
func (r *run) moved(t time.Time) string {
	if r.options.Anonymous != nil {
		t = r.options.Anonymous.day(t)
	}
	return t.Format(time.RFC3339)
}

// A filled is a partition of a table whose files are written.
type filled struct {
	dataset.Partition
	made []string
}

// write writes the files of a partition of all tables.
func (r *run) write(ctx context.Context, p partition) ([]*filled, error) {
	most := r.options.FiledJobs
	if most == 0 {
		most = filedJobs
	}
	spans, err := p.parts(ctx, r.db, most)
	if err != nil {
		return nil, err
	}
	var all []*filled
	for _, t := range r.tables.all {
		at := dataset.Partition{Table: t.Name, Machine: p.machine, Path: t.Name + "/" + p.under}
		all = append(all, &filled{Partition: at})
	}
	for _, s := range spans {
		jobs, err := r.tables.begin(ctx, r.db, s)
		if err != nil {
			return nil, err
		}
		for i, t := range r.tables.all {
			if jobs == 0 && !spanned[t.Name] {
				continue
			}
			for _, one := range r.tables.pieces(t) {
				file, rows, err := r.writeFile(ctx, t, s, one, jobs)
				if err != nil {
					return nil, err
				}
				if rows == 0 {
					if err := whole.Remove(file); err != nil {
						return nil, err
					}
					continue
				}
				all[i].Files = append(all[i].Files, dataset.File{Rows: rows, Timeless: one.timeless})
				all[i].made = append(all[i].made, file)
			}
		}
	}
	return slices.DeleteFunc(all, func(f *filled) bool { return len(f.made) == 0 }), nil
}

// stage has the files of a partition, of all tables, ready to take their place.
func (r *run) stage(all []*filled) error {
	r.done.Written++
	for _, one := range all {
		if err := r.folder.Stage(&one.Partition, one.made); err != nil {
			return err
		}
		r.next.Partitions = append(r.next.Partitions, one.Partition)
		for _, f := range one.Files {
			r.done.Files, r.done.Rows, r.done.Bytes = r.done.Files+1, r.done.Rows+f.Rows, r.done.Bytes+f.Bytes
		}
	}
	return nil
}

// writeFile writes a piece of the rows of a table in a span of time to a file that nobody has.
func (r *run) writeFile(
	ctx context.Context, t schema.Table, s span, p piece, jobs int64,
) (file string, rows int64, err error) {
	dir, err := r.folder.StagingDir()
	if err != nil {
		return "", 0, err
	}
	r.begun++
	file = filepath.Join(dir, fmt.Sprintf("%s-%d.tmp", t.Name, r.begun))
	said := map[string]string{
		"pbsduck.version": r.db.Version(), "pbsduck.schema_version": fmt.Sprint(duckdb.SchemaVersion),
		"pbsduck.table": t.Name, "pbsduck.machine": r.options.Anonymous.machine(s.machine), "pbsduck.since": r.moved(s.since),
		"pbsduck.before": r.moved(s.before), "pbsduck.jobs": fmt.Sprint(jobs), "pbsduck.filter": r.next.Filter,
	}
	maps.Copy(said, r.notes[r.options.Anonymous.machine(s.machine)])
	rows, err = dataset.WriteTable(ctx, r.db, t.Name, r.tables.fields(t), r.tables.question(t, p), file, said)
	return file, rows, err
}
