package report_test

import (
	"path/filepath"
	"testing"

	"pbsduck/duckdb"
	"pbsduck/ingest/corpus"
	"pbsduck/ingest/site"
)

// TestReferenceDays: what reports say of real logs is what is known of them, by NCAR's rules and clock.
func TestReferenceDays(t *testing.T) {
	dir := corpus.Dir(t)
	config, err := site.Read("../../examples/ncar.toml")
	if err != nil {
		t.Fatal(err)
	}
	db, err := duckdb.Open(t.Context(), "", duckdb.Options{Site: config.Site})
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	for _, machine := range []string{"casper", "derecho"} {
		take(t, db, config, machine, filepath.Join(dir, "ncar", machine))
	}
	w := &world{db: db}
	for _, c := range []struct {
		report string
		q      question
		want   []row // some columns of some rows
	}{
		{"usage", nothing, []row{{"machine": "casper", "jobs": 238.}, {"machine": "derecho", "jobs": 314.}}},
		{"usage", question{by: []string{"day"}, since: "2026-01-29", until: "2026-01-29"}, []row{
			{"machine": "casper", "period": "2026-01-29", "jobs": 7.},
			{"machine": "derecho", "period": "2026-01-29", "jobs": 31.},
		}},
		{"usage", question{since: "2026-01-30"}, nil},
		{"charges", nothing, []row{
			{"machine": "casper", "jobs": 238., "cpu_charge": 637.965555, "gpu_charge": 11.,
				"memory_charge": 429.287546, "unknown": 0.},
			{"machine": "derecho", "jobs": 314., "cpu_charge": 199518.1845, "gpu_charge": 0.345556,
				"memory_charge": 126216.082639, "unknown": 0.},
		}},
		{"waits", question{by: []string{"nothing"}, set: map[string]string{"size": "all"}, machines: []string{"casper"},
			until: "2026-01-02"}, []row{
			{"machine": "casper", "size": "all", "jobs": 231., "unknown": 0., "mean_s": 1091. / 231},
		}},
		{"walltime", question{by: []string{"nothing"}, until: "2026-01-02"},
			[]row{{"machine": "casper", "jobs": 231., "unknown": 0.}, {"machine": "derecho", "jobs": 283., "unknown": 0.}}},
	} {
		got := w.rowsOf(t, c.report, c.q)
		if len(got) < len(c.want) || c.want == nil && len(got) > 0 {
			t.Errorf("%s %s: %v", c.report, c.q, got)
			continue
		}
		for i, want := range c.want {
			for column, value := range want {
				g, isNumber := got[i][column].(float64)
				if number, ok := value.(float64); ok && isNumber && (g-number)*(g-number) <= 1e-10 {
					continue
				}
				if got[i][column] != value {
					t.Errorf("%s %s: %s of %v is not %v", c.report, c.q, column, got[i], value)
				}
			}
		}
	}
}
