// Command pbsduck turns PBS accounting logs into a DuckDB database and
// answers questions from it.
//
// This package is the only one that knows cobra's commands. Each of them has a
// file of its own, always in five parts: a constructor that returns the cobra
// command, an options struct, a method that adds the flags, and a run method.
// They share what is in flags and ui, and know nothing of each other. Results
// go to stdout, everything else to stderr.
package main

import (
	"os"

	"pbsduck/cmd/pbsduck/ui"
)

// version is set when the program is built (make build).
var version = "dev"

func main() { os.Exit(run()) }

func run() int {
	ctx, stop := ui.UntilSignal()
	defer stop()
	err := newRoot(version).ExecuteContext(ctx)
	code := ui.ExitCode(ctx, err)
	ui.Report(err, code)
	return code
}
