// Package resolve settles what logs that were parsed apart (export/parts) do not know of each other: which records are
// exact repeats, which of the E records of a job is its row, which runs a job had, and which of two hours that autumn
// repeats a record was written in.
//
// What enters: the files of parts, or what another engine has settled of them; what leaves: the rows that a rebuild of
// the same logs gives, in the tables of a database that a dataset is written from, or the statements that settle them,
// for that other engine.
//
// Promises: what decides is said by the very files that loads ask (rank_outcomes.sql, derive_runs.sql, find_told.sql);
// whoever settled, charges and days are reckoned by duckdb/charge; neither the order of the logs nor who parsed them
// changes a row. Raw records, rejects and the list of repeats are not there.
package resolve
