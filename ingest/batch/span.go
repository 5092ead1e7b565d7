package batch

import (
	"pbsduck/ingest/pbs"
	"pbsduck/ingest/schema"
)

// spanColumns are the places of the columns that say when a job was.
type spanColumns struct{ submit, start, end, walltime int }

func findSpanColumns(t schema.Table) spanColumns {
	return spanColumns{
		submit: t.Index("submit_time"), start: t.Index("start_time"), end: t.Index("end_time"),
		walltime: t.Index("walltime_used_s"),
	}
}

// A span is what was found out about the instants of a job.
type span struct {
	startEstimated, endEstimated bool
	doubts                       doubts
}

// slack is how far an instant may lie ahead of the head of its record, or before the submission: more than any error of
// the time zone. What is further off is no instant: 32 bits that were -1, a clock that was not set.
const slack = 2 * secondsPerDay * microsecond

// span works out a start or an end that PBS wrote as 0, or as a number that is no instant of this job: an end from the
// head of the E record, a start from the end. A walltime that would lead to no instant of this job tells nothing. What
// remains in doubt is in the result.
func (r *rows) span(record *pbs.Record, c *spanColumns, logged int64) (s span) {
	latest, submit := logged*microsecond+slack, r.number(c.submit)
	earliest := submit - slack
	if submit > latest {
		s.doubts |= submitOutOfRange
		earliest = 0
	}
	if r.impossible(c.start, earliest, latest) {
		s.doubts |= startOutOfRange
	}
	if r.impossible(c.end, earliest, latest) {
		s.doubts |= endOutOfRange
	}
	if !r.has(c.end) && names(record, pbs.End) {
		end, fits := r.endBy(c, logged*microsecond, latest)
		if !fits {
			s.doubts |= longWalltime
		}
		r.setNumber(c.end, end)
		s.endEstimated = true
	}
	if !r.has(c.start) && r.has(c.end) && r.has(c.walltime) {
		if r.usedWithin(c, earliest, r.number(c.end)) {
			r.setNumber(c.start, r.number(c.end)-r.number(c.walltime)*microsecond)
			s.startEstimated = true
		} else {
			s.doubts |= longWalltime
		}
	}
	if r.has(c.start) && r.has(c.end) && !s.startEstimated && !s.endEstimated {
		s.doubts |= r.lengthDoubts(c)
	}
	return s
}

// impossible takes an instant back that can't be one, and says whether it did.
func (r *rows) impossible(column int, earliest, latest int64) bool {
	if !r.has(column) || r.number(column) >= earliest && r.number(column) <= latest {
		return false
	}
	r.vectors[column].unset(r.row)
	return true
}

// names tells whether a record gives a number, if only 0 or one that is no instant, for an attribute.
func names(record *pbs.Record, key pbs.Key) bool {
	v, ok := record.Value(key)
	if !ok {
		return false
	}
	if len(v) > 1 && v[0] == '-' {
		v = v[1:]
	}
	for _, c := range v {
		if c < '0' || c > '9' {
			return false
		}
	}
	return len(v) > 0
}

// endBy is when the job ended, by the head of its record, which the server writes then; a head before the start says
// nothing, unless the walltime used does not fit.
func (r *rows) endBy(c *spanColumns, logged, latest int64) (end int64, fits bool) {
	if !r.has(c.start) || !r.has(c.walltime) || logged >= r.number(c.start) {
		return logged, true
	}
	if !r.usedWithin(c, r.number(c.start), latest) {
		return logged, false
	}
	return r.number(c.start) + r.number(c.walltime)*microsecond, true
}

// usedWithin tells whether the walltime used has room between two instants.
func (r *rows) usedWithin(c *spanColumns, from, until int64) bool {
	return r.number(c.walltime) <= (until-from)/microsecond
}

// lengthDoubts compares start, end and the walltime used.
func (r *rows) lengthDoubts(c *spanColumns) (d doubts) {
	length := (r.number(c.end) - r.number(c.start)) / microsecond
	if length < 0 {
		return startAfterEnd
	}
	if !r.has(c.walltime) {
		return 0
	}
	switch used := r.number(c.walltime); {
	case used == 0 && length >= quarterHour:
		return zeroWalltime
	case used > length+quarterHour:
		return longWalltime
	}
	return 0
}
