package export

import (
	"fmt"
	"slices"
	"strings"

	"github.com/apache/arrow-go/v18/arrow"
)

// headings are the lines over the columns of a table: their names; under them the units that are known and that no name
// says, if there are any; under these the types, if they are asked for.
func headings(schema *arrow.Schema, types bool) [][]string {
	var names, units, kinds []string
	anyUnit := false
	for _, f := range schema.Fields() {
		unit := unsaidUnit(f)
		anyUnit = anyUnit || unit != ""
		names, units, kinds = append(names, Visible(f.Name)), append(units, unit), append(kinds, sqlType(f.Type))
	}
	lines := [][]string{names}
	if anyUnit {
		lines = append(lines, units)
	}
	if types {
		lines = append(lines, kinds)
	}
	return lines
}

// saying are words that say a unit.
var saying = map[string][]string{
	"s": {"seconds"}, "h": {"hours"}, "hours": {"h"}, "d": {"days"}, "%": {"percent", "pct"}, "bytes": {"b"},
}

// unsaidUnit is the unit of a column, if its name does not say it.
func unsaidUnit(f arrow.Field) string {
	unit, _ := f.Metadata.GetValue("unit")
	lower := strings.ToLower(unit)
	says := func(word string) bool { return word == lower || slices.Contains(saying[lower], word) }
	if unit == "" || slices.ContainsFunc(nameWords(f.Name), says) {
		return ""
	}
	return Visible(unit)
}

// sqlTypes are what DuckDB calls the types that have no parts.
var sqlTypes = map[arrow.Type]string{
	arrow.BOOL: "BOOLEAN", arrow.INT8: "TINYINT", arrow.INT16: "SMALLINT", arrow.INT32: "INTEGER", arrow.INT64: "BIGINT",
	arrow.UINT8: "UTINYINT", arrow.UINT16: "USMALLINT", arrow.UINT32: "UINTEGER", arrow.UINT64: "UBIGINT",
	arrow.FLOAT32: "FLOAT", arrow.FLOAT64: "DOUBLE", arrow.DATE32: "DATE", arrow.DATE64: "DATE", arrow.TIME32: "TIME",
	arrow.TIME64: "TIME", arrow.STRING: "VARCHAR", arrow.LARGE_STRING: "VARCHAR", arrow.STRING_VIEW: "VARCHAR",
	arrow.DICTIONARY: "ENUM", arrow.BINARY: "BLOB", arrow.LARGE_BINARY: "BLOB", arrow.BINARY_VIEW: "BLOB",
	arrow.FIXED_SIZE_BINARY: "BLOB", arrow.INTERVAL_MONTH_DAY_NANO: "INTERVAL", arrow.STRUCT: "STRUCT", arrow.MAP: "MAP",
	arrow.NULL: "NULL", arrow.SPARSE_UNION: "UNION", arrow.DENSE_UNION: "UNION",
}

// sqlType is what DuckDB calls a type. HUGEINT, the type of sums, comes as a decimal of 38 digits.
func sqlType(t arrow.DataType) string {
	switch t := t.(type) {
	case *arrow.TimestampType:
		if t.TimeZone != "" {
			return "TIMESTAMPTZ"
		}
		return "TIMESTAMP"
	case arrow.DecimalType:
		if t.GetScale() == 0 && t.GetPrecision() == 38 {
			return "HUGEINT"
		}
		return fmt.Sprintf("DECIMAL(%d,%d)", t.GetPrecision(), t.GetScale())
	case arrow.ListLikeType:
		if t.ID() != arrow.MAP {
			return sqlType(t.Elem()) + "[]"
		}
	case arrow.ExtensionType:
		return sqlType(t.StorageType())
	}
	if name, ok := sqlTypes[t.ID()]; ok {
		return name
	}
	return strings.ToUpper(t.Name())
}
