package report_test

import (
	"database/sql"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"pbsduck/duckdb"
	"pbsduck/duckdb/report"
)

// TestScriptsSayTheSame: what --sql prints, pasted into a client of DuckDB that knows nothing of pbsduck, says what the
// report says.
func TestScriptsSayTheSame(t *testing.T) {
	w := aWorld(t)
	client := aClient(t, w)
	all, err := report.All("")
	if err != nil {
		t.Fatal(err)
	}
	hostile := duckdb.Names{
		Column: "account", Unwanted: []duckdb.Pattern{{Text: "it's; DROP TABLE jobs --"}, {Text: "line1\nline2"}},
	}
	for i, r := range all {
		asked := []question{
			{},
			{machines: []string{"lordhowe", "it's"}, since: "2026-03-08", until: "2026-04-04", terms: []duckdb.Term{hostile}},
		}
		if len(r.By) > 0 {
			asked = append(asked, question{by: []string{r.By[i%len(r.By)]}, since: "2026-03-07"})
		}
		for _, c := range r.Choices {
			asked = append(asked, question{set: map[string]string{c.Name: c.Values[len(c.Values)-1]}})
		}
		for _, q := range asked {
			if r.Fits(q.options().Filter) != nil {
				continue
			}
			script, err := r.Script(w.db.Site(), q.options())
			if err != nil {
				t.Fatal(err)
			}
			reader, err := r.Run(t.Context(), w.db, q.options())
			if err != nil {
				t.Fatal(err)
			}
			want := texts(rowsOf(t, reader))
			reader.Release()
			if diff := cmp.Diff(want, pasted(t, client, script)); diff != "" {
				t.Errorf("%s %s: %s", r.Name, q, diff)
			}
		}
	}
}

// TestNoRunIsComparedWithEach: where an outer join has a condition on one side alone, DuckDB compares each row with
// each, which takes minutes of ten million jobs, and of a few nothing that a test would notice. Allocations
// are as many as the configuration has.
func TestNoRunIsComparedWithEach(t *testing.T) {
	w := aWorld(t)
	client := aClient(t, w)
	all, err := report.All("")
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range all {
		script, err := r.Script(w.db.Site(), question{}.options())
		if err != nil {
			t.Fatal(err)
		}
		pasted(t, client, script)
		var kind, plan string
		if err := client.QueryRowContext(t.Context(), "EXPLAIN "+r.SQL).Scan(&kind, &plan); err != nil {
			t.Fatal(r.Name, err)
		}
		if strings.Contains(plan, "_NL_JOIN") && r.Name != "allocations" {
			t.Errorf("%s:\n%s", r.Name, plan)
		}
	}
}

// aClient has the database open, and knows nothing of pbsduck. The session's views and variables are those of its one
// connection.
func aClient(t *testing.T, w *world) *sql.DB {
	t.Helper()
	client, err := sql.Open("duckdb", w.path+"?access_mode=READ_ONLY")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { client.Close() })
	client.SetMaxOpenConns(1)
	return client
}

// pasted runs a script and gives its last answer as rows.
func pasted(t *testing.T, client *sql.DB, script string) []string {
	t.Helper()
	rows, err := client.QueryContext(t.Context(), script)
	if err != nil {
		t.Fatalf("%v: %s", err, script)
	}
	defer rows.Close()
	columns, err := rows.Columns()
	if err != nil {
		t.Fatal(err)
	}
	var all []row
	for rows.Next() {
		values := make([]any, len(columns))
		for i := range values {
			values[i] = new(any)
		}
		if err := rows.Scan(values...); err != nil {
			t.Fatal(err)
		}
		r := row{}
		for i, c := range columns {
			r[c] = *values[i].(*any)
		}
		all = append(all, r)
	}
	if rows.Err() != nil {
		t.Fatal(rows.Err())
	}
	return texts(all)
}

// texts are rows without what they are by, which a client sees as period and entity, in their order.
func texts(rows []row) (all []string) {
	for _, r := range rows {
		var values []string
		for _, v := range r {
			if number, ok := numberOf(v); ok {
				values = append(values, fmt.Sprintf("%.9g", number))
			}
		}
		slices.Sort(values)
		all = append(all, fmt.Sprint(values))
	}
	return all
}

func numberOf(v any) (float64, bool) {
	switch v := v.(type) {
	case float64:
		return v, true
	case int64:
		return float64(v), true
	case int32:
		return float64(v), true
	}
	return 0, false
}
