package ingest_test

import (
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
