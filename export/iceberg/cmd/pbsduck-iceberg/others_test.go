package main

import (
	"strings"
	"testing"

	icebergo "github.com/apache/iceberg-go"
	"github.com/apache/iceberg-go/table"

	"pbsduck/export/iceberg"
)

// another does something to a table as another tool does, which knows nothing of this one.
func (w *world) another(t *testing.T, name string, do func(t *testing.T, tx *table.Transaction)) {
	t.Helper()
	catalog, err := iceberg.Open(t.Context(), iceberg.Where{Catalog: w.catalog, Name: "pbsduck", Namespace: "pbs"})
	if err != nil {
		t.Fatal(err)
	}
	defer catalog.Close() //nolint:errcheck // a test
	loaded, err := catalog.LoadTable(t.Context(), table.Identifier{"pbs", name})
	if err != nil {
		t.Fatal(err)
	}
	tx := loaded.NewTransaction()
	do(t, tx)
	if _, err := tx.Commit(t.Context()); err != nil {
		t.Fatal(err)
	}
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// TestOthers: what another tool does to a table is told, and is put back only by who says so; what changes nothing does
// not matter.
func TestOthers(t *testing.T) {
	w := newWorld(t, 3, 40)
	h := newHistory(w)
	w.take(t, w.days...)
	w.export(t)
	w.update(t)
	h.note(t)
	odd := w.path("odd.parquet")
	w.pbsduck(
		t,
		"export",
		"-q",
		"--query",
		rowsOf["jobs"]+" WHERE machine = 'casper' AND end_time < TIMESTAMPTZ '2026-02-01 00:00:00Z'",
		"--as",
		"odd",
		w.dir,
	)
	ctx := t.Context()
	for _, one := range []struct {
		what, told string
		do         func(t *testing.T, tx *table.Transaction)
	}{
		{"rows added", "files hold what it wrote", func(t *testing.T, tx *table.Transaction) {
			must(t, tx.AddFiles(ctx, []string{odd}, icebergo.Properties{"engine-name": "odd"}, false))
		}},
		{"files removed", "files are gone", func(t *testing.T, tx *table.Transaction) {
			must(t, tx.Delete(ctx, icebergo.EqualTo(icebergo.Reference("machine"), "casper"), nil))
		}},
		{"rows removed", "files hold what it wrote", func(t *testing.T, tx *table.Transaction) {
			must(t, tx.Delete(ctx, icebergo.EqualTo(icebergo.Reference("user_name"), someUser(t, w)), nil))
		}},
	} {
		w.another(t, "jobs", one.do)
		before := w.snapshots(t)["pbs.jobs"]
		w.refused(t, 1, "another tool changed it: ", "update", "lake")
		w.refused(t, 1, one.told, "update", "lake")
		if now := w.snapshots(t)["pbs.jobs"]; len(now) != len(before) {
			t.Errorf("%s: refused, and there is a new snapshot of %v", one.what, now)
		}
		h.had["pbs.jobs"][before[len(before)-1]] = h.read(t, "pbs.jobs", before[len(before)-1])
		w.update(t, "--overwrite")
		h.note(t)
		h.checkCurrent(t)
	}
	h.check(t) // what the others made is still there, for time travel

	snapshots := w.snapshots(t)["pbs.jobs"]
	for what, do := range map[string]func(t *testing.T, tx *table.Transaction){
		"gone back": func(t *testing.T, tx *table.Transaction) {
			var first int64
			for _, c := range snapshots[0] {
				first = first*10 + int64(c-'0')
			}
			must(t, tx.RollbackToSnapshot(first))
		},
		"manifests written anew": func(t *testing.T, tx *table.Transaction) {
			_, err := tx.RewriteManifests(ctx)
			must(t, err)
		},
		"a column more": func(t *testing.T, tx *table.Transaction) {
			update := tx.UpdateSchema(true, false)
			must(t, update.AddColumn([]string{"note"}, icebergo.PrimitiveTypes.String, "", false, nil).Commit())
		},
	} {
		w.another(t, "jobs", do)
		if said := w.iceberg(t, "update", "lake"); said.code != 0 {
			t.Errorf("%s: %s", what, said.err)
		}
	}
	for what, one := range map[string]struct{ name, told string }{
		"a column renamed":      {"runs", "another tool altered it: the column phase long is now part long"},
		"a column dropped":      {"charges", "the column qos string is gone"},
		"partitioned otherwise": {"events", "it is partitioned by"},
		"a newer format":        {"nodes", "its format is 3"},
		"another tool's table":  {"daily_summary", "it was not made by this program"},
		"a column of that name": {"jobs", "the column " + newColumn + " is int"},
	} {
		other := newWorldLike(t, w)
		other.another(t, one.name, func(t *testing.T, tx *table.Transaction) {
			update := tx.UpdateSchema(true, true)
			switch what {
			case "a column renamed":
				must(t, update.RenameColumn([]string{"phase"}, "part").Commit())
			case "a column dropped":
				must(t, update.DeleteColumn([]string{"qos"}).Commit())
			case "partitioned otherwise":
				must(t, tx.UpdateSpec(true).AddField("type", icebergo.IdentityTransform{}, "type").Commit())
			case "a newer format":
				must(t, tx.UpgradeFormatVersion(3))
			case "another tool's table":
				must(t, tx.RemoveProperties([]string{"pbsduck.table"}))
			case "a column of that name":
				must(t, update.AddColumn([]string{newColumn}, icebergo.PrimitiveTypes.Int32, "", false, nil).Commit())
			}
		})
		if what == "a column of that name" {
			other.addColumn(t)
		}
		other.refused(t, 1, one.told, "update", "lake")
		other.refused(t, 1, one.told, "update", "lake", "--overwrite")
	}
}

// newWorldLike has the same dataset, and tables of its own.
func newWorldLike(t *testing.T, w *world) *world {
	t.Helper()
	other := &world{dir: t.TempDir(), days: w.days}
	other.catalog, other.warehouse = "sqlite:"+other.path("catalog.db"), other.path("warehouse")
	copyDir(t, w.path("lake"), other.path("lake"))
	copyDir(t, w.path("logs"), other.path("logs"))
	other.update(t)
	return other
}

func someUser(t *testing.T, w *world) string {
	t.Helper()
	return w.ask(t, "SELECT max(user_name) FROM jobs")[0][0]
}

const newColumn = "stage_in_s"

// addColumn has the site have a column more, from now on.
func (w *world) addColumn(t *testing.T) {
	t.Helper()
	config := w.path("logs", "pbsduck.toml")
	edit(t, config, func(text string) string {
		return text + "\n[[columns]]\nname = \"" + newColumn + "\"\nattribute = \"resources_used.stagein\"\n" +
			"type = \"duration\"\ncomment = \"Time that staging in took.\"\n"
	})
	w.pbsduck(t, "ingest", "-q", "--config", "logs/pbsduck.toml", "--db", "other.duckdb", "logs/derecho/20260129")
	w.pbsduck(
		t,
		"export",
		"-q",
		"--db",
		"other.duckdb",
		"--config",
		"logs/pbsduck.toml",
		"--dataset",
		"fresh",
		"--for",
		"iceberg",
	)
	// It is taken for one of the same database.
	manifest := w.path("fresh", "_manifest.json")
	old := value(t, w.path("lake", "_manifest.json"), "database_made_at")
	edit(
		t,
		manifest,
		func(text string) string { return strings.Replace(text, value(t, manifest, "database_made_at"), old, 1) },
	)
	copyDir(t, w.path("fresh"), w.path("lake"))
}
