package notebooks

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"testing"

	"pbsduck/duckdb"
	"pbsduck/ingest/schema"
)

// A readTable is what a library read of a table of a dataset.
type readTable struct {
	Rows       int64
	Categories []string
	Columns    map[string]struct {
		figure
		Type  string
		Notes map[string]string
	}
}

// A figure is what is in a column: how many values are known, their sum, the least and the greatest, as canonical text:
// instants in microseconds, days in days since 1970, bytes in hex, a truth as 0 or 1.
type figure struct {
	Known            int64
	Sum, Least, Most *string
}

// readerTypes are what libraries call the types of columns.
var readerTypes = map[string]map[schema.Type][]string{
	"pyarrow": {
		schema.Integer: {"int64"}, schema.Float: {"double"}, schema.Boolean: {"bool"},
		schema.Timestamp: {"timestamp[us, tz=UTC]"}, schema.Date: {"date32[day]"}, schema.Text: {"string"},
		schema.Bytes: {"binary"},
	},
	"pandas": {
		schema.Integer: {"int64[pyarrow]"}, schema.Float: {"double[pyarrow]"}, schema.Boolean: {"bool[pyarrow]"},
		schema.Timestamp: {"timestamp[us, tz=UTC][pyarrow]"}, schema.Date: {"date32[day][pyarrow]"},
		schema.Text: {"string", "string[pyarrow]", "large_string[pyarrow]"}, schema.Bytes: {"binary[pyarrow]"},
	},
	"polars": {
		schema.Integer: {"Int64"}, schema.Float: {"Float64"}, schema.Boolean: {"Boolean"},
		schema.Timestamp: {"Datetime(time_unit='us', time_zone='UTC')"}, schema.Date: {"Date"}, schema.Text: {"String"},
		schema.Bytes: {"Binary"},
	},
	"duckdb": {
		schema.Integer: {"BIGINT"}, schema.Float: {"DOUBLE"}, schema.Boolean: {"BOOLEAN"},
		schema.Timestamp: {"TIMESTAMP WITH TIME ZONE"}, schema.Date: {"DATE"}, schema.Text: {"VARCHAR"},
		schema.Bytes: {"BLOB"},
	},
	"hyparquet": {
		schema.Integer: {"INT64", "INT64 INT_64", "INT64 INTEGER"}, schema.Float: {"DOUBLE"}, schema.Boolean: {"BOOLEAN"},
		schema.Timestamp: {"INT64 TIMESTAMP MICROS UTC"}, schema.Date: {"INT32 DATE"},
		schema.Text: {"BYTE_ARRAY UTF8", "BYTE_ARRAY STRING"}, schema.Bytes: {"BYTE_ARRAY"},
	},
}

// categories are what libraries call the types of categories; for the others they are texts.
var categories = map[string]string{
	"pyarrow": "dictionary<values=string, indices=int32, ordered=0>",
	"pandas":  "dictionary<values=string, indices=int32, ordered=0>[pyarrow]", "polars": "Categorical",
}

// aDataset makes one with everything in it.
func (w world) aDataset(t *testing.T) string {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "dataset")
	w.tool(t, nil, filepath.Join(w.bin, "pbsduck"), "export", "-q", "--dataset", dir, "--with-records")
	return dir
}

// TestDatasetInPython holds that pyarrow, pandas, polars and DuckDB for Python read of a dataset what is in the
// database: rows, NULLs, sums, least and greatest; and that integers stay integers, instants are UTC, and categories
// are such.
func TestDatasetInPython(t *testing.T) {
	interpreter, w := python(t), theWorld(t)
	w.compare(t, w.tool(t, nil, interpreter, "-c", string(read(t, "testdata/dataset.py")), w.aDataset(t)), "pyarrow",
		"pandas", "polars", "duckdb")
}

// TestDatasetInNode holds the same of Node's hyparquet, which knows no categories.
func TestDatasetInNode(t *testing.T) {
	node, err := exec.LookPath("node")
	if err != nil {
		t.Skip("there is no node: install it to read datasets by hyparquet (Debian: apt-get install nodejs npm)")
	}
	modules, err := filepath.Abs("../.tools/hyparquet/node_modules")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(modules); err != nil {
		t.Skip("hyparquet is not there: run make test, which fetches it where there are npm and its registry")
	}
	script, err := filepath.Abs("testdata/hyparquet/read.mjs")
	if err != nil {
		t.Fatal(err)
	}
	w := theWorld(t)
	w.compare(t, w.tool(t, nil, node, script, modules, w.aDataset(t)), "hyparquet")
}

// compare holds what readers said of each table against the database.
func (w world) compare(t *testing.T, said []byte, readers ...string) {
	t.Helper()
	db := w.open(t)
	tables := map[string]map[string]json.RawMessage{}
	decoder := json.NewDecoder(bytes.NewReader(said))
	for decoder.More() {
		one := map[string]json.RawMessage{}
		if err := decoder.Decode(&one); err != nil {
			t.Fatal(err)
		}
		var name string
		if err := json.Unmarshal(one["table"], &name); err != nil {
			t.Fatal(err)
		}
		tables[name] = one
	}
	for _, table := range db.Site().Dataset(true) {
		rows, wanted := inDatabase(t, db, table)
		for _, reader := range readers {
			t.Run(table.Name+"/"+reader, func(t *testing.T) {
				var got readTable
				if err := json.Unmarshal(tables[table.Name][reader], &got); err != nil {
					t.Fatal(err)
				}
				if got.Rows != rows || rows == 0 {
					t.Errorf("%d rows, the database has %d", got.Rows, rows)
				}
				for i, c := range table.Columns {
					has := got.Columns[c.Name]
					if told := differ(c, has.figure, wanted[i]); told != "" {
						t.Errorf("%s: %s", c.Name, told)
					}
					kinds := readerTypes[reader][c.Type]
					if c.Category && categories[reader] != "" {
						kinds = []string{categories[reader]}
					}
					if i > 0 && !slices.Contains(kinds, has.Type) { // the machine is in folders' names
						t.Errorf("%s is read as %s, not %v", c.Name, has.Type, kinds)
					}
					if reader == "pyarrow" && i > 0 && (has.Notes["comment"] != c.Comment || has.Notes["unit"] != c.Unit) {
						t.Errorf("%s has the notes %v", c.Name, has.Notes)
					}
					if reader == "pandas" && i > 0 && c.Category && !slices.Contains(got.Categories, c.Name) {
						t.Errorf("%s is no category", c.Name)
					}
				}
			})
		}
	}
}

// differ says in what a column is not as the database has it.
func differ(c schema.Column, got, want figure) string {
	if got.Known != want.Known {
		return fmt.Sprintf("%d values, in the database %d", got.Known, want.Known)
	}
	for _, one := range []struct {
		what      string
		got, want *string
	}{{"the sum", got.Sum, want.Sum}, {"the least", got.Least, want.Least}, {"the greatest", got.Most, want.Most}} {
		switch {
		case one.want == nil:
		case one.got == nil:
			return fmt.Sprintf("%s is not known, in the database %.80q", one.what, *one.want)
		case c.Type == schema.Float:
			a, err1 := strconv.ParseFloat(*one.got, 64)
			b, err2 := strconv.ParseFloat(*one.want, 64)
			if err1 != nil || err2 != nil || math.Abs(a-b) > 1e-9*math.Abs(b) { // a sum depends on the order
				return fmt.Sprintf("%s is %s, in the database %s", one.what, *one.got, *one.want)
			}
		case *one.got != *one.want:
			return fmt.Sprintf("%s is %.80q, in the database %.80q", one.what, *one.got, *one.want)
		}
	}
	return ""
}

// of are the questions that a table of a dataset is the answer to, without the machine's folders.
var of = map[string]string{
	"jobs": "(SELECT id AS job_row, * FROM jobs)", "runs": "(SELECT id AS job_row, * EXCLUDE (id) FROM job_runs)",
	"charges": "(SELECT j.id AS job_row, j.machine, j.job_id, j.submit_time, j.end_time, c.* EXCLUDE (job_id) " +
		"FROM jobs j JOIN job_charges c ON c.job_id = j.id)",
	"nodes": "(SELECT j.id AS job_row, j.machine, j.job_id, j.submit_time, j.end_time, n.* EXCLUDE (job_id) FROM jobs j " +
		"JOIN job_nodes n ON n.job_id = j.id)",
	"records": "(SELECT j.id AS job_row, j.machine, j.job_id, j.submit_time, j.end_time, " +
		"pbs_record(r.compressed_data) AS record FROM jobs j JOIN job_records r ON r.job_id = j.id)",
	"events": "events", "daily_summary": "daily_summary",
}

// canonical are columns as readers are asked to tell of them.
var canonical = map[schema.Type]string{
	schema.Integer: "%s", schema.Float: "%s", schema.Boolean: "%s::BIGINT", schema.Timestamp: "epoch_us(%s)",
	schema.Date: "date_diff('day', DATE '1970-01-01', %s)", schema.Text: "%s", schema.Bytes: "lower(hex(%s))",
}

func inDatabase(t *testing.T, db *duckdb.DB, table schema.Table) (rows int64, all []figure) {
	t.Helper()
	for _, c := range table.Columns {
		value, sum := fmt.Sprintf(canonical[c.Type], c.Name), "NULL"
		if c.Type != schema.Text && c.Type != schema.Bytes {
			sum = "sum(" + value + ")::VARCHAR"
		}
		var f figure
		err := db.Conn().QueryRowContext(t.Context(),
			fmt.Sprintf("SELECT count(*), count(%[1]s), %[2]s, min(%[3]s)::VARCHAR, max(%[3]s)::VARCHAR FROM %[4]s",
				c.Name, sum, value, of[table.Name])).Scan(&rows, &f.Known, &f.Sum, &f.Least, &f.Most)
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, f)
	}
	return rows, all
}
