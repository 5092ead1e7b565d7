package load

import (
	"cmp"
	"context"
	"slices"
	"time"

	"pbsduck/duckdb"
	"pbsduck/ingest"
	"pbsduck/ingest/source"
)

// A plan is what is to be done with each log.
type plan struct {
	logs   []*logRun
	read   []*ingest.Log           // those that are to be read
	runs   map[*ingest.Log]*logRun // the same
	byPath map[string]*LogFile     // the ledger of the machine
	byName map[string][]*LogFile   // the same, in its order
	moved  map[int64]bool          // logs of it that are found at another place
	unseen map[string]int          // how many logs of a name are at places that it does not know
	warned holding                 // warnings that there are
	nextID int64
	zone   string
	total  int64  // bytes, as stored, of the logs that are to be read
	latest string // name of the latest day's log of the machine
}

func newPlan(ctx context.Context, db *duckdb.DB, logs []source.Log, o Options) (*plan, error) {
	ledger, err := Ledger(ctx, db, o.Machine)
	if err != nil {
		return nil, err
	}
	p := &plan{
		byPath: map[string]*LogFile{}, byName: map[string][]*LogFile{}, moved: map[int64]bool{}, unseen: map[string]int{},
		runs: map[*ingest.Log]*logRun{}, zone: o.Zone,
	}
	for _, f := range ledger {
		p.byPath[f.Path] = f
		p.byName[f.Name] = append(p.byName[f.Name], f)
		if !IsQhist(f.Path) {
			p.latest = max(p.latest, dayName(f.Name))
		}
	}
	for _, l := range logs {
		p.latest = max(p.latest, dayName(l.Name))
		if p.byPath[l.Key] == nil {
			p.unseen[l.Name]++
		}
	}
	if p.warned, err = newHolding(ctx, db, o.Machine); err != nil {
		return nil, err
	}
	if p.nextID, err = nextFileID(ctx, db); err != nil {
		return nil, err
	}
	for _, l := range logs {
		if p.isNothing(l) {
			continue
		}
		r := p.decide(ctx, l, o)
		p.logs = append(p.logs, r)
		if !r.skipped {
			p.total += l.Size
			p.read = append(p.read, r.Log)
			p.runs[r.Log] = r
		}
	}
	return p, nil
}

// dayName is the name of a log that is named YYYYMMDD, else empty.
func dayName(name string) string {
	if _, err := time.Parse(source.DayLayout, name); err != nil {
		return ""
	}
	return name
}

// grows tells whether the server may still write to a log: it is a plain file, and there is none of a later day. A line
// at its end that is not finished waits.
func (p *plan) grows(l source.Log, o Options) bool {
	if l.Codec != source.Plain || l.Stream || o.Final {
		return false
	}
	day := dayName(l.Name)
	return day == "" || day >= p.latest
}

// isNothing tells whether a file that was found in a folder is none of the logs: it is empty, was never read, and has
// no day's name.
func (p *plan) isNothing(l source.Log) bool {
	return l.Found && l.Size == 0 && l.Day.IsZero() && p.byPath[l.Key] == nil
}

// decide compares a log with the ledger, by its name, size and time as far as those tell: it is a new one, or is read
// again in place of what it gave, or from where it was read to, here or where it was before.
func (p *plan) decide(ctx context.Context, l source.Log, o Options) *logRun {
	r := &logRun{
		Log:    &ingest.Log{Log: l, Machine: o.Machine, Zone: o.Zone, Growing: p.grows(l, o)},
		failed: map[string]int64{},
	}
	old := p.byPath[l.Key]
	if old == nil && !l.Stream {
		old = p.movedFrom(ctx, l, o)
	}
	switch {
	case l.Stream, old == nil:
		r.enter(p.newEntry(l, o))
	case o.Overwrite:
		r.replace(old)
	default:
		if old.Path != l.Key { // it is another log of that name, if it does not begin alike
			r.asElse = p.newEntry(l, o)
			r.Else = &ingest.Identity{ID: r.asElse.ID, Zone: o.Zone}
		}
		r.goOn(old)
	}
	return r
}

// newEntry is the ledger's row of a log that it does not know.
func (p *plan) newEntry(l source.Log, o Options) *LogFile {
	p.nextID++
	return &LogFile{ID: p.nextID - 1, Machine: o.Machine, Name: l.Name, Path: l.Key}
}

// movedFrom finds the log of that name that was read at a place where it is no longer. Whether it is the same one, its
// beginning tells: as it is read, unless more than one of the name moved, or it is to be read in place of what it gave.
func (p *plan) movedFrom(ctx context.Context, l source.Log, o Options) *LogFile {
	gone := slices.DeleteFunc(slices.Clone(p.byName[l.Name]), func(old *LogFile) bool {
		return old.Path == source.Stdin || old.ReadBytes == 0 || p.moved[old.ID] || source.Exists(old.Path)
	})
	slices.SortStableFunc(gone, func(a, b *LogFile) int { return cmp.Compare(b.ReadBytes, a.ReadBytes) })
	for _, old := range gone { // the longest, where several begin alike
		if !o.Overwrite && len(gone) == 1 && p.unseen[l.Name] == 1 || old.IsBeginningOf(ctx, l) {
			p.moved[old.ID] = true
			return old
		}
	}
	return nil
}

// run is the log of the plan that a step is about.
func (p *plan) run(l *ingest.Log) *logRun {
	r := p.runs[l]
	r.heed()
	return r
}
