package duckdb

import "pbsduck/duckdb/dbfile"

// Files are the paths of a database and of what may lie beside it.
func Files(path string) []string { return dbfile.Files(path) }

// FreeSpace is how many bytes there are for ordinary users on the disk of a
// folder; ok is false where that can't be told.
func FreeSpace(folder string) (free int64, ok bool) { return dbfile.FreeSpace(folder) }
