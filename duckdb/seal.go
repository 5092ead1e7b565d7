package duckdb

import (
	"context"
	"strings"
)

// Seal keeps all sessions from files and the network, but for the database itself and what DuckDB spills to disk, and
// keeps its settings as they are, until it is closed; with Bounds they can be changed, but not by a question, and not
// those that keep it from files.
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
	if db.settled = !o.Bounds; db.settled {
		locks = append(locks, "SET lock_configuration = true")
	}
	for _, s := range locks {
		if err := db.Exec(ctx, s); err != nil {
			return err
		}
	}
	return nil
}
