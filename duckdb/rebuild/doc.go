// Package rebuild makes a database afresh beside the one there is, and puts it in its place when it is whole and
// checked.
//
//	x.duckdb.building   fill ─▶ verify ─▶ catch up ─▶ on disk ─▶ x.duckdb
//	x.duckdb            ── others load and read ──▶│ no writer │─▶ x.duckdb.previous
//
// What enters: the path of a database, and what fills the new one: its logs (FromLogs), or the raw records that the old
// one keeps (FromRecords). What leaves: the new database under that path, the old one as x.duckdb.previous.
//
// Promises: readers of the old database are never disturbed, and writers only while the new one catches up, or while
// the raw records are read. Nothing that the old one has is lost unsaid. A rebuild that ends early, however that is,
// leaves the old database as it was; what it built is cleared away by the next one. Any process may call it that has
// neither database open.
package rebuild
