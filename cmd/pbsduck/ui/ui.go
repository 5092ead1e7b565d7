// Package ui is how commands speak to people: lines on stderr, progress on a terminal, numbers and sizes as text,
// errors with what helps, exit codes.
//
// What enters: values, counts and errors of the engine, which knows neither a terminal nor a command line. What leaves:
// text, on stderr unless it is a result, and the exit code.
//
// Promise: nothing that it writes to a terminal steers it.
package ui

import (
	"fmt"
	"os"
	"strings"
	"unicode/utf8"

	"pbsduck/export"
)

// A Voice says to people what they asked to hear.
type Voice struct {
	Quiet   bool // nothing but results, warnings and errors
	Verbose bool
	Brief   bool // quiet, but for a line on each load that brought something
}

// Say writes a line for people to stderr, unless they asked for quiet.
func (v *Voice) Say(format string, args ...any) {
	if !v.Quiet {
		tell(fmt.Sprintf(format, args...))
	}
}

// Warn tells of something amiss, on stderr, even those who asked for quiet.
func (v *Voice) Warn(format string, args ...any) {
	tell("warning: " + fmt.Sprintf(format, args...))
}

// tell writes a line to stderr. One that is longer than a terminal there is wide is broken between words.
func tell(line string) {
	line = export.Visible(line)
	if width := widthOf(os.Stderr); width > 0 && utf8.RuneCountInString(line) > width {
		margin := line[:len(line)-len(strings.TrimLeft(line, " "))]
		line = Wrap(line, margin, width)
	}
	fmt.Fprintln(os.Stderr, line)
}
