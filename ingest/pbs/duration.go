package pbs

import "math"

// maxDuration is PBS_MAX_TIME, LONG_MAX - 1.
const maxDuration = math.MaxInt64 - 1

// ParseDuration decodes a PBS duration, [[HH:]MM:]SS[.fraction], into whole seconds. A fraction of one half or more
// rounds up. As in decode_time (OpenPBS src/lib/Libattr/attr_fn_time.c) each part only has to be a number, so that
// hours are unbounded, `0:99:99` is 6039 and bare `858` is 858 seconds; and a part that is left out behind a colon is
// zero, so that `12:` is twelve minutes. Unlike there, the first part must be present and a fraction must be digits.
func ParseDuration(b []byte) (int64, error) {
	if len(b) == 0 {
		return 0, invalid("duration", 0, ErrEmpty)
	}
	seconds, end, err := scanInt(b, 0)
	if end == 0 {
		return 0, invalid("duration", 0, ErrSyntax)
	}
	for colons := 0; end < len(b) && b[end] == ':' && colons < 2; colons++ {
		part, next, partErr := scanInt(b, end+1)
		total, ok := addProduct(part, seconds, 60)
		if partErr != nil || !ok {
			err = ErrOverflow
		}
		seconds, end = total, next
	}
	fraction, end, fractionOK := scanFraction(b, end)
	switch {
	case !fractionOK || end < len(b):
		return 0, invalid("duration", end, ErrSyntax)
	case err != nil || seconds > maxDuration:
		return 0, invalid("duration", 0, ErrOverflow)
	case len(fraction) > 0 && fraction[0] >= '5':
		seconds++
	}
	return seconds, nil
}
