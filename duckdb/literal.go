package duckdb

import (
	"fmt"
	"strings"
	"time"

	"pbsduck/ingest/schema"
)

// A Day is a site's local day, as a value of SQL.
type Day time.Time

// Literal writes a value into SQL: this is the only place that does. Nil, the zero instant and the zero day are NULL.
func Literal(value any) string {
	switch v := value.(type) {
	case nil:
		return "NULL"
	case string:
		return Quote(v)
	case bool, int, int64:
		return fmt.Sprint(v)
	case []byte:
		return fmt.Sprintf("unhex('%x')", v)
	case float64: // in quotes as it may be NaN
		return Quote(fmt.Sprint(v))
	case time.Time:
		if v.IsZero() {
			return "NULL"
		}
		return instant(v.UnixMicro())
	case Day:
		if time.Time(v).IsZero() {
			return "NULL"
		}
		return "DATE " + Quote(time.Time(v).Format(time.DateOnly))
	case []int64:
		return "[" + parted(v) + "]"
	case []string:
		return "[" + parted(v) + "]"
	}
	panic(fmt.Sprintf("no SQL for a %T", value))
}

// instant writes one, in microseconds since 1970.
func instant(micros int64) string { return fmt.Sprintf("make_timestamptz(%d)", micros) }

// parted writes values, with commas between them.
func parted[T any](values []T) string {
	all := make([]string, len(values))
	for i, v := range values {
		all[i] = Literal(v)
	}
	return strings.Join(all, ", ")
}

// Quote writes a text as SQL. The engine takes a statement to end at a byte 0.
func Quote(s string) string {
	quoted := "'" + strings.ReplaceAll(s, "'", "''") + "'"
	if !strings.Contains(quoted, "\x00") {
		return quoted
	}
	return "(" + strings.ReplaceAll(quoted, "\x00", "' || chr(0) || '") + ")"
}

// OrNull is an instant as a parameter; the zero one is NULL.
func OrNull(t time.Time) any {
	if t.IsZero() {
		return nil
	}
	return t.UTC()
}

// Date writes a day as SQL.
func Date(t time.Time) string { return Literal(Day(t)) }

// QuoteName writes the name of a table or a column as SQL.
func QuoteName(name string) string { return `"` + strings.ReplaceAll(name, `"`, `""`) + `"` }

// ColumnNames lists the columns of a table.
func ColumnNames(t schema.Table) []string {
	var all []string
	for _, c := range t.Columns {
		all = append(all, c.Name)
	}
	return all
}
