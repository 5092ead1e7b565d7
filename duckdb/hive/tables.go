package hive

import (
	"context"
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"strings"
	"time"

	"pbsduck/duckdb"
	"pbsduck/ingest/schema"
)

//go:embed sql/*.sql
var files embed.FS

func file(name string) string {
	text, err := files.ReadFile("sql/" + name + ".sql")
	if err != nil {
		panic(err)
	}
	return string(text)
}

// further is by what rows of one instant are in order.
var further = map[string]string{
	"jobs": "job_row", "charges": "job_row", "records": "job_row", "nodes": "job_row, node",
	"runs": "machine, job_id, submit_time, run, phase", "events": "file_id, line",
	"daily_summary": "user_name, account, queue",
}

// spanned are the tables whose questions ask for a span of time by themselves; the others are of the jobs in the
// temporary table exported.
var spanned = map[string]bool{"runs": true, "events": true, "daily_summary": true}

// A tables is what is asked of the database for a dataset.
type tables struct {
	all    []schema.Table
	filter duckdb.Filter
	where  map[string]string // conditions on rows j, by table
	hidden *Anonymous        // nil: all is told
}

// newTables finds the tables. Of those that tell of more than jobs, only what a filter by days and machines means is
// written, and nothing if it says more.
func newTables(ctx context.Context, db *duckdb.DB, o *Options, records bool) (*tables, error) {
	filter := o.Filter
	t := &tables{filter: filter, where: map[string]string{}, hidden: o.Anonymous}
	machines, err := db.Machines(ctx)
	if err != nil {
		return nil, err
	}
	for _, table := range db.Site().Dataset(records) {
		switch {
		case filter.All():
		case table.Name == "events" || table.Name == "daily_summary":
			if !filter.OnlyDays() {
				continue
			}
			if t.where[table.Name], err = filter.Rows(table.Name, machines); err != nil {
				return nil, err
			}
		case table.Name == "runs":
			t.where[table.Name] = "j.job_row IN (SELECT j.id FROM jobs j WHERE " + filter.Jobs() + ")"
		}
		t.all = append(t.all, table)
	}
	if t.hidden == nil {
		return t, nil
	}
	t.all = t.hidden.Policy.Of(t.all)
	return t, t.hidden.prepare(ctx, db, t.all, filter)
}

// slots are the months of the dataset.
func (t *tables) slots(ctx context.Context, db *duckdb.DB) ([]slot, error) {
	months, err := monthsOf(ctx, db, t.filter)
	if err != nil || t.hidden == nil {
		return slotsOf(months), err
	}
	pools, err := t.hidden.pools(ctx, db, t.all)
	return t.hidden.months(months, pools), err
}

// begin sets the span of time that questions ask about, and finds the jobs in it.
func (t *tables) begin(ctx context.Context, db *duckdb.DB, s span) (jobs int64, err error) {
	vars := s.vars()
	found := file("exported")
	if !t.filter.All() {
		found = "SELECT * FROM (" + found + ") WHERE job_row IN (SELECT j.id FROM jobs j WHERE " + t.filter.Jobs() + ")"
	}
	if err := db.Exec(ctx, duckdb.With("CREATE OR REPLACE TEMP TABLE exported AS\n"+found, vars)); err != nil {
		return 0, err
	}
	return db.Number(ctx, "SELECT count(*) FROM exported")
}

// rows asks for the rows of a table in the span.
func (t *tables) rows(table schema.Table) string {
	where := t.where[table.Name]
	if where != "" {
		where = " WHERE " + where
	}
	if t.hidden != nil {
		return t.hidden.rows(table, file(table.Name), where)
	}
	columns := strings.Join(duckdb.ColumnNames(table)[1:], ", ")
	if table.Name == "records" {
		columns = strings.TrimSuffix(columns, "record") + "pbs_record(record) AS record"
	}
	return "SELECT " + columns + " FROM (\n" + file(table.Name) + ") j" + where
}

// question asks for them in order.
func (t *tables) question(table schema.Table) string {
	if t.hidden != nil {
		return t.rows(table) + " ORDER BY " + order(table)
	}
	return t.rows(table) + " ORDER BY ordered_by, " + further[table.Name]
}

// definition tells apart what files hold that were made by other questions, or are described otherwise.
func (t *tables) definition() string {
	var all strings.Builder
	all.WriteString(file("exported"))
	for _, table := range t.all {
		all.WriteString(t.question(table))
		for _, c := range table.Columns {
			all.WriteString(c.DatasetField().String())
		}
	}
	if t.hidden != nil {
		return t.hidden.secret("definition", all.String())
	}
	sum := sha256.Sum256([]byte(all.String()))
	return hex.EncodeToString(sum[:16])
}

// A span is a machine's, from an instant to one before which it ends.
type span struct {
	machine       string
	since, before time.Time
}
