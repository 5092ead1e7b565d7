// Command pbsduck turns PBS accounting logs into a DuckDB database and answers questions from it.
//
// A file is a command, mostly in four parts: an options struct, a constructor that returns the cobra command, a method
// that adds the flags, and a run method. Commands share what is in flags, logs and ui, and what two of them do alike
// (loading.go, follow.go, completion.go); they do not know each other. Results go to stdout, everything else to stderr.
package main

import (
	"os"

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
	root := newRoot(version)
	refuseUnknown(root)
	root.SetArgs(words(os.Args[1:]))
	err := root.ExecuteContext(ctx)
	code := ui.ExitCode(ctx, err)
	ui.Report(err, code)
	return code
}
