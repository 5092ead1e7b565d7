package export

import (
	"io"
	"slices"

	"github.com/apache/arrow-go/v18/arrow"
)

// csvSink writes RFC 4180 with a header line, and lines that end in \n.
//
// NULL is an empty field, the empty string is "", which PostgreSQL, DuckDB and R's data.table tell apart; encoding/csv
// cannot write the difference, so the quoting here is its own. In a result of one column NULL is "" as well, since
// readers skip an empty line. Binary is lower-case hex without prefix, instants are RFC 3339 with zone, lists, structs
// and maps are JSON.
//
// Fields are exact. A name such as =cmd() is data for a program and a formula for a spreadsheet: SafeCSV disarms it,
// and begins with the mark by which spreadsheets know UTF-8.
type csvSink struct {
	textOut
	style   style
	safe    bool
	visible bool
}

func newCSVSink(w io.Writer, schema *arrow.Schema, o Options) *csvSink {
	s := &csvSink{textOut: textOut{w: w}, style: style{loc: o.Location}, safe: o.SafeCSV, visible: o.Terminal}
	if o.SafeCSV && !o.Terminal {
		s.buf = append(s.buf, "\ufeff"...)
	}
	for i, f := range schema.Fields() {
		s.comma(i)
		start := len(s.buf)
		s.buf = append(s.buf, f.Name...)
		s.seal(start)
	}
	s.buf = append(s.buf, '\n')
	return s
}

func (s *csvSink) write(b arrow.RecordBatch) error {
	cols, err := s.style.columns(b)
	if err != nil {
		return err
	}
	for row := range int(b.NumRows()) {
		for i := range cols {
			s.comma(i)
			s.field(&cols[i], row, len(cols) == 1)
		}
		s.buf = append(s.buf, '\n')
		if err := s.rowDone(); err != nil {
			return err
		}
	}
	return nil
}

func (s *csvSink) comma(i int) {
	if i > 0 {
		s.buf = append(s.buf, ',')
	}
}

func (s *csvSink) field(c *column, row int, alone bool) {
	start := len(s.buf)
	switch {
	case !c.isNull(row):
		s.buf = c.append(s.buf, row)
		if !c.plain {
			s.seal(start)
		}
	case alone:
		s.seal(start)
	}
}

// seal makes the text that stands in the buffer from start a field: disarmed if asked for, visible on a terminal,
// quoted if it must be.
func (s *csvSink) seal(start int) {
	if s.safe && startsFormula(s.buf[start:]) {
		s.buf = slices.Insert(s.buf, start, '\'')
	}
	if s.visible && !isPlain(string(s.buf[start:])) {
		s.buf = append(s.buf[:start], appendVisible(nil, s.buf[start:])...)
	}
	if quotes, needed := csvQuotes(s.buf[start:]); needed {
		s.quote(start, quotes)
	}
}

// startsFormula reports whether spreadsheets would evaluate the text (OWASP, "CSV Injection").
func startsFormula(text []byte) bool {
	if len(text) == 0 {
		return false
	}
	switch text[0] {
	case '=', '+', '-', '@', '\t', '\r', '\n':
		return true
	}
	return false
}

// csvQuotes counts the quotes in a field, and tells whether the field must stand in quotes itself. Blanks in front and
// the field \. need none by the RFC, but some readers trim the one and PostgreSQL ends its input at the other.
func csvQuotes(text []byte) (quotes int, needed bool) {
	if len(text) == 0 || text[0] == ' ' || text[0] == '\t' || string(text) == `\.` {
		needed = true
	}
	for _, c := range text {
		switch c {
		case '"':
			quotes++
			needed = true
		case ',', '\n', '\r':
			needed = true
		}
	}
	return quotes, needed
}

// quote puts buf[start:] in quotes and doubles the quotes in it, in place and from the end, so that each byte moves
// once.
func (s *csvSink) quote(start, quotes int) {
	from := len(s.buf) - 1
	s.buf = slices.Grow(s.buf, quotes+2)[:len(s.buf)+quotes+2]
	to := len(s.buf) - 1
	s.buf[to] = '"'
	for to--; from >= start; from-- {
		s.buf[to] = s.buf[from]
		to--
		if s.buf[from] == '"' {
			s.buf[to] = '"'
			to--
		}
	}
	s.buf[start] = '"'
}
