package logs

import (
	"context"
	"errors"
	"slices"
	"time"

	"pbsduck/cmd/pbsduck/ui"
	"pbsduck/duckdb/dbfile"
	"pbsduck/duckdb/load"
	"pbsduck/ingest/source"
)

// Find finds the logs, and whose they are. Without a path they are those in the log folders of the configuration. What
// is amiss is no reason to leave the other logs unread.
func (f *Finder) Find(ctx context.Context, paths []string) (found []Group, amiss, err error) {
	if _, _, err := f.Window.Days(time.Now()); err != nil {
		return nil, nil, err
	}
	if err := f.Flags.Check(); err != nil {
		return nil, nil, err
	}
	s := search{Finder: f, paths: paths}
	if s.own = len(paths) == 0; s.own {
		if s.paths, err = f.Folders(); err != nil {
			return nil, nil, err
		}
	}
	logs, amiss := source.Find(s.paths, source.FindOptions{Never: dbfile.Files(f.DB), OnSkip: s.skipped})
	if found, err = f.byMachine(ctx, logs); err != nil {
		return nil, nil, err
	}
	found, err = s.addMissed(found, amiss)
	if err == nil && amiss != nil && (len(found) == 0 || len(logs) == 0 && !f.HasDatabase()) {
		return nil, nil, amiss
	}
	return found, amiss, err
}

// SaySkipped says how many files were left out that could not be read like logs, and how many hide what may be logs.
func (f *Finder) SaySkipped() {
	if f.archives > 0 {
		f.Say("skipped %s, which may hold logs: unpack what is to be read (--verbose names them)",
			ui.Count(f.archives, "archive"))
	}
	if f.links > 0 {
		f.Say("skipped %s, which may hold logs: name by itself what is to be read (--verbose names them)",
			ui.Count(f.links, "linked folder"))
	}
	if f.irregular > 0 {
		f.Say("skipped %s of what is no regular file: pipes, sockets, devices, files of the kernel's (--verbose names them)",
			ui.Count(f.irregular, "name"))
	}
}

// A search looks for logs, and notes what it could not look into.
type search struct {
	*Finder
	paths     []string
	own       bool // paths are the log folders of the configuration
	elsewhere source.Amiss
}

// skipped tells what was left out, counts what no one expects to find, and notes folders that may hold logs.
func (s *search) skipped(what source.Skipped) {
	switch what.Kind {
	case source.SkipIrregular:
		s.irregular++
	case source.SkipArchive:
		s.archives++
	case source.SkipLink:
		s.links++
	case source.SkipFileSystem:
		s.elsewhere = append(s.elsewhere, &source.PathError{Path: what.Path, Err: errElsewhere})
	}
	if s.Verbose {
		s.Say("skipped %s: %s", source.Escape(what.Path), what.Reason)
	}
}

// addMissed adds to the machines what could not be searched for their logs, to be kept as warnings. An argument of the
// user's is no such thing: that it is amiss is told, and may be a slip.
func (s *search) addMissed(found []Group, err error) ([]Group, error) {
	var amiss source.Amiss
	errors.As(err, &amiss)
	amiss = slices.Concat(amiss, s.elsewhere)
	for _, e := range amiss {
		name := s.ownerOf(e.Path, found)
		switch {
		case !s.own && slices.Contains(s.paths, e.Path):
			continue
		case name == "" && errors.Is(e, errElsewhere):
			s.Warn("%s", e)
			continue
		case name == "":
			continue
		}
		i, err := s.place(name, &found)
		if err != nil {
			return nil, err
		}
		found[i].Missed = append(found[i].Missed, missedAt(e))
	}
	for i := range found {
		for _, arg := range s.paths {
			if arg != source.Stdin {
				found[i].Searched = append(found[i].Searched, source.Absolute(arg))
			}
		}
	}
	return found, nil
}

var errElsewhere = errors.New("it is on another file system and was not read: name it by itself to have it read")

// ownerOf is the machine whose logs a path may hold; empty if that can't be told.
func (s *search) ownerOf(path string, found []Group) string {
	if s.Flags.Name != "" {
		return s.Flags.Name
	}
	if m := s.Config.MachineOf(path); m != nil {
		return m.Name
	}
	if len(found) == 1 {
		return found[0].Name
	}
	return ""
}

func missedAt(e *source.PathError) load.Missed {
	return load.Missed{Path: source.Absolute(e.Path), Text: e.Error(), IsError: !errors.Is(e, errElsewhere)}
}
