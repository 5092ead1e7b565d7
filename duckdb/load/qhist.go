package load

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"pbsduck/duckdb"
	"pbsduck/duckdb/warnings"
	"pbsduck/ingest/batch"
	"pbsduck/ingest/qhist"
	"pbsduck/ingest/schema"
	"pbsduck/ingest/site"
	"pbsduck/ingest/source"
)

// What qhist tells of a day is taken in without a log: rows without raw records, for which no line of a log has to
// account. The ledger has a row for it, of no bytes and no lines, whose path is qhist:SOURCE/YYYYMMDD and whose
// modified_at is when qhist was asked. A job's row that a log gave comes before one that qhist gave
// (rank_outcomes.sql), whichever was first.

const qhistPrefix = "qhist:"

// IsQhist tells whether a path of the ledger or of a warning is a day that qhist was asked for.
func IsQhist(path string) bool { return strings.HasPrefix(path, qhistPrefix) }

// qhistPath is the path of a day, named as logs are, that a source was asked for: a host, or a file that has qhist's
// output.
func qhistPath(source, day string) string { return qhistPrefix + source + "/" + day }

// An Answer is what qhist told of a day.
type Answer struct {
	Machine  string
	Location *time.Location // of its server
	Zone     string         // its name
	Source   string         // who was asked
	Day      string         // that was asked for; empty: that of most jobs
	JSON     io.Reader
	Confirm  func() error // whether it is whole, when its end was read; may be nil
	DryRun   bool
	Config   *site.Config
	Now      time.Time
}

// Told is what an answer brought.
type Told struct {
	Day       string // empty if it had no jobs, and none was asked for
	Jobs, New int64  // that it tells of, and that were not known before
	// of the new ones: those that are not the rows of their jobs, as a log, or another record, tells more
	Superseded   int64
	Others       int64 // records that are not of ended jobs, and were left out
	Unsure       int64 // of the new ones: those of which an instant may be an hour off
	FailedValues map[string]int64
	Warnings     []warnings.Warning
}

// TakeAnswer takes an answer in, whole or not at all. What was told before changes nothing.
func TakeAnswer(ctx context.Context, db *duckdb.DB, a Answer) (*Told, error) {
	o := Options{Machine: a.Machine, Zone: a.Zone, Config: a.Config, DryRun: a.DryRun, Now: a.Now}
	if err := o.configure(ctx, db); err != nil {
		return nil, err
	}
	l, err := begin(ctx, db, a.Machine)
	if err != nil {
		return nil, err
	}
	parser := o.site.NewParser()
	t := &taking{
		transaction: l, answer: a, days: map[string]int64{}, told: &Told{},
		reader:  qhist.NewReader(a.JSON, qhist.Options{Name: a.name(), Location: a.Location, Parser: parser, Site: o.site}),
		builder: batch.NewBuilder(parser, batch.Options{Machine: a.Machine, Location: a.Location, Site: o.site}),
	}
	if err := t.take(ctx); err != nil {
		return nil, errors.Join(err, l.rollback())
	}
	return t.told, nil
}

func (a *Answer) name() string {
	if a.Day == "" {
		return a.Source
	}
	return a.Source + ", " + a.Day
}

// A taking is the work on one answer.
type taking struct {
	*transaction
	answer      Answer
	reader      *qhist.Reader
	builder     *batch.Builder
	told        *Told
	days        map[string]int64 // jobs by the local day on which they were recorded
	first, last int64            // when
	next        int64            // number of the next outcome
}

// jobsAtOnce is how many jobs are compared with those that are there by one question.
const jobsAtOnce = 2048

func (t *taking) take(ctx context.Context) error {
	t.next = t.firstID
	for whole := false; !whole; {
		some := make([]qhist.Job, 0, jobsAtOnce)
		for len(some) < jobsAtOnce && !whole {
			if err := ctx.Err(); err != nil {
				return err
			}
			var j qhist.Job
			switch err := t.reader.Next(&j); {
			case errors.Is(err, io.EOF):
				whole = true
			case err != nil:
				if why := t.confirmed(); why != nil { // the cause
					return why
				}
				return err
			default:
				some = append(some, j)
			}
		}
		if err := t.takeSome(ctx, some); err != nil {
			return err
		}
	}
	if err := t.confirmed(); err != nil {
		return err
	}
	t.told.Others = t.reader.Others()
	return t.finish(ctx)
}

// confirmed asks whoever brought the answer whether it is whole.
func (t *taking) confirmed() error {
	if t.answer.Confirm == nil {
		return nil
	}
	return t.answer.Confirm()
}

// takeSome takes in those of some jobs that were not told before.
func (t *taking) takeSome(ctx context.Context, some []qhist.Job) error {
	known, err := t.known(ctx, some)
	if err != nil {
		return err
	}
	t.builder.Start(0, "", t.next)
	fresh := int64(0)
	for i := range some {
		j := &some[i]
		t.meet(j)
		if known[j.Hash] {
			continue
		}
		known[j.Hash] = true
		if problem := t.builder.AddElsewhere(&j.Record, j.Hash, j.Unsure); problem != "" {
			return fmt.Errorf("%s: job %s: %s", t.answer.name(), j.Record.ID, problem)
		}
		fresh++
		if j.Unsure {
			t.told.Unsure++
		}
	}
	t.next, t.told.New = t.next+fresh, t.told.New+fresh
	made := t.builder.Batches()
	made.Folds = nil // in which events are, of which there are none
	return t.append(ctx, []batch.Batches{made})
}

// meet counts a job.
func (t *taking) meet(j *qhist.Job) {
	s := j.Record.Stamp
	t.told.Jobs++
	t.days[fmt.Sprintf("%04d%02d%02d", s.Year, s.Month, s.Day)]++
	if t.first == 0 || j.Head < t.first {
		t.first = j.Head
	}
	t.last = max(t.last, j.Head)
}

// known are the hashes of those of some jobs that are there.
func (t *taking) known(ctx context.Context, some []qhist.Job) (map[int64]bool, error) {
	hashes := make([]int64, len(some))
	for i := range some {
		hashes[i] = some[i].Hash
	}
	there, err := duckdb.Column[int64](ctx, t.db, `SELECT record_hash FROM outcomes
		WHERE file_id IS NULL AND machine = $1 AND record_hash IN (SELECT unnest($2::BIGINT[]))`, t.machine, hashes)
	known := make(map[int64]bool, len(there))
	for _, h := range there {
		known[h] = true
	}
	return known, err
}

// finish writes the ledger and commits, or takes all back in a dry run.
func (t *taking) finish(ctx context.Context) error {
	t.told.Day = t.day()
	t.told.FailedValues = t.builder.Failures()
	var files []*LogFile
	if t.told.Day != "" {
		entry, err := t.entry(ctx)
		if err != nil {
			return err
		}
		files = append(files, entry)
		t.lookout.Clear(schema.WarnFailedLog, t.machine, entry.Path)
	}
	if t.answer.DryRun {
		err := t.resolve(ctx, files)
		if err == nil {
			err = t.countSuperseded(ctx)
		}
		return errors.Join(err, t.rollback())
	}
	if err := t.commit(ctx, files); err != nil {
		return err
	}
	t.told.Warnings = t.warnings
	return t.countSuperseded(ctx)
}

// countSuperseded counts the new ones that are not the rows of their jobs, once that is settled.
func (t *taking) countSuperseded(ctx context.Context) (err error) {
	t.told.Superseded, err = t.db.Number(ctx, "SELECT count(*) FROM outcomes WHERE id >= ? AND NOT is_job", t.firstID)
	return err
}

// day is the one that was asked for, or that of most jobs.
func (t *taking) day() string {
	if t.answer.Day != "" {
		return t.answer.Day
	}
	best := ""
	for day, n := range t.days {
		if n > t.days[best] || n == t.days[best] && day < best {
			best = day
		}
	}
	return best
}

// An AnswerZoneError says that a day was told of in another time zone before. Its jobs would keep their instants.
type AnswerZoneError struct{ Machine, Day, Before, Now string }

func (e *AnswerZoneError) Error() string {
	return fmt.Sprintf("%s of %s was told in time zone %s before, not in %s, and what its jobs have is by that one",
		e.Day, e.Machine, e.Before, e.Now)
}

// entry is the row of the ledger for the answer.
func (t *taking) entry(ctx context.Context) (*LogFile, error) {
	path := qhistPath(t.answer.Source, t.told.Day)
	ledger, err := Ledger(ctx, t.db, t.machine)
	if err != nil {
		return nil, err
	}
	f := &LogFile{
		Machine: t.machine, Name: t.told.Day, Path: path, File: path, UnsureAt: -1, Digest: (&source.Digest{}).Sum(),
	}
	if f.ID, err = nextFileID(ctx, t.db); err != nil {
		return nil, err
	}
	for _, had := range ledger {
		if IsQhist(had.Path) && had.Name == t.told.Day && had.TimeZone != t.answer.Zone {
			return nil, &AnswerZoneError{t.machine, had.Name, had.TimeZone, t.answer.Zone}
		}
		if had.Path == path {
			f = had
		}
	}
	f.TimeZone = t.answer.Zone
	if asked := t.reader.Asked(); asked.After(f.Modified) {
		f.Modified = asked
	}
	if t.first != 0 && (f.FirstTime == 0 || t.first < f.FirstTime) {
		f.FirstTime = t.first
	}
	f.LastTime = max(f.LastTime, t.last)
	for _, n := range t.told.FailedValues {
		f.FailedValues += n
	}
	return f, nil
}

// Unanswered are the days that a source was asked for and did not tell of, until it does.
func Unanswered(ctx context.Context, db *duckdb.DB, machine, source string) (days []string, err error) {
	all, err := AllUnanswered(ctx, db, machine)
	for _, w := range all {
		if day, is := strings.CutPrefix(w.Path, qhistPath(source, "")); is {
			days = append(days, day)
		}
	}
	return days, err
}

// AllUnanswered are the warnings that say that days were not answered, by any source; of all machines where that is
// empty.
func AllUnanswered(ctx context.Context, db *duckdb.DB, machine string) ([]warnings.Warning, error) {
	holding, err := warnings.Holding(ctx, db, machine)
	return slices.DeleteFunc(holding, func(w warnings.Warning) bool {
		return !IsQhist(w.Path) || w.Kind != schema.WarnFailedLog
	}), err
}

// NoteUnanswered keeps, as a warning, that a day was not answered, and why.
func NoteUnanswered(ctx context.Context, db *duckdb.DB, machine, source, day string, why error) error {
	look := &warnings.Lookout{}
	path := qhistPath(source, day)
	look.Found(warnings.Warning{Kind: schema.WarnFailedLog, Machine: machine, Path: path,
		Text: fmt.Sprintf("%s did not tell of %s: %v; it is asked again next time", source, day, why)})
	return warnings.Warn(ctx, db, look)
}

// NoteNoLog notes that there is no log of a day, which is no reason to ask again.
func NoteNoLog(ctx context.Context, db *duckdb.DB, machine, source, day string) error {
	look := &warnings.Lookout{}
	look.Clear(schema.WarnFailedLog, machine, qhistPath(source, day))
	return warnings.Warn(ctx, db, look)
}

// settleTime is how long after midnight the log of a day may still be written to.
const settleTime = 10 * time.Minute

// Answered are the days of which somebody told all, by when that was: those that were over then.
func Answered(ctx context.Context, db *duckdb.DB, machine, asked string, loc *time.Location) (map[string]bool, error) {
	ledger, err := Ledger(ctx, db, machine)
	days := map[string]bool{}
	for _, f := range ledger {
		day, wrong := time.Parse(source.DayLayout, f.Name)
		if f.Path != qhistPath(asked, f.Name) || wrong != nil {
			continue
		}
		over := batch.StartOfDay(day.AddDate(0, 0, 1), loc).Add(settleTime)
		days[f.Name] = !f.Modified.Before(over)
	}
	return days, err
}
