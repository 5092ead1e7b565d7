package report_test

import (
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"

	"pbsduck/duckdb"
	"pbsduck/duckdb/report"
)

// A row is a row of a result, by names of columns. Numbers are float64, texts strings, days and instants texts, what is
// not known is nil.
type row map[string]any

// A question is what is asked of a report, and the same once more for those who reckon by hand.
type question struct {
	by           []string
	set          map[string]string
	machines     []string
	since, until string // days
	terms        []duckdb.Term
	keeps        func(*job) bool // the terms
}

func (q question) String() string {
	var b strings.Builder
	fmt.Fprintf(&b, "by %v set %v of %v, %s..%s", q.by, q.set, q.machines, q.since, q.until)
	if q.keeps != nil {
		fmt.Fprintf(&b, ", %d terms", len(q.terms))
	}
	return b.String()
}

func (q question) options() report.Options {
	o := report.Options{By: q.by, Set: q.set, Filter: duckdb.Filter{Machines: q.machines, Terms: q.terms}}
	o.Filter.Since, _ = time.Parse(time.DateOnly, q.since)
	o.Filter.Until, _ = time.Parse(time.DateOnly, q.until)
	return o
}

// within tells whether a day is one of those that are meant.
func (q question) within(day string) bool {
	if day == "" {
		return q.since == "" && q.until == ""
	}
	return day >= q.since && (q.until == "" || day <= q.until)
}

func (q question) means(machine string) bool {
	return len(q.machines) == 0 || slices.Contains(q.machines, machine)
}

// choice is what was chosen, or else the usual.
func (q question) choice(name, usual string) string {
	if v, ok := q.set[name]; ok {
		return v
	}
	return usual
}

var periodNames = []string{"day", "week", "month", "quarter", "year"}

// period and entity are what rows are by.
func (q question) period() string {
	for _, b := range q.by {
		if slices.Contains(periodNames, b) {
			return b
		}
	}
	return ""
}

func (q question) entity() string {
	for _, b := range q.by {
		if b != "nothing" && !slices.Contains(periodNames, b) {
			return b
		}
	}
	return ""
}

// periodOf is the first day of the period that a day lies in.
func periodOf(period, day string) any {
	t, err := time.Parse(time.DateOnly, day)
	if err != nil {
		return nil
	}
	switch period {
	case "":
		return nil
	case "week":
		for t.Weekday() != time.Monday {
			t = t.AddDate(0, 0, -1)
		}
	case "month":
		t = t.AddDate(0, 0, 1-t.Day())
	case "quarter":
		t = date(t.Year(), int(t.Month()-1)/3*3+1, 1)
	case "year":
		t = date(t.Year(), 1, 1)
	}
	return t.Format(time.DateOnly)
}

// run asks a report, and tells what it has against being asked so.
func (q question) run(t testing.TB, w *world, r report.Report) ([]row, *report.OptionError) {
	t.Helper()
	reader, err := r.Run(t.Context(), w.db, q.options())
	var wrong *report.OptionError
	if errors.As(err, &wrong) {
		return nil, wrong
	}
	if err != nil {
		t.Fatalf("%s %s: %v", r.Name, q, err)
	}
	defer reader.Release()
	return rowsOf(t, reader), nil
}

func rowsOf(t testing.TB, reader array.RecordReader) (all []row) {
	t.Helper()
	for reader.Next() {
		batch := reader.RecordBatch()
		for i := range int(batch.NumRows()) {
			r := row{}
			for c, f := range batch.Schema().Fields() {
				if _, twice := r[f.Name]; twice {
					t.Fatalf("two columns are called %s", f.Name)
				}
				r[f.Name] = cell(t, batch.Column(c), i)
			}
			all = append(all, r)
		}
	}
	if err := reader.Err(); err != nil {
		t.Fatal(err)
	}
	return all
}

func cell(t testing.TB, a arrow.Array, i int) any {
	if a.IsNull(i) {
		return nil
	}
	switch a := a.(type) {
	case *array.String:
		return strings.Clone(a.Value(i))
	case *array.Int64:
		return float64(a.Value(i))
	case *array.Int32:
		return float64(a.Value(i))
	case *array.Float64:
		return a.Value(i)
	case *array.Date32:
		return a.Value(i).ToTime().Format(time.DateOnly)
	case *array.Timestamp:
		return time.UnixMicro(int64(a.Value(i))).UTC().Format(time.RFC3339)
	}
	t.Fatalf("a column of %s: reports have texts, numbers, days and instants", a.DataType())
	return nil
}

// key is what tells a row from others: what it has in these columns.
func (r row) key(columns []string) string {
	var b strings.Builder
	for _, c := range columns {
		if v, ok := r[c]; ok {
			fmt.Fprintf(&b, "%s=%#v ", c, v)
		}
	}
	return b.String()
}

// sameRows compares what a report says with what was reckoned by hand, in any order.
func sameRows(t testing.TB, name string, keys []string, got, want []row) {
	t.Helper()
	wanted := map[string]row{}
	for _, r := range want {
		k := r.key(keys)
		if wanted[k] != nil {
			t.Fatalf("%s: two rows were reckoned for %s", name, k)
		}
		wanted[k] = r
	}
	for _, r := range got {
		k := r.key(keys)
		w := wanted[k]
		if w == nil {
			t.Errorf("%s: a row too many: %v", name, r)
			continue
		}
		delete(wanted, k)
		if len(w) != len(r) {
			t.Fatalf("%s: columns are %v, reckoned were %v", name, r, w)
		}
		for column, value := range w {
			if !same(r[column], value) {
				t.Errorf("%s: %s: %s is %v, not %v", name, k, column, r[column], value)
			}
		}
	}
	for k := range wanted {
		t.Errorf("%s: no row for %s: %v", name, k, wanted[k])
	}
}

func same(got, want any) bool {
	g, ok := got.(float64)
	w, also := want.(float64)
	if !ok || !also {
		return got == want
	}
	return near(g, w)
}

// near tells whether two numbers are the same but for the rounding of sums of many.
func near(a, b float64) bool {
	return math.Abs(a-b) <= 1e-9*max(math.Abs(a), math.Abs(b), 1e-3)
}

// text is what a pointer points to.
func text[T any](p *T) any {
	if p == nil {
		return nil
	}
	switch v := any(*p).(type) {
	case int64:
		return float64(v)
	default:
		return v
	}
}

func per(a, b float64) any {
	if b == 0 {
		return nil
	}
	return a / b
}

// percent is the share of a whole; nil if there is none.
func percent(part, whole float64) any { return per(100*part, whole) }
