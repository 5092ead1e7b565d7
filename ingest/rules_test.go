package ingest_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"pbsduck/duckdb"
	"pbsduck/ingest"
	"pbsduck/ingest/site"
)

// TestRulesInForceAreCurrent: charge_rules says which rules are in force, the
// built-in ones too, through a change of the configuration and back, and a
// rebuild.
func TestRulesInForceAreCurrent(t *testing.T) {
	bare := parse(t, "[[machines]]\nname = 'm'\n")
	ruled := parse(t, "[[machines]]\nname = 'm'\n[[machines.rules]]\nversion = '1'\n")
	const question = "SELECT version, is_current FROM charge_rules ORDER BY version"
	f := newFixture(t)
	f.load(ingest.Options{}, arrayLogIn(t))
	check := func(want ...string) {
		t.Helper()
		if diff := cmp.Diff(want, f.rows(question)); diff != "" {
			t.Error(diff)
		}
		f.verify()
	}
	check("default|true")
	for _, step := range []struct {
		config *site.Config
		want   []string
	}{{bare, []string{"default|true"}}, {ruled, []string{"1|true", "default|false"}}, {nil, []string{"1|true", "default|false"}}, {bare, []string{"1|false", "default|true"}}} {
		if _, err := f.db.Recalculate(t.Context(), step.config, duckdb.Range{}); err != nil {
			t.Fatal(err)
		}
		check(step.want...)
	}
	again, _ := f.remade(f.db.Path(), nil)
	if diff := cmp.Diff([]string{"default|true"}, again.rows(question)); diff != "" {
		t.Error(diff)
	}
}

// jobsIn is a log of jobs that ended on 2026-01-15 in Denver; each line is what
// follows the common attributes.
func jobsIn(t *testing.T, jobs ...string) string {
	t.Helper()
	var b strings.Builder
	for i, attributes := range jobs {
		id := string(rune('1' + i))
		b.WriteString("01/15/2026 10:00:0" + id + ";E;" + id + ".s;user=u account=\"A\" jobname=j ctime=1768490000 start=1768490010 " + attributes + "\n")
	}
	path := filepath.Join(t.TempDir(), "20260115")
	if err := os.WriteFile(path, []byte(b.String()), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// TestRulesCountBeyond64Bits: bytes times seconds do not fit into 64 bits, in
// whichever branch of a rule they stand; every job is charged all the same.
func TestRulesCountBeyond64Bits(t *testing.T) {
	const whole = "queue=big Resource_List.mem=1024tb Resource_List.ncpus=9000000 end=1768496400 Exit_status=0 resources_used.walltime=168:00:00"
	for _, rule := range []string{
		"mem_requested_bytes * walltime_used_s / 1024^3 / 3600",
		"CASE WHEN queue = 'big' THEN mem_requested_bytes * walltime_used_s * ncpus / 1024^3 / 3600 / 9000000 ELSE 0 END",
	} {
		f := newFixture(t)
		f.load(ingest.Options{Config: parse(t, "[[machines]]\nname = 'm'\n[[machines.rules]]\nversion = '1'\nmemory_hours = \"\"\"\n"+rule+"\n\"\"\"\n"+
			"cpu_hours = 'ncpus * walltime_used_s / 3600'\n")}, jobsIn(t, whole))
		if diff := cmp.Diff([]string{"1.76160768e+08|1.512e+09|0"}, f.rows("SELECT memory_hours, cpu_hours, unknown_charges FROM daily_summary")); diff != "" {
			t.Error(rule, diff)
		}
		f.verify()
	}
}

// TestRulesAreTriedWhenTakenOver: rules that would leave their job, or charge
// otherwise each time, get into no database, though nobody checked the
// configuration.
func TestRulesAreTriedWhenTakenOver(t *testing.T) {
	f := newFixture(t)
	f.load(ingest.Options{}, arrayLogIn(t))
	for rule, want := range map[string]string{
		"date_diff('hour', end_time, now())":             "depends on now",
		"(SELECT count(*) FROM read_csv('/etc/passwd'))": "has a query inside",
		"ncpus * (walltime_used_s":                       "syntax error",
		"mem_used_bytes::BIGINT * 604800::BIGINT":        "mem_requested_bytes / 1024^3",
	} {
		_, err := f.db.Recalculate(t.Context(), parse(t, "[[machines]]\nname = 'm'\n[[machines.rules]]\nversion = '1'\ncpu_hours = \"\"\""+rule+"\"\"\"\n"), duckdb.Range{})
		if err == nil || !strings.Contains(err.Error(), want) || !strings.HasPrefix(err.Error(), "pbsduck.toml:5: machines.rules.cpu_hours: ") {
			t.Errorf("%s: %v", rule, err)
		}
	}
	if diff := cmp.Diff([]string{"default|true"}, f.rows("SELECT version, is_current FROM charge_rules")); diff != "" {
		t.Error(diff)
	}
	f.verify()
}
