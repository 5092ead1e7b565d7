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

// Lines are where keys stand, by their path with the numbers of array elements: machines.0.rules.1.cpu_hours.
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

// errorf is an error in a key of the table; where that has no line, it is the table's.
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
	w := walk{found: Lines{}, elements: map[string]int{}}
	w.parser.Reset(text)
	table := ""
	for w.parser.NextExpression() {
		e := w.parser.Expression()
		if e.Kind == unstable.KeyValue {
			path, _ := w.key(e, table)
			w.value(path, e.Value())
			continue
		}
		var line int
		table, line = w.key(e, "")
		if e.Kind == unstable.ArrayTable {
			w.elements[table]++
			table += "." + strconv.Itoa(w.elements[table]-1)
			w.found[table] = line
		}
	}
	return w.found
}

// A walk finds the lines of a document.
type walk struct {
	parser   unstable.Parser
	found    Lines
	elements map[string]int // arrays of tables: how many elements so far
}

// key notes the line of a key, or of a table's head, and gives its path.
func (w *walk) key(e *unstable.Node, path string) (string, int) {
	line := 0
	for key := e.Key(); key.Next(); {
		if n, ok := w.elements[path]; ok && e.Kind != unstable.KeyValue {
			path += "." + strconv.Itoa(n-1)
		}
		path = strings.TrimPrefix(path+"."+string(key.Node().Data), ".")
		line = w.parser.Shape(key.Node().Raw).Start.Line
	}
	if _, before := w.found[path]; !before { // that of an array of tables is its first one's
		w.found[path] = line
	}
	return path, line
}

// value notes the lines of the keys that a value has within.
func (w *walk) value(path string, e *unstable.Node) {
	n := 0
	for child := e.Children(); child.Next(); {
		switch c := child.Node(); {
		case e.Kind == unstable.InlineTable && c.Kind == unstable.KeyValue:
			inner, _ := w.key(c, path)
			w.value(inner, c.Value())
		case e.Kind == unstable.Array:
			w.value(path+"."+strconv.Itoa(n), c)
			n++
		}
	}
}

// path is that of the key of a line, which a decoder knows by its last words only.
func (l Lines) path(line int, key []string) string {
	name := strings.Join(key, ".")
	for path, at := range l {
		if at == line && key[len(key)-1] == path[strings.LastIndexByte(path, '.')+1:] {
			return withoutNumbers(path)
		}
	}
	return name
}
