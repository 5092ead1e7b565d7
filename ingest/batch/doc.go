// Package batch turns PBS records into Arrow record batches.
//
// What enters: parsed [pbs.Record] values of one log and what is known of the log: machine, time zone, number of the
// file. What leaves: [Batches], one Arrow record batch per table, with the columns of package schema.
//
// Promises: every record becomes a row of exactly one of outcomes (with a row in outcome_records), events or rejects. A
// value that does not convert is NULL and is counted; it is never 0. Which batch a record is in never changes its row.
// Nothing is allocated per record.
package batch
