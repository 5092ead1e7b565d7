package load

import (
	"bytes"
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
	for _, c := range []int{compareNames(a.Name, b.Name), strings.Compare(a.Path, b.Path)} {
		if c != 0 {
			return c
		}
	}
	return int(a.ID - b.ID)
}

// ComparePaths orders logs by their paths as compareLogs does.
func ComparePaths(a, b string) int {
	if c := compareNames(filepath.Base(a), filepath.Base(b)); c != 0 {
		return c
	}
	return strings.Compare(a, b)
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
		if len(x) != len(y) {
			return len(x) - len(y)
		}
		if x != y {
			return strings.Compare(x, y)
		}
		a, b = a[m:], b[n:]
	}
	return len(a) - len(b)
}

// digits is how many digits a name begins with.
func digits(s string) int {
	return len(s) - len(bytes.TrimLeft([]byte(s), "0123456789"))
}
