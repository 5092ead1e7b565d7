// Package duckdb is everything in pbsduck that speaks SQL.
//
// What enters: Arrow batches of package batch, and questions. What leaves:
// rows, as Arrow record readers, and raw records.
//
// Promises: a load is one transaction, with its rows of the ledger: after a
// crash at any moment all of it is there or none of it. Jobs are unique by
// (machine, job_id, submit_time), and no exact repeat of a record is kept
// twice, whatever the order in which logs are read. The database is opened by
// one writer or by any number of readers; who can't have it is told who holds
// it.
//
// Statements longer than a line are in sql/, one question per file.
package duckdb
