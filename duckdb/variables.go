package duckdb

import (
	"fmt"
	"regexp"
	"strings"
	"sync"
)

// Vars are the values that an SQL file reads by getvariable('name').
//
// SQL files have variables where a value comes from elsewhere, so that they run as they stand, in any client, behind
// SET VARIABLE. The head of a file says which there are, and of what types:
//
//	-- Variables: first BIGINT, last BIGINT
//
// DuckDB puts the values in when it plans a statement. As with literals, and with parameters, it leaves out the row
// groups that can't hold them; but not where the condition is column IS NOT DISTINCT FROM value, or
// list_contains(values, column): column IN (SELECT unnest(values)) is found by the least and the greatest of them.
type Vars map[string]any

var heads = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`(?m)^-- Variables: (.*)$`) })

// With is what an SQL file says, behind statements that set its variables, to be run as one. They stay set in the
// session; but each file is given all that it reads, so none reads what another one left. What With gives must not be
// prepared and run again: that has the first values for ever.
func With(file string, vars Vars) string {
	var b strings.Builder
	n := 0
	for _, head := range heads().FindAllStringSubmatch(file, -1) {
		for one := range strings.SplitSeq(head[1], ", ") {
			name, typ, _ := strings.Cut(one, " ")
			value, ok := vars[name]
			if !ok {
				panic(fmt.Sprintf("variable %s is not set: %s", name, file))
			}
			n++
			fmt.Fprintf(&b, "SET VARIABLE %s = (%s)::%s; ", name, Literal(value), typ)
		}
	}
	if n != len(vars) {
		panic(fmt.Sprintf("variables %v are set: %s", vars, file))
	}
	return b.String() + file
}
