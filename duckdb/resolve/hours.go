package resolve

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"pbsduck/duckdb"
	"pbsduck/duckdb/load"
	"pbsduck/ingest/pbs"
)

// An hourRecord is a record in an hour that autumn repeats.
type hourRecord struct {
	hour   hour
	log    string
	line   int64
	second int64
	sure   bool

	letter, object string
	hash           int64
}

type hour struct {
	machine string
	fold    pbs.Fold
}

// dateHours makes moved_events.
func (p *Parts) dateHours(ctx context.Context, db *duckdb.DB) error {
	if err := db.Exec(ctx, step{moved, file(moved), true}.statement()); err != nil {
		return err
	}
	hours, err := hourRecords(ctx, db)
	if err != nil {
		return err
	}
	var rows []string
	for h, all := range hours {
		seconds, sure := make([]int64, len(all)), make([]bool, len(all))
		for i, r := range all {
			seconds[i], sure[i] = r.second, r.sure
		}
		for i, by := range load.Moves(h.fold, seconds, sure) {
			if r := all[i]; by != 0 {
				names := duckdb.Literal(h.machine) + ", " + duckdb.Literal(r.letter) + ", " + duckdb.Literal(r.object)
				rows = append(rows, fmt.Sprintf("(%s, %d, %d, %d)", names, r.hash, r.second, by))
			}
		}
	}
	for some := range slices.Chunk(rows, 1<<10) {
		if err := db.Exec(ctx, "INSERT INTO "+moved+" VALUES "+strings.Join(some, ", ")); err != nil {
			return err
		}
	}
	return nil
}

// hourRecords are the records of each hour in the order of the logs, each where it stands first.
func hourRecords(ctx context.Context, db *duckdb.DB) (map[hour][]hourRecord, error) {
	rows, err := db.Conn().QueryContext(ctx,
		"SELECT machine, begins, hour_s, log, line, second, NOT is_undated, type, object_id, record_hash FROM hour_records")
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var all []hourRecord
	for rows.Next() {
		var r hourRecord
		err := rows.Scan(&r.hour.machine, &r.hour.fold.Begin, &r.hour.fold.Length, &r.log, &r.line, &r.second, &r.sure,
			&r.letter, &r.object, &r.hash)
		if err != nil {
			return nil, err
		}
		all = append(all, r)
	}
	slices.SortStableFunc(all, func(a, b hourRecord) int {
		if c := load.ComparePaths(a.log, b.log); c != 0 {
			return c
		}
		return int(a.line - b.line)
	})
	hours, met := map[hour][]hourRecord{}, map[hourRecord]bool{}
	for _, r := range all {
		same := r
		same.log, same.line = "", 0
		if !met[same] {
			met[same], hours[r.hour] = true, append(hours[r.hour], r)
		}
	}
	return hours, rows.Err()
}
