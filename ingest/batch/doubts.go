package batch

import (
	"pbsduck/ingest/pbs"
	"pbsduck/ingest/schema"
)

// doubts are what a reader should know of a job's row before trusting it, besides the flags of its record.
type doubts uint16

const (
	startAfterEnd doubts = 1 << iota
	startOutOfRange
	endOutOfRange
	submitOutOfRange
	zeroWalltime
	longWalltime
	nodesDisagree
	repeatedHour
)

// doubtNames are the names of the doubts, in their order.
var doubtNames = [...]string{
	"start_after_end", "start_out_of_range", "end_out_of_range", "submit_out_of_range", "zero_walltime", "long_walltime",
	"nodes_disagree", schema.RepeatedHour,
}

// appendFlags appends the names of flags and doubts, parted by blanks.
func appendFlags(dst []byte, f pbs.Flags, d doubts) []byte {
	dst = f.AppendNames(dst)
	for i, name := range doubtNames {
		if d&(1<<i) != 0 {
			dst = appendName(dst, name)
		}
	}
	return dst
}

func appendName(dst []byte, name string) []byte {
	if len(dst) > 0 {
		dst = append(dst, ' ')
	}
	return append(dst, name...)
}
