package load

import (
	"cmp"
	"context"
	"maps"
	"path/filepath"
	"slices"
	"strings"
)

// logs are those of the machine, with those of this load as they will be, in their order.
func (l *transaction) logs(ctx context.Context) ([]*LogFile, error) {
	known := map[int64]*LogFile{}
	ledger, err := Ledger(ctx, l.db, l.machine)
	for _, f := range append(ledger, l.files...) {
		known[f.ID] = f
	}
	return slices.SortedFunc(maps.Values(known), compareLogs), err
}

// compareLogs orders logs by name, in which a number counts as one: 9 before 10; then by path, and by when they were
// first read.
func compareLogs(a, b *LogFile) int {
	return cmp.Or(compareNames(a.Name, b.Name), strings.Compare(a.Path, b.Path), cmp.Compare(a.ID, b.ID))
}

// ComparePaths orders logs by their paths as compareLogs does.
func ComparePaths(a, b string) int {
	return cmp.Or(compareNames(filepath.Base(a), filepath.Base(b)), strings.Compare(a, b))
}

func compareNames(a, b string) int {
	for a != "" && b != "" {
		m, n := digits(a), digits(b)
		if m == 0 || n == 0 {
			if a[0] != b[0] {
				return int(a[0]) - int(b[0])
			}
			a, b = a[1:], b[1:]
			continue
		}
		x, y := strings.TrimLeft(a[:m], "0"), strings.TrimLeft(b[:n], "0")
		if c := cmp.Or(len(x)-len(y), strings.Compare(x, y)); c != 0 {
			return c
		}
		a, b = a[m:], b[n:]
	}
	return len(a) - len(b)
}

// digits is how many digits a name begins with.
func digits(s string) int {
	return len(s) - len(strings.TrimLeft(s, "0123456789"))
}
