package generate

import "strconv"

// appendTwo writes n, 0 to 99, with two digits.
func appendTwo(b []byte, n int64) []byte {
	return append(b, byte('0'+n/10), byte('0'+n%10))
}

// appendDuration writes seconds as PBS does: "%02lu:%02u:%02u", hours unbounded.
func appendDuration(b []byte, s int64) []byte {
	if h := s / 3600; h < 100 {
		b = appendTwo(b, h)
	} else {
		b = strconv.AppendInt(b, h, 10)
	}
	b = append(b, ':')
	b = appendTwo(b, s/60%60)
	b = append(b, ':')
	return appendTwo(b, s%60)
}

// appendAttr writes key and number; key ends in '=' and begins with the blank that parts it from what is before.
func appendAttr(b []byte, key string, n int64) []byte {
	return strconv.AppendInt(append(b, key...), n, 10)
}

// appendPadded writes n with at least width digits.
func appendPadded(b []byte, n, width int) []byte {
	for limit := 10; width > 1; width-- {
		if n < limit {
			for i := 1; i < width; i++ {
				b = append(b, '0')
			}
			break
		}
		limit *= 10
	}
	return strconv.AppendInt(b, int64(n), 10)
}
