package source

import (
	"strings"
	"unicode/utf8"
)

// Escape is how the name of a file, which is bytes, is kept and shown, which takes text. A byte that is not UTF-8
// becomes \xNN, and a backslash two of them, so that no two names become one and Unescape gives the name back.
func Escape(name string) string {
	if utf8.ValidString(name) && !strings.Contains(name, `\`) {
		return name
	}
	const digits = "0123456789abcdef"
	var b strings.Builder
	for i := 0; i < len(name); {
		r, size := utf8.DecodeRuneInString(name[i:])
		switch {
		case r == utf8.RuneError && size == 1:
			b.WriteString(`\x`)
			b.WriteByte(digits[name[i]>>4])
			b.WriteByte(digits[name[i]&0xf])
		case r == '\\':
			b.WriteString(`\\`)
		default:
			b.WriteString(name[i : i+size])
		}
		i += size
	}
	return b.String()
}

// Unescape gives the name that Escape was given. What is no escape stays as it is.
func Unescape(kept string) string {
	if !strings.Contains(kept, `\`) {
		return kept
	}
	var b strings.Builder
	for i := 0; i < len(kept); i++ {
		rest := kept[i+1:]
		high, low := -1, -1
		if len(rest) >= 3 && rest[0] == 'x' {
			high, low = hexDigit(rest[1]), hexDigit(rest[2])
		}
		switch {
		case kept[i] != '\\':
			b.WriteByte(kept[i])
		case high >= 0 && low >= 0:
			b.WriteByte(byte(high<<4 | low))
			i += 3
		case strings.HasPrefix(rest, `\`):
			b.WriteByte('\\')
			i++
		default:
			b.WriteByte('\\')
		}
	}
	return b.String()
}

func hexDigit(c byte) int { return strings.IndexByte("0123456789abcdef", c) }
