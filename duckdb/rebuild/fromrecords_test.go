package rebuild_test

import (
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"pbsduck/duckdb/duckdbtest"
	"pbsduck/duckdb/load"
)

const energyColumns = `
priority = "project"
[[columns]]
name = "energy_j"
attribute = "resources_used.x-ncar-energy"

type = "integer"
unit = "J"
comment = "Energy."
[[columns]]
name = "priority_class"
attribute = "Resource_List.job_priority"

type = "text"
comment = "Another column has it, too."
[[columns]]
name = "walltime_text"
attribute = "resources_used.walltime"

type = "text"
comment = "As PBS wrote it."
[[columns]]
name = "wrong"
attribute = "jobname"

type = "float"
comment = "Values that do not convert."
[[machines]]
name = "m"
gpu_types = { cpu = "none", cpudev = "none" }
[[machines.rules]]
version = "1"
cpu_hours = "energy_j / 3.6e6"
`

// TestFromRecords: after a change of the configuration the rows that are made again from raw records are those of a
// fresh ingest.
func TestFromRecords(t *testing.T) {
	_, days := duckdbtest.Logs(t, 400, true)
	path := filepath.Join(t.TempDir(), "old.duckdb")
	before := duckdbtest.Open(t, path)
	before.Load(load.Options{}, days...)
	const failed = "SELECT name, failed_values FROM log_files ORDER BY name"

	c := duckdbtest.Config(t, energyColumns)
	want := duckdbtest.Configured(t, c)
	want.Load(load.Options{Config: c}, days...)
	n := want.Rows("SELECT count(energy_j) > 0 AND count(priority_class) > 0 AND count(walltime_text) > 0 " +
		"AND count(wrong) = 0 AND max(gpu_type) = 'none' FROM jobs")
	if !slices.Equal(n, []string{"true"}) {
		t.Fatal("the columns are not filled", want.Rows("SELECT count(energy_j), count(priority_class), "+
			"count(walltime_text), count(wrong), max(gpu_type) FROM jobs"))
	}

	got, s := before.Remade(c)
	duckdbtest.SameContent(t, "from records", got.Content(), want.Content())
	got.Verify()
	const views = "(SELECT view_name, column_count, comment FROM duckdb_views() " +
		"WHERE NOT internal AND database_name = current_database())"
	for _, table := range []string{"site_columns", "queue_types", "charge_rules", views} {
		all := "SELECT * FROM " + table + " ORDER BY ALL"
		duckdbtest.SameContent(t, table, got.Rows(all), want.Rows(all))
	}
	if s.Kept != 0 || len(s.Unusable) > 0 ||
		fmt.Sprint(s.FailedBy["jobs.wrong"]) != got.Rows("SELECT count(*) FROM outcomes")[0] {
		t.Errorf("%+v", s)
	}
	duckdbtest.SameContent(t, "values that did not convert", got.Rows(failed), want.Rows(failed))

	// What the next run reads, it reads as if nothing had been.
	again := got.Load(load.Options{Config: c}, days...)
	if again.Unchanged != len(days) {
		t.Errorf("%+v", again)
	}

	// Without a configuration all is as it was.
	same, _ := got.Remade(nil)
	duckdbtest.SameContent(t, "without a configuration", same.Content(), want.Content())
	duckdbtest.SameContent(t, "values that did not convert, without a configuration", same.Rows(failed), want.Rows(failed))
	same.Verify()

	// Columns that go take their counts with them, and so do those that are filled otherwise.
	others := strings.NewReplacer("wrong", "other", "priority_class", "wrong", `type = "text"`, `type = "size"`)
	fewer := duckdbtest.Config(t, others.Replace(energyColumns))
	other := duckdbtest.Configured(t, fewer)
	other.Load(load.Options{Config: fewer}, days...)
	changed, _ := same.Remade(fewer)
	duckdbtest.SameContent(t, "values that did not convert, with other columns", changed.Rows(failed), other.Rows(failed))
}

// TestFromRecordsKeeps: jobs without a raw record, or with a damaged one, keep the row that they have.
func TestFromRecordsKeeps(t *testing.T) {
	_, days := duckdbtest.Logs(t, 100, false)
	path := filepath.Join(t.TempDir(), "old.duckdb")
	before := duckdbtest.Open(t, path)
	before.Load(load.Options{}, days...)
	for _, damage := range []string{
		"UPDATE outcome_records SET compressed_data = 'junk'::BLOB WHERE outcome_id = 5",
		"DELETE FROM outcome_records WHERE outcome_id = 7",
		"UPDATE outcomes SET file_id = NULL, line = NULL, logged_time = NULL, record_hash = NULL, attributes = NULL " +
			"WHERE id = 7",
	} {
		before.Rows(damage)
	}
	const kept = `SELECT id, job_id, submit_time, ncpus, end_date,
		(SELECT count(*) FROM job_nodes n WHERE n.job_id = j.id) FROM jobs j WHERE id IN (5, 7) ORDER BY id`
	wanted := before.Rows(kept)
	got, s := before.Remade(duckdbtest.Config(t, energyColumns))
	if s.Kept != 2 || !slices.Equal(s.Unusable, []int64{5}) {
		t.Errorf("%+v", s)
	}
	duckdbtest.SameContent(t, "kept", got.Rows(kept), wanted)
	n := got.Rows("SELECT count(*) FROM jobs j JOIN job_charges c ON c.job_id = j.id")
	if n[0] != got.Rows("SELECT count(*) FROM jobs")[0] {
		t.Error("not every job is charged")
	}
}

// otherColumns fill from what energyColumns fill others from: one is renamed, two change places, one has another
// attribute, one another type, and queues other GPUs.
const otherColumns = `
[[columns]]
name = "energy"
attribute = "resources_used.x-ncar-energy"
type = "integer"
unit = "J"
comment = "Renamed."
[[columns]]
name = "priority_class"
attribute = "project"
type = "text"
comment = "It was the priority."
[[columns]]
name = "energy_j"
attribute = "resources_used.cput"
type = "duration"
comment = "Another attribute."
[[columns]]
name = "walltime_text"
attribute = "resources_used.walltime"
type = "duration"
comment = "Another type."
[[machines]]
name = "m"
gpu_types = { cpudev = "one", gpu = "two" }
`

// TestFromRecordsKeepsByAttribute: what jobs without a raw record keep after a change of the configuration is what a
// fresh ingest gives, or nothing, and that is told.
func TestFromRecordsKeepsByAttribute(t *testing.T) {
	_, days := duckdbtest.Logs(t, 100, false)
	had, wants := duckdbtest.Config(t, energyColumns), duckdbtest.Config(t, otherColumns)
	before, fresh := duckdbtest.Configured(t, had), duckdbtest.Configured(t, wants)
	before.Load(load.Options{Config: had}, days...)
	fresh.Load(load.Options{Config: wants}, days...)
	before.Rows("DELETE FROM outcome_records")
	before.Rows("UPDATE outcomes SET file_id = NULL, line = NULL, attributes = NULL")
	got, s := before.Remade(wants)
	unfilled := []string{"energy_j", "walltime_text"}
	if s.Made != 0 || s.Lacking == 0 || s.Lacking != s.Jobs || !slices.Equal(s.Unfilled, unfilled) {
		t.Errorf("%+v", s)
	}
	const filled = `SELECT job_id, submit_time, priority, priority_class, energy, cpu_type, gpu_type
		FROM jobs ORDER BY ALL`
	duckdbtest.SameContent(t, "kept", got.Rows(filled), fresh.Rows(filled))
	const kept = "SELECT count(priority) > 9, count(priority_class) > 9, count(energy) > 9, " +
		"count(DISTINCT gpu_type) > 1, count(energy_j), count(walltime_text) FROM jobs"
	if some := got.Rows(kept); some[0] != "true|true|true|true|0|0" {
		t.Error(some)
	}
}
