package load

import (
	"bytes"
	"context"
	"database/sql"
	_ "embed"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"
	"github.com/apache/arrow-go/v18/arrow/memory"

	"pbsduck/duckdb"
	"pbsduck/ingest/pbs"
	"pbsduck/ingest/schema"
)

// In the hour that autumn repeats a stamp stands for two instants, and many
// events do not tell which is meant. The order in which records were written
// does: most others name an instant of their own, and the clock goes back by an
// hour only once. So events that are not sure (schema.RepeatedHour) are set
// aside until a load is settled, and then all that is known of that hour is
// looked at: every record of it, in the order of the logs (by their names, then
// line by line), also those of earlier loads, whose events move if what came
// now tells so. So their times depend neither on how logs are cut, nor on when
// they are read.

//go:embed sql/find_undated.sql
var findUndated string

//go:embed sql/hour_records.sql
var hourRecords string

//go:embed sql/order_hour.sql
var orderHour string

//go:embed sql/take_undated.sql
var takeUndated string

//go:embed sql/move_events.sql
var moveEvents string

// repeatedHours are those that a load has to look at.
type repeatedHours struct {
	folds  []pbs.Fold
	staged bool // there is a table undated_events
}

func (h *repeatedHours) add(folds ...pbs.Fold) {
	for _, f := range folds {
		if !slices.Contains(h.folds, f) {
			h.folds = append(h.folds, f)
		}
	}
}

// stageUndated makes the temporary table for events that are set aside.
func (l *Load) stageUndated(ctx context.Context) error {
	if l.hours.staged {
		return nil
	}
	l.hours.staged = true
	return l.db.Exec(ctx, "CREATE OR REPLACE TEMP TABLE undated_events AS SELECT * FROM events LIMIT 0")
}

// appendDated inserts events, but sets aside those whose hour is not sure, if
// there are any.
func (l *Load) appendDated(ctx context.Context, events []arrow.RecordBatch, undated bool) error {
	if !undated {
		return l.appendNew(ctx, eventKind, events)
	}
	dated, err := l.setUndatedAside(ctx, events)
	defer func() {
		for _, rec := range dated {
			rec.Release()
		}
	}()
	if err != nil {
		return err
	}
	return l.appendNew(ctx, eventKind, dated)
}

// setUndatedAside sets those of the events aside whose hour is not sure, and
// gives the others. It releases nothing; the caller releases what it gives.
func (l *Load) setUndatedAside(ctx context.Context, events []arrow.RecordBatch) (dated []arrow.RecordBatch, err error) {
	if err := l.stageUndated(ctx); err != nil {
		return nil, err
	}
	var sure, undated []duckdb.Part
	for _, rec := range events {
		var rows []duckdb.Span
		flags := rec.Column(eventFlags).(*array.String)
		for i := range flags.Len() {
			if flags.IsValid(i) && slices.Contains(strings.Fields(flags.Value(i)), schema.RepeatedHour) {
				rows = duckdb.AppendSpan(rows, int64(i), int64(i)+1)
			}
		}
		sure, undated = duckdb.Divide(rec, rows, sure, undated)
	}
	if err := l.db.InsertParts(ctx, "undated_events", undated); err != nil {
		return nil, err
	}
	return duckdb.JoinAll(sure)
}

var eventFlags = schema.Events.Index("flags")

// forgottenHours notes that a log goes whose records may have told the hour of
// others.
func (l *Load) forgottenHours(ctx context.Context, f *LogFile) error {
	var first, last sql.NullTime
	row := l.db.Conn().QueryRowContext(ctx, "SELECT first_time, last_time FROM log_files WHERE file_id = ?", f.ID)
	if err := row.Scan(&first, &last); err != nil || !first.Valid {
		return err
	}
	return l.hoursAround(ctx, first.Time, last.Time)
}

// othersHours notes the hours of which logs of this load may tell what logs of
// other time zones left open. Those of their own time zone came with their
// rows.
func (l *Load) othersHours(ctx context.Context) error {
	mixed, err := l.mixedZones(ctx)
	if err != nil || !mixed {
		return err
	}
	var first, last int64
	for _, f := range l.files {
		if f.FirstTime != 0 && (first == 0 || f.FirstTime < first) {
			first = f.FirstTime
		}
		last = max(last, f.LastTime)
	}
	if first == 0 {
		return nil
	}
	return l.hoursAround(ctx, time.Unix(first, 0), time.Unix(last, 0))
}

// hoursAround notes the hours of events that are there, and are not sure, each
// in the time zone of its log, which records between two instants may tell.
func (l *Load) hoursAround(ctx context.Context, first, last time.Time) error {
	const more = 24 * time.Hour // than clocks are set back
	rows, err := l.db.Conn().QueryContext(ctx, findUndated, l.machine, first.Add(-more).UTC(), last.Add(more).UTC())
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		var zone string
		var quarter int64
		if err := rows.Scan(&zone, &quarter); err != nil {
			return err
		}
		fold, ok, err := foldIn(zone, quarter)
		if err != nil {
			return err
		}
		if ok {
			l.hours.add(fold)
		}
	}
	return rows.Err()
}

// foldIn is the hour of a time zone that an instant lies in, if it repeats.
func foldIn(zone string, epoch int64) (pbs.Fold, bool, error) {
	loc, err := time.LoadLocation(zone)
	if err != nil {
		return pbs.Fold{}, false, fmt.Errorf("log_files.time_zone: %w", err)
	}
	fold, ok := pbs.FoldAt(loc, epoch)
	return fold, ok, nil
}

// dateHours finds out about the hours that autumn repeats.
func (l *Load) dateHours(ctx context.Context) error {
	if err := l.othersHours(ctx); err != nil {
		return err
	}
	if len(l.hours.folds) == 0 {
		return nil
	}
	if err := l.stageUndated(ctx); err != nil {
		return err
	}
	_, err := l.fileRepeats(ctx, &undatedKind, "undated_events", "rowid", l.hours.cover("time"))
	if err == nil {
		err = l.db.Exec(ctx, "CREATE OR REPLACE TEMP TABLE moved_event (kind BIGINT, row BIGINT, seconds BIGINT)")
	}
	for _, fold := range l.hours.folds {
		if err == nil {
			err = l.dateHour(ctx, fold)
		}
	}
	for _, step := range []string{takeUndated, moveEvents} {
		if err == nil {
			err = l.db.Exec(ctx, step)
		}
	}
	if err == nil {
		err = l.db.Check(ctx, schema.Events)
	}
	if err != nil {
		return fmt.Errorf("cannot tell the hours that the clock passed twice: %w", err)
	}
	l.hours = repeatedHours{}
	return nil
}

// cover is a condition on a column of instants: that it lies in one of the
// hours.
func (h *repeatedHours) cover(column string) string {
	conditions := make([]string, len(h.folds))
	for i, f := range h.folds {
		conditions[i] = "(" + foldSpan(f).Covers(column) + ")"
	}
	return "(" + strings.Join(conditions, " OR ") + ")"
}

// foldSpan is both passes of the hour.
func foldSpan(f pbs.Fold) duckdb.Span {
	return duckdb.Span{From: f.Begin * 1e6, Until: (f.Begin + 2*f.Length) * 1e6}
}

// dateHour lists in moved_event by how much the times of events change.
func (l *Load) dateHour(ctx context.Context, fold pbs.Fold) error {
	within := foldSpan(fold)
	if err := l.db.Exec(ctx, fmt.Sprintf(hourRecords, duckdb.Quote(l.machine), within.Covers("time"), within.Covers("logged_time"))); err != nil {
		return err
	}
	if err := l.orderLogs(ctx, fold); err != nil {
		return err
	}
	var h hour
	h.Fold = fold
	if err := l.db.EachBatch(ctx, orderHour, h.read); err != nil {
		return err
	}
	moved := h.moved()
	defer moved.Release()
	return l.db.Insert(ctx, "moved_event", AppendFilled(nil, moved))
}

// orderLogs lists the logs of hour_record in the temporary table hour_log: with
// their places in order, and whether their clock passed this hour twice.
func (l *Load) orderLogs(ctx context.Context, fold pbs.Fold) error {
	holding, err := duckdb.Column[int64](ctx, l.db, "SELECT DISTINCT file_id FROM hour_record")
	if err != nil {
		return err
	}
	logs, err := l.logs(ctx)
	if err != nil {
		return err
	}
	var ids, places []int64
	var twice []bool
	for place, f := range logs {
		if !slices.Contains(holding, f.ID) {
			continue
		}
		own, ok, err := foldIn(f.TimeZone, fold.Begin)
		if err != nil {
			return err
		}
		ids, places, twice = append(ids, f.ID), append(places, int64(place)), append(twice, ok && own == fold)
	}
	return l.db.Exec(ctx, `CREATE OR REPLACE TEMP TABLE hour_log AS
		SELECT unnest($1::BIGINT[]) AS file_id, unnest($2::BIGINT[]) AS place, unnest($3::BOOLEAN[]) AS has_hour`, ids, places, twice)
}

// compareLogs orders logs by name, in which a number counts as one: 9 before
// 10; then by path, and by when they were first read.
func compareLogs(a, b *LogFile) int {
	for _, c := range []int{compareNames(a.Name, b.Name), strings.Compare(a.Path, b.Path)} {
		if c != 0 {
			return c
		}
	}
	return int(a.ID - b.ID)
}

func compareNames(a, b string) int {
	for a != "" && b != "" {
		m, n := digits(a), digits(b)
		if m == 0 || n == 0 {
			if a[0] != b[0] {
				return int(a[0]) - int(b[0])
			}
			a, b = a[1:], b[1:]
			continue
		}
		x, y := strings.TrimLeft(a[:m], "0"), strings.TrimLeft(b[:n], "0")
		if len(x) != len(y) {
			return len(x) - len(y)
		}
		if x != y {
			return strings.Compare(x, y)
		}
		a, b = a[m:], b[n:]
	}
	return len(a) - len(b)
}

// digits is how many digits a name begins with.
func digits(s string) int {
	return len(s) - len(bytes.TrimLeft([]byte(s), "0123456789"))
}

// An hour is the records of a fold, in the order in which they were written.
type hour struct {
	pbs.Fold
	records []hourRecord
}

type hourRecord struct {
	row    int64
	second int32 // since the beginning of the fold, in the pass that it has now
	kind   int8  // as in hour_records.sql
	sure   bool
}

func (h *hour) read(rows arrow.RecordBatch) {
	kinds, ids := rows.Column(0).(*array.Int32), rows.Column(1).(*array.Int64)
	times, undated := rows.Column(2).(*array.Int64), rows.Column(3).(*array.Boolean)
	for i := range int(rows.NumRows()) {
		h.records = append(h.records, hourRecord{
			row: ids.Value(i), second: int32(times.Value(i) - h.Begin), kind: int8(kinds.Value(i)), sure: !undated.Value(i),
		})
	}
}

// moved lists the events whose time is not the right one: kind, row, and by how
// many seconds it changes.
func (h *hour) moved() arrow.RecordBatch {
	b := array.NewRecordBuilder(memory.DefaultAllocator, movedSchema)
	defer b.Release()
	for i, pass := range h.passes() {
		r := &h.records[i]
		if by := int64(pass)*h.Length + int64(r.second)%h.Length - int64(r.second); by != 0 && !r.sure {
			for k, v := range []int64{int64(r.kind), r.row, by} {
				b.Field(k).(*array.Int64Builder).Append(v)
			}
		}
	}
	return b.NewRecordBatch()
}

var movedSchema = arrow.NewSchema([]arrow.Field{
	{Name: "kind", Type: arrow.PrimitiveTypes.Int64}, {Name: "row", Type: arrow.PrimitiveTypes.Int64}, {Name: "seconds", Type: arrow.PrimitiveTypes.Int64},
}, nil)

// passes says of each record whether it was written in the first (0) or the
// second (1) pass of the hour: so that the clock goes back as little as can be
// from record to record. Of what is equally likely it is the first.
func (h *hour) passes() []uint8 {
	from := make([][2]uint8, len(h.records)) // by pass: that of the record before
	var cost, at [2]int64
	for i := range h.records {
		r := &h.records[i]
		now := [2]int64{int64(r.second), int64(r.second)}
		if !r.sure {
			now[0] %= h.Length
			now[1] = now[0] + h.Length
		}
		var sum [2]int64
		for pass := range now {
			first, second := cost[0]+setBack(at[0], now[pass]), cost[1]+setBack(at[1], now[pass])
			if sum[pass] = first; second < first {
				sum[pass], from[i][pass] = second, 1
			}
		}
		cost, at = sum, now
	}
	passes := make([]uint8, len(h.records))
	pass := uint8(0)
	if cost[1] < cost[0] {
		pass = 1
	}
	for i := len(passes) - 1; i >= 0; i-- {
		passes[i] = pass
		pass = from[i][pass]
	}
	return passes
}

// setBack is by how much the clock goes back from one record to the next. A
// minute is none: servers write some records late.
func setBack(from, to int64) int64 {
	if back := from - to; back > int64(time.Minute/time.Second) {
		return back
	}
	return 0
}
