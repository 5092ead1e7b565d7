package report

import (
	"context"
	_ "embed"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strings"

	"github.com/apache/arrow-go/v18/arrow/array"

	"pbsduck/duckdb"
	"pbsduck/duckdb/dbfile"
	"pbsduck/duckdb/records"
)

//go:embed sql/status_machines.sql
var statusMachines string

//go:embed sql/status_files.sql
var statusFiles string

//go:embed sql/status_sizes.sql
var statusSizes string

//go:embed sql/status_database.sql
var statusDatabase string

// Machines says of each machine what days, jobs and logs there are, what is missing, and when it was last loaded: one
// row each. As for the other results, the caller releases it before the next statement.
func Machines(ctx context.Context, db *duckdb.DB) (array.RecordReader, error) {
	for _, view := range []string{"report_log_days", "report_idle_days"} { // which older databases may lack
		err := db.Exec(ctx, "CREATE OR REPLACE TEMP VIEW "+view+" AS "+duckdb.ViewSQL(db.Site(), view))
		if err != nil {
			return nil, err
		}
	}
	return db.Query(ctx, statusMachines)
}

// Files is the ledger, in the order of the logs.
func Files(ctx context.Context, db *duckdb.DB) (array.RecordReader, error) {
	return db.Query(ctx, statusFiles)
}

// Sizes says of each table how many rows it has, and how many bytes of the file, as an estimate. DuckDB tells of one
// table at a time: the questions are made of the tables' names.
func Sizes(ctx context.Context, db *duckdb.DB) (array.RecordReader, error) {
	names, err := tableNames(ctx, db)
	if err != nil {
		return nil, err
	}
	var segments, counts []string
	for _, name := range names {
		segments = append(segments,
			fmt.Sprintf("SELECT %[1]s AS name, block_id, block_offset, additional_block_ids FROM pragma_storage_info(%[1]s)",
				duckdb.Quote(name)))
		counts = append(counts,
			fmt.Sprintf("SELECT %s AS name, count(*) AS rows FROM %s", duckdb.Quote(name), duckdb.QuoteName(name)))
	}
	for table, parts := range map[string][]string{"segment": segments, "counted": counts} {
		if err := db.Exec(ctx, "CREATE OR REPLACE TEMP TABLE "+table+" AS "+strings.Join(parts, " UNION ALL ")); err != nil {
			return nil, err
		}
	}
	return db.Query(ctx, statusSizes)
}

func tableNames(ctx context.Context, db *duckdb.DB) ([]string, error) {
	return duckdb.Column[string](ctx, db, "SELECT table_name FROM duckdb_tables() "+
		"WHERE NOT temporary AND NOT internal AND database_name = current_database() AND schema_name = 'main' ORDER BY 1")
}

// Database is one row about the file as a whole: path, sizes, versions, and which share of their bytes the latest raw
// records take.
func Database(ctx context.Context, db *duckdb.DB) (array.RecordReader, error) {
	size, err := FileSize(db.File())
	if err != nil {
		return nil, err
	}
	var wal int64
	for _, name := range dbfile.Logs(db.File()) {
		bytes, err := FileSize(name)
		if err != nil {
			return nil, err
		}
		wal += bytes
	}
	ratio, err := recordRatio(ctx, db)
	if err != nil {
		return nil, err
	}
	return db.Query(ctx,
		duckdb.With(statusDatabase, duckdb.Vars{"path": db.Path(), "bytes": size, "wal_bytes": wal, "record_ratio": ratio}))
}

// FileSize is 0 for a file that is not there: a database in memory, or one whose log was written into it.
func FileSize(path string) (int64, error) {
	info, err := os.Stat(path)
	if errors.Is(err, fs.ErrNotExist) || path == "" {
		return 0, nil
	}
	if err != nil {
		return 0, err
	}
	return info.Size(), nil
}

// recordRatio is the share of bytes left of the latest raw records of all machines; nil if there are none.
func recordRatio(ctx context.Context, db *duckdb.DB) (any, error) {
	machines, err := db.MachineNames(ctx)
	if err != nil {
		return nil, err
	}
	var raw, packed int64
	for _, m := range machines {
		r, p, err := records.LatestRatio(ctx, db, m)
		if err != nil {
			return nil, err
		}
		raw, packed = raw+r, packed+p
	}
	if raw == 0 {
		return nil, nil
	}
	return float64(packed) / float64(raw), nil
}
