// Package manual makes what people read of commands: the lines of --help, and man pages.
//
// What enters: cobra commands, with what is true of them beside their flags (files, variables of the environment, exit
// codes), and a commented configuration. What leaves: text for a terminal, and pages in man(7).
//
// Promise: a flag reads the same in both, and shows what it takes and, if it has one, its default; no text of a command
// becomes a request of roff.
package manual

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"sync"

	"github.com/spf13/pflag"
)

// A Flag is what is said of one: how it is written, and what it does.
type Flag struct{ Head, Text string }

// valueNames are those of values that the usage of a flag gives no name.
var valueNames = map[string]string{"int": "N", "int64": "N", "uint": "N", "uint64": "N", "duration": "TIME"}

// onlyName is what ends a usage for no reason but to name the value.
var onlyName = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(" \\(`[^`]+`\\)$") })

// Flags are those that are not hidden, in their order.
func Flags(set *pflag.FlagSet) (all []Flag) {
	set.VisitAll(func(f *pflag.Flag) {
		if f.Hidden {
			return
		}
		name, text := pflag.UnquoteUsage(f)
		if given, ok := valueNames[f.Value.Type()]; ok && !strings.Contains(f.Usage, "`") {
			name = given
		}
		if onlyName().MatchString(f.Usage) {
			text = onlyName().ReplaceAllString(f.Usage, "")
		}
		head := "--" + f.Name
		switch {
		case f.Value.Type() == "bool":
		case f.NoOptDefVal != "":
			head += "[=" + name + "]"
		default:
			head += " " + name
		}
		if f.Shorthand != "" {
			head = "-" + f.Shorthand + ", " + head
		}
		all = append(all, Flag{Head: head, Text: text + usual(f)})
	})
	return all
}

// nothings are defaults that say nothing.
var nothings = []string{"", "0", "false", "[]", "0s"}

// usual says the default.
func usual(f *pflag.Flag) string {
	value := strings.Trim(f.DefValue, "[]")
	if f.Value.Type() == "duration" {
		value = strings.TrimSuffix(value, "m0s")
		if value != strings.Trim(f.DefValue, "[]") {
			value += "m"
		}
	}
	if slices.Contains(nothings, f.DefValue) || strings.Contains(f.Usage, "(default") {
		return ""
	}
	return fmt.Sprintf(" (default %s)", value)
}

const (
	helpWidth = 80
	textBegin = 25 // the column at which texts begin
)

// Lines are the flags as --help shows them.
func Lines(set *pflag.FlagSet) string {
	var b strings.Builder
	for _, f := range Flags(set) {
		margin := "      "
		if strings.HasPrefix(f.Head, "-") && !strings.HasPrefix(f.Head, "--") {
			margin = "  "
		}
		head := margin + f.Head
		lines := Fold(f.Text, helpWidth-textBegin)
		if len(head)+2 > textBegin {
			b.WriteString(head + "\n")
			head = ""
		}
		for _, line := range lines {
			fmt.Fprintf(&b, "%-*s%s\n", textBegin, head, line)
			head = ""
		}
	}
	return strings.TrimSuffix(b.String(), "\n")
}
