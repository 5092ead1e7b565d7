// Command pbsduck turns PBS accounting logs into a DuckDB database and
// answers questions from it.
//
// This package is the only one that knows the terminal, flags and exit codes.
// Each command has a file of its own, always in five parts: a constructor that
// returns the cobra command, an options struct, a method that adds the flags,
// and a run method. Results go to stdout, everything else to stderr.
package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/signal"
	"strings"
	"syscall"

	"pbsduck/duckdb"
)

// version is set when the program is built (make build).
var version = "dev"

// Exit codes, as the help of every command lists them.
const (
	exitOK          = 0
	exitError       = 1
	exitUsage       = 2
	exitRejects     = 3
	exitNoDatabase  = 10
	exitLocked      = 11
	exitNewer       = 12
	exitInterrupted = 130
)

// errRejects says that the work was done, but some lines were no records.
var errRejects = errors.New("some lines were rejected")

// errReported is an error that was told to the user already.
var errReported = errors.New("failed")

// A usageError is a wrong use of a command.
type usageError struct{ error }

func main() { os.Exit(run()) }

func run() int {
	ctx, stop := untilSignal()
	defer stop()
	root := newRoot()
	err := root.ExecuteContext(ctx)
	code := exitCode(ctx, err)
	report(err, code)
	return code
}

// errTerminated is the cause of a context that SIGTERM ended.
var errTerminated = errors.New("terminated")

// untilSignal is a context that Ctrl-C and SIGTERM end.
func untilSignal() (ctx context.Context, stop func()) {
	ctx, cancel := context.WithCancelCause(context.Background())
	signals := make(chan os.Signal, 1)
	signal.Notify(signals, os.Interrupt, syscall.SIGTERM)
	go func() {
		if <-signals == syscall.SIGTERM {
			cancel(errTerminated)
		}
		cancel(nil)
	}()
	return ctx, func() { signal.Stop(signals) }
}

// exitCode is the one place where errors become exit codes.
func exitCode(ctx context.Context, err error) int {
	var usage usageError
	var locked *duckdb.LockedError
	var newer *duckdb.NewerError
	switch {
	case err == nil:
		return exitOK
	case ctx.Err() != nil:
		return exitInterrupted
	case errors.As(err, &usage):
		return exitUsage
	case errors.As(err, &locked):
		return exitLocked
	case errors.As(err, &newer):
		return exitNewer
	case errors.Is(err, duckdb.ErrNoDatabase):
		return exitNoDatabase
	case errors.Is(err, errReported):
		return exitError
	case errors.Is(err, errRejects):
		return exitRejects
	case strings.HasPrefix(err.Error(), "unknown command"): // cobra has no type for it
		return exitUsage
	}
	return exitError
}

func report(err error, code int) {
	switch {
	case err == nil, errors.Is(err, errReported), errors.Is(err, errRejects):
	case code == exitInterrupted:
		fmt.Fprintln(os.Stderr, "pbsduck: interrupted; what was committed stays, the next run carries on")
	case code == exitUsage:
		fmt.Fprintf(os.Stderr, "pbsduck: %s\nSee pbsduck --help, or pbsduck COMMAND --help.\n", printable(err.Error()))
	default:
		for line := range strings.SplitSeq(err.Error(), "\n") {
			if line = strings.ReplaceAll(line, "\t", "  "); strings.TrimSpace(line) != "" {
				fmt.Fprintf(os.Stderr, "pbsduck: %s\n", printable(line))
			}
		}
	}
}
