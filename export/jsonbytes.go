package export

import (
	"bytes"
	endian "encoding/binary" // this package has a binary of its own
	"encoding/json"
	"unicode"
	"unicode/utf8"
	"unsafe"
)

// AppendJSON appends the JSON string of bytes that are UTF-8, as the format json has it: exact, and what would steer a
// terminal as \u escapes. It allocates nothing but what dst needs.
func AppendJSON(dst, text []byte) []byte {
	if allAsIs(text) {
		return append(append(append(dst, '"'), text...), '"')
	}
	// The string lives for the call only, during which nobody changes the bytes.
	return appendJSONString(dst, unsafe.String(unsafe.SliceData(text), len(text)))
}

// allAsIs tells whether all bytes are ASCII characters that a JSON string holds unescaped. It looks at eight of them at
// a time.
func allAsIs(text []byte) bool {
	for ; len(text) >= 8; text = text[8:] {
		if anyEscaped(endian.LittleEndian.Uint64(text)) {
			return false
		}
	}
	for _, c := range text {
		if c >= 0x80 || !asIs[c] {
			return false
		}
	}
	return true
}

// anyEscaped tells whether any of the eight bytes is none of asIs. In each term the high bit of a byte is set if it is
// less than a blank, a quote, a backslash, DEL, or not ASCII; a borrow or carry can only come out of a byte that is one
// of those itself.
func anyEscaped(w uint64) bool {
	const ones, high = 0x0101010101010101, 0x8080808080808080
	quote, backslash := w^('"'*ones), w^('\\'*ones)
	return ((w-' '*ones)|(quote-ones)|(backslash-ones)|(w+ones)|w)&high != 0
}

// MarshalJSON is json.Marshal without HTML in mind, but for terminals: what would steer one is a \u escape.
func MarshalJSON(v any) ([]byte, error) {
	var exact bytes.Buffer
	encoder := json.NewEncoder(&exact)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(v); err != nil {
		return nil, err
	}
	var safe []byte
	for _, r := range string(bytes.TrimSuffix(exact.Bytes(), []byte("\n"))) {
		if r < 0x7f || unicode.IsPrint(r) { // only strings hold others; those below a blank are escaped already
			safe = utf8.AppendRune(safe, r)
		} else {
			safe = appendJSONEscape(safe, r)
		}
	}
	return safe, nil
}
