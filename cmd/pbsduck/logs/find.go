// Package logs finds the logs that a command reads, and tells whose they are.
//
// What enters: paths of a command line, or the log folders of the configuration, and the flags that say whose logs they
// are. What leaves: logs machine by machine, with the time zone in which they are to be read, and what could not be
// searched for them.
//
// Promise: a log is given to a machine that a flag or the configuration names, never to one that another's log folder
// contradicts.
package logs

import (
	"context"
	"slices"
	"time"

	"pbsduck/cmd/pbsduck/flags"
	"pbsduck/duckdb"
	"pbsduck/duckdb/load"
	"pbsduck/ingest/source"
)

// A Group is the logs of one machine.
type Group struct {
	Machine
	Logs     []source.Log
	Searched []string      // where they were searched for
	Missed   []load.Missed // and what could not be
}

// A Finder looks for logs.
type Finder struct {
	*flags.Global
	Owner
	Window flags.Window

	irregular int64             // files that were left out as they are no regular ones
	archives  int64             // and archives, which may hold logs
	links     int64             // and links to folders, which may, too
	zones     map[string]string // of machines, as the database knew them when it was first asked
}

// byMachine tells whose the logs are.
func (f *Finder) byMachine(ctx context.Context, logs []source.Log) ([]Group, error) {
	var out []Group
	for _, l := range logs {
		name, err := f.of(l)
		if err != nil {
			return nil, err
		}
		i, err := f.place(name, &out)
		if err != nil {
			return nil, err
		}
		out[i].Logs = append(out[i].Logs, l)
	}
	return f.between(ctx, out)
}

// place is where a machine is in the list; it adds one that is not.
func (f *Finder) place(name string, all *[]Group) (int, error) {
	if i := slices.IndexFunc(*all, func(m Group) bool { return m.Name == name }); i >= 0 {
		return i, nil
	}
	m, err := f.machine(name, "")
	if err != nil {
		return 0, err
	}
	*all = append(*all, Group{Machine: m})
	return len(*all) - 1, nil
}

// between leaves the logs within --since, --until and --last, which counts to a machine's own day: by the time zone of
// its logs before, where no one says another.
func (f *Finder) between(ctx context.Context, all []Group) ([]Group, error) {
	before, err := f.zonesBefore(ctx)
	if err != nil {
		return nil, err
	}
	var out []Group
	for _, m := range all {
		there, err := f.machine(m.Name, before[m.Name])
		if err != nil {
			return nil, err
		}
		since, until, err := f.Window.Days(time.Now().In(there.Location))
		if err != nil {
			return nil, err
		}
		days := source.FindOptions{Since: since, Until: until}
		var kept []source.Log
		for _, l := range m.Logs {
			if days.Wants(l.Day) {
				kept = append(kept, l)
			}
		}
		if m.Logs = kept; len(kept) > 0 {
			out = append(out, m)
		}
	}
	return out, nil
}

// zonesBefore are the time zones of machines that the database knows, where --last asks for them.
func (f *Finder) zonesBefore(ctx context.Context) (map[string]string, error) {
	if f.zones != nil || !f.Window.CountsToToday() || !f.HasDatabase() {
		return f.zones, nil
	}
	db, err := duckdb.Open(ctx, f.DB, duckdb.Options{ReadOnly: true, Wait: f.Wait, Version: f.Version})
	if err != nil {
		return nil, err
	}
	defer db.Close()
	machines, err := db.Machines(ctx)
	if err != nil {
		return nil, err
	}
	f.zones = map[string]string{}
	for _, m := range machines {
		f.zones[m.Name] = m.Zone
	}
	return f.zones, nil
}
