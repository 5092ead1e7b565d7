package logs

import (
	"cmp"
	"path/filepath"
	"strings"
	"time"

	"pbsduck/cmd/pbsduck/flags"
	"pbsduck/cmd/pbsduck/ui"
	"pbsduck/duckdb/load"
	"pbsduck/ingest/site"
	"pbsduck/ingest/source"
)

// A Machine is whose logs they are, and the time zone in which they are read.
type Machine struct {
	Name     string
	Location *time.Location
	Zone     string // its name
	Assumed  bool   // nobody says it: it is the system's
}

// An Owner tells whose logs they are: --machine, or the configured machine whose log folder holds them.
type Owner struct {
	Flags  flags.Logs
	Config *site.Config // nil if there is none
}

// Folders are the log folders of the configured machines, or of --machine.
func (o *Owner) Folders() ([]string, error) {
	if o.Config == nil {
		return nil, ui.Usagef("give the logs to read: files, folders, or -; or log folders in %s", flags.DefaultConfig)
	}
	var folders []string
	for _, m := range o.Config.Machines {
		if m.Logs != "" && (o.Flags.Name == "" || o.Flags.Name == m.Name) {
			folders = append(folders, m.Logs)
		}
	}
	if len(folders) == 0 {
		return nil, ui.Usagef(
			"%s names no log folder%s: give the logs to read, or add logs = \"FOLDER\" to the machine", o.Config.Path,
			o.Flags.Of(),
		)
	}
	return folders, nil
}

// of is --machine, or the configured machine whose log folder holds the log.
func (o *Owner) of(l source.Log) (string, error) {
	if o.Flags.Name != "" {
		return o.Flags.Name, o.refuseOther(o.Flags.Name, l.Key, l.File())
	}
	if o.Config == nil || l.Key == source.Stdin {
		return "", ui.Usagef("which machine are the logs from? name it with --machine NAME")
	}
	if m := o.Config.MachineOf(source.Unescape(l.Key)); m != nil {
		return m.Name, nil
	}
	return "", ui.Usagef(
		"which machine is %s from? none of those in %s (%s) has its logs in %s: name it with --machine NAME", l.File(),
		o.Config.Path, strings.Join(o.Config.Names(), ", "), filepath.Dir(l.Key),
	)
}

// Alone is whose a log is that no database is asked about: where neither --machine nor a log folder says it, it is
// called as the folder that holds it, or - if it comes from standard input.
func (o *Owner) Alone(l source.Log) (Machine, error) {
	var known *site.Machine
	name := o.Flags.Name
	switch {
	case name != "":
		m, err := o.configured(name)
		if err := cmp.Or(err, o.refuseOther(name, l.Key, l.File())); err != nil {
			return Machine{}, err
		}
		known = m
	case l.Key == source.Stdin:
		name = source.Stdin
	default:
		name = filepath.Base(filepath.Dir(l.Key))
		if known = o.Config.MachineOf(source.Unescape(l.Key)); known != nil {
			name = known.Name
		}
		known = o.Config.Machine(name)
	}
	return o.timed(name, known, "")
}

// refuseOther refuses a log as one of a machine if it lies in the log folder of another one; shown is what the user
// called it.
func (o *Owner) refuseOther(machine, key, shown string) error {
	if key == source.Stdin {
		return nil
	}
	if m := o.Config.MachineOf(source.Unescape(key)); m != nil && m.Name != machine {
		return ui.Usagef(
			"%s is a log of %s, whose log folder in %s is %s, not of %s: leave --machine out or name that one; "+
				"if the folder is wrong, correct it there",
			shown, m.Name, o.Config.Path, m.Logs, machine,
		)
	}
	return nil
}

// AsBefore is the machine of that name, whose logs are read in the time zone in which the latest one that a database
// had was, where no one says another.
func (o *Owner) AsBefore(name string, had []*load.LogFile) (Machine, error) {
	return o.machine(name, zoneOf(name, had))
}

// machine is the machine of that name, and the time zone in which its logs are read: fallback, which may be empty,
// where neither a flag nor the configuration says.
func (o *Owner) machine(name, fallback string) (m Machine, err error) {
	known, err := o.configured(name)
	if err != nil {
		return m, err
	}
	return o.timed(name, known, fallback)
}

// timed is a machine, which may not be configured, with its time zone.
func (o *Owner) timed(name string, known *site.Machine, fallback string) (m Machine, err error) {
	m.Name, m.Assumed = name, o.Flags.Said(known, fallback) == ""
	m.Location, m.Zone, err = o.Flags.Location(known, fallback)
	return m, err
}

// configured is the machine of that name; nil if the configuration names none at all. One that it lacks is refused:
// most often its name is mistyped.
func (o *Owner) configured(name string) (*site.Machine, error) {
	if err := site.CheckName(name); err != nil {
		return nil, ui.Usage(err)
	}
	m := o.Config.Machine(name)
	if m == nil && o.Config != nil && len(o.Config.Machines) > 0 {
		return nil, ui.Usagef(
			"unknown machine %s: %s has %s; correct the name, or add it there", name, o.Config.Path,
			strings.Join(o.Config.Names(), ", "),
		)
	}
	return m, nil
}

// zoneOf is the time zone in which the latest log of a machine was read before, by its name, of those in a ledger in
// its order; empty if there is none.
func zoneOf(machine string, had []*load.LogFile) string {
	zone := ""
	for _, f := range had {
		if f.Machine == machine {
			zone = f.TimeZone
		}
	}
	return zone
}
