package export

import (
	"io"

	"github.com/apache/arrow-go/v18/arrow"
)

// markdownSink writes a GitHub-flavoured table, one row a line, numbers to the right, NULL empty. Unprintable
// characters are shown as escapes (see appendVisible), a line break as \n, and what Markdown or HTML would take for
// markup is escaped with a backslash.
type markdownSink struct {
	textOut
	style style
	raw   []byte
	seen  []byte
}

func newMarkdownSink(w io.Writer, schema *arrow.Schema, o Options) *markdownSink {
	s := &markdownSink{textOut: textOut{w: w}, style: style{loc: o.Location}}
	s.buf = append(s.buf, '|')
	for _, f := range schema.Fields() {
		s.cell([]byte(f.Name))
	}
	s.buf = append(s.buf, "\n|"...)
	for _, f := range schema.Fields() {
		if isNumber(f.Type) {
			s.buf = append(s.buf, "---:|"...)
		} else {
			s.buf = append(s.buf, "---|"...)
		}
	}
	s.buf = append(s.buf, '\n')
	return s
}

func (s *markdownSink) write(b arrow.RecordBatch) error {
	cols, err := s.style.columns(b)
	if err != nil {
		return err
	}
	for row := range int(b.NumRows()) {
		s.buf = append(s.buf, '|')
		for i := range cols {
			s.raw = s.raw[:0]
			if !cols[i].isNull(row) {
				s.raw = cols[i].append(s.raw, row)
			}
			s.cell(s.raw)
		}
		s.buf = append(s.buf, '\n')
		if err := s.rowDone(); err != nil {
			return err
		}
	}
	return nil
}

func (s *markdownSink) cell(text []byte) {
	s.seen = appendVisible(s.seen[:0], text)
	s.buf = append(s.buf, ' ')
	s.buf = appendMarkdown(s.buf, s.seen)
	s.buf = append(s.buf, " |"...)
}

// MarkdownText is a text as Markdown shows it, without markup of its own.
func MarkdownText(text string) string {
	return string(appendMarkdown(nil, appendVisible(nil, []byte(text))))
}

// appendMarkdown escapes markup. An underscore within a word, as in user_name, is none.
func appendMarkdown(dst, text []byte) []byte {
	for i, c := range text {
		switch c {
		case '\\', '`', '*', '[', ']', '<', '>', '|', '&', '~':
			dst = append(dst, '\\')
		case '_':
			if i == 0 || i == len(text)-1 || !wordByte(text[i-1]) || !wordByte(text[i+1]) {
				dst = append(dst, '\\')
			}
		}
		dst = append(dst, c)
	}
	return dst
}

func wordByte(c byte) bool {
	return c >= '0' && c <= '9' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z'
}
