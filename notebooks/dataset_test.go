package notebooks

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/apache/arrow-go/v18/arrow/array"

	"pbsduck/duckdb"
	"pbsduck/ingest/schema"
)

// A readTable is what a library read of a table of a dataset.
type readTable struct {
	Rows       int64
	Categories []string
	Columns    map[string]struct {
		Known int64
		Sum   *json.Number
		Least *int64
		Most  *int64
		Type  string
		Notes map[string]string
	}
}

// TestDatasetInPython holds that pyarrow, pandas and DuckDB for Python read of a dataset what is in the database: rows,
// NULLs, sums, least and greatest; and that integers stay integers, instants are UTC, and categories are such.
func TestDatasetInPython(t *testing.T) {
	interpreter, w := python(t), theWorld(t)
	dir := filepath.Join(t.TempDir(), "dataset")
	w.tool(t, nil, filepath.Join(w.bin, "pbsduck"), "export", "-q", "--dataset", dir, "--with-records")
	said := w.tool(t, nil, interpreter, "-c", string(read(t, "testdata/dataset.py")), dir)
	db := w.open(t)
	tables := map[string]map[string]readTable{}
	decoder := json.NewDecoder(bytes.NewReader(said))
	for decoder.More() {
		var one struct {
			Table                   string
			Pyarrow, Pandas, Duckdb readTable
		}
		if err := decoder.Decode(&one); err != nil {
			t.Fatal(err)
		}
		tables[one.Table] = map[string]readTable{"pyarrow": one.Pyarrow, "pandas": one.Pandas, "duckdb": one.Duckdb}
	}
	for _, table := range db.Site().Dataset(true) {
		t.Run(table.Name, func(t *testing.T) {
			rows, wanted := inDatabase(t, db, table)
			for reader, got := range tables[table.Name] {
				if got.Rows != rows || rows == 0 {
					t.Errorf("%s reads %d rows, the database has %d", reader, got.Rows, rows)
				}
				for i, c := range table.Columns {
					has, want := got.Columns[c.Name], wanted[i]
					switch {
					case has.Known != want.known:
						t.Errorf("%s: %s has %d values, the database %d", reader, c.Name, has.Known, want.known)
					case has.Sum != nil && c.Type == schema.Integer && has.Sum.String() != want.sum:
						t.Errorf("%s: the sum of %s is %s, in the database %s", reader, c.Name, has.Sum, want.sum)
					case has.Least != nil && (*has.Least != want.least || *has.Most != want.most):
						t.Errorf("%s: %s is from %d to %d, in the database from %d to %d", reader, c.Name, *has.Least, *has.Most, want.least, want.most)
					case c.Type == schema.Integer && !slices.Contains([]string{"int64", "int64[pyarrow]", "BIGINT"}, has.Type),
						reader == "pyarrow" && c.Type == schema.Timestamp && has.Type != "timestamp[us, tz=UTC]",
						reader == "pyarrow" && c.Category && has.Type != "dictionary<values=string, indices=int32, ordered=0>",
						reader == "duckdb" && c.Type == schema.Timestamp && has.Type != "TIMESTAMP WITH TIME ZONE":
						t.Errorf("%s reads %s as %s", reader, c.Name, has.Type)
					case reader == "pyarrow" && i > 0 && (has.Notes["comment"] != c.Comment || has.Notes["unit"] != c.Unit):
						t.Errorf("%s says of %s %v", reader, c.Name, has.Notes)
					case reader == "pandas" && c.Category && !slices.Contains(got.Categories, c.Name):
						t.Errorf("pandas: %s is no category", c.Name)
					}
				}
			}
		})
	}
	if python := exec.Command(interpreter, "-c", "import polars"); python.Run() != nil {
		t.Log("polars is not there, and is not asked")
	}
}

// A figure is what the database has in a column.
type figure struct {
	known       int64
	sum         string
	least, most int64
}

// of are the questions that a table of a dataset is the answer to, without the machine's folders.
var of = map[string]string{
	"jobs": "(SELECT id AS job_row, * FROM jobs)", "runs": "(SELECT id AS job_row, * EXCLUDE (id) FROM job_runs)",
	"charges": "(SELECT j.id AS job_row, j.machine, j.job_id, j.submit_time, j.end_time, c.* EXCLUDE (job_id) FROM jobs j JOIN job_charges c ON c.job_id = j.id)",
	"nodes":   "(SELECT j.id AS job_row, j.machine, j.job_id, j.submit_time, j.end_time, n.* EXCLUDE (job_id) FROM jobs j JOIN job_nodes n ON n.job_id = j.id)",
	"records": "(SELECT j.id AS job_row, j.machine, j.job_id, j.submit_time, j.end_time, pbs_record(r.compressed_data) AS record FROM jobs j JOIN job_records r ON r.job_id = j.id)",
	"events":  "events", "daily_summary": "daily_summary",
}

func inDatabase(t *testing.T, db *duckdb.DB, table schema.Table) (rows int64, all []figure) {
	t.Helper()
	for _, c := range table.Columns {
		value := c.Name
		switch c.Type {
		case schema.Timestamp:
			value = "epoch_us(" + c.Name + ")"
		case schema.Integer:
		default:
			value = "NULL::BIGINT"
		}
		answer, err := db.Query(t.Context(), fmt.Sprintf("SELECT count(*), count(%[1]s), coalesce(sum(%[2]s)::VARCHAR, ''), coalesce(min(%[2]s), 0), coalesce(max(%[2]s), 0) FROM %[3]s",
			c.Name, value, of[table.Name]))
		if err != nil {
			t.Fatal(err)
		}
		if !answer.Next() {
			t.Fatal(answer.Err())
		}
		r := answer.RecordBatch()
		number := func(i int) int64 { return r.Column(i).(*array.Int64).Value(0) }
		rows = number(0)
		all = append(all, figure{number(1), strings.Clone(r.Column(2).(*array.String).Value(0)), number(3), number(4)})
		answer.Release()
	}
	return rows, all
}
