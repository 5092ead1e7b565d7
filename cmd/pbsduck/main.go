// Command pbsduck turns PBS accounting logs into a DuckDB database and answers questions from it.
//
// A file is a command, mostly in four parts: an options struct, a constructor that returns the cobra command, a method
// that adds the flags, and a run method. Commands share what is in flags, logs and ui, and what two of them do alike
// (loading.go, follow.go, completion.go); they do not know each other. Results go to stdout, everything else to stderr.
package main

import (
	"os"
	"runtime/debug"

	"github.com/spf13/cobra"

	"pbsduck/cmd/pbsduck/ui"
)

// version and commit are set when the program is built (make build).
var (
	version = "dev"
	commit  string
)

func main() { os.Exit(run()) }

func run() int {
	ctx, stop := ui.UntilSignal()
	defer stop()
	percent := debug.SetGCPercent(-1)
	root := newRoot(version)
	refuseUnknown(root)
	collectOnceBegun(root, percent)
	root.SetArgs(words(os.Args[1:]))
	err := root.ExecuteContext(ctx)
	code := ui.ExitCode(ctx, err)
	ui.Report(err, code)
	return code
}

// collectOnceBegun has Go look for garbage only once a command begins. What commands are made of stays, and going
// through it would cost each start of the program a millisecond or two.
func collectOnceBegun(root *cobra.Command, percent int) {
	begin := root.PersistentPreRunE
	root.PersistentPreRunE = func(c *cobra.Command, args []string) error {
		debug.SetGCPercent(percent)
		return begin(c, args)
	}
}
