package verify

import (
	"context"
	_ "embed"
	"fmt"
	"slices"
	"strings"

	"pbsduck/duckdb"
	"pbsduck/ingest/schema"
)

//go:embed sql/all_columns.sql
var allColumns string

// readableCheck reads all there is once, whoever made it: DuckDB compares the checksum of a block when it reads it, and
// no question but this one reads every block.
var readableCheck = Check{
	Name: "readable", Meaning: "Every value of every table can be read",
	find: findUnreadable, wide: true,
}

func findUnreadable(ctx context.Context, db *duckdb.DB, o Options) (int64, []string, error) {
	tables, err := storedTables(ctx, db)
	if err != nil {
		return 0, nil, err
	}
	var told []string
	for _, t := range tables {
		if o.Quick && t.name == schema.OutcomeRecords.Name {
			t.columns = slices.DeleteFunc(t.columns, func(c storedColumn) bool { return c.name == "compressed_data" })
		}
		unreadable, err := unreadable(ctx, db, t)
		if err != nil {
			return 0, nil, err
		}
		told = append(told, unreadable...)
	}
	return int64(len(told)), told[:min(len(told), o.Limit)], nil
}

// A storedTable is a table of the file, as the catalogue has it.
type storedTable struct {
	name    string
	columns []storedColumn
}

// A storedColumn is short if its values take little memory together with those of others.
type storedColumn struct {
	name  string
	short bool
}

func storedTables(ctx context.Context, db *duckdb.DB) ([]storedTable, error) {
	rows, err := db.Conn().QueryContext(ctx, allColumns)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var all []storedTable
	for rows.Next() {
		var table string
		var column storedColumn
		if err := rows.Scan(&table, &column.name, &column.short); err != nil {
			return nil, err
		}
		if n := len(all); n == 0 || all[n-1].name != table {
			all = append(all, storedTable{name: table})
		}
		last := &all[len(all)-1]
		last.columns = append(last.columns, column)
	}
	return all, rows.Err()
}

// unreadable reads the columns of a table: the short ones together, and each of them alone if that fails; the others
// one by one, as a row may have long texts in each. There is a line for each cause. A single value that takes more
// memory than DuckDB may take is an error, and no finding.
func unreadable(ctx context.Context, db *duckdb.DB, t storedTable) (told []string, err error) {
	var together, alone []string
	for _, c := range t.columns {
		if c.short {
			together = append(together, c.name)
		} else {
			alone = append(alone, c.name)
		}
	}
	if len(together) > 0 && readThrough(ctx, db, t.name, together...) != nil {
		alone = append(together, alone...)
		if err := db.Reopen(ctx); err != nil {
			return nil, err
		}
	}
	columns, causes := map[string][]string{}, []string(nil)
	for _, c := range alone {
		err := readThrough(ctx, db, t.name, c)
		if duckdb.IsOutOfMemory(err) {
			return nil, err
		}
		if err == nil {
			continue
		}
		cause := duckdb.InWords(err)
		if columns[cause] == nil {
			causes = append(causes, cause)
		}
		columns[cause] = append(columns[cause], c)
		if err := db.Reopen(ctx); err != nil {
			return nil, err
		}
	}
	for _, cause := range causes {
		told = append(told, fmt.Sprintf("%s (%s): %s", t.name, strings.Join(columns[cause], ", "), cause))
	}
	return told, nil
}

// readThrough reads columns from the first row to the last: of raw records, which DuckDB does not pack, in parts where
// all together would be too much.
func readThrough(ctx context.Context, db *duckdb.DB, table string, columns ...string) error {
	var quoted []string
	for _, c := range columns {
		quoted = append(quoted, duckdb.QuoteName(c))
	}
	question := fmt.Sprintf("SELECT bit_xor(hash(%s) >> 1) FROM %s", strings.Join(quoted, ", "), duckdb.QuoteName(table))
	if table != schema.OutcomeRecords.Name {
		_, err := db.Number(ctx, question)
		return err
	}
	return db.InParts(ctx, table, "rowid", func(first, last int64) error {
		_, err := db.Number(ctx, fmt.Sprintf("%s WHERE rowid BETWEEN %d AND %d", question, first, last))
		return err
	})
}
