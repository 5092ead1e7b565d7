package pbs

import "bytes"

// A record that is cut off in front of a newline looks like a whole one. What is missing tells: PBS writes the same
// keys last into every record of a type.

// keptAttrs is how many of the attributes are kept: all, or all but the last if the record is cut off, in whose value
// it may be. Whole says that the keys which come last are known to be there, but for the usage of an E record.
func (r *Record) keptAttrs(whole bool) int {
	n := len(r.Attrs)
	if n == 0 || r.Problem != "" {
		return n
	}
	letter := r.Letter()
	last := &r.Attrs[n-1]
	switch {
	case (letter == 'E' || letter == 'R') && last.Key != RunCount && r.lacksUsage():
		return n - 1
	case isJob(letter) && r.Text[len(r.Text)-1] != ' ' && r.endsInTime(last):
		return n - 1
	case whole || !isJob(letter) || letter == 'Q' && r.Attrs[0].Key == Queue:
		return n
	case !r.hasLast():
		return n - 1
	}
	return n
}

// instantDigits is how many an instant has at least, from 1973 on.
const instantDigits = 9

// durationBytes are those of a duration, also of one that does not convert, such as the -342359:-42:-21 of a record of
// Torque's.
const durationBytes = "0123456789:-"

// endsInTime tells whether the value that a record ends in is the beginning of an instant, a duration or a count of
// runs, as PBS writes them.
func (r *Record) endsInTime(last *Attr) bool {
	n := len(last.Value)
	switch last.Key {
	case RunCount:
		return n == 0
	case QTime, ETime, Start: // 0 is one of them
		submitted, _ := r.Value(CTime)
		return n < len(submitted) && string(last.Value) != "0" || !allDigits(last.Value)
	case CTime:
		return n < instantDigits || !allDigits(last.Value)
	case ReqWalltime, EligibleTime:
		if len(bytes.Trim(last.Value, durationBytes)) > 0 { // the beginning of the next key
			return true
		}
		if bytes.IndexByte(last.Value, ':') < 0 {
			return allDigits(last.Value) && (n == 0 || last.Value[0] == '0' || r.Dialect() != Torque)
		}
		return bytes.Count(last.Value, []byte{':'}) < 2 || last.Value[n-1] == ':' || last.Value[n-2] == ':'
	}
	return false
}

// lacksUsage tells whether the usage of an E record that does not end with run_count= is cut off: PBS writes
// resources_used.walltime last or in front of few others, as HH:MM:SS.
func (r *Record) lacksUsage() bool {
	last := &r.Attrs[len(r.Attrs)-1]
	switch {
	case last.Key == ExitStatus: // Torque writes no usage of a job that never ran
		_, err := ParseInt(last.Value)
		return err != nil || r.Dialect() != Torque
	case last.Key == End:
		return true
	case !bytes.HasPrefix(last.Name, prefixUsed):
		return false
	}
	wall, ok := r.Value(UsedWalltime)
	if !ok || last.Key != UsedWalltime {
		return !ok
	}
	if bytes.IndexByte(wall, ':') < 0 {
		return r.Dialect() != Torque || len(wall) == 0 || len(wall) > 1 && wall[0] == '0' // some Torques write seconds
	}
	n := len(wall)
	return bytes.Count(wall, []byte{':'}) != 2 || wall[n-1] == ':' || len(bytes.Trim(wall, durationBytes)) > 0 ||
		wall[n-2] == ':' && r.Dialect() != Torque
}
