package ui

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strings"

	"pbsduck/duckdb"
	"pbsduck/export"
)

// Exit codes, as the help of every command lists them.
const (
	ExitOK          = 0
	ExitError       = 1
	ExitUsage       = 2
	ExitRejects     = 3
	ExitNoDatabase  = 10
	ExitLocked      = 11
	ExitNewer       = 12
	ExitInterrupted = 130
)

// An Exit is what a code means.
type Exit struct {
	Code int
	Text string
}

// ExitCodes are all that there are.
var ExitCodes = []Exit{
	{ExitOK, "fine"},
	{ExitError, "error"},
	{ExitUsage, "wrong use"},
	{ExitRejects, "done, but some lines were rejected (status --check: warnings hold that were not acknowledged)"},
	{ExitNoDatabase, "no such database"},
	{ExitLocked, "database locked"},
	{ExitNewer, "database newer than the program"},
	{ExitInterrupted, "interrupted"},
}

// ErrRejects says that the work was done, but some lines were no records.
var ErrRejects = errors.New("some lines were rejected")

// ErrWarnings says that warnings hold.
var ErrWarnings = errors.New("warnings hold")

// ErrReported is an error that was told to the user already.
var ErrReported = errors.New("failed")

// A usageError is a wrong use of a command.
type usageError struct{ error }

// Usage makes an error one of a wrong use of a command.
func Usage(err error) error { return usageError{err} }

// Usagef is fmt.Errorf for a wrong use of a command.
func Usagef(format string, args ...any) error { return usageError{fmt.Errorf(format, args...)} }

// ExitCode is the one place where errors become exit codes.
func ExitCode(ctx context.Context, err error) int {
	var usage usageError
	var locked *duckdb.LockedError
	var newer *duckdb.NewerError
	var unknown *duckdb.UnknownMachineError
	switch {
	case err == nil:
		return ExitOK
	case ctx.Err() != nil:
		return ExitInterrupted
	case errors.As(err, &usage), errors.As(err, &unknown):
		return ExitUsage
	case errors.As(err, &locked):
		return ExitLocked
	case errors.As(err, &newer):
		return ExitNewer
	case errors.Is(err, duckdb.ErrNoDatabase):
		return ExitNoDatabase
	case errors.Is(err, ErrReported):
		return ExitError
	case errors.Is(err, ErrRejects), errors.Is(err, ErrWarnings):
		return ExitRejects
	case strings.HasPrefix(err.Error(), "unknown command"): // cobra has no type for it
		return ExitUsage
	}
	return ExitError
}

// Worse is the error that counts of two: that something failed, more than that lines were rejected.
func Worse(a, b error) error {
	if a == nil || errors.Is(b, ErrReported) {
		return b
	}
	return a
}

// Report tells what is wrong, unless it was told already.
func Report(err error, code int) {
	switch {
	case err == nil, errors.Is(err, ErrReported), errors.Is(err, ErrRejects), errors.Is(err, ErrWarnings):
	case code == ExitInterrupted:
		fmt.Fprintln(os.Stderr, "pbsduck: interrupted; what was committed stays, the next run carries on")
	default:
		for _, line := range messages(err) {
			fmt.Fprintf(os.Stderr, "pbsduck: %s\n", export.Visible(line))
		}
		if code == ExitUsage {
			fmt.Fprintln(os.Stderr, "See pbsduck --help, or pbsduck COMMAND --help.")
		}
	}
}

// messages are what an error says, one line for each that was joined: an end of line within one of them is another's
// byte, such as one of a file name.
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
	return []string{Text(err)}
}
