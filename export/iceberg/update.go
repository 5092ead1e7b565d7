package iceberg

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"time"

	"github.com/apache/iceberg-go"
	"github.com/apache/iceberg-go/catalog"
	iceio "github.com/apache/iceberg-go/io"
	"github.com/apache/iceberg-go/table"

	"pbsduck/export/dataset"
)

// Properties of a table, and of the summary of a snapshot, by which the next run knows what is there.
const (
	tableProperty    = "pbsduck.table"            // the table's name in the dataset
	filesProperty    = "pbsduck.files"            // digest of the names of all files
	columnsProperty  = "pbsduck.columns"          // ids, names and types
	databaseProperty = "pbsduck.database"         // path
	madeProperty     = "pbsduck.database-made-at" // which a copy has, too
	filterProperty   = "pbsduck.filter"           // of which jobs
	exportedProperty = "pbsduck.exported-at"      // the state of the dataset
	machinesProperty = "pbsduck.machines"         // whose logs are in the database, and of what time
	rowsProperty     = "pbsduck.rows"             // of the table
	programProperty  = "pbsduck.program"          // that wrote the files
)

// Options say how tables are brought up to date.
type Options struct {
	Version   string // of the program
	Overwrite bool   // what another tool did to a table, and an older state than the table has, give way to the dataset
	Tries     int    // how often a commit is tried that another one was faster than; 0: ten times
}

// Done says what became of a table.
type Done struct {
	Table          string // with its namespace
	Made           bool   // it was not there before
	Snapshot       int64  // the current one; 0 if there is none
	Committed      bool
	Added, Removed int // files
	Kept           int
	Rows           int64 // of the table
	Tries          int
}

// Update has the tables of a catalog hold what a dataset does.
func Update(ctx context.Context, c *Catalog, f *dataset.Folder, o Options) ([]Done, error) {
	u, err := newUpdate(ctx, c, f, o)
	if err != nil {
		return nil, err
	}
	if err := c.makeNamespace(ctx); err != nil {
		return nil, err
	}
	var all []Done
	for _, k := range u.kinds {
		done, err := u.table(ctx, k)
		if err != nil {
			return all, err
		}
		all = append(all, *done)
	}
	return all, nil
}

// An update is what has to be done.
type update struct {
	*Catalog
	folder   *dataset.Folder
	manifest *dataset.Manifest
	options  Options
	kinds    []kind
}

// newUpdate looks whether the dataset is what its manifest says.
func newUpdate(ctx context.Context, c *Catalog, f *dataset.Folder, o Options) (*update, error) {
	told, err := f.Misfits(ctx, false)
	if err == nil && len(told) > 0 {
		err = fmt.Errorf("%s: %s, so %w", f.Dir, told[0], ErrMisfit)
	}
	if err != nil {
		return nil, err
	}
	entries, err := f.Dictionary()
	if err != nil {
		return nil, err
	}
	if o.Tries == 0 {
		o.Tries = 10
	}
	u := &update{Catalog: c, folder: f, manifest: f.Manifest, options: o}
	if u.kinds, err = kinds(entries); err != nil {
		return nil, err
	}
	for _, p := range u.manifest.Partitions {
		if !slices.ContainsFunc(u.kinds, func(k kind) bool { return k.name == p.Table }) {
			return nil, fmt.Errorf("%s: the table %s is not in the dictionary, so %w", f.Dir, p.Table, ErrMisfit)
		}
	}
	return u, nil
}

// table brings one up to date, and looks again if another was faster.
func (u *update) table(ctx context.Context, k kind) (*Done, error) {
	p := &placing{folder: u.folder, placed: map[string]string{}}
	for try := 1; ; try++ {
		done, err := u.once(ctx, k, p)
		if err == nil {
			done.Tries = try
			return done, nil
		}
		if !isRace(err) || try == u.options.Tries || ctx.Err() != nil {
			p.clear(nil)
			return nil, fmt.Errorf("%s: %w", u.called(k.name), inWords(err))
		}
		select {
		case <-ctx.Done():
		case <-time.After(time.Duration(try) * time.Duration(20+rand.IntN(80)) * time.Millisecond):
		}
	}
}

// isRace tells whether another one did something first, so that nothing was committed. For a requirement that does not
// hold any more the library has no type.
func isRace(err error) bool {
	return errors.Is(err, table.ErrCommitFailed) || errors.Is(err, catalog.ErrTableAlreadyExists) ||
		strings.Contains(strings.ToLower(err.Error()), "requirement failed: ")
}

// once brings a table up to date on the snapshot that it finds.
func (u *update) once(ctx context.Context, k kind, placing *placing) (*Done, error) {
	t, made, err := u.open(ctx, k)
	if err != nil {
		return nil, err
	}
	p, err := u.plan(ctx, k, t)
	if err != nil {
		return nil, err
	}
	done := &Done{
		Table:   u.called(k.name),
		Made:    made,
		Kept:    len(p.kept),
		Added:   len(p.missing),
		Removed: len(p.surplus),
		Rows:    p.rows,
	}
	if p.isDone {
		done.Snapshot = current(t)
		return done, nil
	}
	tx, err := u.stage(ctx, k, t, p, placing)
	if err != nil {
		return nil, err
	}
	committed, err := tx.Commit(ctx)
	if err != nil {
		if !isRace(err) && !u.isSurelyOut(ctx, k, t) {
			clear(placing.placed) // they may be the table's
			err = fmt.Errorf("it is not known whether this was committed, running it again will tell: %w", err)
		}
		return nil, err
	}
	placing.clear(p.taken)
	done.Committed, done.Snapshot = true, current(committed)
	return done, nil
}

// isSurelyOut tells whether a commit that failed can't become one any more. A REST catalog may still be at it.
func (u *update) isSurelyOut(ctx context.Context, k kind, t *table.Table) bool {
	if !u.isSQL {
		return false
	}
	now, err := u.load(context.WithoutCancel(ctx), k.name)
	return err == nil && now != nil && now.MetadataLocation() == t.MetadataLocation()
}

func current(t *table.Table) int64 {
	if s := t.CurrentSnapshot(); s != nil {
		return s.SnapshotID
	}
	return 0
}

// open opens a table, or makes it, without rows.
func (u *update) open(ctx context.Context, k kind) (t *table.Table, made bool, err error) {
	if t, err = u.load(ctx, k.name); err != nil || t != nil {
		return t, false, err
	}
	schema := k.schema()
	spec, err := k.spec(schema)
	if err != nil {
		return nil, false, err
	}
	names, err := json.Marshal(schema.NameMapping())
	if err != nil {
		return nil, false, err
	}
	properties := iceberg.Properties{
		tableProperty: k.name, filesProperty: fingerprint(nil), "comment": k.comment, "format-version": "2",
		table.DefaultNameMappingKey: string(names), "write.parquet.compression-codec": "zstd",
		table.MetadataDeleteAfterCommitEnabledKey: "true",
	}
	for key, value := range u.source() {
		properties[key] = value
	}
	options := []catalog.CreateTableOpt{catalog.WithPartitionSpec(spec), catalog.WithProperties(properties)}
	location, err := u.location(k.name)
	if err != nil {
		return nil, false, err
	}
	if location != "" {
		options = append(options, catalog.WithLocation(location))
	}
	t, err = u.CreateTable(ctx, u.identifier(k.name), schema, options...)
	return t, true, err
}

// source says of which database the dataset is.
func (u *update) source() iceberg.Properties {
	return iceberg.Properties{
		databaseProperty: u.manifest.Database,
		madeProperty:     u.manifest.MadeAt.Format(time.RFC3339Nano),
		filterProperty:   u.manifest.Filter,
	}
}

// A plan is what has to be done to a table.
type plan struct {
	isDone  bool
	evolves bool
	missing []wanted
	surplus []iceberg.DataFile
	kept    []iceberg.DataFile
	taken   map[string]bool // files of the warehouse that the commit takes
	rows    int64
}

// plan compares a table with the dataset.
func (u *update) plan(ctx context.Context, k kind, t *table.Table) (*plan, error) {
	if err := u.fits(k, t); err != nil {
		return nil, err
	}
	has, err := liveOf(ctx, t)
	if err != nil {
		return nil, u.lost(k.name, err)
	}
	if !u.options.Overwrite && !has.isOurs(t) {
		return nil, fmt.Errorf("%w: %s", ErrChanged, has.foreign(t))
	}
	p := &plan{taken: map[string]bool{}, evolves: !k.isCurrent(t.Schema())}
	want := map[string]wanted{}
	for i := range u.manifest.Partitions {
		one := &u.manifest.Partitions[i]
		if one.Table != k.name {
			continue
		}
		for j := range one.Files {
			w := wanted{one, &one.Files[j]}
			want[w.digest()] = w
			p.rows += w.file.Rows
		}
	}
	for _, f := range has.files {
		digest := digestOf(f.FilePath())
		if w, ok := want[digest]; ok && has.deletes[f.FilePath()] == 0 && f.Count() == w.file.Rows {
			p.kept = append(p.kept, f)
			delete(want, digest)
			continue
		}
		p.surplus = append(p.surplus, f)
	}
	for _, w := range want {
		p.missing = append(p.missing, w)
	}
	slices.SortFunc(p.missing, func(a, b wanted) int {
		return strings.Compare(a.partition.Path+"/"+a.file.Name, b.partition.Path+"/"+b.file.Name)
	})
	p.isDone = len(p.missing)+len(p.surplus) == 0 && !p.evolves && has.isOurs(t)
	if p.isDone || u.options.Overwrite {
		return p, nil
	}
	return p, u.isNewer(t)
}

// fits tells what is wrong with a table for the dataset.
func (u *update) fits(k kind, t *table.Table) error {
	has, source := t.Properties(), u.source()
	switch {
	case has[tableProperty] != k.name:
		return errors.New("there is such a table, and it was not made by this program: take another namespace")
	case !u.manifest.IsOf(has[databaseProperty]) && has[madeProperty] != source[madeProperty]:
		return fmt.Errorf("it tells of another database (%s): take another namespace", has[databaseProperty])
	case has[filterProperty] != source[filterProperty]:
		return fmt.Errorf(
			"it tells of other jobs (%q, and %q in the dataset): take another namespace",
			has[filterProperty],
			source[filterProperty],
		)
	case t.Metadata().Version() != 2:
		return fmt.Errorf(
			"%w: its format is %d, and only 2 is written: take another namespace",
			ErrAltered,
			t.Metadata().Version(),
		)
	}
	if told := k.misfits(t.Schema(), has[columnsProperty]); len(told) > 0 {
		return fmt.Errorf("%w: %s: alter it back, or take another namespace", ErrAltered, strings.Join(told, "; "))
	}
	spec, err := k.spec(t.Schema())
	if now := t.Spec(); err == nil && !spec.CompatibleWith(&now) {
		err = fmt.Errorf("%w: it is partitioned by %s: alter it back, or take another namespace", ErrAltered, now)
	}
	return err
}

// isNewer is an error if the table has a later state of the database than the dataset.
func (u *update) isNewer(t *table.Table) error {
	for s := t.CurrentSnapshot(); s != nil; {
		if s.Summary != nil {
			at, err := time.Parse(time.RFC3339, s.Summary.Properties[exportedProperty])
			if err == nil && at.After(u.manifest.ExportedAt) {
				return fmt.Errorf(
					"%w: it has what was exported at %s, and the dataset what was at %s: bring the dataset up to date first",
					ErrOlder,
					at.Format(time.RFC3339),
					u.manifest.ExportedAt.Format(time.RFC3339),
				)
			}
			if err == nil {
				return nil
			}
		}
		if s.ParentSnapshotID == nil {
			return nil
		}
		s = t.SnapshotByID(*s.ParentSnapshotID)
	}
	return nil
}

// ErrOlder is told of a dataset that a table is ahead of.
var ErrOlder = errors.New("the table is ahead of the dataset")

// stage makes the commit: columns, files, and what is to be said of them.
func (u *update) stage(
	ctx context.Context,
	k kind,
	t *table.Table,
	p *plan,
	placing *placing,
) (*table.Transaction, error) {
	tx := t.NewTransaction()
	if err := tx.AssertRefSnapshotID(table.MainBranch); err != nil {
		return nil, err
	}
	if p.evolves {
		if err := k.evolve(tx); err != nil {
			return nil, err
		}
	}
	staged, err := tx.StagedTable()
	if err != nil {
		return nil, err
	}
	added, err := u.take(ctx, k, staged, p, placing)
	if err != nil {
		return nil, err
	}
	print := fingerprint(append(paths(p.kept), paths(added)...))
	if len(added)+len(p.surplus) > 0 {
		summary := u.summary(p, print)
		if err := tx.ReplaceDataFilesWithDataFiles(
			ctx,
			p.surplus,
			added,
			summary,
			table.WithoutDuplicateCheck(),
		); err != nil {
			return nil, err
		}
	}
	properties := u.source()
	properties[filesProperty], properties[columnsProperty] = print, k.signed(staged.Schema())
	properties["comment"] = k.comment
	return tx, tx.SetProperties(properties)
}

// take has the missing files be in the warehouse.
func (u *update) take(
	ctx context.Context,
	k kind,
	t *table.StagedTable,
	p *plan,
	placing *placing,
) (added []iceberg.DataFile, err error) {
	io, err := t.FS(ctx)
	if err != nil {
		return nil, err
	}
	var ok bool
	if placing.io, ok = io.(iceio.WriteFileIO); !ok {
		return nil, fmt.Errorf("%s can't be written to", t.Location())
	}
	for _, w := range p.missing {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		at, err := placing.place(w, t.Location())
		if err != nil {
			return nil, err
		}
		f, err := k.describe(ctx, t, io, w, at)
		if err != nil {
			return nil, err
		}
		p.taken[at] = true
		added = append(added, f)
	}
	return added, nil
}

// summary says in a snapshot what it was made of.
func (u *update) summary(p *plan, print string) iceberg.Properties {
	machines, _ := json.Marshal(u.manifest.Machines) // of texts and numbers
	summary := u.source()
	summary["engine-name"], summary["engine-version"] = "pbsduck-iceberg", u.options.Version
	summary[filesProperty], summary[rowsProperty] = print, fmt.Sprint(p.rows)
	summary[exportedProperty], summary[machinesProperty] = u.manifest.ExportedAt.Format(time.RFC3339), string(machines)
	summary[programProperty] = u.manifest.Program
	return summary
}
