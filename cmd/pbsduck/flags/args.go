package flags

import (
	"cmp"
	"strings"

	"github.com/spf13/cobra"

	"pbsduck/cmd/pbsduck/ui"
)

// ExactArgs is cobra's, as an error of usage; what says what they are.
func ExactArgs(n int, what string) cobra.PositionalArgs { return args(n, n, what) }

// MaxArgs takes so many arguments at most.
func MaxArgs(n int, what string) cobra.PositionalArgs { return args(0, n, what) }

// MinArgs takes an argument or more.
func MinArgs(what string) cobra.PositionalArgs {
	return func(_ *cobra.Command, args []string) error {
		if len(args) == 0 {
			return ui.Usagef("give %s", what)
		}
		return nil
	}
}

func args(least, most int, what string) cobra.PositionalArgs {
	return func(_ *cobra.Command, args []string) error {
		switch {
		case len(args) >= least && len(args) <= most:
			return nil
		case len(args) == 0:
			return ui.Usagef("give %s", what)
		}
		words := make([]string, len(args))
		for i, word := range args {
			words[i] = ui.ShellWord(word)
		}
		return ui.Usagef("give %s, not %s", what, strings.Join(words, " "))
	}
}

// Exclusive refuses more than one of the flags, as an error of usage, which cobra's own check is not.
func Exclusive(c *cobra.Command, names ...string) error {
	var given []string
	for _, name := range names {
		if c.Flags().Changed(name) {
			given = append(given, "--"+name)
		}
	}
	if len(given) > 1 {
		return ui.Usagef("%s exclude each other", strings.Join(given, " and "))
	}
	return nil
}

// Within refuses a number that a flag does not take: more is a slip, an hour too many, or a unit.
func Within[T cmp.Ordered](flag string, value, least, most T) error {
	if value < least || value > most {
		return ui.Usagef("%s %v: give %v to %v", flag, value, least, most)
	}
	return nil
}
