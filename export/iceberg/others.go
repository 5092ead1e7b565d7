package iceberg

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/apache/iceberg-go"
	"github.com/apache/iceberg-go/table"
)

// ErrChanged is told of a table that another tool changed.
var ErrChanged = errors.New("another tool changed it")

// ErrAltered is told of a table that another tool gave another shape, which no overwriting mends.
var ErrAltered = errors.New("another tool altered it")

// A live set of files is what a snapshot consists of.
type live struct {
	files   []iceberg.DataFile
	deletes map[string]int // by the path of a file, how many files say which of its rows are gone
}

// liveOf are the files of the current snapshot.
func liveOf(ctx context.Context, t *table.Table) (live, error) {
	l := live{deletes: map[string]int{}}
	if t.CurrentSnapshot() == nil {
		return l, nil
	}
	tasks, err := t.Scan(table.WithScanPlanningMode(table.ScanPlanningLocal)).PlanFiles(ctx)
	if err != nil {
		return l, err
	}
	for _, task := range tasks {
		l.files = append(l.files, task.File)
		if n := len(task.DeleteFiles) + len(task.EqualityDeleteFiles) + len(task.DeletionVectorFiles); n > 0 {
			l.deletes[task.File.FilePath()] = n
		}
	}
	return l, nil
}

func paths(files []iceberg.DataFile) (all []string) {
	for _, f := range files {
		all = append(all, f.FilePath())
	}
	return all
}

// fingerprint tells apart sets of files.
func fingerprint(paths []string) string {
	paths = slices.Sorted(slices.Values(paths))
	sum := sha256.Sum256([]byte(strings.Join(paths, "\n")))
	return hex.EncodeToString(sum[:16])
}

// isOurs tells whether the table is as a commit of ours left it: the last one, or one that somebody went back to.
func (l live) isOurs(t *table.Table) bool {
	if len(l.deletes) > 0 {
		return false
	}
	print := fingerprint(paths(l.files))
	if print == t.Properties()[filesProperty] {
		return true
	}
	current := t.CurrentSnapshot()
	return current != nil && current.Summary != nil && current.Summary.Properties[filesProperty] == print
}

// foreign says what another tool did since.
func (l live) foreign(t *table.Table) string {
	others := 0
	for _, f := range l.files {
		if digestOf(f.FilePath()) == "" {
			others++
		}
	}
	var told []string
	if others > 0 {
		told = append(told, fmt.Sprintf("%d of its %d files hold what it wrote", others, len(l.files)))
	}
	if len(l.deletes) > 0 {
		told = append(told, fmt.Sprintf("rows of %d files are deleted", len(l.deletes)))
	}
	if len(told) == 0 {
		told = append(told, "files are gone, or are there again")
	}
	for s := t.CurrentSnapshot(); s != nil && s.Summary != nil && s.Summary.Properties[filesProperty] == ""; {
		told = append(told, "snapshot "+describe(s))
		if s.ParentSnapshotID == nil {
			break
		}
		s = t.SnapshotByID(*s.ParentSnapshotID)
	}
	return strings.Join(told, "; ")
}

// describe says in words what a snapshot is.
func describe(s *table.Snapshot) string {
	by := cmp.Or(s.Summary.Properties["engine-name"], s.Summary.Properties["app-name"], "an unnamed program")
	return fmt.Sprintf(
		"%d (%s at %s by %s)",
		s.SnapshotID,
		s.Summary.Operation,
		time.UnixMilli(s.TimestampMs).UTC().Format(time.RFC3339),
		by,
	)
}
