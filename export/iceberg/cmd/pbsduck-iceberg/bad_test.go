package main

import (
	"bytes"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"pbsduck/duckdb/dbfile"
	"pbsduck/export/dataset"
)

// edit changes a text file.
func edit(t *testing.T, path string, change func(text string) string) {
	t.Helper()
	text, err := os.ReadFile(path)
	must(t, err)
	must(t, os.WriteFile(path, []byte(change(string(text))), 0o600))
}

// value is that of a key in a JSON file, the first.
func value(t *testing.T, path, key string) string {
	t.Helper()
	text, err := os.ReadFile(path)
	must(t, err)
	found := regexp.MustCompile(`"` + key + `": "([^"]*)"`).FindSubmatch(text)
	if found == nil {
		t.Fatalf("%s has no %s", path, key)
	}
	return string(found[1])
}

// TestRefused: what can't be done is told in words, with what to do, and nothing is half done.
func TestRefused(t *testing.T) {
	w := newWorld(t, 2, 30)
	w.take(t, w.days[0])
	w.export(t)
	w.pbsduck(t, "export", "-q", "--dataset", "plain")
	must(t, os.WriteFile(w.path("text.db"), []byte("this is no database, and long enough to be told so"), 0o600))
	for _, one := range []struct {
		code  int
		words string
		args  []string
	}{
		{2, "give the folder of the dataset", []string{"update"}},
		{2, "unknown flag: --bogus", []string{"update", "lake", "--bogus"}},
		{2, `unknown command "bogus"`, []string{"bogus"}},
		{2, "cannot tell what kind of catalog this is", []string{"update", "lake", "--catalog", "mysql://x"}},
		{2, "--namespace a..b", []string{"update", "lake", "--namespace", "a..b"}},
		{2, "give an age", []string{"expire"}},
		{2, "give 1 or more", []string{"expire", "--older-than", "1d", "--keep", "0"}},
		{10, "no such dataset: pbsduck export --dataset", []string{"update", "nowhere"}},
		{10, "no such catalog", []string{"list", "--catalog", "sqlite:nowhere.db"}},
		{10, "no such catalog", []string{"expire", "--older-than", "1d", "--catalog", "sqlite:nowhere.db"}},
		{1, "is a dataset in hive's folders", []string{"update", "plain"}},
		{1, "no such file or directory", []string{"update", "lake", "--catalog", "sqlite:no/where.db"}},
		{1, "does not answer: file is not a database", []string{"update", "lake", "--catalog", "sqlite:text.db"}},
		{1, "does not answer: ", []string{"update", "lake", "--catalog", "postgres://me:secret@127.0.0.1:1/x"}},
		{1, "does not answer: ", []string{"update", "lake", "--catalog", "http://127.0.0.1:1"}},
	} {
		w.refused(t, one.code, one.words, one.args...)
		if said := w.iceberg(t, one.args...); strings.Contains(said.err, "secret") || strings.Contains(said.err, "panic") {
			t.Errorf("%v: %s", one.args, said.err)
		}
	}
	lock, err := dbfile.TakeLock(t.Context(), w.path("lake", dataset.LockName), w.path("lake"), 0)
	must(t, err)
	w.refused(t, 11, "is in use by", "update", "lake", "--wait", "10ms")
	must(t, lock.Release())
	if left := files(t, w.warehouse); len(left) > 0 {
		t.Errorf("refused, and there is %v", left)
	}

	w.update(t)
	w.refused(t, 10, "it has no namespace other", "list", "--namespace", "other")
	w.warehouse = ""
	w.refused(t, 1, "name the warehouse: --warehouse", "update", "lake", "--namespace", "second")
	w.warehouse = w.path("warehouse")
	moved := w.path("moved")
	must(t, os.Rename(w.warehouse, moved))
	w.refused(t, 1, "a warehouse that was moved must go back to where it was", "update", "lake")
	must(t, os.Rename(moved, w.warehouse))
	w.update(t)
	edit(
		t,
		w.path("lake", "_manifest.json"),
		func(text string) string { return strings.Replace(text, `"format": 2`, `"format": 3`, 1) },
	)
	w.refused(t, 12, "written by a newer program", "update", "lake")
}

// TestMisfits: a dataset that is not what its manifest says is taken in nowhere.
func TestMisfits(t *testing.T) {
	w := newWorld(t, 3, 60)
	w.take(t, w.days...)
	w.export(t)
	w.update(t)
	had, snapshots := files(t, w.warehouse), w.snapshots(t)
	w.take(t, w.days[0])
	w.export(t, "--rewrite")
	file := w.path("lake", "jobs", "derecho-2026-01", "part-1.parquet")
	if _, err := os.Stat(file); err != nil {
		found := files(t, w.path("lake", "jobs", "derecho-2026-01"))
		file = found[0]
	}
	good, err := os.ReadFile(file)
	must(t, err)
	flipped := bytes.Clone(good)
	flipped[len(flipped)/2] ^= 1
	damaged := map[string][]byte{"is missing": nil, "bytes, not": good[:len(good)-1], "has another digest": flipped}
	for what, bad := range damaged {
		must(t, os.Remove(file))
		if bad != nil {
			must(t, os.WriteFile(file, bad, 0o600))
		}
		// Only what is new is read.
		w.namespaceOf(t, func(args ...string) { w.refused(t, 1, what, append([]string{"update", "lake"}, args...)...) })
		_ = os.Remove(file)
		must(t, os.WriteFile(file, good, 0o600))
	}
	stray := filepath.Join(filepath.Dir(file), "stray.parquet")
	must(t, os.WriteFile(stray, good, 0o600))
	w.refused(t, 1, "is not in the manifest", "update", "lake")
	must(t, os.Remove(stray))
	if now := w.snapshots(t); len(now["pbs.jobs"]) != len(snapshots["pbs.jobs"]) {
		t.Errorf("refused, and there is a new snapshot of %v", now["pbs.jobs"])
	}
	if now := files(
		t,
		filepath.Join(w.warehouse, "pbs", "jobs"),
	); !slices.Equal(
		now,
		within(had, filepath.Join(w.warehouse, "pbs", "jobs")),
	) {
		t.Errorf("refused, and there are files %v", now)
	}
}

// namespaceOf runs something on tables that are made for it.
func (w *world) namespaceOf(t *testing.T, do func(args ...string)) {
	t.Helper()
	do(
		"--namespace",
		strings.ToLower(regexp.MustCompile(`\W`).ReplaceAllString(t.Name()+time.Now().Format("150405.000000"), "")),
	)
}

func within(all []string, dir string) []string {
	return slices.DeleteFunc(slices.Clone(all), func(path string) bool { return !strings.HasPrefix(path, dir+"/") })
}

// TestUnknownEnds: rows of unknown end are in the tables, and in files of their own; a file that mixes them is refused,
// since readers who ask for a month would never see them.
func TestUnknownEnds(t *testing.T) {
	w := newWorld(t, 3, 60)
	w.take(t, w.days...)
	must(t, os.MkdirAll(w.path("more"), 0o777))
	must(
		t,
		os.WriteFile(w.path("more", "20260201"), []byte("02/01/2026 09:00:00;E;777.srv;user=u1 queue=cpu ctime=1769900000 "+
			"start=1769930000 Resource_List.ncpus=4 resources_used.walltime=01:00:00 run_count=1\n"), 0o600),
	)
	w.pbsduck(t, "ingest", "-q", "--machine", "casper", "--timezone", "America/Denver", "more/20260201")
	w.export(t)
	w.update(t)
	h := newHistory(w)
	h.checkCurrent(t)
	if unknown := w.ask(t, "SELECT count(*) FROM jobs WHERE end_time IS NULL")[0][0]; unknown != "1" {
		t.Fatalf("%s jobs are of unknown end", unknown)
	}
	manifest := w.path("lake", "_manifest.json")
	if text, err := os.ReadFile(manifest); err != nil || !bytes.Contains(text, []byte(`"timeless": true`)) {
		t.Fatal("no file is of rows of unknown time", err)
	}
	edit(
		t,
		manifest,
		func(text string) string { return strings.ReplaceAll(text, `"timeless": true`, `"timeless": false`) },
	)
	w.refused(t, 1, "end_time is NULL in", "update", "lake", "--namespace", "second")
	edit(t, manifest, func(text string) string {
		return strings.ReplaceAll(text, `"machine": "casper",`+"\n"+`   "path"`, `"machine": "derecho",`+"\n"+`   "path"`)
	})
	w.refused(t, 1, "its machine is casper, and derecho in the manifest", "update", "lake", "--namespace", "third")
}
