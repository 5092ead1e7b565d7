package main

import (
	"io"
	"os"

	"pbsduck/export"
)

// writeText gives a result that is no table, where the flags say.
func (o *output) writeText(write func(io.Writer) error) error {
	if o.file == "" {
		return write(os.Stdout)
	}
	return export.Replace(o.file, write)
}

// toTerminal tells whether the result is for people's eyes.
func (o *output) toTerminal() bool { return o.file == "" && isTerminal(os.Stdout) }
