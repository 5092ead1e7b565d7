package main

import (
	"io"
	"os"

	"pbsduck/export"
)

// writeText gives a result that is no table, where the flags say.
func (o *output) writeText(write func(io.Writer) error) error {
	if o.file == "" {
		return write(stdout())
	}
	return export.Replace(o.file, write)
}

// stdout takes text: exact where it goes to a pipe or a file, safe on a
// terminal.
func stdout() io.Writer {
	if isTerminal(os.Stdout) {
		return export.VisibleLines(os.Stdout)
	}
	return os.Stdout
}

// toTerminal tells whether the result is for people's eyes.
func (o *output) toTerminal() bool { return o.file == "" && isTerminal(os.Stdout) }
