package iceberg

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/apache/iceberg-go/table"
)

// A Listed table is one of ours.
type Listed struct {
	Table     string // with its namespace
	Location  string // where its metadata are
	Snapshots []Snapshot
}

// A Snapshot is a state of a table.
type Snapshot struct {
	ID         int64
	At         time.Time
	IsCurrent  bool
	Operation  string
	By         string // the program
	Rows       int64  // -1 if it does not say
	Files      int64
	ExportedAt string // the state of the dataset; empty if another tool made it
	Machines   string // whose logs are in it, and of what time, as JSON
}

// List lists the tables, and their snapshots from old to new.
func List(ctx context.Context, c *Catalog) (all []Listed, err error) {
	err = c.each(ctx, func(t *table.Table) error {
		one := Listed{Table: strings.Join(t.Identifier(), "."), Location: t.MetadataLocation()}
		for _, s := range t.Metadata().Snapshots() {
			one.Snapshots = append(one.Snapshots, snapshotOf(s, current(t)))
		}
		slices.SortFunc(one.Snapshots, func(a, b Snapshot) int { return a.At.Compare(b.At) })
		all = append(all, one)
		return nil
	})
	slices.SortFunc(all, func(a, b Listed) int { return strings.Compare(a.Table, b.Table) })
	return all, err
}

func snapshotOf(s table.Snapshot, current int64) Snapshot {
	one := Snapshot{
		ID:        s.SnapshotID,
		At:        time.UnixMilli(s.TimestampMs).UTC(),
		IsCurrent: s.SnapshotID == current,
		Rows:      -1,
		Files:     -1,
	}
	if s.Summary == nil {
		return one
	}
	has := s.Summary.Properties
	one.Operation, one.By = string(s.Summary.Operation), has["engine-name"]
	one.ExportedAt, one.Machines = has[exportedProperty], has[machinesProperty]
	for key, to := range map[string]*int64{"total-records": &one.Rows, "total-data-files": &one.Files} {
		if n, err := strconv.ParseInt(has[key], 10, 64); err == nil {
			*to = n
		}
	}
	return one
}

// each does something with each table of the namespace that this program made.
func (c *Catalog) each(ctx context.Context, do func(t *table.Table) error) error {
	there, err := c.CheckNamespaceExists(ctx, strings.Split(c.where.Namespace, "."))
	if err != nil {
		return unreachable(c.where, err)
	}
	if !there {
		return fmt.Errorf("%s: %w: it has no namespace %s", c.Name(), ErrNoCatalog, c.where.Namespace)
	}
	var found []table.Identifier
	for id, err := range c.ListTables(ctx, strings.Split(c.where.Namespace, ".")) {
		if err != nil {
			return unreachable(c.where, err)
		}
		found = append(found, id)
	}
	for _, id := range found {
		t, err := c.load(ctx, id[len(id)-1])
		if err != nil {
			return err
		}
		if t == nil || t.Properties()[tableProperty] == "" {
			continue
		}
		if err := do(t); err != nil {
			return err
		}
	}
	return nil
}
