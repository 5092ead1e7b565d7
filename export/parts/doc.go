// Package parts writes what is in logs as Parquet files, without a look at other logs: so that many machines can each
// take some of them.
//
// What enters: a log, and whose it is. What leaves: one file of each table of schema.Site.Parts, in a folder of that
// name, called after the log:
//
//	DIR/jobs/20260101-<digest of machine and path>.parquet
//	DIR/nodes/...  DIR/events/...
//	DIR/logs/...
//
// Promises: the files of a log depend on it alone, byte for byte; no two logs have a name in common. Each file is there
// whole or not at all, and that in logs only while the others are, those of one reading of the log: who takes the names
// from there reads no log in part. Memory is bounded by blocks of the log and a row group of each table.
package parts
