package resolve

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"pbsduck/export/whole"
	"pbsduck/ingest/schema"
)

// Parts are the rows of logs that were parsed apart, as they were parsed or settled.
type Parts struct {
	dir     string
	views   map[string][]string // their files, by the view of whose rows they are
	settled bool                // the views are what the steps make, not what they ask
}

// Find finds the parts in a folder. Logs that are not there in whole are an error.
func Find(dir string) (*Parts, error) {
	p := &Parts{dir: dir, views: map[string][]string{}}
	tables := schema.Site{}.Parts()
	var all []string
	for i, t := range slices.Backward(tables) { // what is in logs is there in whole
		names, err := filesIn(filepath.Join(dir, t.Name))
		if err != nil {
			return nil, err
		}
		if i == len(tables)-1 {
			all = names
		}
		if lost := firstBut(all, names); lost != "" {
			return nil, fmt.Errorf("%s: %s has no file %s: parse its log again", dir, t.Name, lost)
		}
		if more := firstBut(names, all); more != "" {
			return nil, fmt.Errorf("%s: %s has a file %s that logs has not: its log was not parsed to its end; parse it again",
				dir, t.Name, more)
		}
		p.views["part_"+t.Name] = within(filepath.Join(dir, t.Name), names)
	}
	if len(all) == 0 {
		return nil, fmt.Errorf("%s: no log was parsed there", dir)
	}
	return p, nil
}

// kept are the views that go into the database: what another engine settles is of these.
var kept = []string{"jobs", "job_nodes", "told_runs", "events", "part_logs"}

// FindSettled finds the rows of parts that another engine has settled by Script, in a folder for each of the views that
// are kept.
func FindSettled(dir string) (*Parts, error) {
	p := &Parts{dir: dir, views: map[string][]string{}, settled: true}
	for _, view := range kept {
		names, err := filesIn(filepath.Join(dir, view))
		if err != nil {
			return nil, err
		}
		if len(names) == 0 {
			return nil, fmt.Errorf("%s: there is no Parquet file of %s, not even one without rows: settle the parts again",
				dir, view)
		}
		p.views[view] = within(filepath.Join(dir, view), names)
	}
	return p, nil
}

func filesIn(dir string) (names []string, err error) {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return nil, whole.Error(dir, err)
	}
	for _, e := range entries {
		if strings.HasSuffix(e.Name(), ".parquet") && !strings.HasPrefix(e.Name(), ".") {
			names = append(names, e.Name())
		}
	}
	return names, nil
}

func within(dir string, names []string) (paths []string) {
	for _, name := range names {
		paths = append(paths, filepath.Join(dir, name))
	}
	return paths
}

// firstBut is the first of some names that is not among others.
func firstBut(names, others []string) string {
	have := make(map[string]bool, len(others))
	for _, o := range others {
		have[o] = true
	}
	for _, n := range names {
		if !have[n] {
			return n
		}
	}
	return ""
}
