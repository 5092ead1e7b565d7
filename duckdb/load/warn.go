package load

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"pbsduck/duckdb"
	"pbsduck/duckdb/warnings"
	"pbsduck/ingest"
	"pbsduck/ingest/schema"
	"pbsduck/ingest/source"
)

// Missed is a file or folder that was not searched for logs.
type Missed struct {
	Path, Text string // an absolute path, as source.Escape writes it
	IsError    bool   // the user is told anyway
}

// holding are the warnings of the machine that held when the run began, by what they are about.
type holding map[subject]string

type subject struct{ kind, path string }

func newHolding(ctx context.Context, db *duckdb.DB, machine string) (holding, error) {
	all, err := warnings.Holding(ctx, db, machine)
	h := make(holding, len(all))
	for _, w := range all {
		h[subject{w.Kind, w.Path}] = w.Text
	}
	return h, err
}

// warnOfLog notes, for the transaction that takes a log in, what was met in it.
func (w *writer) warnOfLog(l *logRun) {
	look := &w.load.lookout
	found := func(kind, text string) {
		look.Found(warnings.Warning{Kind: kind, Machine: l.entry.Machine, Path: l.Key, FileID: l.entry.ID, Text: text})
	}
	w.clear(look, schema.WarnFailedLog, l.Key)
	w.clear(look, schema.WarnNotLog, l.Key)
	switch {
	case len(l.Unlike) > 0:
		found(schema.WarnPackedTwin, fmt.Sprintf("%s and %s claim the same day and differ; only %s was read",
			l.File(), strings.Join(l.Unlike, " and "), l.File()))
	default:
		w.clear(look, schema.WarnPackedTwin, l.Key)
	}
	_, known := w.plan.warned[subject{schema.WarnClock, l.Key}]
	switch {
	case known && l.before.Lines > 0: // it was read on, and the first such place was told
	case l.back.by > 0:
		found(schema.WarnClock, fmt.Sprintf("%s:%d: the clock goes back by %s; the records are kept as they say",
			l.File(), l.back.line, l.back.by))
	default:
		w.clear(look, schema.WarnClock, l.Key)
	}
}

// clear notes that a warning which held does not.
func (w *writer) clear(look *warnings.Lookout, kind, path string) {
	if _, holds := w.plan.warned[subject{kind, path}]; holds {
		look.Clear(kind, w.options.Machine, path)
	}
}

// lookRound keeps, when all logs are read, what is amiss outside of those that were taken in. It writes only if there
// is news.
func (w *writer) lookRound(ctx context.Context) error {
	look := &warnings.Lookout{}
	amiss := map[subject]bool{}
	var news []warnings.Warning // that nobody else tells
	logs := w.plan.byKey()
	found := func(kind, path, text string, told bool) {
		s := subject{kind, path}
		if was, holds := w.plan.warned[s]; !holds || was != text {
			one := warnings.Warning{
				Kind: kind, Machine: w.options.Machine, Path: path, FileID: w.plan.fileID(path), Text: text,
			}
			look.Found(one)
			if !told {
				news = append(news, one)
			}
		}
		amiss[s] = true
	}
	w.sortFailed(found)
	for _, m := range w.options.Missed {
		found(schema.WarnNotSearched, m.Path, m.Text, m.IsError)
	}
	for s := range w.plan.warned {
		if !amiss[s] && w.isOver(s, logs[s.path]) {
			look.Clear(s.kind, w.options.Machine, s.path)
		}
	}
	w.summary.tell(news)
	if w.options.DryRun {
		return nil
	}
	if !look.Empty() {
		if err := warnings.Warn(ctx, w.db, look); err != nil {
			return err
		}
	}
	return w.tellHolding(ctx)
}

// tellHolding leaves, of what is to be told, what holds in the end: a run of several transactions may set right what an
// earlier one found.
func (w *writer) tellHolding(ctx context.Context) error {
	all := w.summary.Warnings
	if len(all) == 0 {
		return nil
	}
	holds := map[warnings.Warning]bool{}
	now, err := warnings.Holding(ctx, w.db, "")
	for _, one := range now {
		holds[one.Subject()] = true
	}
	w.summary.Warnings = slices.DeleteFunc(all, func(one warnings.Warning) bool { return !holds[one.Subject()] })
	return err
}

// mostOthers is how many files that are no logs are named, each with a warning.
const mostOthers = 100

// sortFailed tells the logs that failed from files in a log folder that are none: a text that lies there is no reason
// to fail, as long as there are logs.
func (w *writer) sortFailed(found func(kind, path, text string, told bool)) {
	logs := slices.ContainsFunc(w.plan.logs, func(l *logRun) bool { return l.Err == nil })
	others := 0
	for _, l := range w.plan.logs {
		if l.Err == nil {
			continue
		}
		var none *ingest.NotLogError
		isNone := errors.As(l.Err, &none)
		isOther := ingest.IsStray(l.Log.Log, l.Err)
		if !isOther || !logs {
			w.summary.Failed = append(w.summary.Failed, l.Err)
		}
		switch {
		case isOther && logs:
			if others++; others <= mostOthers {
				found(schema.WarnNotLog, l.Key, l.Err.Error(), false)
			}
		case isOther, l.Stream, isNone && !l.Found && w.plan.fileID(l.Key) == 0: // a slip: nothing of it lasts
		default:
			found(schema.WarnFailedLog, l.Key, l.Err.Error(), true)
		}
	}
	if more := others - mostOthers; more > 0 {
		text := fmt.Sprintf("%d more files in the log folders of %s are no logs", more, w.options.Machine)
		found(schema.WarnNotLog, "", text, false)
	}
}

// isOver tells whether a warning that held, and was not found again, holds no longer; l is the log that it is about, if
// the run tried it. One that it did not try may be as it was.
func (w *writer) isOver(s subject, l *logRun) bool {
	if IsQhist(s.path) { // no log is there, and none is looked for
		return false
	}
	switch s.kind {
	case schema.WarnNotSearched:
		return w.searched(s.path)
	case schema.WarnFailedLog, schema.WarnNotLog:
		return l != nil && l.Err == nil || l == nil && !source.Exists(s.path)
	case schema.WarnPackedTwin:
		return l != nil && len(l.Twins) == 0
	}
	return false
}

// searched tells whether a path is one of those that were searched, or below.
func (w *writer) searched(path string) bool {
	for _, root := range w.options.Searched {
		rel, err := filepath.Rel(root, path)
		if err == nil && rel != ".." && !strings.HasPrefix(rel, ".."+string(os.PathSeparator)) {
			return true
		}
	}
	return false
}

// fileID is the log's number in the ledger, 0 if it has none.
func (p *plan) fileID(path string) int64 {
	if f := p.byPath[path]; f != nil {
		return f.ID
	}
	return 0
}

// byKey are the logs of the run by what identifies them.
func (p *plan) byKey() map[string]*logRun {
	all := make(map[string]*logRun, len(p.logs))
	for _, l := range p.logs {
		all[l.Key] = l
	}
	return all
}

// tell adds warnings to those that the user is told. Of several about the same the last one counts.
func (s *Summary) tell(all []warnings.Warning) {
	for _, w := range all {
		i, known := s.told[w.Subject()]
		if !known {
			i = len(s.Warnings)
			s.told[w.Subject()], s.Warnings = i, append(s.Warnings, w)
		}
		s.Warnings[i] = w
	}
}
