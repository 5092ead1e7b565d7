package main

import (
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"pbsduck/cmd/pbsduck/flags"
	"pbsduck/cmd/pbsduck/manual"
	"pbsduck/cmd/pbsduck/ui"
)

// newRoot makes all commands.
func newRoot(version string) *cobra.Command {
	g := &flags.Global{Version: version}
	root := &cobra.Command{
		Use:   "pbsduck",
		Short: "PBS accounting logs in DuckDB and Parquet",
		Long: `pbsduck reads the accounting logs of PBS (OpenPBS, PBS Professional, Torque)
into a DuckDB database, keeps every job's raw record, and exports Parquet.

` + exitCodes(),
		Example: `  pbsduck generate logs --profile derecho --days 7
  pbsduck ingest --machine derecho --timezone America/Denver logs/derecho
  pbsduck query "SELECT queue, count(*) FROM jobs GROUP BY queue"
  pbsduck record 4012345.desched1`,
		Version: version,

		SilenceErrors: true,
		SilenceUsage:  true,
	}
	cobra.AddTemplateFunc("versionText", versionText)
	root.SetVersionTemplate("{{versionText .Version}}")
	g.Add(root)
	cobra.AddTemplateFunc("flagLines", manual.Lines)
	root.SetUsageTemplate(strings.NewReplacer(
		"{{if .Runnable}}", "{{if and .Runnable (not .HasAvailableSubCommands)}}",
		".LocalFlags.FlagUsages", "flagLines .LocalFlags", ".InheritedFlags.FlagUsages", "flagLines .InheritedFlags",
	).Replace(root.UsageTemplate()))
	root.AddCommand(
		newIngest(g), newRebuild(g), newQuery(g), newJobs(g), newParse(g), newResolve(g), newGenerate(g), newSchema(g),
		newRecord(g), newJob(g), newStatus(g), newVerify(g), newForget(g), newPublish(g), newConnect(g), newExport(g),
		newRecalculate(g), newSummarize(g), newReport(g), newConfig(g), newAllocations(g), newMan(g),
		newVersion(g),
	)
	completeWhenAsked(root, g)
	return root
}

// exitCodes lists them, as the help of a command does.
func exitCodes() string {
	var items []string
	for _, e := range ui.ExitCodes {
		items = append(items, fmt.Sprintf("%d %s", e.Code, e.Text))
	}
	return strings.Join(manual.Fold("Exit codes: "+strings.Join(items, "; ")+".", 80), "\n")
}
