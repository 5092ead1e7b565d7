package warnings_test

import (
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"pbsduck/duckdb/duckdbtest"
	"pbsduck/duckdb/load"
)

// doubtful are logs with something amiss in each.
var doubtful = map[string]string{
	"a/20260115": "noise\n" +
		"01/15/2026 09:00:00;E;1.srv;user=user0001 ctime=1768464001 start=1768464100 end=1768521600 " +
		"resources_used.cpupercent=some Exit_status=0 run_count=1\n" +
		"01/15/2026 08:00:00;Q;7.srv;queue=short\n01/15/2026 08:00:01;Q;8.srv;queue=short\n",
	"b/20260115": "noise\nmore\n01/15/2026 08:00:00;Q;7.srv;queue=short\n01/15/2026 10:00:00;Q;9.srv;queue=short\n",
	"a/20260116": "noise\n01/16/2026 09:00:00;E;2.srv;user=user0001 ctime=1768464001 start=1768464100 end=1768550400 " +
		"Exit_status=0 run_count=1\n",
	"a/20260117": "01/17/2026 09:00:00;Q;7.srv;queue=short\n01/17/2026 09:00:0",
}

// TestWarningsInAnyOrder: what holds in the end does not depend on the order in which logs were read, nor on how many
// runs there were.
func TestWarningsInAnyOrder(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	var paths []string
	for name, text := range doubtful {
		path := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o777); err != nil {
			t.Fatal(err)
		}
		duckdbtest.WriteLog(t, path, []byte(text), false)
		paths = append(paths, path)
	}
	slices.Sort(paths)
	const held = "SELECT w.kind, w.machine, w.path, l.path, w.text FROM warnings w LEFT JOIN log_files l " +
		"USING (file_id) WHERE true_until IS NULL ORDER BY ALL"
	whole := duckdbtest.New(t)
	whole.Load(load.Options{}, paths...)
	want := whole.Rows(held)
	if len(want) != 7 {
		t.Errorf("%d warnings, want 7: %q", len(want), want)
	}
	for _, order := range permutations(paths) {
		f := duckdbtest.New(t)
		for _, path := range order {
			f.Load(load.Options{}, path)
		}
		if diff := cmp.Diff(want, f.Rows(held)); diff != "" {
			t.Fatalf("%q (-at once +one by one):\n%s", order, diff)
		}
	}
}

func permutations(all []string) [][]string {
	if len(all) == 0 {
		return [][]string{nil}
	}
	var out [][]string
	for i, first := range all {
		for _, rest := range permutations(slices.Concat(all[:i], all[i+1:])) {
			out = append(out, append([]string{first}, rest...))
		}
	}
	return out
}

// TestWarningsMove: a log that is found at another place takes its warnings along, and what was set right while it
// moved is closed.
func TestWarningsMove(t *testing.T) {
	dir := t.TempDir()
	text := doubtful["a/20260115"]
	before, after := filepath.Join(dir, "20260115"), filepath.Join(dir, "old", "20260115")
	duckdbtest.WriteLog(t, before, []byte(text), false)
	f := duckdbtest.New(t)
	f.Load(load.Options{}, before)
	if err := os.Mkdir(filepath.Dir(after), 0o777); err != nil {
		t.Fatal(err)
	}
	if err := os.Rename(before, after); err != nil {
		t.Fatal(err)
	}
	f.Load(load.Options{}, after)
	const clock = "SELECT path, true_until IS NULL FROM warnings WHERE kind = 'clock'"
	if diff := cmp.Diff([]string{after + "|true"}, f.Rows(clock)); diff != "" {
		t.Error(diff)
	}
	duckdbtest.WriteLog(t, after, []byte(text[:len(text)-80]), false)
	f.Load(load.Options{Overwrite: true}, after)
	if diff := cmp.Diff([]string{after + "|false"}, f.Rows(clock)); diff != "" {
		t.Error(diff)
	}
}
