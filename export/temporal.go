package export

import (
	"math"
	"strconv"
	"time"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"
)

const (
	wallClock = "2006-01-02T15:04:05.999999999"
	timeOnly  = "15:04:05.999999999"
)

// temporal returns nil where the array holds no dates and times. Instants are RFC 3339 with the zone of loc and as many
// digits of the second as are not zero; a timestamp without zone is the same without a zone; an interval is an ISO 8601
// duration.
func temporal(arr arrow.Array, loc *time.Location) appendFunc {
	switch a := arr.(type) {
	case *array.Timestamp:
		return timestamps(a, loc)
	case *array.Date32:
		return func(dst []byte, i int) []byte { return appendDate32(dst, a.Value(i)) }
	case *array.Date64:
		return func(dst []byte, i int) []byte { return a.Value(i).ToTime().AppendFormat(dst, time.DateOnly) }
	case *array.Time32:
		unit := a.DataType().(*arrow.Time32Type).Unit
		return func(dst []byte, i int) []byte { return a.Value(i).ToTime(unit).AppendFormat(dst, timeOnly) }
	case *array.Time64:
		unit := a.DataType().(*arrow.Time64Type).Unit
		return func(dst []byte, i int) []byte { return a.Value(i).ToTime(unit).AppendFormat(dst, timeOnly) }
	case *array.MonthDayNanoInterval:
		return func(dst []byte, i int) []byte { return appendInterval(dst, a.Value(i)) }
	}
	return nil
}

func timestamps(a *array.Timestamp, loc *time.Location) appendFunc {
	t := a.DataType().(*arrow.TimestampType)
	layout := time.RFC3339Nano
	if t.TimeZone == "" {
		layout, loc = wallClock, time.UTC
	}
	values, unit := a.Values(), t.Unit
	return func(dst []byte, i int) []byte {
		v := values[i]
		if inf := infinity(int64(v), math.MaxInt64); inf != "" {
			return append(dst, inf...)
		}
		return instant(int64(v), unit).In(loc).AppendFormat(dst, layout)
	}
}

func instant(v int64, unit arrow.TimeUnit) time.Time {
	switch unit {
	case arrow.Second:
		return time.Unix(v, 0)
	case arrow.Millisecond:
		return time.UnixMilli(v)
	case arrow.Microsecond:
		return time.UnixMicro(v)
	}
	return time.Unix(0, v)
}

func appendDate32(dst []byte, d arrow.Date32) []byte {
	if inf := infinity(int64(d), math.MaxInt32); inf != "" {
		return append(dst, inf...)
	}
	return d.ToTime().AppendFormat(dst, time.DateOnly)
}

// infinity names DuckDB's infinite dates and timestamps, which it stores as the largest value and its negative.
func infinity(v, largest int64) string {
	switch v {
	case largest:
		return "infinity"
	case -largest:
		return "-infinity"
	}
	return ""
}

// appendInterval appends months, days and seconds as they are stored: none of them converts exactly into another.
func appendInterval(dst []byte, v arrow.MonthDayNanoInterval) []byte {
	dst = append(dst, 'P')
	if v.Months != 0 {
		dst = append(strconv.AppendInt(dst, int64(v.Months), 10), 'M')
	}
	if v.Days != 0 {
		dst = append(strconv.AppendInt(dst, int64(v.Days), 10), 'D')
	}
	if v.Nanoseconds == 0 && (v.Months != 0 || v.Days != 0) {
		return dst
	}
	return append(appendSeconds(append(dst, 'T'), v.Nanoseconds), 'S')
}

func appendSeconds(dst []byte, nanos int64) []byte {
	if nanos%int64(time.Second) == 0 {
		return strconv.AppendInt(dst, nanos/int64(time.Second), 10)
	}
	dst = appendScaled(dst, nanos, 9)
	for dst[len(dst)-1] == '0' {
		dst = dst[:len(dst)-1]
	}
	return dst
}
