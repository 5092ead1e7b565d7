package export

import (
	"io"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/apache/arrow-go/v18/arrow"
)

// jsonSink writes ndjson, one object a line, or json, the same objects in an array.
//
// Keys come in column order. Integers and decimals are numbers with all their digits (a reader that makes every number
// a double loses some above 2^53). NaN and the infinities are null, binary is base64, instants are RFC 3339 with their
// offset, lists and structs nest, maps are objects. Characters that would steer a terminal are \u escapes, which mean
// the same. Bytes that are not UTF-8, which a string column should not hold, become U+FFFD, for JSON has no place for
// them.
type jsonSink struct {
	textOut
	style style
	keys  [][]byte
	array bool
	rows  bool // whether one was written
}

func newJSONSink(w io.Writer, schema *arrow.Schema, array bool, loc *time.Location) (*jsonSink, error) {
	if err := uniqueNames(schema, JSON); err != nil {
		return nil, err
	}
	s := &jsonSink{textOut: textOut{w: w}, style: style{json: true, loc: loc}, array: array}
	for i, f := range schema.Fields() {
		s.keys = append(s.keys, jsonKey(i, f.Name))
	}
	if array {
		s.buf = append(s.buf, '[')
	}
	return s, nil
}

// jsonKey returns all that stands before the value of an object's i-th member.
func jsonKey(i int, name string) []byte {
	var key []byte
	if i > 0 {
		key = append(key, ',')
	}
	return append(appendJSONString(key, name), ':')
}

func (s *jsonSink) write(b arrow.RecordBatch) error {
	cols, err := s.style.columns(b)
	if err != nil {
		return err
	}
	for row := range int(b.NumRows()) {
		s.startRow()
		for i := range cols {
			s.buf = append(s.buf, s.keys[i]...)
			if cols[i].isNull(row) {
				s.buf = append(s.buf, "null"...)
			} else {
				s.buf = cols[i].append(s.buf, row)
			}
		}
		s.endRow()
		if err := s.rowDone(); err != nil {
			return err
		}
	}
	return nil
}

func (s *jsonSink) startRow() {
	if s.array {
		if s.rows {
			s.buf = append(s.buf, ',')
		}
		s.buf = append(s.buf, '\n')
	}
	s.rows = true
	s.buf = append(s.buf, '{')
}

func (s *jsonSink) endRow() {
	s.buf = append(s.buf, '}')
	if !s.array {
		s.buf = append(s.buf, '\n')
	}
}

func (s *jsonSink) close() error {
	if s.array {
		if s.rows {
			s.buf = append(s.buf, '\n')
		}
		s.buf = append(s.buf, "]\n"...)
	}
	return s.flush()
}

// asIs tells the ASCII characters that a JSON string holds unescaped.
var asIs = func() (t [utf8.RuneSelf]bool) {
	for c := byte(' '); c < 0x7f; c++ {
		t[c] = c != '"' && c != '\\'
	}
	return t
}()

// appendJSONString appends s quoted, its unprintable characters escaped.
func appendJSONString(dst []byte, s string) []byte {
	dst = append(dst, '"')
	from := 0
	for i := 0; i < len(s); {
		if c := s[i]; c < utf8.RuneSelf && asIs[c] {
			i++
			continue
		}
		r, size := utf8.DecodeRuneInString(s[i:])
		if r >= utf8.RuneSelf && (r != utf8.RuneError || size > 1) && unicode.IsPrint(r) {
			i += size
			continue
		}
		dst = append(dst, s[from:i]...)
		dst = appendJSONEscape(dst, r)
		i += size
		from = i
	}
	return append(append(dst, s[from:]...), '"')
}

func appendJSONEscape(dst []byte, r rune) []byte {
	switch r {
	case '"', '\\':
		return append(dst, '\\', byte(r))
	case '\n':
		return append(dst, '\\', 'n')
	case '\r':
		return append(dst, '\\', 'r')
	case '\t':
		return append(dst, '\\', 't')
	case utf8.RuneError:
		return utf8.AppendRune(dst, r)
	}
	if r > 0xffff { // a surrogate pair
		r -= 0x10000
		return appendU(appendU(dst, 0xd800+r>>10), 0xdc00+r&0x3ff)
	}
	return appendU(dst, r)
}

const hexDigits = "0123456789abcdef"

// appendU appends the \u escape of a 16-bit unit.
func appendU(dst []byte, r rune) []byte {
	return appendHex4(append(dst, '\\', 'u'), r)
}

func appendHex4(dst []byte, r rune) []byte {
	return append(dst, hexDigits[r>>12&15], hexDigits[r>>8&15], hexDigits[r>>4&15], hexDigits[r&15])
}
