package load_test

import (
	"fmt"
	"path/filepath"
	"testing"
	"time"

	"pbsduck/duckdb/duckdbtest"
	"pbsduck/duckdb/load"
	"pbsduck/ingest/generate"
	"pbsduck/ingest/site"
)

// TestCapacity: what the runs of generated jobs hold, as they were loaded, is at no instant more than the machine has;
// and no node that belongs to one job at a time is held by two.
func TestCapacity(t *testing.T) {
	dir := t.TempDir()
	sum, err := generate.Run(t.Context(), generate.Options{
		Dir: dir, Profiles: generate.Profiles(), Days: 3, Jobs: 900, Seed: 11, NoTruth: true,
		Start: time.Date(2026, 3, 7, 0, 0, 0, 0, time.UTC),
	})
	if err != nil {
		t.Fatal(err)
	}
	c, err := site.Read(filepath.Join(dir, "pbsduck.toml"))
	if err != nil {
		t.Fatal(err)
	}
	f := duckdbtest.Configured(t, c)
	for i, p := range sum.Profiles {
		f.Load(load.Options{Machine: p.Name, Config: c, Zone: p.Zone}, filepath.Join(dir, p.Name))
		for column, has := range map[string]int64{
			"ncpus": p.Capacity.Cores, "ngpus": p.Capacity.GPUs, "nodect": p.Capacity.Nodes,
		} {
			if column == "nodect" && !p.Capacity.Kinds[0].Whole {
				continue // several jobs share a node
			}
			rows := f.Rows(fmt.Sprintf(`WITH changes AS (
					SELECT start_time AS instant, %[1]s AS delta FROM job_runs WHERE machine = '%[2]s' AND %[3]s
					UNION ALL SELECT end_time, -%[1]s FROM job_runs WHERE machine = '%[2]s' AND %[3]s
				), sums AS (SELECT instant, sum(sum(delta)) OVER (ORDER BY instant) AS held FROM changes GROUP BY instant)
				SELECT max(held) > %[4]d, max(held) > %[4]d / 2, min(held) FROM sums`,
				column, p.Name, map[bool]string{true: "queue IN ('cpu', 'gpu') AND end_time > start_time",
					false: "end_time > start_time"}[column == "nodect"], has))
			if len(rows) != 1 || rows[0] != "false|true|0" {
				t.Errorf("%s has %d %s; held is more, half, least: %v", p.Name, has, column, rows)
			}
		}
		for _, k := range p.Capacity.Kinds {
			if !k.Whole {
				continue
			}
			if twice := f.Rows(fmt.Sprintf(`SELECT node, job_id, before FROM (
					SELECT node, j.job_id, start_time, max(end_time) OVER earlier AS until,
						arg_max(j.job_id, end_time) OVER earlier AS before
					FROM job_nodes n JOIN jobs j ON j.id = n.job_id
					WHERE machine = '%s' AND node BETWEEN '%s' AND '%s' AND end_time > start_time
					WINDOW earlier AS (PARTITION BY node ORDER BY start_time, end_time
						ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING))
				WHERE until > start_time`, p.Name, k.First, k.Last)); len(twice) > 0 {
				t.Errorf("%s: %d times a node is held by two jobs: %v", p.Name, len(twice), twice[0])
			}
		}
		if i == 0 {
			f.CheckLedger()
		}
	}
}
