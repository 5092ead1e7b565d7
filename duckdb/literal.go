package duckdb

import (
	"strings"

	_ "embed"
	"pbsduck/ingest/schema"
	"time"
)

func quote(s string) string { return "'" + strings.ReplaceAll(s, "'", "''") + "'" }

func orNull(t time.Time) any {
	if t.IsZero() {
		return nil
	}
	return t.UTC()
}

func date(t time.Time) string { return "DATE " + quote(t.Format(time.DateOnly)) }

func quoteName(name string) string { return `"` + strings.ReplaceAll(name, `"`, `""`) + `"` }

func columnNames(t schema.Table) []string {
	var all []string
	for _, c := range t.Columns {
		all = append(all, c.Name)
	}
	return all
}
