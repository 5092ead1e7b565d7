package main

import (
	"context"
	"strings"

	"github.com/spf13/cobra"

	"pbsduck/cmd/pbsduck/flags"
	"pbsduck/duckdb"
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

		"exit-class":    {"ok", "pbs_limit", "pbs_other", "program", "shell_signal", "signal"},
		"array-parents": {"yes", "no", "only"},
	}
}

// completeFlagValues lets the shell complete the values of flags, of all
// commands below c that do not do it themselves.
func completeFlagValues(c *cobra.Command, g *flags.Global) {
	register := func(name string, complete cobra.CompletionFunc) {
		if _, own := c.GetFlagCompletionFunc(name); own || c.Flags().Lookup(name) == nil {
			return
		}
		if err := c.RegisterFlagCompletionFunc(name, complete); err != nil {
			panic(err) // only an unknown flag or a second registration can fail
		}
	}
	for name, values := range flagValues() {
		register(name, cobra.FixedCompletions(values, cobra.ShellCompDirectiveNoFileComp))
	}
	register("machine", func(c *cobra.Command, _ []string, _ string) ([]string, cobra.ShellCompDirective) {
		return machineNames(c.Context(), g), cobra.ShellCompDirectiveNoFileComp
	})
	for _, sub := range c.Commands() {
		completeFlagValues(sub, g)
	}
}

// machineNames are those of the machines that the database knows; none if it can't be
// asked at once.
func machineNames(ctx context.Context, g *flags.Global) []string {
	db, err := duckdb.Open(ctx, g.DB, duckdb.Options{ReadOnly: true, Version: g.Version})
	if err != nil {
		return nil
	}
	defer db.Close()
	names, err := db.MachineNames(ctx)
	if err != nil {
		return nil
	}
	return names
}

// completeColumns lets the shell complete the last of several columns, parted by
// commas.
func completeColumns(c *cobra.Command, flag string, known []string) {
	complete := func(_ *cobra.Command, _ []string, typed string) ([]string, cobra.ShellCompDirective) {
		before := typed[:strings.LastIndexByte(typed, ',')+1]
		var all []string
		for _, name := range known {
			all = append(all, before+name)
		}
		return all, cobra.ShellCompDirectiveNoFileComp | cobra.ShellCompDirectiveNoSpace
	}
	if err := c.RegisterFlagCompletionFunc(flag, complete); err != nil {
		panic(err) // only an unknown flag or a second registration can fail
	}
}
