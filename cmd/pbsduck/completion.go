package main

import (
	"context"
	"os"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"pbsduck/cmd/pbsduck/flags"
	"pbsduck/duckdb"
	"pbsduck/export"
	"pbsduck/ingest"
	"pbsduck/ingest/generate"
	"pbsduck/ingest/pbs"
	"pbsduck/ingest/schema"
)

// flagValues are the values that the shell offers for flags, by the flag's name, which means the same in every command.
func flagValues() map[string][]string {
	var formats, classes []string
	for _, f := range export.Formats() {
		formats = append(formats, string(f))
	}
	for _, c := range pbs.ExitClasses {
		classes = append(classes, string(c))
	}
	return map[string][]string{
		"format":  formats,
		"codec":   {ingest.CodecZstd, ingest.CodecGzip},
		"profile": generate.Profiles(),
		"table":   parsedTables,

		"exit-class":    classes,
		"array-parents": {"yes", "no", "only"},
		"last":          {"1d", "7d", "31d"},

		"for":             {forIceberg},
		"partition":       {"machine,year,month", "machine,year"},
		"storage-version": {duckdb.PublishedVersion, duckdb.StorageVersion},
		"anonymize":       {"default"},
	}
}

// completeWhenAsked has the values of flags completed when it is the shell that asks: registering that for hundreds of
// flags would cost each start of the program a millisecond.
func completeWhenAsked(root *cobra.Command, g *flags.Global) {
	check := root.PersistentPreRunE
	root.PersistentPreRunE = func(c *cobra.Command, args []string) error {
		if c.Name() == cobra.ShellCompRequestCmd {
			completeFlagValues(root, g)
		}
		return check(c, args)
	}
}

// completeFlagValues lets the shell complete the values of flags, of all commands below c that do not do it themselves.
func completeFlagValues(c *cobra.Command, g *flags.Global) {
	register := func(name string, complete cobra.CompletionFunc) {
		if _, own := c.GetFlagCompletionFunc(name); !own && c.Flags().Lookup(name) != nil {
			completeFlag(c, name, complete)
		}
	}
	for name, values := range flagValues() {
		directive := cobra.ShellCompDirectiveNoFileComp
		if name == "profile" || name == "anonymize" { // or a file
			directive = cobra.ShellCompDirectiveDefault
		}
		register(name, cobra.FixedCompletions(values, directive))
	}
	for name, where := range known {
		register(name, func(c *cobra.Command, _ []string, typed string) ([]string, cobra.ShellCompDirective) {
			return flags.Completed(c.Flags().Lookup(name), typed, func(begin string) []string {
				return where.names(c.Context(), g, begin)
			}), cobra.ShellCompDirectiveNoFileComp
		})
	}
	for _, name := range []string{"tz", "timezone"} {
		register(name, func(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
			return timeZones(), cobra.ShellCompDirectiveNoFileComp
		})
	}
	c.LocalFlags().VisitAll(func(f *pflag.Flag) {
		if value, _ := pflag.UnquoteUsage(f); !strings.HasPrefix(value, "FILE") && value != "DIR" &&
			f.Name != "publish" {
			register(f.Name, cobra.FixedCompletions(nil, cobra.ShellCompDirectiveNoFileComp))
		}
	})
	for _, sub := range c.Commands() {
		completeFlagValues(sub, g)
	}
}

// completeFlag has a function complete the values of a flag.
func completeFlag(c *cobra.Command, name string, complete cobra.CompletionFunc) {
	if err := c.RegisterFlagCompletionFunc(name, complete); err != nil {
		panic(err) // only an unknown flag or a second registration can fail
	}
}

// completeTables offers the names of tables and views.
func completeTables(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
	return schema.Names(), cobra.ShellCompDirectiveNoFileComp
}

// timeZones are the names that the system's list has; none where it has no list.
func timeZones() []string {
	text, err := os.ReadFile("/usr/share/zoneinfo/zone.tab")
	if err != nil {
		return nil
	}
	names := []string{"UTC"}
	for line := range strings.Lines(string(text)) {
		if fields := strings.Fields(line); len(fields) > 2 && !strings.HasPrefix(line, "#") {
			names = append(names, fields[2])
		}
	}
	return names
}

// completeList lets the shell complete the last of several words, parted by commas.
func completeList(c *cobra.Command, flag string, known func(ctx context.Context, args []string) []string) {
	completeFlag(c, flag, func(c *cobra.Command, args []string, typed string) ([]string, cobra.ShellCompDirective) {
		before := typed[:strings.LastIndexByte(typed, ',')+1]
		var all []string
		for _, name := range known(c.Context(), args) {
			all = append(all, before+name)
		}
		return all, cobra.ShellCompDirectiveNoFileComp | cobra.ShellCompDirectiveNoSpace
	})
}
