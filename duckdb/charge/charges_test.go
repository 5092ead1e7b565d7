package charge_test

import (
	"math"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"pbsduck/duckdb/duckdbtest"
	"pbsduck/duckdb/load"
	"pbsduck/ingest/corpus"
	"pbsduck/ingest/generate"
	"pbsduck/ingest/site"
)

const summaryTotals = `SELECT f.machine || '/' || f.name,
	printf('%.6f', sum(c.cpu_hours)), printf('%.6f', sum(c.gpu_hours)), printf('%.6f', sum(c.memory_hours)),
	printf('%.6f', sum(d.cpu_charge)), printf('%.6f', sum(d.gpu_charge)), printf('%.6f', sum(d.memory_charge)),
	count(DISTINCT (d.end_date, d.user_name, d.account, d.queue))
	FROM job_details d JOIN job_charges c ON c.job_id = d.id
	JOIN job_sources s ON s.job_id = d.id JOIN log_files f USING (file_id) GROUP BY ALL ORDER BY ALL`

// TestCorpusCharges compares the charges by the NCAR example with the reference figures of the corpus.
func TestCorpusCharges(t *testing.T) {
	dir := corpus.Dir(t)
	c := duckdbtest.NCAR(t)
	f := duckdbtest.Configured(t, c)
	for _, machine := range []string{"casper", "derecho"} {
		f.Load(load.Options{Machine: machine, Config: c}, filepath.Join(dir, "ncar", machine))
	}
	want := []string{
		"casper/20260101|173.682222|0.000000|427.292456|173.682222|0.000000|427.292456|12",
		"casper/20260130|357.716667|8.166667|1.588677|464.283333|11.000000|1.995090|6",
		"derecho/20260101|158118.515000|0.345556|96515.775472|173145.569222|0.345556|108758.503284|38",
		"derecho/20260129|25223.193056|0.000000|17007.098009|26372.615278|0.000000|17457.579355|13",
	}
	if diff := cmp.Diff(want, f.Rows(summaryTotals)); diff != "" {
		t.Error(diff)
	}
	f.Verify()
}

// TestTruthCharges compares the charge of every generated job with what the generator says, and the sums of every day
// with those of its jobs.
func TestTruthCharges(t *testing.T) {
	dir := t.TempDir()
	_, err := generate.Run(t.Context(), generate.Options{
		Dir: dir, Profiles: generate.Profiles(), Days: 3, Jobs: 700, Seed: 3, Hostile: true,
		Start: time.Date(2026, 3, 7, 0, 0, 0, 0, time.UTC), // the 8th has 23 hours
	})
	if err != nil {
		t.Fatal(err)
	}
	c, err := site.Read(filepath.Join(dir, "pbsduck.toml"))
	if err != nil {
		t.Fatal(err)
	}
	f := duckdbtest.Configured(t, c)
	qos := map[any]bool{}
	days := map[string]float64{}
	for _, m := range c.Machines {
		machine := m.Name
		f.Load(load.Options{Machine: machine, Zone: m.Zone, Config: c}, filepath.Join(dir, machine))
		want := duckdbtest.Truth(t, filepath.Join(dir, machine+".truth.ndjson"))
		rows := f.Rows(`SELECT to_json({'job_id': d.job_id, 'submit_time': strftime(submit_time, '%Y-%m-%dT%H:%M:%SZ'),
			'charge': {'cpu_hours': cpu_hours, 'gpu_hours': gpu_hours, 'memory_hours': memory_hours,
				'qos': qos, 'qos_factor': qos_factor}})
			FROM job_details d WHERE machine = '` + machine + `' AND rule_version = '2023/1'`)
		if len(rows) != len(want) {
			t.Errorf("%s: %d jobs are charged, the truth has %d", machine, len(rows), len(want))
		}
		for _, row := range rows {
			job := duckdbtest.Decoded(t, row)
			w := want[duckdbtest.TruthKey(job)]
			if diff := cmp.Diff(w["charge"], job["charge"], cmpopts.EquateApprox(1e-12, 0)); diff != "" {
				t.Fatalf("%s of %s (-truth +got):\n%s", duckdbtest.TruthKey(job), machine, diff)
			}
			charge := w["charge"].(map[string]any)
			qos[charge["qos"]] = true
			days[machine+"|"+w["end_date"].(string)] += charge["cpu_hours"].(float64) * charge["qos_factor"].(float64)
		}
	}
	if len(qos) < 4 {
		t.Errorf("only these qualities of service occur: %v", qos)
	}
	sums := f.Rows("SELECT machine || '|' || day, sum(cpu_charge) FROM daily_summary GROUP BY ALL")
	if len(sums) != len(days) {
		t.Errorf("%d days have sums, the truth has %d", len(sums), len(days))
	}
	for _, row := range sums {
		day, text := row[:strings.LastIndexByte(row, '|')], row[strings.LastIndexByte(row, '|')+1:]
		if got, err := strconv.ParseFloat(text, 64); err != nil || math.Abs(got-days[day]) > 1e-9*days[day] {
			t.Errorf("%s: sum %s, the truth has %g (%v)", day, text, days[day], err)
		}
	}
	f.Verify()
}
