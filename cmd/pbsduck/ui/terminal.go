package ui

import (
	"io"
	"os"

	"golang.org/x/term"

	"pbsduck/export"
)

// IsTerminal tells whether people look at what is written to f.
func IsTerminal(f *os.File) bool { return term.IsTerminal(int(f.Fd())) }

// Width is the width of the terminal on stdout, 0 if it is none.
func Width() int { return widthOf(os.Stdout) }

// widthOf is the width of the terminal that a file is, 0 if it is none.
func widthOf(file *os.File) int {
	if !IsTerminal(file) {
		return 0
	}
	width, _, err := term.GetSize(int(file.Fd()))
	if err != nil || width == 0 {
		return 80
	}
	return width
}

// TextWidth is the width of running text: that of the terminal, if it is not too wide to read.
func TextWidth() int {
	const comfortable = 100
	if width := Width(); width > 0 {
		return min(width, comfortable)
	}
	return comfortable
}

// Stdout takes text: exact where it goes to a pipe or a file, safe on a terminal.
func Stdout() io.Writer {
	if IsTerminal(os.Stdout) {
		return export.VisibleLines(os.Stdout)
	}
	return os.Stdout
}
