// Package pbs reads PBS accounting logs: OpenPBS, PBS Professional and Torque.
//
// What enters: bytes of a log, in blocks that end between two records (see [Framer.Cut]). What leaves: [Record] values
// that are slices of those bytes. Nothing is changed, and nothing dropped but white space between records: what is no
// record is one with a Problem.
//
// The way of the data:
//
//	block ── Framer ──▶ Record{Raw, Stamp, Type, ID, Text} ── Parser ──▶ Record.Attrs
//
// A record starts at a line that looks like
//
//	MM/DD/YYYY HH:MM:SS;T;ID;TEXT
//
// and ends with it, unless a value goes on (continue.go, and region.go where it may hold whole forged records). Such a
// head in the middle of a line begins a record, too: what is in front of it was cut off by a crash or a full disk, or
// is garbage. TEXT is `key=value` pairs parted by blanks, or free text, and PBS escapes nothing in it: an account may
// hold quotes, newlines, records. What saves the reader is that the server writes keys in a fixed order. The Parser
// reads a record on the straight way as long as that order holds, and again with care (careful.go) when it does not;
// what stays in doubt is flagged.
//
// Values are bytes of the input. The decoders (ParseSize, ParseDuration, Select, Vnodes, ...) turn them into numbers on
// demand, and return an error instead of a zero where they can't.
//
// A Framer and a Parser each serve one goroutine at a time and reuse what they hand out: a Record is good until the
// next call. On the straight way neither allocates.
//
// The grammar follows OpenPBS src/server/accounting.c and src/include/acct.h (23.06) and Torque
// src/server/accounting.c.
package pbs
