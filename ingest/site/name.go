package site

import (
	"errors"
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"
)

// longestName is the most bytes of a machine's name.
const longestName = 100

// CheckName tells what is wrong with the name of a machine: it stands in tables and messages, is given on command
// lines, and may be that of a file.
func CheckName(name string) error {
	steers := func(r rune) bool { return !unicode.IsPrint(r) }
	switch {
	case name == "":
		return errors.New("a machine needs a name")
	case len(name) > longestName:
		return fmt.Errorf("the machine's name has %d bytes: give it one of %d at most", len(name), longestName)
	case !utf8.ValidString(name), strings.ContainsFunc(name, steers):
		return fmt.Errorf("the machine's name %q holds what is no printable character: give it another", name)
	case strings.ContainsAny(name, `/\`), name == ".", name == "..":
		return fmt.Errorf("the machine's name %q reads as a path: give it one without / and \\", name)
	case strings.TrimSpace(name) != name, strings.HasPrefix(name, "-"):
		return fmt.Errorf("the machine's name %q begins or ends with a blank, or begins with -: give it another", name)
	}
	return nil
}
