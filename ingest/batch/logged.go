package batch

import "pbsduck/ingest/pbs"

// Logged is the instant at the head of a record, in epoch seconds, as the
// rows of a Builder have it; clock is that of the server's time zone. It is
// for records whose head is sound (r.Problem is empty).
func Logged(clock *pbs.Clock, r *pbs.Record) int64 { return clock.Epoch(r.Stamp, nearest(r)) }
