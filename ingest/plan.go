package ingest

import (
	"context"
	"fmt"
	"slices"
	"time"

	"pbsduck/duckdb"
	"pbsduck/ingest/source"
)

// A plan is what is to be done with each log.
type plan struct {
	logs   []*logRun
	byPath map[string]*duckdb.LogFile   // the ledger of the machine
	byName map[string][]*duckdb.LogFile // the same, in its order
	moved  map[int64]bool               // logs of it that are found at another place
	held   held                         // warnings that there are
	nextID int64
	zone   string
	total  int64  // bytes, as stored, of the logs that are to be read
	latest string // name of the latest day's log of the machine
}

func newPlan(ctx context.Context, db *duckdb.DB, logs []source.Log, o Options) (*plan, error) {
	ledger, err := db.Ledger(ctx, o.Machine)
	if err != nil {
		return nil, err
	}
	p := &plan{byPath: map[string]*duckdb.LogFile{}, byName: map[string][]*duckdb.LogFile{}, moved: map[int64]bool{}, zone: o.Zone}
	for _, f := range ledger {
		p.byPath[f.Path] = f
		p.byName[f.Name] = append(p.byName[f.Name], f)
		p.latest = max(p.latest, dayName(f.Name))
	}
	for _, l := range logs {
		p.latest = max(p.latest, dayName(l.Name))
	}
	if p.held, err = newHeld(ctx, db, o.Machine); err != nil {
		return nil, err
	}
	if p.nextID, err = db.NextFileID(ctx); err != nil {
		return nil, err
	}
	for _, l := range logs {
		if p.isNothing(l) {
			continue
		}
		r := p.decide(l, o)
		if !r.skipped {
			p.total += l.Size
		}
		p.logs = append(p.logs, r)
	}
	return p, nil
}

// dayName is the name of a log that is named YYYYMMDD, else empty.
func dayName(name string) string {
	if _, err := time.Parse("20060102", name); err != nil {
		return ""
	}
	return name
}

// grows tells whether the server may still write to a log: it is a plain file,
// and there is none of a later day. A line at its end that is not finished
// waits.
func (p *plan) grows(l source.Log, o Options) bool {
	if l.Codec != source.Plain || l.Stream || o.Final {
		return false
	}
	day := dayName(l.Name)
	return day == "" || day >= p.latest
}

// nothing tells whether no log is to be read.
func (p *plan) nothing() bool {
	return !slices.ContainsFunc(p.logs, func(l *logRun) bool { return !l.skipped })
}

// isNothing tells whether a file that was found in a folder is none of the logs:
// it is empty, was never read, and has no day's name.
func (p *plan) isNothing(l source.Log) bool {
	return l.Found && l.Size == 0 && l.Day.IsZero() && p.byPath[l.Key] == nil
}

// decide compares a log with the ledger, by its name, size and time only.
func (p *plan) decide(l source.Log, o Options) *logRun {
	r := &logRun{Log: l, failed: map[string]int64{}, growing: p.grows(l, o)}
	old := p.byPath[l.Key]
	if old == nil && !l.Stream && !o.Overwrite { // whose proof is that the beginning is the same
		old = p.movedFrom(l)
		r.moved = old != nil
	}
	if old == nil || l.Stream || r.moved {
		r.entry = &duckdb.LogFile{ID: p.nextID, Machine: o.Machine, Name: l.Name, Path: l.Key}
		r.asNew = r.entry
		p.nextID++
	}
	if old != nil && !l.Stream {
		entry := *old
		entry.Path = l.Key
		r.entry = &entry
		r.replace = o.Overwrite
		r.resume = !o.Overwrite
		if r.resume {
			r.before = *old
		}
		r.skipped = !o.Overwrite && old.File == l.File() && old.Size == l.Size && old.Modified.Equal(l.ModTime.Truncate(microsecond)) &&
			(r.growing || l.Codec != source.Plain || old.ReadBytes >= old.Size)
	}
	zone := o.Zone
	if r.resume {
		zone = old.TimeZone // what it gave so far was read in it
		r.otherZone = zone != o.Zone
	}
	r.asRead(r.entry, zone)
	if r.resume {
		r.entry.FirstNewLine = r.entry.Lines + 1
	}
	return r
}

// asRead notes in the ledger's row what the file is now.
func (r *logRun) asRead(entry *duckdb.LogFile, zone string) {
	entry.FirstNewLine = 1
	entry.File, entry.Size, entry.Modified, entry.TimeZone = r.File(), r.Size, r.ModTime.Truncate(microsecond), zone
}

// movedFrom finds the log of that name that was read at a place where it is no
// longer. Whether it is the same one, its beginning tells.
func (p *plan) movedFrom(l source.Log) *duckdb.LogFile {
	for _, old := range p.byName[l.Name] {
		if old.Path != source.Stdin && old.ReadBytes > 0 && !p.moved[old.ID] && !source.Exists(old.Path) {
			p.moved[old.ID] = true
			return old
		}
	}
	return nil
}

// A ChangedError says that the part of a log that was read before is not what
// it was.
type ChangedError struct {
	Path  string
	Bytes int64 // that were read before

	Shrunk bool
	Left   int64 // bytes that are left of it, if it has shrunk
}

func (e *ChangedError) Error() string {
	if e.Shrunk {
		return fmt.Sprintf("%s: it has shrunk: %d bytes are left of the %d that were read before; nothing of it was read: restore it, or read it again with --overwrite", e.Path, e.Left, e.Bytes)
	}
	return fmt.Sprintf("%s: its first %d bytes, which were read before, have changed; nothing of it was read: restore it, or read it again with --overwrite", e.Path, e.Bytes)
}

// A NotLogError says that a file holds nothing that looks like a record.
type NotLogError struct {
	Path  string
	Begin string // how the file begins
}

func (e *NotLogError) Error() string {
	return fmt.Sprintf("%s: not a PBS accounting log: no line of its first %d KiB looks like MM/DD/YYYY HH:MM:SS;T;ID;... (it begins %q)", e.Path, sniffSize>>10, e.Begin)
}
