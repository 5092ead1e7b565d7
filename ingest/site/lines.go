package site

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/pelletier/go-toml/v2/unstable"
)

// An Error is something wrong in the configuration.
type Error struct {
	Path    string
	Line    int    // from 1; 0: unknown
	Key     string // e.g. machines.timezone; may be empty
	Message string
}

func (e *Error) Error() string {
	where := e.Path
	if e.Line > 0 {
		where = fmt.Sprintf("%s:%d", e.Path, e.Line)
	}
	if e.Key != "" {
		where += ": " + e.Key
	}
	return where + ": " + e.Message
}

// Lines are where keys stand, by their path with the numbers of array
// elements: machines.0.rules.1.cpu_hours.
type Lines map[string]int

// A place is a table of the file.
type place struct {
	path  string
	lines Lines
	table string // its path in lines
}

// in is a table, or element of an array of tables, of the table.
func (p place) in(parts ...any) place {
	for _, part := range parts {
		p.table = strings.TrimPrefix(fmt.Sprintf("%s.%v", p.table, part), ".")
	}
	return p
}

// errorf is an error in a key of the table; where that has no line, it is
// the table's.
func (p place) errorf(key, format string, args ...any) error {
	line := 0
	for at := p.in(key).table; line == 0 && at != ""; {
		line = p.lines[at]
		at = at[:max(strings.LastIndexByte(at, '.'), 0)]
	}
	return &Error{Path: p.path, Line: line, Key: withoutNumbers(p.in(key).table), Message: fmt.Sprintf(format, args...)}
}

func withoutNumbers(path string) string {
	var names []string
	for part := range strings.SplitSeq(path, ".") {
		if _, err := strconv.Atoi(part); err != nil {
			names = append(names, part)
		}
	}
	return strings.Join(names, ".")
}

// findLines walks through a sound document.
func findLines(text []byte) Lines {
	found := Lines{}
	elements := map[string]int{} // arrays of tables: how many elements so far
	table := ""
	var parser unstable.Parser
	parser.Reset(text)
	for parser.NextExpression() {
		e := parser.Expression()
		path := table
		if e.Kind != unstable.KeyValue {
			path = ""
		}
		line := 0
		for key := e.Key(); key.Next(); {
			if n, ok := elements[path]; ok && e.Kind != unstable.KeyValue {
				path += "." + strconv.Itoa(n-1)
			}
			path = strings.TrimPrefix(path+"."+string(key.Node().Data), ".")
			line = parser.Shape(key.Node().Raw).Start.Line
		}
		switch e.Kind {
		case unstable.ArrayTable:
			elements[path]++
			table = path + "." + strconv.Itoa(elements[path]-1)
			path = table
		case unstable.Table:
			table = path
		}
		found[path] = line
	}
	return found
}
