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
	"pbsduck/export"
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

// errWarnings says that warnings hold.
var errWarnings = errors.New("warnings hold")

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
	case errors.Is(err, errRejects), errors.Is(err, errWarnings):
		return exitRejects
	case strings.HasPrefix(err.Error(), "unknown command"): // cobra has no type for it
		return exitUsage
	}
	return exitError
}

func report(err error, code int) {
	switch {
	case err == nil, errors.Is(err, errReported), errors.Is(err, errRejects), errors.Is(err, errWarnings):
	case code == exitInterrupted:
		fmt.Fprintln(os.Stderr, "pbsduck: interrupted; what was committed stays, the next run carries on")
	default:
		for _, line := range messages(err) {
			fmt.Fprintf(os.Stderr, "pbsduck: %s\n", export.Visible(line))
		}
		if code == exitUsage {
			fmt.Fprintln(os.Stderr, "See pbsduck --help, or pbsduck COMMAND --help.")
		}
	}
}

// messages are what an error says, one line for each that was joined: an end
// of line within one of them is another's byte, such as one of a file name.
func messages(err error) []string {
	if joined, ok := err.(interface{ Unwrap() []error }); ok {
		var all, texts []string
		for _, e := range joined.Unwrap() {
			all, texts = append(all, messages(e)...), append(texts, e.Error())
		}
		if strings.Join(texts, "\n") == err.Error() {
			return all
		}
	}
	var usage usageError
	if errors.As(err, &usage) {
		return messages(usage.error)
	}
	text := duckdb.Message(err)
	if unknown, guess, ok := strings.Cut(text, "\n\nDid you mean this?\n"); ok && strings.HasPrefix(text, "unknown command") {
		return []string{unknown + "; did you mean " + strings.Join(strings.Fields(guess), ", ") + "?"}
	}
	return []string{text}
}
