package main

import (
	"errors"
	"fmt"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"pbsduck/cmd/pbsduck/ui"
)

// What people type that means nothing is an error that says what they may have meant.

// refuseUnknown has the commands that only hold others refuse what is none of them, where cobra shows a help as if all
// was well; so does help. Flags that do not exist are answered with the nearest.
func refuseUnknown(root *cobra.Command) {
	root.SetFlagErrorFunc(func(c *cobra.Command, err error) error { return ui.Usage(wrongFlag(c, err)) })
	root.InitDefaultHelpCmd()
	root.InitDefaultCompletionCmd()
	for _, c := range append(root.Commands(), root) {
		if c.Name() == "help" {
			c.Run = nil
			c.RunE = func(c *cobra.Command, args []string) error { return help(c.Root(), args) }
		}
		if c.HasSubCommands() && !c.Runnable() {
			c.Args = cobra.ArbitraryArgs // which may name no command
			c.DisableFlagsInUseLine = true
			c.RunE = func(c *cobra.Command, args []string) error {
				if len(args) == 0 {
					return c.Help()
				}
				return unknownCommand(c, args[0])
			}
		}
	}
}

// help shows the help of the command that the words name.
func help(root *cobra.Command, words []string) error {
	found, rest, err := root.Find(words)
	if err != nil {
		return err
	}
	if len(rest) > 0 {
		return unknownCommand(found, rest[0])
	}
	found.InitDefaultHelpFlag()
	found.InitDefaultVersionFlag()
	return found.Help()
}

func unknownCommand(c *cobra.Command, word string) error {
	var names []string
	for _, sub := range c.Commands() {
		if sub.IsAvailableCommand() {
			names = append(names, sub.Name())
		}
	}
	advice := ui.DidYouMean(word, names)
	if advice == "" && len(names) > 0 {
		advice = ": there are " + strings.Join(names, ", ")
	}
	return ui.Usagef("unknown command %q for %q%s", word, c.CommandPath(), advice)
}

// wrongFlag says what a flag takes that was given something else, and which flag may be meant by one that does not
// exist.
func wrongFlag(c *cobra.Command, err error) error {
	var value *pflag.InvalidValueError
	if !errors.As(err, &value) {
		return unknownFlag(c, err)
	}
	takes, known := map[string]string{
		"int": "a whole number", "int64": "a whole number", "uint64": "a whole number", "float64": "a number",
		"bool":     "true or false",
		"duration": "a time such as 90s or 5m",
	}[value.GetFlag().Value.Type()]
	if !known {
		return err
	}
	return fmt.Errorf("--%s %s: give %s", value.GetFlag().Name, ui.ShellWord(value.GetValue()), takes)
}

// unknownFlag adds to the error of a flag that does not exist the nearest that does.
func unknownFlag(c *cobra.Command, err error) error {
	var unknown *pflag.NotExistError
	if !errors.As(err, &unknown) || unknown.GetSpecifiedShortnames() != "" {
		return err
	}
	var names []string
	c.Flags().VisitAll(func(f *pflag.Flag) {
		if !f.Hidden {
			names = append(names, "--"+f.Name)
		}
	})
	if advice := ui.DidYouMean("--"+unknown.GetSpecifiedName(), names); advice != "" {
		return errors.New(err.Error() + advice)
	}
	return err
}

// isComment tells a word that begins as a flag would, and can't be one: SQL whose first line is a comment.
func isComment(word string) bool {
	if !strings.HasPrefix(word, "--") {
		return false
	}
	name, _, _ := strings.Cut(word, "=")
	return strings.ContainsAny(name, " \t\n\f\r")
}

// words are those of the command line. SQL may begin with a comment.
func words(given []string) []string {
	words := make([]string, len(given))
	for i, w := range given {
		if isComment(w) {
			w = " " + w
		}
		words[i] = w
	}
	return words
}
