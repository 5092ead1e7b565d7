package load

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/apache/arrow-go/v18/arrow/array"

	"pbsduck/duckdb"
)

// touchedMonths are months in UTC. Nearly all records are of the month of the one before.
type touchedMonths struct {
	all          map[time.Time]bool // by their first instants
	since, until int64              // the latest that was met, in microseconds
}

// meet notes the months of instants.
func (m *touchedMonths) meet(times *array.Timestamp) {
	for _, t := range times.TimestampValues() {
		m.note(int64(t))
	}
}

// note notes the month of an instant.
func (m *touchedMonths) note(t int64) {
	if t >= m.since && t < m.until {
		return
	}
	year, month, _ := time.UnixMicro(t).UTC().Date()
	first := time.Date(year, month, 1, 0, 0, 0, 0, time.UTC)
	m.since, m.until = first.UnixMicro(), first.AddDate(0, 1, 0).UnixMicro()
	if m.all == nil {
		m.all = map[time.Time]bool{}
	}
	m.all[first] = true
}

// insert puts the months of a machine into the temporary table touched_month.
func (m *touchedMonths) insert(ctx context.Context, db *duckdb.DB, machine string) error {
	if len(m.all) == 0 {
		return nil
	}
	var rows []string
	for first := range m.all {
		rows = append(rows, fmt.Sprintf("(%s, %s)", duckdb.Literal(machine), duckdb.Date(first)))
	}
	return db.Exec(ctx, "INSERT INTO touched_month VALUES "+strings.Join(rows, ", "))
}
