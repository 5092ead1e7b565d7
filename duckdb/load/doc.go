// Package load takes accounting logs into a database, and out of it again.
//
// What enters: logs that package source found, and a database that is open for writing. What leaves: rows in its
// tables, a row of the ledger for each log, and a Summary.
//
// The way of the data, all in Run:
//
//	logs ─ plan ─▶ readers ─ blocks ─▶ workers ─ batches ─▶ writer ─▶ tables
//	      ledger   unpack, cut         parse, convert,      one transaction
//	               at records          pack raw records     for a group of logs
//
// One goroutine reads, one per core parses, one writes; blocks and batches keep the order of the logs. Memory is
// bounded by the blocks in flight and by what the writer gathers for one insert, not by the size of the logs.
//
// Promises: a log is taken in whole or not at all. One that was read before is read on from where it stopped, if what
// was read is unchanged; a log that can't be read is named in the summary, and the others are taken in all the same.
// The outcome does not depend on the order of the logs, on how they are cut into files, or on how often they are read;
// and after ForgetLogs it is as if they had never been read.
//
// Only one goroutine of one process may load, forget or otherwise write to a database at a time: who opened it for
// writing.
package load
