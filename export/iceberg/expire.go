package iceberg

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/apache/iceberg-go/table"
)

// strayAge is how old a file must be that no snapshot knows before it is taken for one that a killed run left, and not
// for one that is about to be committed.
const strayAge = 3 * 24 * time.Hour

// An Expired table lost old snapshots.
type Expired struct {
	Table     string
	Snapshots int   // that are gone
	Left      int   // that are there
	Strays    int   // files that no snapshot knew
	Bytes     int64 // of these
}

// Expire removes snapshots that are older than an age, but for some of the latest, with the files that only they had;
// and files that a killed run left.
func Expire(ctx context.Context, c *Catalog, age time.Duration, keep int) (all []Expired, err error) {
	err = c.each(ctx, func(t *table.Table) error {
		one, err := expire(ctx, t, age, keep)
		if err != nil {
			return fmt.Errorf("%s: %w", strings.Join(t.Identifier(), "."), inWords(err))
		}
		all = append(all, *one)
		return nil
	})
	return all, err
}

func expire(ctx context.Context, t *table.Table, age time.Duration, keep int) (*Expired, error) {
	one := &Expired{Table: strings.Join(t.Identifier(), "."), Left: len(t.Metadata().Snapshots())}
	tx := t.NewTransaction()
	// Each alone expires nothing, or what is five days old.
	if err := tx.ExpireSnapshots(table.WithOlderThan(age), table.WithRetainLast(keep)); err != nil {
		return nil, err
	}
	t, err := tx.Commit(ctx)
	if err != nil {
		return nil, err
	}
	left := len(t.Metadata().Snapshots())
	one.Snapshots, one.Left = one.Left-left, left
	strays, err := t.DeleteOrphanFiles(ctx, table.WithFilesOlderThan(strayAge))
	if err != nil {
		return nil, err
	}
	one.Strays, one.Bytes = len(strays.DeletedFiles), strays.TotalSizeBytes
	return one, nil
}
