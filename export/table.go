package export

import (
	"bytes"
	"io"
	"slices"
	"strings"

	"github.com/apache/arrow-go/v18/arrow"
)

// The look ahead: a table's widths come from its first rows, this many or these bytes of text, whichever comes first.
const (
	lookRows  = 1000
	lookBytes = 4 << 20
)

// tableSink writes columns of aligned text under a header (headings), one row a line: numbers to the right, as people
// read them (figures), NULL empty, everything that is not printable as an escape (see appendVisible). It never wraps:
// where the lines are too wide, cells end in …, and columns for which there is no room at all are counted in the header
// of a last column, as …+7. Numbers, times and ids are left out rather than cut. No rows are no lines, unless types are
// asked for.
//
// A cell after the look ahead that is wider than its column is cut when the width is limited; when it is not, for it
// goes to a file or a pipe, the cell is written whole and pushes its line to the right.
type tableSink struct {
	textOut
	style   style
	width   int
	hidden  func(columns []string)
	heads   [][]string // lines, each with a cell for each column
	figures []figures
	extent  []extent
	widths  []int // nil while looking ahead
	heading bool  // while its lines are written
	empty   bool  // no row came, and nobody asked for more than rows

	text []byte // exact cells seen while looking ahead, one after the other
	ends []int  // where each of them ends
	raw  []byte // scratch
	seen []byte // scratch
}

func newTableSink(w io.Writer, schema *arrow.Schema, o Options) *tableSink {
	s := &tableSink{
		textOut: textOut{w: w}, style: style{loc: o.Location}, width: o.Width, hidden: o.Hidden,
		heads: headings(schema, o.Types), empty: !o.Types,
	}
	for i, f := range schema.Fields() {
		s.figures = append(s.figures, newFigures(f))
		e := extent{whole: isNumber(f.Type) || isTime(f.Type) || isID(f)}
		for _, line := range s.heads {
			e.head = max(e.head, Cells(line[i]))
		}
		s.extent = append(s.extent, e)
	}
	return s
}

// isNumber tells the types that stand to the right of their column.
func isNumber(t arrow.DataType) bool {
	id := t.ID()
	return arrow.IsInteger(id) || arrow.IsFloating(id) || arrow.IsDecimal(id)
}

// isID tells the texts by which things are called, such as job ids.
func isID(f arrow.Field) bool {
	words := nameWords(f.Name)
	return sqlType(f.Type) == "VARCHAR" && (slices.Contains(words, "id") || slices.Contains(words, "jobid"))
}

func isTime(t arrow.DataType) bool {
	switch t.ID() {
	case arrow.TIMESTAMP, arrow.DATE32, arrow.DATE64, arrow.TIME32, arrow.TIME64:
		return true
	}
	return false
}

func (s *tableSink) write(b arrow.RecordBatch) error {
	cols, err := s.style.columns(b)
	if err != nil {
		return err
	}
	s.empty = s.empty && b.NumRows() == 0
	for row := range int(b.NumRows()) {
		if s.widths == nil && (len(s.ends) >= lookRows*len(cols) || len(s.text) >= lookBytes) {
			s.settle()
		}
		if s.widths == nil {
			s.look(cols, row)
			continue
		}
		s.line(cols, row)
		if err := s.rowDone(); err != nil {
			return err
		}
	}
	return nil
}

func (s *tableSink) close() error {
	if s.widths == nil && !s.empty {
		s.settle()
	}
	return s.flush()
}

// look keeps a row's cells.
func (s *tableSink) look(cols []column, row int) {
	for i := range cols {
		start := len(s.text)
		s.text = s.appendExact(s.text, &cols[i], row)
		s.ends = append(s.ends, len(s.text))
		s.figures[i].see(s.text[start:])
	}
}

// settle ends the look ahead: it fixes decimals and widths, and writes the header and the rows that were kept.
func (s *tableSink) settle() {
	s.eachKept(func(i int, shown []byte) { s.extent[i].body = max(s.extent[i].body, cells(shown)) })
	s.widths = fit(s.extent, s.width)
	if s.hidden != nil && len(s.widths) < len(s.extent) {
		s.hidden(s.heads[0][len(s.widths):])
	}
	s.header()
	s.eachKept(s.cell)
	s.text, s.ends = nil, nil
}

// eachKept gives the cells that were kept, as they are shown.
func (s *tableSink) eachKept(take func(i int, shown []byte)) {
	start := 0
	for n, end := range s.ends {
		i := n % len(s.extent)
		take(i, s.shown(i, s.text[start:end]))
		start = end
	}
}

func (s *tableSink) line(cols []column, row int) {
	for i := range s.widths {
		s.text = s.appendExact(s.text[:0], &cols[i], row)
		s.cell(i, s.shown(i, s.text))
	}
	for i := len(s.widths); i < len(cols); i++ {
		s.cell(i, nil)
	}
}

func (s *tableSink) header() {
	s.heading = true
	defer func() { s.heading = false }()
	for n, line := range s.heads {
		if n > 0 && strings.Join(line[:len(s.widths)], "") == "" {
			continue // only columns that have no room have units
		}
		for i, text := range line {
			s.cell(i, []byte(text))
		}
		if hidden := len(s.extent) - len(s.widths); n == 0 && hidden > 0 {
			s.buf = append(bytes.TrimSuffix(s.buf, []byte("…\n")), moreColumns(hidden)+"\n"...)
		}
	}
	for i := range s.extent {
		if i < len(s.widths) {
			s.cell(i, []byte(strings.Repeat("─", s.widths[i])))
		} else {
			s.cell(i, nil)
		}
	}
}

// appendExact appends a cell before its number is made one for people.
func (s *tableSink) appendExact(dst []byte, c *column, row int) []byte {
	if c.isNull(row) {
		return dst
	}
	if c.plain {
		return c.append(dst, row)
	}
	s.raw = c.append(s.raw[:0], row)
	return appendVisible(dst, s.raw)
}

// shown is what people see of a cell. It is good until the next.
func (s *tableSink) shown(i int, exact []byte) []byte {
	if !s.figures[i].number || len(exact) == 0 {
		return exact
	}
	s.seen = s.figures[i].append(s.seen[:0], exact)
	return s.seen
}

// cell appends the i-th cell of a line, and what ends the line after the last. Columns past the shown ones are one …
// together.
func (s *tableSink) cell(i int, text []byte) {
	if i > 0 && i <= len(s.widths) {
		s.blanks(gap)
	}
	if i < len(s.widths) {
		s.aligned(text, s.widths[i], s.figures[i].number, s.extent[i].whole && !s.heading)
	} else if i == len(s.widths) {
		s.buf = append(s.buf, "…"...)
	}
	if i == len(s.extent)-1 {
		s.buf = append(bytes.TrimRight(s.buf, " "), '\n')
	}
}

func (s *tableSink) aligned(text []byte, width int, right, whole bool) {
	ends := ""
	taken := cells(text)
	if taken > width && s.width > 0 && !whole {
		text, taken = cut(text, width-1)
		taken, ends = taken+1, "…"
	}
	if right {
		s.blanks(width - taken)
	}
	s.buf = append(append(s.buf, text...), ends...)
	if !right {
		s.blanks(width - taken)
	}
}

func (s *tableSink) blanks(n int) {
	for range n {
		s.buf = append(s.buf, ' ')
	}
}
