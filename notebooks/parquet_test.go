package notebooks

import (
	"encoding/json"
	"fmt"
	"path/filepath"
	"strings"
	"testing"

	"github.com/apache/arrow-go/v18/arrow/array"
	"github.com/google/go-cmp/cmp"

	"pbsduck/duckdb"
	"pbsduck/ingest/schema"
)

// column is what testdata/describe.py says of a column.
type column struct {
	Name    string
	Type    string
	Notes   map[string]string // unit, source, comment
	Known   int64             // values that are not NULL
	Largest *int64            // of numbers; of instants in microseconds since 1970
}

// TestParquetInPyarrow holds that pyarrow finds the rows, types, units, sources and comments that the database and
// package batch have.
func TestParquetInPyarrow(t *testing.T) {
	interpreter, w := python(t), theWorld(t)
	db := w.open(t)
	for _, table := range []schema.Table{schema.Jobs, schema.JobNodes, schema.Events} {
		said := w.tool(t, nil, interpreter, "-c", string(read(t, "testdata/describe.py")),
			filepath.Join(w.parquet, table.Name+".parquet"))
		var got struct {
			Rows     int64
			Columns  []column
			Metadata map[string]string
		}
		if err := json.Unmarshal(said, &got); err != nil {
			t.Fatalf("%v in %s", err, said)
		}
		rows, columns := expect(t, db, table)
		if got.Rows != rows || rows == 0 {
			t.Errorf("%s: %d rows, the database has %d", table.Name, got.Rows, rows)
		}
		if diff := cmp.Diff(columns, got.Columns); diff != "" {
			t.Errorf("%s (-database +pyarrow):\n%s", table.Name, diff)
		}
		for _, key := range []string{"pbsduck.version", "pbsduck.schema_version", "pbsduck.query"} {
			if got.Metadata[key] == "" {
				t.Errorf("%s.parquet does not say its %s: %v", table.Name, key, got.Metadata)
			}
		}
	}
}

var pyarrowTypes = map[schema.Type]string{
	schema.Text: "string", schema.Integer: "int64", schema.Float: "double", schema.Boolean: "bool",
	schema.Timestamp: "timestamp[us, tz=UTC]", schema.Date: "date32[day]", schema.Bytes: "binary",
}

// expect says what the database has in a table.
func expect(t *testing.T, db *duckdb.DB, table schema.Table) (rows int64, columns []column) {
	t.Helper()
	questions := []string{"count(*)"}
	for _, c := range table.Columns {
		questions = append(questions, fmt.Sprintf("count(%s)", c.Name), largest(c))
	}
	answer, err := db.Query(t.Context(), fmt.Sprintf("SELECT %s FROM %s", strings.Join(questions, ", "), table.Name))
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Release()
	if !answer.Next() {
		t.Fatal("no answer: ", answer.Err())
	}
	number := func(i int) *int64 {
		values := answer.RecordBatch().Column(i).(*array.Int64)
		if values.IsNull(0) {
			return nil
		}
		n := values.Value(0)
		return &n
	}
	for i, c := range table.Columns {
		columns = append(columns, column{
			Name: c.Name, Type: pyarrowTypes[c.Type], Notes: c.Field().Metadata.ToMap(),
			Known: *number(1 + 2*i), Largest: number(2 + 2*i),
		})
	}
	return *number(0), columns
}

func largest(c schema.Column) string {
	switch c.Type {
	case schema.Integer:
		return fmt.Sprintf("max(%s)", c.Name)
	case schema.Timestamp:
		return fmt.Sprintf("epoch_us(max(%s))", c.Name)
	default:
		return "NULL::BIGINT"
	}
}
