package hive

import (
	"context"
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"slices"
	"strings"
	"time"

	"github.com/apache/arrow-go/v18/arrow"

	"pbsduck/duckdb"
	"pbsduck/export/dataset"
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
	flat   bool              // for Iceberg
}

// columns are those that the files of a table hold.
func (t *tables) columns(table schema.Table) []schema.Column {
	if t.flat {
		return table.Columns
	}
	return table.Columns[1:]
}

// fields are the columns as readers of the files get them.
func (t *tables) fields(table schema.Table) (fields []arrow.Field) {
	for _, c := range t.columns(table) {
		if t.flat {
			fields = append(fields, c.Field())
		} else {
			fields = append(fields, c.DatasetField())
		}
	}
	return fields
}

// A piece is what of the rows of a span is in a file.
type piece struct {
	where    string // a condition on rows j
	timeless bool
}

// pieces are what the rows of a table in a span are written as: a file of an Iceberg table is of one month, or of none.
func (t *tables) pieces(table schema.Table) []piece {
	instant := dataset.Instant(table.Name)
	if !t.flat || table.Columns[table.Index(instant)].NotNull {
		return []piece{{}}
	}
	return []piece{{where: "j." + instant + " IS NOT NULL"}, {where: "j." + instant + " IS NULL", timeless: true}}
}

// newTables finds the tables. Of those that tell of more than jobs, only what a filter by days and machines means is
// written, and nothing if it says more.
func newTables(ctx context.Context, db *duckdb.DB, o *Options, by []string, records bool) (*tables, error) {
	filter := o.Filter
	t := &tables{filter: filter, where: map[string]string{}, hidden: o.Anonymous}
	t.flat = slices.Equal(by, dataset.ForIceberg)
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
	var ran map[string]bool
	if slices.ContainsFunc(t.all, func(t schema.Table) bool { return t.Name == "runs" }) {
		var err error
		if ran, err = ranIn(ctx, db, t.filter); err != nil {
			return nil, err
		}
	}
	months, err := monthsOf(ctx, db, t.filter, ran)
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

// rows asks for the rows of a table in the span, or for a piece of them.
func (t *tables) rows(table schema.Table, p piece) string {
	var conditions []string
	for _, one := range []string{t.where[table.Name], p.where} {
		if one != "" {
			conditions = append(conditions, "("+one+")")
		}
	}
	where := ""
	if len(conditions) > 0 {
		where = " WHERE " + strings.Join(conditions, " AND ")
	}
	if t.hidden != nil {
		return t.hidden.rows(table, file(table.Name), where)
	}
	columns := strings.Join(names(t.columns(table)), ", ")
	if table.Name == "records" {
		columns = strings.TrimSuffix(columns, "record") + "pbs_record(record) AS record"
	}
	return "SELECT " + columns + " FROM (\n" + file(table.Name) + ") j" + where
}

// question asks for them in order.
func (t *tables) question(table schema.Table, p piece) string {
	if t.hidden != nil {
		return t.rows(table, p) + " ORDER BY " + order(table)
	}
	return t.rows(table, p) + " ORDER BY ordered_by, " + further[table.Name]
}

func names(columns []schema.Column) (all []string) {
	for _, c := range columns {
		all = append(all, c.Name)
	}
	return all
}

// definition tells apart what files hold that were made by other questions, or are described otherwise.
func (t *tables) definition() string {
	var all strings.Builder
	all.WriteString(file("exported"))
	for _, table := range t.all {
		for _, p := range t.pieces(table) {
			all.WriteString(t.question(table, p))
		}
		all.WriteString(table.Columns[0].DatasetField().String())
		for _, f := range t.fields(table) {
			all.WriteString(f.String())
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
