// Package dbfile is what lies beside a database file, and what can be told of the file from outside. It knows no SQL
// and no driver.
//
// What enters: the path of a database x.duckdb, which may be a link, or still to be made. What leaves: where it leads
// to (Look), the right to write to it (LockWriting) or to make it (Build), and names that are free of what the dead
// left (Remove, ClearBuilding).
//
//	x.duckdb.lock            held by the process that writes to it
//	x.duckdb.wal             DuckDB's write-ahead log; with .checkpoint or .recovery behind it another part of it
//	x.duckdb.tmp             a folder for what DuckDB has no memory for
//	x.duckdb.building        one that is being made, to take its place
//	x.duckdb.building.lock   held by the process that makes it
//	x.duckdb.previous        the one whose place was taken last
//
// Promises:
//   - A database that was built takes its name when all of it is on disk. There is no moment without a database of that
//     name, and the one that had it stays as the previous one.
//   - A lock dies with its process. Who waits for one is told who holds it (LockedError).
//   - What a dead process left is cleared away by the next one that builds, or writes to the database; .wal is part of
//     the database until then. What is not surely pbsduck's own is never followed, and never removed.
//   - Nobody may read what lies beside a database who may not read the database.
package dbfile
