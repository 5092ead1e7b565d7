package ui

import (
	"errors"
	"fmt"

	"pbsduck/duckdb"
	"pbsduck/duckdb/charge"
	"pbsduck/duckdb/hive"
	"pbsduck/duckdb/load"
	"pbsduck/duckdb/rebuild"
	"pbsduck/ingest"
	"pbsduck/ingest/qhist"
)

// Text is what an error says, in one line, and what helps.
func Text(err error) string { return duckdb.Message(err) + hint(err) }

// kinds are what helps against errors of a kind.
var kinds = []struct {
	kind error
	hint string
}{
	{duckdb.ErrNoDatabase, ": make it by pbsduck ingest, or name another one with --db"},
	{duckdb.ErrNotDatabase, "; name another one with --db"},
	{duckdb.ErrNoQuestion, "; -o FILE and pbsduck export write results to files"},
	{duckdb.ErrFiles, "; pbsduck query --allow-files lets a question read files"},
	{duckdb.ErrBadRecord, "; pbsduck verify names its job"},
	{hive.ErrWantsPolicy, ": give --anonymize with that, or choose another folder"},
	{qhist.ErrOtherZone, "; give it with --timezone"},
	{hive.ErrChanged, ": --rewrite writes all of it again"},
	{duckdb.ErrMaybeFile, "; if it is a file, pbsduck query --allow-files lets a question read it"},
}

// hint says which flag or command helps against an error: the engine knows what is wrong, not what its users type.
func hint(err error) string {
	var (
		copied  *duckdb.CopyError
		locked  *duckdb.LockedError
		older   *duckdb.OlderError
		lost    *rebuild.LostError
		site    *charge.SiteError
		rules   *charge.RulesError
		changed *ingest.ChangedError
		told    *load.AnswerZoneError
	)
	switch {
	case errors.As(err, &copied):
		return "; name the database itself with --db"
	case errors.As(err, &locked):
		return ": wait for it to end (--wait), or close the session that has it open"
	case errors.As(err, &older):
		return ": pbsduck rebuild --from-records brings it to them, without the logs; " +
			"pbsduck rebuild makes it again from the logs"
	case errors.As(err, &lost) && len(lost.Logs) == 0:
		return ": pbsduck rebuild --from-records keeps what qhist told; --lose-missing lets it go"
	case errors.As(err, &lost):
		return ": name them too, or let them go with --lose-missing"
	case errors.As(err, &site):
		return "; make its rows again by it with pbsduck rebuild --from-records, or undo the change"
	case errors.As(err, &rules):
		return fmt.Sprintf(": give the changed rules another version, "+
			"or charge all of %[1]s again with pbsduck recalculate --machine %[1]s", rules.Machine)
	case errors.As(err, &changed):
		return " (--overwrite)"
	case errors.As(err, &told):
		return fmt.Sprintf(": forget that day (pbsduck forget --machine %s %s), then tell it again",
			ShellWord(told.Machine), told.Day)
	}
	for _, k := range kinds {
		if errors.Is(err, k.kind) {
			return k.hint
		}
	}
	return ""
}
