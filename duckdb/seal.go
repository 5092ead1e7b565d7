package duckdb

import (
	"context"
	"strings"
)

// Seal keeps all sessions from files and the network, but for the database itself and what DuckDB spills to disk, and
// keeps its settings as they are, until it is closed.
func (db *DB) Seal(ctx context.Context, o Options) error {
	var paths []string
	for _, path := range o.Writes {
		paths = append(paths, Quote(path))
	}
	folders := ""
	if o.Folder != "" {
		folders = Quote(strings.TrimRight(o.Folder, "/") + "/")
	}
	locks := []string{
		"SET allowed_directories = [" + folders + "]", "SET allowed_paths = [" + strings.Join(paths, ", ") + "]",
		"SET enable_external_access = false",
	}
	if o.Files {
		locks = nil
	}
	for _, s := range append(locks, "SET lock_configuration = true") {
		if err := db.Exec(ctx, s); err != nil {
			return err
		}
	}
	return nil
}
