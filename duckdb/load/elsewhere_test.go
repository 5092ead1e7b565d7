package load_test

import (
	"context"
	"path/filepath"
	"slices"
	"testing"

	"github.com/apache/arrow-go/v18/arrow/array"
	"github.com/apache/arrow-go/v18/arrow/memory"

	"pbsduck/duckdb/duckdbtest"
	"pbsduck/duckdb/load"
	"pbsduck/duckdb/records"
	"pbsduck/ingest/batch"
	"pbsduck/ingest/pbs"
)

// loadElsewhere loads jobs that came from elsewhere than a log: rows without raw records, that no log's ledger counts.
func loadElsewhere(f *duckdbtest.Fixture, lines ...string) {
	f.Helper()
	ctx := context.Background()
	parser := f.DB.Site().NewParser()
	scanner, builder := pbs.NewScanner(parser),
		batch.NewBuilder(parser, batch.Options{Machine: "m", Location: duckdbtest.Denver(f), Site: f.DB.Site()})
	first, err := records.NextJobID(ctx, f.DB)
	if err != nil {
		f.Fatal(err)
	}
	builder.Start(0, "", first)
	for _, text := range lines {
		var r pbs.Record
		scanner.Split([]byte(text), &r)
		builder.Add(&r)
	}
	made := builder.Batches()
	columns := slices.Clone(made.Outcomes.Columns())
	for i, field := range made.Outcomes.Schema().Fields() {
		if slices.Contains([]string{"file_id", "line", "logged_time", "record_hash", "attributes"}, field.Name) {
			columns[i] = array.MakeArrayOfNull(memory.DefaultAllocator, field.Type, int(made.Outcomes.NumRows()))
		}
	}
	made.Outcomes = array.NewRecordBatch(made.Outcomes.Schema(), columns, made.Outcomes.NumRows())
	if err := load.TakeIn(ctx, f.DB, "m", made); err != nil {
		f.Fatal(err)
	}
}

// TestElsewhere: of a job that came from elsewhere a log's record is the row, whatever else tells for it and whichever
// came first; and when the log goes, the other one is the row again.
func TestElsewhere(t *testing.T) {
	const head = "01/15/2026 11:00:00;E;1.srv01;user=u1 group=g1 jobname=j queue=batch ctime=1768496400 " +
		"start=1768496410 Exit_status=0 end=1768500000"
	elsewhere := head + " resources_used.walltime=00:20:00 run_count=9"
	other := "01/15/2026 11:00:00;E;2.srv01;user=u1 queue=batch ctime=1768496400 end=1768500000 run_count=1"
	log := duckdbtest.WriteLog(t, filepath.Join(t.TempDir(), "20260115"),
		[]byte(head+" resources_used.walltime=00:10:00 run_count=1\n"), false)

	alone := duckdbtest.New(t)
	loadElsewhere(alone, elsewhere, other)
	alone.Verify()
	var want []string
	for _, logFirst := range []bool{false, true} {
		f := duckdbtest.New(t)
		if logFirst {
			f.Load(load.Options{}, log)
			loadElsewhere(f, elsewhere, other)
		} else {
			loadElsewhere(f, elsewhere, other)
			f.Load(load.Options{}, log)
		}
		f.Verify()
		f.CheckLedger()
		if want == nil {
			want = f.Content()
		}
		duckdbtest.SameContent(t, "in another order", f.Content(), want)
		got := f.Rows("SELECT j.job_id, walltime_used_s, (SELECT count(*) FROM job_records r WHERE r.job_id = j.id) " +
			"FROM jobs j JOIN job_charges c ON c.job_id = j.id ORDER BY ALL")
		if !slices.Equal(got, []string{"1.srv01|600|1", "2.srv01|(null)|0"}) {
			t.Errorf("%v", got)
		}
		if got := f.Rows("SELECT job_id, run_count, compressed_data IS NULL FROM superseded"); !slices.Equal(got,
			[]string{"1.srv01|9|true"}) {
			t.Errorf("%v", got)
		}
		f.Forget(false, log)
		f.Verify()
		duckdbtest.SameContent(t, "without the log", f.Content(), alone.Content())
	}
}
