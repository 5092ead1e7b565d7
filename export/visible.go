package export

import (
	"bytes"
	"io"
	"unicode"
	"unicode/utf8"

	"github.com/rivo/uniseg"
)

// Visible is text for people's eyes, of other people's bytes: appendVisible says what passes.
func Visible(text string) string {
	if isPlain(text) {
		return text
	}
	return string(appendVisible(nil, []byte(text)))
}

func isPlain(text string) bool {
	for i := range len(text) {
		if text[i] < ' ' || text[i] >= 0x7f {
			return false
		}
	}
	return true
}

// VisibleLines makes what is written to w visible, line by line: of what steers a terminal only the newline passes.
func VisibleLines(w io.Writer) io.Writer { return &visibleLines{w: w} }

type visibleLines struct {
	w    io.Writer
	rest []byte // begin of a character
	out  []byte
}

func (v *visibleLines) Write(p []byte) (int, error) {
	text := append(v.rest, p...)
	v.out = v.out[:0]
	for len(text) > 0 {
		end := bytes.IndexByte(text, '\n')
		if end < 0 {
			break
		}
		v.out = append(appendVisible(v.out, text[:end]), '\n')
		text = text[end+1:]
	}
	whole := len(text)
	for back := 1; back < utf8.UTFMax && back <= len(text); back++ {
		if c := text[len(text)-back]; utf8.RuneStart(c) {
			if !utf8.FullRune(text[len(text)-back:]) {
				whole = len(text) - back
			}
			break
		}
	}
	v.out = appendVisible(v.out, text[:whole])
	v.rest = append([]byte(nil), text[whole:]...)
	if _, err := v.w.Write(v.out); err != nil {
		return 0, err
	}
	return len(p), nil
}

// appendVisible appends text with everything that is not a printable character shown as an escape: \n, \t, \r, \x1b,
// \u202e, \U000e0001, and \xff for a byte that is not UTF-8. What passes is what unicode.IsPrint calls printable and
// the space: no C0, C1, DEL, no marks of direction (bidi), no zero-width and other invisible characters, no line
// separators. A backslash stays as it is.
func appendVisible(dst, text []byte) []byte {
	from := 0
	for i := 0; i < len(text); {
		if c := text[i]; c >= ' ' && c < 0x7f {
			i++
			continue
		}
		r, size := utf8.DecodeRune(text[i:])
		broken := r == utf8.RuneError && size == 1
		if !broken && unicode.IsPrint(r) {
			i += size
			continue
		}
		dst = append(dst, text[from:i]...)
		if broken {
			r = rune(text[i])
		}
		dst = appendEscape(dst, r)
		i += size
		from = i
	}
	return append(dst, text[from:]...)
}

func appendEscape(dst []byte, r rune) []byte {
	switch {
	case r == '\n':
		return append(dst, `\n`...)
	case r == '\t':
		return append(dst, `\t`...)
	case r == '\r':
		return append(dst, `\r`...)
	case r < 0x100:
		return append(dst, '\\', 'x', hexDigits[r>>4], hexDigits[r&15])
	case r > 0xffff:
		return appendHex4(append(dst, '\\', 'U', '0', '0', hexDigits[r>>20&15], hexDigits[r>>16&15]), r)
	}
	return appendU(dst, r)
}

// cells returns the number of character cells that visible text takes on a terminal.
func cells(text []byte) int {
	if isASCII(text) {
		return len(text)
	}
	width, state := 0, -1
	for len(text) > 0 {
		var w int
		_, text, w, state = uniseg.FirstGraphemeCluster(text, state)
		width += w
	}
	return width
}

// cut returns the longest prefix of visible text that takes at most width cells, and the cells it takes.
func cut(text []byte, width int) (prefix []byte, taken int) {
	if isASCII(text) {
		n := min(len(text), width)
		return text[:n], n
	}
	rest, state := text, -1
	for len(rest) > 0 {
		_, after, w, next := uniseg.FirstGraphemeCluster(rest, state)
		if taken+w > width {
			break
		}
		taken += w
		rest, state = after, next
	}
	return text[:len(text)-len(rest)], taken
}

func isASCII(text []byte) bool {
	for _, c := range text {
		if c >= utf8.RuneSelf {
			return false
		}
	}
	return true
}

// Cells is the number of character cells that a text takes on a terminal. The text is visible (Visible).
func Cells(text string) int { return cells([]byte(text)) }

// Fit cuts a visible text that takes more than width cells, and ends it with … then.
func Fit(text string, width int) string {
	if Cells(text) <= width {
		return text
	}
	prefix, _ := cut([]byte(text), max(width-1, 0))
	return string(prefix) + "…"
}
