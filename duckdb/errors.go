package duckdb

import (
	"context"
	"errors"
	"fmt"
	"os"
	"regexp"
	"strings"
	"sync"

	duck "github.com/duckdb/duckdb-go/v2"

	"pbsduck/duckdb/dbfile"
	"pbsduck/export/whole"
)

// Errors say what is wrong, and are of kinds. Whoever uses this package tells its user what helps against a kind: how
// that is done, a flag for instance, is not known here.

// ErrNoDatabase says that there is no file of that name.
var ErrNoDatabase = errors.New("no such database")

// ErrNotDatabase says that the file is something else.
var ErrNotDatabase = dbfile.ErrNotDatabase

// ErrCorrupt says that the file is a database that can't be read any more.
var ErrCorrupt = errors.New("damaged database")

// ErrReplaced says that another program removed, replaced or changed the file meanwhile.
var ErrReplaced = errors.New("the database was removed, replaced or changed meanwhile by another program")

// A LockedError says who holds the database.
type LockedError = dbfile.LockedError

// A NewerError says that the database was made by a later version.
type NewerError struct {
	Path   string
	Schema int
}

func (e *NewerError) Error() string {
	return fmt.Sprintf(
		"%s has schema version %d, this program knows up to %d: use a newer pbsduck", e.Path, e.Schema, SchemaVersion,
	)
}

// An OlderError says that the database was made by an earlier version.
type OlderError struct {
	Path   string
	Schema int
	Lacks  string // a table that this version of the schema has by now; empty: the version is an earlier one
}

func (e *OlderError) Error() string {
	if e.Lacks != "" {
		return fmt.Sprintf("%s lacks the table %s, which schema version %d has by now", e.Path, e.Lacks, e.Schema)
	}
	return fmt.Sprintf("%s has schema version %d, this program writes %d", e.Path, e.Schema, SchemaVersion)
}

// Kinds of faults of a question, for who knows what its user can do.
var (
	ErrNoSQL      = errors.New("there is no SQL: give one statement, such as SELECT count(*) FROM jobs")
	ErrNoQuestion = errors.New("no question")                         // SQL that would change something
	ErrFiles      = errors.New("a question reads files")              // and was not let
	ErrMaybeFile  = errors.New("a table that may be meant as a file") // and was not let
	ErrBadRecord  = errors.New("a raw record can't be read")          // and others can
)

// A kindOfError is an error of a kind that its text does not name.
type kindOfError struct {
	text string
	kind error
}

func (e *kindOfError) Error() string { return e.text }

func (e *kindOfError) Unwrap() error { return e.kind }

// A LogError says that a database can't be opened for its write-ahead log. It is an ErrCorrupt.
type LogError struct {
	Path, Log string
	Damaged   bool // it is not what was written; else it does not fit the database
	Reason    string
}

func (e *LogError) Error() string {
	what := "does not fit it, and may be another database's"
	if e.Damaged {
		what = "is damaged"
	}
	return fmt.Sprintf(
		"%s: its write-ahead log %s %s (%s): move that away, and load the last logs again; or rebuild it from the logs",
		e.Path, e.Log, what, e.Reason,
	)
}

// Is makes it an ErrCorrupt.
func (e *LogError) Is(target error) bool { return target == ErrCorrupt }

// logError is the LogError that DuckDB's message means; nil if it means something else.
func logError(path, message string) error {
	reason := ""
	for _, sign := range []string{
		"Failure while replaying WAL file ", "Failure while replaying checkpoint WAL file ",
		"WAL does not match database file",
	} {
		if _, after, ok := strings.Cut(message, sign); ok {
			reason = sign + after
		}
	}
	if reason == "" {
		return nil
	}
	if _, after, ok := strings.Cut(reason, "\": "); ok {
		reason = after
	}
	damaged := strings.Contains(reason, "Corrupt") || strings.Contains(reason, "checksum") ||
		strings.Contains(reason, "Serialization")
	return &LogError{
		Path: path, Log: dbfile.RealPath(path) + dbfile.WALSuffix, Damaged: damaged, Reason: FirstLine(reason),
	}
}

var lockHolder = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`lock is held in (.*?) \(PID (\d+)\)`)
})

// openError makes the driver's message one that says what to do.
func openError(path string, err error) error {
	message := err.Error()
	if err := logError(path, message); err != nil {
		return err
	}
	switch {
	case strings.Contains(message, "Could not set lock on file"), strings.Contains(message, "lock is held"):
		locked := &LockedError{Path: path}
		if m := lockHolder().FindStringSubmatch(message); m != nil {
			locked.Holder, locked.PID = m[1], m[2]
		}
		return locked
	case strings.Contains(message, "not a valid DuckDB database"):
		if info, err := os.Stat(path); err == nil && dbfile.HasSizeOfDatabase(info) {
			return Corrupt(path, "it does not begin as one")
		}
		return fmt.Errorf("%s: %w: the file is not a DuckDB database", path, ErrNotDatabase)
	case strings.Contains(message, "database does not exist"):
		return NoDatabase(path)
	case strings.Contains(message, "newer version of DuckDB"), strings.Contains(message, "version number"):
		return &NewerError{Path: path}
	case IsDamage(message):
		return Corrupt(path, message)
	}
	if trouble := whole.TroubleOf(err); trouble != nil {
		return fmt.Errorf("%s: cannot open the database: %w", path, trouble)
	}
	return fmt.Errorf("%s: cannot open the database: %s", path, FirstLine(message))
}

// IsDamage tells whether DuckDB's message says that the file is not what was written.
func IsDamage(message string) bool {
	for _, sign := range []string{
		"checksum", "Corrupt", "corrupt", "Serialization", "Could not read enough bytes", "INTERNAL Error", "FATAL Error",
	} {
		if strings.Contains(message, sign) {
			return true
		}
	}
	return false
}

// Corrupt is an ErrCorrupt of the database at path, of which DuckDB said message.
func Corrupt(path, message string) error {
	return &damagedError{path, damageInWords(message)}
}

// A damagedError is an ErrCorrupt that says where.
type damagedError struct{ path, what string }

func (e *damagedError) Error() string {
	return fmt.Sprintf("%s: %s (%s); take the .previous copy, or rebuild it from the logs", e.path, ErrCorrupt, e.what)
}

func (e *damagedError) Unwrap() error { return ErrCorrupt }

var damagedBlock = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`checksum.* in block at location (\d+)`)
})

// damageInWords says in one line what DuckDB says of damage in several.
func damageInWords(message string) string {
	if m := damagedBlock().FindStringSubmatch(message); m != nil {
		return "the checksum of the block at byte " + m[1] + " does not fit"
	}
	return FirstLine(message)
}

// InWords says in one line what a question met in a file that has been named.
func InWords(err error) string {
	var known *damagedError
	switch message := err.Error(); {
	case errors.As(err, &known):
		return "damaged: " + known.what
	case IsDamage(message):
		return "damaged: " + damageInWords(message)
	default:
		return Message(err)
	}
}

// queryError makes one line of what a question met in a damaged file. Other errors are about the question.
func (db *DB) queryError(err error) error {
	if err == nil || !IsDamage(err.Error()) || isBadRecord(err.Error()) {
		return err
	}
	return Corrupt(db.path, err.Error())
}

// ReadError makes one line of what reading the program's own tables met: that can only be damage.
func (db *DB) ReadError(err error) error {
	var inner *duck.Error
	if !errors.As(err, &inner) || errors.Is(err, context.Canceled) || inner.Type == duck.ErrorTypeInterrupt ||
		IsOutOfMemory(err) {
		return err
	}
	return Corrupt(db.path, err.Error())
}

// LoadError says in one line what a load met: nothing of it stays.
func (db *DB) LoadError(err error) error {
	if errors.Is(err, context.Canceled) {
		return err
	}
	if trouble := whole.TroubleOf(err); trouble != nil {
		return fmt.Errorf("%s: the load was taken back: %w", db.path, trouble)
	}
	if IsDamage(err.Error()) {
		return Corrupt(db.path, err.Error())
	}
	return fmt.Errorf("%s: the load failed and was taken back: %s", db.path, FirstLine(err.Error()))
}

// isOver tells whether a rollback failed only because what was to be taken back is gone: by a commit that failed, or a
// fatal error that closed the database. Either is told already.
func isOver(err error) bool {
	return err != nil &&
		(strings.Contains(err.Error(), "no transaction is active") || strings.Contains(err.Error(), "has been invalidated"))
}

// NoDatabase is the error that there is no database at path.
func NoDatabase(path string) error {
	return fmt.Errorf("%s: %w", path, ErrNoDatabase)
}

// FirstLine is the first line of what DuckDB or its driver says, without who says it.
func FirstLine(s string) string {
	s = strings.TrimPrefix(s, "database/sql/driver: ")
	s = strings.TrimPrefix(s, "could not connect to database: ")
	line, _, _ := strings.Cut(s, "\n")
	return line
}
