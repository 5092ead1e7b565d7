package logs

import (
	"strings"

	"pbsduck/cmd/pbsduck/ui"
	"pbsduck/duckdb/dbfile"
	"pbsduck/duckdb/load"
	"pbsduck/ingest/source"
)

// Paths are where the logs of one machine are, and how they are read.
type Paths struct {
	Machine
	paths []string
}

// Find lists the logs of a machine for the database db, and what may hold some and was not searched.
func (p Paths) Find(db string) (logs []source.Log, missed []load.Missed, err error) {
	logs, err = source.Find(p.paths, source.FindOptions{Never: dbfile.Files(db), OnSkip: func(s source.Skipped) {
		if s.Kind == source.SkipFileSystem {
			missed = append(missed, missedAt(&source.PathError{Path: s.Path, Err: errElsewhere}))
		}
	}})
	for _, l := range logs {
		if l.Stream {
			return nil, nil, ui.Usagef("rebuild reads logs twice, and what comes out of a pipe is there only once: "+
				"give files, not %s", l.File())
		}
	}
	return logs, missed, err
}

// ByMachine tells whose logs arguments of the form PATH or MACHINE=PATH mean; without one they are the log folders of
// the configuration. The time zone is as before where no one says another.
func (o *Owner) ByMachine(args []string, had []*load.LogFile) ([]Paths, error) {
	if len(args) == 0 {
		var err error
		if args, err = o.Folders(); err != nil {
			return nil, err
		}
	}
	var all []Paths
	places := map[string]int{}
	for _, arg := range args {
		name, path, err := o.split(arg)
		if err != nil {
			return nil, err
		}
		place, known := places[name]
		if !known {
			m, err := o.AsBefore(name, had)
			if err != nil {
				return nil, err
			}
			place = len(all)
			places[name], all = place, append(all, Paths{Machine: m})
		}
		all[place].paths = append(all[place].paths, path)
	}
	return all, nil
}

// split takes an argument apart: whose logs, and where they are.
func (o *Owner) split(arg string) (machine, path string, err error) {
	if arg == source.Stdin {
		return "", "", ui.Usagef("rebuild reads logs twice, and what comes out of a pipe is there only once: give files, " +
			"not standard input")
	}
	machine, path = o.Flags.Name, arg
	if machine == "" {
		if before, after, ok := strings.Cut(arg, "="); ok && before != "" && after != "" {
			machine, path = before, after
		}
	}
	if machine != "" {
		return machine, path, o.refuseOther(machine, source.Escape(path), source.Escape(path))
	}
	if m := o.Config.MachineOf(arg); m != nil {
		return m.Name, arg, nil
	}
	return "", "", ui.Usagef("%s: whose logs are these? give --machine NAME, or MACHINE=PATH for each", arg)
}
