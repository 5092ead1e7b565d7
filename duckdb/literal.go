package duckdb

import (
	"strings"

	_ "embed"
	"pbsduck/ingest/schema"
	"time"
)

func Quote(s string) string { return "'" + strings.ReplaceAll(s, "'", "''") + "'" }

func OrNull(t time.Time) any {
	if t.IsZero() {
		return nil
	}
	return t.UTC()
}

func Date(t time.Time) string { return "DATE " + Quote(t.Format(time.DateOnly)) }

func QuoteName(name string) string { return `"` + strings.ReplaceAll(name, `"`, `""`) + `"` }

func ColumnNames(t schema.Table) []string {
	var all []string
	for _, c := range t.Columns {
		all = append(all, c.Name)
	}
	return all
}
