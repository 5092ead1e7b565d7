package load

import (
	"context"
	_ "embed"
	"fmt"
	"slices"

	"pbsduck/duckdb"
	"pbsduck/duckdb/charge"
	"pbsduck/duckdb/records"
	"pbsduck/ingest/batch"
	"pbsduck/ingest/pbs"
	"pbsduck/ingest/schema"
)

// What an E record says of local time (the day on which the job ended, the instant at its head) is said in the time
// zone of the log that holds the record. Logs of a machine may be read in different zones: one was corrected, or the
// server moved. Of several logs that hold the same record, byte for byte, the first counts (compareLogs). So a row does
// not depend on the order in which logs were read, read again or forgotten.

//go:embed sql/find_misplaced.sql
var findMisplaced string

// resolveZones gives outcomes whose records stand in several logs to the first of them, where these logs were read in
// different time zones.
func (l *transaction) resolveZones(ctx context.Context) (Tallies, error) {
	mixed, err := l.listLogs(ctx)
	if err != nil || !mixed {
		return nil, err
	}
	if err := l.db.Exec(ctx, duckdb.With(findMisplaced, duckdb.Vars{"machine": l.machine})); err != nil {
		return nil, fmt.Errorf("cannot look for E records of logs in different time zones: %w", err)
	}
	changes, err := l.moveMisplaced(ctx)
	if err != nil {
		return nil, err
	}
	const move = "UPDATE outcomes SET file_id = m.file_id, line = m.line FROM misplaced m WHERE outcomes.id = m.id"
	if err := l.db.Exec(ctx, move); err != nil {
		return nil, err
	}
	return changes, l.rezone(ctx, "SELECT id FROM misplaced")
}

// listLogs lists the logs of the machine, with their places in order, in the temporary table log_zone, if they are read
// in different time zones.
func (l *transaction) listLogs(ctx context.Context) (mixed bool, err error) {
	if mixed, err := l.mixedZones(ctx); err != nil || !mixed {
		return false, err
	}
	logs, err := l.logs(ctx)
	if err != nil {
		return false, err
	}
	var ids, places []int64
	var zones []string
	for place, f := range logs {
		ids, places, zones = append(ids, f.ID), append(places, int64(place)), append(zones, f.TimeZone)
	}
	return true, l.db.Exec(ctx, `CREATE OR REPLACE TEMP TABLE log_zone AS
		SELECT unnest($1::BIGINT[]) AS file_id, unnest($2::BIGINT[]) AS place, unnest($3::VARCHAR[]) AS time_zone`,
		ids, places, zones)
}

// mixedZones tells whether logs of the machine are read in different time zones.
func (l *transaction) mixedZones(ctx context.Context) (bool, error) {
	zones, err := duckdb.Column[string](
		ctx, l.db, "SELECT DISTINCT time_zone FROM log_files WHERE machine = ?", l.machine,
	)
	if err != nil {
		return false, err
	}
	for _, f := range l.files {
		zones = append(zones, f.TimeZone)
	}
	slices.Sort(zones)
	return len(slices.Compact(zones)) > 1, nil
}

// moveMisplaced makes the logs that gave the rows in the temporary table misplaced those that repeat them, and the
// other way round.
func (l *transaction) moveMisplaced(ctx context.Context) (Tallies, error) {
	changes := Tallies{}
	for question, change := range map[string]batch.Tally{
		"SELECT old_file_id, count(*) FROM misplaced WHERE is_job GROUP BY ALL":     {Jobs: -1, Repeats: 1},
		"SELECT old_file_id, count(*) FROM misplaced WHERE NOT is_job GROUP BY ALL": {Superseded: -1, Repeats: 1},
		"SELECT file_id, count(*) FROM misplaced WHERE is_job GROUP BY ALL":         {Jobs: 1, Repeats: -1},
		"SELECT file_id, count(*) FROM misplaced WHERE NOT is_job GROUP BY ALL":     {Superseded: 1, Repeats: -1},
	} {
		some, err := TalliesOf(ctx, l.db, question, change)
		if err != nil {
			return nil, err
		}
		changes.Add(some)
	}
	if err := l.db.Exec(ctx, "DELETE FROM repeats WHERE rowid IN (SELECT repeat FROM misplaced)"); err != nil {
		return nil, err
	}
	const file = "INSERT INTO repeats SELECT machine, old_file_id, old_line, record_hash, object_id FROM misplaced"
	return changes, l.db.Exec(ctx, file)
}

//go:embed sql/rezoned_records.sql
var rezonedRecords string

// rezone makes outcomes that a question lists (id) again, from their raw records, in the time zone of the log that
// holds them now. One whose raw record is damaged stays as it is. Their raw records and nodes do not depend on it.
func (l *transaction) rezone(ctx context.Context, which string) error {
	if err := l.db.Exec(ctx, "CREATE OR REPLACE TEMP TABLE rezoned AS "+which); err != nil {
		return err
	}
	decoder, err := records.NewDecoder(ctx, l.db)
	if err != nil {
		return err
	}
	zones, err := l.zones(ctx)
	if err != nil {
		return err
	}
	rows, err := l.db.Conn().QueryContext(ctx, rezonedRecords)
	if err != nil {
		return err
	}
	defer rows.Close()
	parser := l.db.Site().NewParser()
	scanner, builders := pbs.NewScanner(parser), batch.NewBuilders(parser, l.db.Site())
	var ids []int64
	var r pbs.Record
	for rows.Next() {
		var id, file, line int64
		var blob []byte
		var flags string
		if err := rows.Scan(&id, &file, &line, &blob, &flags); err != nil {
			return err
		}
		raw, err := decoder.Append(nil, blob)
		if err != nil {
			continue
		}
		builder, err := builders.Of(l.machine, zones[file])
		if err != nil {
			return err
		}
		scanner.Split(raw, &r)
		r.Line, r.Flags = line, r.Flags|pbs.ParseFlags([]byte(flags))&pbs.Context
		builder.Start(file, "", id)
		builder.Add(&r)
		ids = append(ids, id)
	}
	if err := rows.Err(); err != nil || len(ids) == 0 {
		return err
	}
	return l.replace(ctx, ids, builders)
}

// zones are the time zones of the machine's logs.
func (l *transaction) zones(ctx context.Context) (map[int64]string, error) {
	logs, err := l.logs(ctx)
	zones := make(map[int64]string, len(logs))
	for _, f := range logs {
		zones[f.ID] = f.TimeZone
	}
	return zones, err
}

// replace puts rows in place of outcomes of the same numbers. Which of a job's is its row is asked again, and jobs are
// charged again.
func (l *transaction) replace(ctx context.Context, ids []int64, fresh *batch.Builders) error {
	these := "(SELECT id FROM rezoned)"
	err := l.db.Exec(ctx, `CREATE OR REPLACE TEMP TABLE rezoned AS
		SELECT id, is_job FROM outcomes WHERE id IN (SELECT unnest($1::BIGINT[]))`, ids)
	if err == nil {
		err = charge.Touch(ctx, l.db, "j.id IN "+these)
	}
	for _, step := range []string{
		"INSERT INTO conflict SELECT job_id, submit_time FROM outcomes WHERE id IN " + these,
		"DELETE FROM job_charges WHERE job_id IN " + these,
		"DELETE FROM outcomes WHERE id IN " + these,
	} {
		if err == nil {
			err = l.db.Exec(ctx, step)
		}
	}
	if err == nil {
		err = fresh.Each(func(made batch.Batches) error {
			return l.db.Insert(ctx, schema.Outcomes.Name, appendFilled(nil, made.Outcomes))
		})
	}
	if err == nil {
		err = l.db.Exec(
			ctx, "UPDATE outcomes SET is_job = false FROM rezoned r WHERE outcomes.id = r.id AND NOT r.is_job",
		)
	}
	if err == nil {
		err = l.recharge(ctx, "SELECT id FROM rezoned")
	}
	if err == nil {
		err = charge.Touch(ctx, l.db, "j.id IN "+these)
	}
	return err
}
