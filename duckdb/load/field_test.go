package load_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"pbsduck/duckdb/duckdbtest"
	"pbsduck/duckdb/load"
	"pbsduck/ingest/corpus"
)

// A fieldCase is a small log that once gave a wrong answer, and the right one.
type fieldCase struct {
	Log  string  `json:"log"`
	Zone string  `json:"zone"`
	What string  `json:"what"`
	SQL  string  `json:"sql"`
	Rows [][]any `json:"rows"`
}

// TestField: what real sites once found wrong is right.
func TestField(t *testing.T) {
	dir := filepath.Join(corpus.Dir(t), "field")
	text, err := os.ReadFile(filepath.Join(dir, "expected.json"))
	if err != nil {
		t.Skip(err)
	}
	var cases []fieldCase
	decoder := json.NewDecoder(bytes.NewReader(text))
	decoder.UseNumber()
	if err := decoder.Decode(&cases); err != nil {
		t.Fatal(err)
	}
	for _, c := range cases {
		t.Run(c.Log, func(t *testing.T) {
			f := duckdbtest.New(t)
			f.Load(load.Options{Zone: c.Zone}, filepath.Join(dir, c.Log))
			f.CheckLedger()
			f.Verify()
			if diff := cmp.Diff(shown(t, c.Rows), f.Rows(c.SQL)); diff != "" {
				t.Errorf("%s: %s (-want +got):\n%s", c.What, c.SQL, diff)
			}
		})
	}
}

func zone(t testing.TB, name string) *time.Location {
	t.Helper()
	loc, err := time.LoadLocation(name)
	if err != nil {
		t.Fatal(err)
	}
	return loc
}

// shown are rows of JSON as duckdbtest.Fixture.rows shows them.
func shown(t testing.TB, rows [][]any) (all []string) {
	t.Helper()
	for _, row := range rows {
		var cells []string
		for _, cell := range row {
			switch cell := cell.(type) {
			case nil:
				cells = append(cells, "(null)")
			case json.Number:
				if n, err := cell.Float64(); err == nil && strings.Contains(cell.String(), ".") {
					cells = append(cells, strconv.FormatFloat(n, 'g', -1, 64))
					continue
				}
				cells = append(cells, cell.String())
			default:
				cells = append(cells, fmt.Sprint(cell))
			}
		}
		all = append(all, strings.Join(cells, "|"))
	}
	return all
}
