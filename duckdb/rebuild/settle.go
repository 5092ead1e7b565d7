package rebuild

import (
	"context"
	_ "embed"
	"encoding/hex"

	"pbsduck/duckdb"
	"pbsduck/duckdb/records"
	"pbsduck/ingest/batch"
	"pbsduck/ingest/pbs"
	"pbsduck/ingest/schema"
)

//go:embed sql/claimed.sql
var claimed string

//go:embed sql/settle_ledger.sql
var settleLedger string

//go:embed sql/reject_outcome.sql
var rejectOutcome string

// reject makes rejects of those raw records of a database of an earlier version that are none of a job by today's
// rules, as a load would. Of the others that gave no row it notes that they are unusable.
func (r *remake) reject(ctx context.Context, numbers []int64) (err error) {
	if !r.lifted || len(numbers) == 0 {
		r.unusable = numbers
		return nil
	}
	reader, err := records.NewReader(ctx, r.old)
	if err != nil {
		return err
	}
	defer reader.Close()
	parser := r.fresh.Site().NewParser()
	j := &judging{remake: r, scanner: pbs.NewScanner(parser), builders: batch.NewBuilders(parser, r.fresh.Site())}
	for _, n := range numbers {
		one := duckdb.RowRange{First: n, Last: n, Rows: 1}
		if err := reader.Read(ctx, one, func(job records.Record) error { return j.judge(ctx, job) }); err != nil {
			return err
		}
	}
	return r.fresh.Check(ctx, schema.Rejects)
}

// A judging asks of raw records that gave no row why.
type judging struct {
	*remake
	scanner  *pbs.Scanner
	record   pbs.Record
	builders *batch.Builders
}

func (j *judging) judge(ctx context.Context, job records.Record) error {
	reason := ""
	if job.Err == nil {
		j.scanner.Split(job.Raw, &j.record)
		j.record.Flags |= job.Context
		builder, err := j.builders.Of(job.Machine, job.Zone)
		if err != nil {
			return err
		}
		builder.Start(job.File, "", job.Number)
		builder.Add(&j.record)
		made := builder.Batches()
		defer made.Release()
		if made.Rejects.NumRows() == 1 {
			reason = made.Rejects.Column(schema.Rejects.Index("reason")).ValueStr(0)
		}
	}
	if reason == "" {
		j.unusable = append(j.unusable, job.Number)
		return nil
	}
	j.rejected++
	return j.fresh.Exec(ctx, duckdb.With(rejectOutcome, duckdb.Vars{
		"id": job.Number, "reason": reason, "hex": hex.EncodeToString(job.Raw), "hash": batch.RejectHash(job.Raw, reason),
	}))
}

// settle brings the ledger in line with what a database of an earlier version had, and what became of it.
func (r *remake) settle(ctx context.Context) error {
	if !r.lifted {
		return nil
	}
	if err := r.fresh.Exec(ctx, settleLedger); err != nil {
		return err
	}
	return r.fresh.Check(ctx, schema.LogFiles)
}
