package ui

import "strings"

// Wrap breaks a text between words into lines of at most width characters, each behind the margin; those behind the
// first are set in by four blanks more.
func Wrap(text, margin string, width int) string {
	var lines []string
	line := margin
	for word := range strings.FieldsSeq(text) {
		switch {
		case strings.TrimSpace(line) == "":
			line += word
		case len(line)+1+len(word) > width:
			lines = append(lines, line)
			line = margin + "    " + word
		default:
			line += " " + word
		}
	}
	return strings.Join(append(lines, line), "\n")
}
