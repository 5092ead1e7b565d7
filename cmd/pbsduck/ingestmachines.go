package main

import (
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"pbsduck/duckdb"
	"pbsduck/ingest"
	"pbsduck/ingest/site"
	"pbsduck/ingest/source"
)

// machineLogs are logs of one machine, and how they are read.
type machineLogs struct {
	machine  string
	location *time.Location
	zone     string
	logs     []source.Log

	searched []string        // where they were searched for
	missed   []ingest.Missed // and what could not be
}

// find finds the logs, and whose they are. Without a path they are those in
// the log folders of the configuration. What is amiss is no reason to leave the
// other logs unread.
func (o *ingestOptions) find(args []string) (found []machineLogs, amiss, err error) {
	s := search{ingestOptions: o, args: args}
	if s.own = len(args) == 0; s.own {
		if s.args, err = o.folders(o.config); err != nil {
			return nil, nil, err
		}
	}
	logs, amiss := source.Find(s.args, source.FindOptions{Never: duckdb.Files(o.db), OnSkip: s.skipped})
	if found, err = o.byMachine(logs); err != nil {
		return nil, nil, err
	}
	found, err = s.addMissed(found, amiss)
	if err == nil && amiss != nil && (len(found) == 0 || len(logs) == 0 && !exists(o.db)) {
		return nil, nil, amiss
	}
	return found, amiss, err
}

// byMachine tells whose the logs are.
func (o *ingestOptions) byMachine(logs []source.Log) ([]machineLogs, error) {
	var out []machineLogs
	for _, l := range logs {
		name, err := o.machineOf(l, o.config)
		if err != nil {
			return nil, err
		}
		i, err := o.place(name, &out)
		if err != nil {
			return nil, err
		}
		out[i].logs = append(out[i].logs, l)
	}
	return o.between(out)
}

// place is where a machine is in the list; it adds one that is not.
func (o *ingestOptions) place(name string, all *[]machineLogs) (int, error) {
	if i := slices.IndexFunc(*all, func(m machineLogs) bool { return m.machine == name }); i >= 0 {
		return i, nil
	}
	known, err := configured(o.config, name)
	if err != nil {
		return 0, err
	}
	one := machineLogs{machine: name}
	if one.location, one.zone, err = o.locationOf(known, ""); err != nil {
		return 0, err
	}
	*all = append(*all, one)
	return len(*all) - 1, nil
}

// between leaves the logs within --since, --until and --last.
func (o *ingestOptions) between(all []machineLogs) ([]machineLogs, error) {
	var out []machineLogs
	for _, m := range all {
		since, until, err := dateRange(o.since, o.until, o.last, time.Now().In(m.location))
		if err != nil {
			return nil, usageError{err}
		}
		days := source.FindOptions{Since: since, Until: until}
		var kept []source.Log
		for _, l := range m.logs {
			if days.Wants(l.Day) {
				kept = append(kept, l)
			}
		}
		if m.logs = kept; len(kept) > 0 {
			out = append(out, m)
		}
	}
	return out, nil
}

// folders are the log folders of the configured machines, or of --machine.
func (o *machineFlags) folders(c *site.Config) ([]string, error) {
	if c == nil {
		return nil, usageError{fmt.Errorf("give the logs to read: files, folders, or -; or log folders in %s", defaultConfig)}
	}
	var folders []string
	for _, m := range c.Machines {
		if m.Logs != "" && (o.machine == "" || o.machine == m.Name) {
			folders = append(folders, m.Logs)
		}
	}
	if len(folders) == 0 {
		return nil, usageError{fmt.Errorf("%s names no log folder%s: give the logs to read, or add logs = \"FOLDER\" to the machine", c.Path, forMachine(o.machine))}
	}
	return folders, nil
}

func forMachine(name string) string {
	if name == "" {
		return ""
	}
	return " of a machine " + name
}

// machineOf is --machine, or the configured machine whose log folder holds the
// log.
func (o *machineFlags) machineOf(l source.Log, c *site.Config) (string, error) {
	if o.machine != "" {
		return o.machine, refuseOther(c, o.machine, l.Key, l.File())
	}
	if c == nil || l.Key == source.Stdin {
		return "", usageError{fmt.Errorf("which machine are the logs from? name it with --machine NAME")}
	}
	if m := c.MachineOf(source.Unescape(l.Key)); m != nil {
		return m.Name, nil
	}
	return "", usageError{fmt.Errorf("which machine is %s from? none of those in %s (%s) has its logs in %s: name it with --machine NAME",
		l.File(), c.Path, strings.Join(c.Names(), ", "), filepath.Dir(l.Key))}
}

// refuseOther refuses a log as one of a machine if it lies in the log folder of
// another one; shown is what the user called it.
func refuseOther(c *site.Config, machine, key, shown string) error {
	if key == source.Stdin {
		return nil
	}
	if m := c.MachineOf(source.Unescape(key)); m != nil && m.Name != machine {
		return usageError{fmt.Errorf("%s is a log of %s, whose log folder in %s is %s, not of %s: leave --machine out or name that one; if the folder is wrong, correct it there",
			shown, m.Name, c.Path, m.Logs, machine)}
	}
	return nil
}
