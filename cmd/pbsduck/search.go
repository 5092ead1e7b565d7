package main

import (
	"errors"
	"path/filepath"
	"slices"

	"pbsduck/ingest"
	"pbsduck/ingest/source"
)

// A search looks for logs, and notes what it could not look into.
type search struct {
	*ingestOptions
	args      []string
	own       bool // args are the log folders of the configuration
	elsewhere source.Amiss
}

// skipped tells what was left out, counts what no one expects to find, and
// notes folders that may hold logs.
func (s *search) skipped(what source.Skipped) {
	switch what.Kind {
	case source.SkipIrregular:
		s.irregular++
	case source.SkipFileSystem:
		s.elsewhere = append(s.elsewhere, &source.PathError{Path: what.Path, Err: errElsewhere})
	}
	if s.verbose {
		s.say("skipped %s: %s", source.Escape(what.Path), what.Reason)
	}
}

// addMissed adds to the machines what could not be searched for their logs, to
// be kept as warnings. An argument of the user's is no such thing: that it is
// amiss is told, and may be a slip.
func (s *search) addMissed(found []machineLogs, err error) ([]machineLogs, error) {
	var amiss source.Amiss
	errors.As(err, &amiss)
	amiss = slices.Concat(amiss, s.elsewhere)
	for _, e := range amiss {
		name := s.ownerOf(e.Path, found)
		switch {
		case !s.own && slices.Contains(s.args, e.Path):
			continue
		case name == "" && errors.Is(e, errElsewhere):
			s.warn("%s", e)
			continue
		case name == "":
			continue
		}
		i, err := s.place(name, &found)
		if err != nil {
			return nil, err
		}
		found[i].missed = append(found[i].missed, missedAt(e))
	}
	for i := range found {
		for _, arg := range s.args {
			if arg != source.Stdin {
				found[i].searched = append(found[i].searched, absolute(arg))
			}
		}
	}
	return found, nil
}

var errElsewhere = errors.New("it is on another file system and was not read: name it by itself to have it read")

// ownerOf is the machine whose logs a path may hold; empty if that can't be
// told.
func (s *search) ownerOf(path string, found []machineLogs) string {
	if s.machine != "" {
		return s.machine
	}
	if m := s.config.MachineOf(path); m != nil {
		return m.Name
	}
	if len(found) == 1 {
		return found[0].machine
	}
	return ""
}

func missedAt(e *source.PathError) ingest.Missed {
	return ingest.Missed{Path: absolute(e.Path), Text: e.Error(), IsError: !errors.Is(e, errElsewhere)}
}

// absolute is a path as warnings have it.
func absolute(path string) string {
	if abs, err := filepath.Abs(path); err == nil {
		path = abs
	}
	return source.Escape(path)
}

// saySkipped says how many files were left out that could not be read like
// logs.
func (o *ingestOptions) saySkipped() {
	if o.irregular > 0 {
		o.say("skipped %s that are no regular files: pipes, sockets, devices, files of the kernel's (--verbose names them)", count(o.irregular, "name"))
	}
}
