package main

import (
	"github.com/spf13/cobra"

	"pbsduck/cmd/pbsduck/flags"
)

// newRoot makes all commands.
func newRoot(version string) *cobra.Command {
	g := &flags.Global{Version: version}
	root := &cobra.Command{
		Use:   "pbsduck",
		Short: "PBS accounting logs in DuckDB and Parquet",
		Long: `pbsduck reads the accounting logs of PBS (OpenPBS, PBS Professional, Torque)
into a DuckDB database, keeps every job's raw record, and exports Parquet.

Exit codes: 0 fine; 1 error; 2 wrong use; 3 done, but some lines were rejected
(status --check: warnings hold that were not acknowledged); 10 no such database;
11 database locked; 12 database newer than the program; 130 interrupted.`,
		Example: `  pbsduck generate logs --profile derecho --days 7
  pbsduck ingest --machine derecho --timezone America/Denver logs/derecho
  pbsduck query "SELECT queue, count(*) FROM jobs GROUP BY queue"
  pbsduck record 4012345.desched1`,
		Version: version,

		SilenceErrors: true,
		SilenceUsage:  true,
	}
	root.SetVersionTemplate(versionText(version))
	g.Add(root)
	root.AddCommand(
		newIngest(g), newRebuild(g), newQuery(g), newJobs(g), newParse(g), newGenerate(g), newSchema(g), newRecord(g), newJob(g), newStatus(g), newVerify(g),
		newForget(g), newPublish(g), newConnect(g), newExport(g), newRecalculate(g), newSummarize(g), newReport(g), newConfig(g), newAllocations(g), newMan(g),
		newVersion(g),
	)
	completeFlagValues(root, g)
	return root
}
