// Package ingest turns accounting logs into Arrow batches, in order.
//
// What enters: logs that package source found, what was read of them before, and what is known of packing the machine's
// raw records. What leaves: the steps of a [Stream] with what was made of them, and, with the last step of a log, how
// far it was read or why it could not be.
//
//	logs ──▶ reader ─ blocks ──▶ workers ─ batches ──▶ who takes them, in order
//	         unpack, cut         parse, convert,
//	         at records          pack raw records
//
// One goroutine reads, one per core parses. A load, parse and whoever else reads logs use the same stream; they differ
// in what they make of its steps.
//
// Promises: no database is known here. Blocks end between two records, by the one rule of package pbs. Batches come in
// the order of the logs, whatever worker is done first. Memory is bounded by the blocks in flight, not by the size of
// the logs. What was read before is proved to be unchanged, or is not passed over.
package ingest
