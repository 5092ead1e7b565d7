package resolve

import (
	"context"
	"os"
	"path/filepath"

	"pbsduck/duckdb"
)

// Settle settles parts as another engine does: it leaves Parquet files of what Script makes, which FindSettled finds.
func (p *Parts) Settle(ctx context.Context, db *duckdb.DB, dir string) error {
	if err := p.settle(ctx, db); err != nil {
		return err
	}
	for _, view := range kept {
		if err := os.MkdirAll(filepath.Join(dir, view), 0o700); err != nil {
			return err
		}
		path := duckdb.Quote(filepath.Join(dir, view, "1.parquet"))
		if err := db.Exec(ctx, "COPY (SELECT * FROM "+stage+"."+view+" ORDER BY random()) TO "+path); err != nil {
			return err
		}
	}
	return nil
}
