package export

import (
	"bytes"
	"fmt"
	"io"
	"strings"

	"github.com/apache/arrow-go/v18/arrow"
)

// verticalSink writes each row as a block of lines, a column a line: its name, with unit and type as headings have
// them, and its value, as a table shows it, but nothing is left out or cut. What is too wide goes on under itself, from
// a blank on, which is the end of the line, if there is one.
// Where there may be several rows, a line over each says which one it is.
type verticalSink struct {
	textOut
	style   style
	width   int
	names   []string // with a colon, and blanks up to the longest
	label   int      // cells of each of them, and of the gap behind it
	figures []figures
	row     int

	raw, seen []byte // scratch
}

func newVerticalSink(w io.Writer, schema *arrow.Schema, o Options) *verticalSink {
	s := &verticalSink{textOut: textOut{w: w}, style: style{loc: o.Location}, width: o.Width}
	lines := headings(schema, o.Types)
	for i, f := range schema.Fields() {
		name := lines[0][i]
		for _, more := range lines[1:] {
			if more[i] != "" {
				name += " [" + more[i] + "]"
			}
		}
		s.names = append(s.names, name+":")
		s.label = max(s.label, Cells(name)+1+gap)
		s.figures = append(s.figures, newFigures(f))
	}
	for i, name := range s.names {
		s.names[i] += strings.Repeat(" ", s.label-Cells(name))
	}
	return s
}

func (s *verticalSink) write(b arrow.RecordBatch) error {
	cols, err := s.style.columns(b)
	if err != nil {
		return err
	}
	for row := range int(b.NumRows()) {
		s.row++
		s.buf = fmt.Appendf(s.buf, "── row %d ──\n", s.row)
		for i := range cols {
			s.value(i, &cols[i], row)
		}
		if err := s.rowDone(); err != nil {
			return err
		}
	}
	return nil
}

func (s *verticalSink) value(i int, c *column, row int) {
	s.raw, s.seen = s.raw[:0], s.seen[:0]
	if !c.isNull(row) {
		s.raw = c.append(s.raw, row)
	}
	if len(s.raw) == 0 {
		s.buf = append(append(s.buf, strings.TrimRight(s.names[i], " ")...), '\n')
		return
	}
	if f := s.figures[i]; f.number { // of a column of its own: nothing stands under it
		f.see(s.raw)
		s.seen = f.append(s.seen, s.raw)
	} else {
		s.seen = appendVisible(s.seen, s.raw)
	}
	s.folded(s.names[i], s.seen)
}

// folded writes a name and its value, in as many lines as that takes.
func (s *verticalSink) folded(name string, value []byte) {
	const narrow = 16 // columns of text that are narrower say nothing
	room := unlimited
	if s.width >= s.label+narrow {
		room = s.width - s.label
	}
	for first := true; first || len(value) > 0; first = false {
		if first {
			s.buf = append(s.buf, name...)
		} else {
			s.buf = append(s.buf, strings.Repeat(" ", s.label)...)
		}
		piece, rest := broken(value, room)
		value = rest
		s.buf = append(append(s.buf, piece...), '\n')
	}
}

// broken parts what has room in a line from the rest of a text, at the last blank if there is one.
func broken(text []byte, room int) (line, rest []byte) {
	line, _ = cut(text, room)
	switch blank := bytes.LastIndexByte(line, ' '); {
	case len(line) == 0:
		return text, nil
	case len(line) == len(text):
		return line, nil
	case text[len(line)] == ' ':
		return line, text[len(line)+1:]
	case blank > 0:
		return line[:blank], text[blank+1:]
	}
	return line, text[len(line):]
}
