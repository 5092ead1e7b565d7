package load

import (
	"time"

	"pbsduck/ingest"
	"pbsduck/ingest/source"
)

// A logRun is a log of the plan, with its row of the ledger.
type logRun struct {
	*ingest.Log
	entry   *LogFile // its row of the ledger, as it will be
	before  LogFile  // as it was; zero if it is read from its beginning
	asElse  *LogFile // its row of the ledger if it is another log than the one that was read before
	skipped bool     // nothing new in it
	heeded  bool     // what the stream did with it
	failed  map[string]int64
	back    clockStep
}

// enter gives the log its row of the ledger, as of one that is read from its beginning.
func (r *logRun) enter(entry *LogFile) {
	r.entry, r.ID = entry, entry.ID
	r.asRead()
}

// replace plans that it is read from its beginning, in place of what it gave before.
func (r *logRun) replace(old *LogFile) {
	r.Replace = true
	r.enter(old.at(r.Key))
}

// goOn plans that it is read from where it was read to, in the time zone in which it was, if it changed since.
func (r *logRun) goOn(old *LogFile) {
	r.before, r.skipped = *old, r.unchanged(old)
	r.Known = &ingest.Known{Bytes: old.ReadBytes, Digest: old.Digest, UnsureAt: old.UnsureAt, Lines: old.Lines}
	r.Zone = old.TimeZone
	r.enter(old.at(r.Key))
	r.entry.FirstNewLine = old.Lines + 1
}

// unchanged tells whether the file is what it was when it was read as far as it can be.
func (r *logRun) unchanged(old *LogFile) bool {
	return old.File == r.File() && old.Size == r.Size && old.Modified.Equal(r.ModTime.Truncate(time.Microsecond)) &&
		(r.Growing || r.Codec != source.Plain || old.ReadBytes >= old.Size)
}

// asRead notes in the ledger's row what the file is now.
func (r *logRun) asRead() {
	e := r.entry
	e.FirstNewLine = 1
	e.File, e.Size, e.Modified, e.TimeZone = r.File(), r.Size, r.ModTime.Truncate(time.Microsecond), r.Zone
}

// heed follows the stream: it may have found that the log is to be read again, or is another one.
func (r *logRun) heed() {
	if r.heeded {
		return
	}
	r.heeded = true
	switch r.Turn {
	case ingest.Again:
		r.before = LogFile{}
		r.entry.FirstNewLine = 1
	case ingest.AsElse:
		r.before, r.entry = LogFile{}, r.asElse
		r.asRead()
	}
}

// gave tells whether something was taken in of the log: one that was only packed, or touched, has the same beginning
// and nothing behind it.
func (r *logRun) gave() bool { return !r.before.known || r.entry.ReadBytes > r.before.ReadBytes }

// complete notes how far the log was read.
func (r *logRun) complete() {
	r.heed()
	r.entry.ReadBytes, r.entry.Digest, r.entry.UnsureAt = r.ReadTo.Bytes, r.ReadTo.Digest, r.ReadTo.UnsureAt
}

// A clockStep is where the clock of a log first goes backwards, by a minute or more, and for more than one record. Its
// records are kept as they say.
type clockStep struct {
	line int64
	by   time.Duration
}
