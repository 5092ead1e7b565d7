package duckdb

import (
	"context"
	_ "embed"
	"fmt"
	"maps"
	"slices"
	"time"

	"pbsduck/ingest/batch"
	"pbsduck/ingest/pbs"
	"pbsduck/ingest/schema"
)

// What an E record says of local time (the day on which the job ended, the
// instant at its head) is said in the time zone of the log that holds the
// record. Logs of a machine may be read in different zones: one was corrected,
// or the server moved. Of several logs that hold the same record, byte for
// byte, the first counts (compareLogs). So a row does not depend on the
// order in which logs were read, read again or forgotten.

//go:embed sql/find_misplaced_jobs.sql
var findMisplacedJobs string

//go:embed sql/find_misplaced_superseded.sql
var findMisplacedSuperseded string

// logs are those of the machine, with those of this load as they will be, in
// their order.
func (l *Load) logs(ctx context.Context) ([]*LogFile, error) {
	known := map[int64]*LogFile{}
	ledger, err := l.db.Ledger(ctx, l.machine)
	for _, f := range append(ledger, l.files...) {
		known[f.ID] = f
	}
	return slices.SortedFunc(maps.Values(known), compareLogs), err
}

// settleZones gives the rows of E records that stand in several logs to the
// first of them, where these logs were read in different time zones.
func (l *Load) settleZones(ctx context.Context) error {
	mixed, err := l.listLogs(ctx)
	if err != nil || !mixed {
		return err
	}
	if err := l.db.exec(ctx, findMisplacedJobs, l.machine); err != nil {
		return fmt.Errorf("cannot look for jobs of logs in different time zones: %w", err)
	}
	if err := l.moveMisplaced(ctx, (*LogFile).jobRepeated); err != nil {
		return err
	}
	if err := l.db.exec(ctx, "UPDATE job_sources SET file_id = m.file_id, line = m.line FROM misplaced m WHERE job_sources.job_id = m.row"); err != nil {
		return err
	}
	if err := l.rezoneJobs(ctx, "SELECT row FROM misplaced"); err != nil {
		return err
	}
	if err := l.db.exec(ctx, findMisplacedSuperseded, l.machine); err != nil {
		return fmt.Errorf("cannot look for superseded records of logs in different time zones: %w", err)
	}
	if err := l.moveMisplaced(ctx, (*LogFile).supersededRepeated); err != nil {
		return err
	}
	return l.rezoneSuperseded(ctx, "SELECT row, file_id, line FROM misplaced")
}

// listLogs lists the logs of the machine, with their places in order, in the
// temporary table log_zone, if they are read in different time zones.
func (l *Load) listLogs(ctx context.Context) (mixed bool, err error) {
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
	return true, l.db.exec(ctx, `CREATE OR REPLACE TEMP TABLE log_zone AS
		SELECT unnest($1::BIGINT[]) AS file_id, unnest($2::BIGINT[]) AS place, unnest($3::VARCHAR[]) AS time_zone`, ids, places, zones)
}

// mixedZones tells whether logs of the machine are read in different time zones.
func (l *Load) mixedZones(ctx context.Context) (bool, error) {
	zones, err := column[string](ctx, l.db, "SELECT DISTINCT time_zone FROM log_files WHERE machine = ?", l.machine)
	if err != nil {
		return false, err
	}
	for _, f := range l.files {
		zones = append(zones, f.TimeZone)
	}
	slices.Sort(zones)
	return len(slices.Compact(zones)) > 1, nil
}

// moveMisplaced makes the logs that gave the rows in the temporary table
// misplaced those that repeat them, and the other way round.
func (l *Load) moveMisplaced(ctx context.Context, repeated func(*LogFile, int64)) error {
	err := l.db.exec(ctx, `DELETE FROM repeats r USING misplaced m WHERE r.file_id = m.file_id AND r.line = m.line AND r.record_hash = m.record_hash`)
	if err != nil {
		return err
	}
	if err := l.book.repeats(ctx, l.db, "SELECT machine, old_file_id AS file_id, old_line, record_hash, object_id FROM misplaced", repeated); err != nil {
		return err
	}
	return l.book.count(ctx, l.db, "SELECT file_id, count(*) FROM misplaced GROUP BY file_id", func(f *LogFile, n int64) { repeated(f, -n) })
}

// rezoneJobs makes the rows of jobs that a question lists (id) again, from
// their raw records, in the time zone of the log that holds them now. One whose
// raw record is damaged stays as it is.
func (l *Load) rezoneJobs(ctx context.Context, which string) error {
	makers, err := l.newMakers(ctx)
	if err != nil {
		return err
	}
	decoder, err := l.db.Decoder(ctx)
	if err != nil {
		return err
	}
	rows, err := l.db.conn.QueryContext(ctx, `SELECT s.job_id, s.file_id, s.line, r.compressed_data, coalesce(s.flags, '')
		FROM job_sources s JOIN job_records r ON r.job_id = s.job_id WHERE s.job_id IN (`+which+") ORDER BY s.job_id")
	if err != nil {
		return err
	}
	defer rows.Close()
	var ids []int64
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
		maker, err := makers.of(file)
		if err != nil {
			return err
		}
		r := makers.split(raw, line, pbs.ParseFlags([]byte(flags)))
		maker.Start(file, "", id)
		maker.Add(r)
		ids = append(ids, id)
	}
	if err := rows.Err(); err != nil || len(ids) == 0 {
		return err
	}
	if err := l.db.exec(ctx, "CREATE OR REPLACE TEMP TABLE rezoned_job AS SELECT unnest($1::BIGINT[]) AS id", ids); err != nil {
		return err
	}
	return l.replaceJobs(ctx, "rezoned_job", makers)
}

// replaceJobs puts rows in place of those of the same jobs, whose id the
// temporary table lists. Their raw records
// stay; they are charged again.
func (l *Load) replaceJobs(ctx context.Context, list string, makers *makers) error {
	listed := "IN (SELECT id FROM " + list + ")"
	if err := l.db.touch(ctx, "j.id "+listed); err != nil {
		return err
	}
	for _, t := range []string{schema.JobNodes.Name, schema.JobSources.Name, schema.JobCharges.Name} {
		if err := l.db.exec(ctx, fmt.Sprintf("DELETE FROM %s WHERE job_id %s", t, listed)); err != nil {
			return err
		}
	}
	if err := l.db.exec(ctx, "DELETE FROM jobs WHERE id "+listed); err != nil {
		return err
	}
	err := makers.each(func(fresh batch.Batches) error {
		if err := l.db.insert(ctx, schema.Jobs.Name, appendFilled(nil, fresh.Jobs)); err != nil {
			return err
		}
		if err := l.db.insert(ctx, schema.JobSources.Name, appendFilled(nil, fresh.Sources)); err != nil {
			return err
		}
		return l.db.insert(ctx, schema.JobNodes.Name, appendFilled(nil, fresh.Nodes))
	})
	if err != nil {
		return err
	}
	l.revived = true
	if err := l.db.exec(ctx, "INSERT INTO revived SELECT id FROM jobs WHERE id "+listed+" AND id < ?", l.firstID); err != nil {
		return err
	}
	return l.db.touch(ctx, "j.id "+listed)
}

// rezoneSuperseded makes the superseded E records that a question lists (rowid
// of events, and the log and line where they stand now) again, in the time zone
// of that log.
func (l *Load) rezoneSuperseded(ctx context.Context, which string) error {
	makers, err := l.newMakers(ctx)
	if err != nil {
		return err
	}
	if err := l.db.exec(ctx, "CREATE OR REPLACE TEMP TABLE rezoned AS "+which); err != nil {
		return err
	}
	rows, err := l.db.conn.QueryContext(ctx, "SELECT z.file_id, z.line, e.raw, coalesce(e.flags, '') FROM rezoned z JOIN events e ON e.rowid = z.row ORDER BY ALL")
	if err != nil {
		return err
	}
	defer rows.Close()
	found := false
	for rows.Next() {
		var file, line int64
		var raw []byte
		var flags string
		if err := rows.Scan(&file, &line, &raw, &flags); err != nil {
			return err
		}
		maker, err := makers.of(file)
		if err != nil {
			return err
		}
		r := makers.split(raw, line, pbs.ParseFlags([]byte(flags)))
		maker.Start(file, "", 0)
		maker.AddSuperseded(r, batch.Logged(maker.clock, r))
		found = true
	}
	if err := rows.Err(); err != nil || !found {
		return err
	}
	if err := l.db.exec(ctx, "DELETE FROM events WHERE rowid IN (SELECT row FROM rezoned)"); err != nil {
		return err
	}
	return makers.each(func(fresh batch.Batches) error { return l.db.insert(ctx, schema.Events.Name, fresh.Events) })
}

// makers make rows of stored records, each in the time zone of its log.
type makers struct {
	load    *Load
	codec   batch.Codec      // of raw records; nil: none are made
	zones   map[int64]string // by log
	all     []*maker         // those that were asked for
	parser  *pbs.Parser
	scanner *pbs.Scanner
	record  pbs.Record
}

// A maker is that of one time zone.
type maker struct {
	*batch.Builder
	zone  string
	clock *pbs.Clock
}

func (l *Load) newMakers(ctx context.Context) (*makers, error) {
	parser := l.db.site.NewParser()
	m := &makers{load: l, zones: map[int64]string{}, parser: parser, scanner: pbs.NewScanner(parser)}
	logs, err := l.logs(ctx)
	for _, f := range logs {
		m.zones[f.ID] = f.TimeZone
	}
	return m, err
}

// of gives the one for records of a log.
func (m *makers) of(file int64) (*maker, error) {
	zone := m.zones[file]
	for _, one := range m.all {
		if one.zone == zone {
			return one, nil
		}
	}
	loc, err := time.LoadLocation(zone)
	if err != nil {
		return nil, fmt.Errorf("log_files.time_zone: %w", err)
	}
	o := batch.Options{Machine: m.load.machine, Location: loc, Codec: m.codec, Now: time.Now(), Site: m.load.db.site}
	one := &maker{batch.NewBuilder(m.parser, o), zone, pbs.NewClock(loc)}
	m.all = append(m.all, one)
	return one, nil
}

// split reads a record, of whose flags its bytes do not tell all; it is good
// until the next one.
func (m *makers) split(raw []byte, line int64, flags pbs.Flags) *pbs.Record {
	m.scanner.Split(raw, &m.record)
	m.record.Line = line
	m.record.Flags |= flags & pbs.Context
	return &m.record
}

// each visits what every one made.
func (m *makers) each(visit func(batch.Batches) error) error {
	for _, one := range m.all {
		fresh := one.Batches()
		err := visit(fresh)
		fresh.Release()
		if err != nil {
			return err
		}
	}
	return nil
}
