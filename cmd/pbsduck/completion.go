package main

import (
	"github.com/spf13/cobra"

	"pbsduck/export"
	"pbsduck/ingest"
	"pbsduck/ingest/generate"
)

// flagValues are the values that the shell offers for flags, by the flag's
// name, which means the same in every command.
func flagValues() map[string][]string {
	var formats []string
	for _, f := range export.Formats() {
		formats = append(formats, string(f))
	}
	return map[string][]string{
		"format":  formats,
		"codec":   {ingest.CodecZstd, ingest.CodecGzip},
		"profile": generate.Profiles(),
		"table":   parsedTables,
	}
}

// completeFlagValues lets the shell complete the values of flags, of all
// commands below c that do not do it themselves.
func completeFlagValues(c *cobra.Command) {
	for name, values := range flagValues() {
		if _, own := c.GetFlagCompletionFunc(name); own || c.Flags().Lookup(name) == nil {
			continue
		}
		complete := cobra.FixedCompletions(values, cobra.ShellCompDirectiveNoFileComp)
		if err := c.RegisterFlagCompletionFunc(name, complete); err != nil {
			panic(err) // only an unknown flag or a second registration can fail
		}
	}
	for _, sub := range c.Commands() {
		completeFlagValues(sub)
	}
}
