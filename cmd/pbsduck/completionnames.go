package main

import (
	"context"
	"fmt"
	"strings"
	"time"
	"unicode/utf8"

	"pbsduck/cmd/pbsduck/flags"
	"pbsduck/duckdb"
	"pbsduck/export"
)

// A valueColumn is where the database tells the values of a flag.
type valueColumn struct {
	column, table string
	uses          string // how often a value is used; empty: by the number of rows
	job           string // the column of a large table that numbers jobs; those loaded last are looked through
	least         int    // so many characters have to be there, of what there are too many of
}

// known are the flags whose values the database knows.
var known = map[string]valueColumn{
	"machine": {column: "machine", table: "machines"},
	"user":    {column: "user_name", table: "daily_summary", uses: "sum(jobs)"},
	"account": {column: "account", table: "daily_summary", uses: "sum(jobs)"},
	"queue":   {column: "queue", table: "daily_summary", uses: "sum(jobs)"},

	"group":    {column: "group_name", table: "jobs", job: "id"},
	"project":  {column: "project", table: "jobs", job: "id"},
	"priority": {column: "priority", table: "jobs", job: "id"},
	"cpu-type": {column: "cpu_type", table: "jobs", job: "id"},
	"gpu-type": {column: "gpu_type", table: "jobs", job: "id"},
	"qos":      {column: "qos", table: "job_charges", job: "job_id"},

	"name": {column: "name", table: "jobs", job: "id", least: 2},
	"node": {column: "node", table: "job_nodes", job: "job_id", least: 2},
}

// Who presses a key waits for the answer, however large the database is, and reads it.
const (
	offeredNames = 300       // the most used
	latestJobs   = 1_000_000 // of which large tables are looked through
	answeredIn   = 2 * time.Second
)

// names are the values that begin so, in order.
func (c valueColumn) names(ctx context.Context, g *flags.Global, begin string) []string {
	if utf8.RuneCountInString(begin) < c.least {
		return nil
	}
	return ask(ctx, g, c.question(), begin)
}

// question asks for the values that begin with its parameter.
func (c valueColumn) question() string {
	uses, latest := "count(*)", ""
	if c.uses != "" {
		uses = c.uses
	}
	if c.job != "" {
		latest = fmt.Sprintf(" AND %s > (SELECT max(id) FROM outcomes) - %d", c.job, latestJobs)
	}
	return fmt.Sprintf(`SELECT value FROM (
  SELECT %[1]s AS value, %[2]s AS uses FROM %[3]s WHERE starts_with(%[1]s, ?)%[4]s
  GROUP BY ALL ORDER BY uses DESC, value LIMIT %[5]d
) ORDER BY value`, c.column, uses, c.table, latest, offeredNames)
}

// ask is what the database answers, a text a row; nothing if it can't be asked at once. Names are left out that would
// steer the terminal, or that a shell would not give back as they are.
func ask(ctx context.Context, g *flags.Global, question string, parameters ...any) (all []string) {
	ctx, stop := context.WithTimeout(ctx, answeredIn)
	defer stop()
	db, err := duckdb.Open(ctx, g.DB, duckdb.Options{ReadOnly: true, Version: g.Version})
	if err != nil {
		return nil
	}
	defer db.Close()
	rows, err := db.Query(ctx, question, parameters...)
	if err != nil {
		return nil
	}
	defer rows.Release()
	for rows.Next() {
		column := rows.RecordBatch().Column(0)
		for i := range column.Len() {
			if name := column.ValueStr(i); export.Visible(name) == name && strings.TrimSpace(name) == name && name != "" {
				all = append(all, strings.Clone(name)) // it goes with the rows
			}
		}
	}
	return all
}
