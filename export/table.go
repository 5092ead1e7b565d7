package export

import (
	"bytes"
	"io"
	"strings"

	"github.com/apache/arrow-go/v18/arrow"
)

// The look ahead: a table's widths come from its first rows, this many or these bytes of text, whichever comes first.
const (
	lookRows  = 1000
	lookBytes = 4 << 20
)

// tableSink writes columns of aligned text under a header, one row a line: numbers to the right,
// NULL empty, everything that is not printable as an escape (see appendVisible). It never wraps:
// where the lines are too wide, cells end in …, and columns for which there is no room at all are
// counted in the header of a last column, as …+7. Numbers and times are left out rather than cut.
//
// A cell after the look ahead that is wider than its column is cut when the width is limited; when
// it is not, for it goes to a file or a pipe, the cell is written whole and pushes its line to the
// right.
type tableSink struct {
	textOut
	style  style
	width  int
	names  []string
	right  []bool
	extent []extent
	widths []int // nil while looking ahead

	text []byte // cells seen while looking ahead, one after the other
	ends []int  // where each of them ends
	raw  []byte // scratch
}

func newTableSink(w io.Writer, schema *arrow.Schema, o Options) *tableSink {
	s := &tableSink{textOut: textOut{w: w}, style: style{loc: o.Location}, width: o.Width}
	for _, f := range schema.Fields() {
		name := string(appendVisible(nil, []byte(f.Name)))
		s.names = append(s.names, name)
		s.right = append(s.right, isNumber(f.Type))
		s.extent = append(s.extent, extent{head: cells([]byte(name)), whole: isNumber(f.Type) || isTime(f.Type)})
	}
	return s
}

// isNumber tells the types that stand to the right of their column.
func isNumber(t arrow.DataType) bool {
	id := t.ID()
	return arrow.IsInteger(id) || arrow.IsFloating(id) || arrow.IsDecimal(id)
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
	if s.widths == nil {
		s.settle()
	}
	return s.flush()
}

// look keeps a row's cells and widens the columns for them.
func (s *tableSink) look(cols []column, row int) {
	for i := range cols {
		start := len(s.text)
		s.text = s.appendCell(s.text, &cols[i], row)
		s.ends = append(s.ends, len(s.text))
		s.extent[i].body = max(s.extent[i].body, cells(s.text[start:]))
	}
}

// settle ends the look ahead: it fixes the widths and writes the header and the rows that were kept.
func (s *tableSink) settle() {
	s.widths = fit(s.extent, s.width)
	s.header()
	start := 0
	for i, end := range s.ends {
		s.cell(i%len(s.names), s.text[start:end])
		start = end
	}
	s.text, s.ends = nil, nil
}

func (s *tableSink) line(cols []column, row int) {
	for i := range s.widths {
		s.text = s.appendCell(s.text[:0], &cols[i], row)
		s.cell(i, s.text)
	}
	for i := len(s.widths); i < len(cols); i++ {
		s.cell(i, nil)
	}
}

func (s *tableSink) header() {
	for i, name := range s.names {
		s.cell(i, []byte(name))
	}
	if hidden := len(s.names) - len(s.widths); hidden > 0 {
		s.buf = append(bytes.TrimSuffix(s.buf, []byte("…\n")), moreColumns(hidden)+"\n"...)
	}
	for i := range s.names {
		if i < len(s.widths) {
			s.cell(i, []byte(strings.Repeat("─", s.widths[i])))
		} else {
			s.cell(i, nil)
		}
	}
}

func (s *tableSink) appendCell(dst []byte, c *column, row int) []byte {
	if c.isNull(row) {
		return dst
	}
	if c.plain {
		return c.append(dst, row)
	}
	s.raw = c.append(s.raw[:0], row)
	return appendVisible(dst, s.raw)
}

// cell appends the i-th cell of a line, and what ends the line after the last. Columns past the
// shown ones are one … together.
func (s *tableSink) cell(i int, text []byte) {
	if i > 0 && i <= len(s.widths) {
		s.blanks(gap)
	}
	if i < len(s.widths) {
		s.aligned(text, s.widths[i], s.right[i])
	} else if i == len(s.widths) {
		s.buf = append(s.buf, "…"...)
	}
	if i == len(s.names)-1 {
		s.buf = append(bytes.TrimRight(s.buf, " "), '\n')
	}
}

func (s *tableSink) aligned(text []byte, width int, right bool) {
	ends := ""
	taken := cells(text)
	if taken > width && s.width > 0 {
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
