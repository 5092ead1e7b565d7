package main

import (
	"fmt"
	"path/filepath"
	"strings"
	"time"

	"pbsduck/duckdb"
	"pbsduck/ingest/site"
	"pbsduck/ingest/source"
)

// machineLogs are logs of one machine, and how they are read.
type machineLogs struct {
	machine  string
	location *time.Location
	zone     string
	logs     []source.Log
}

// find finds the logs, and whose they are. Without a path they are those in
// the log folders of the configuration. What is amiss is no reason to leave the
// other logs unread.
func (o *ingestOptions) find(args []string) (found []machineLogs, amiss, err error) {
	if len(args) == 0 {
		if args, err = o.folders(o.config); err != nil {
			return nil, nil, err
		}
	}
	logs, amiss := source.Find(args, source.FindOptions{Never: duckdb.Files(o.db), OnSkip: o.skipped})
	if amiss != nil && len(logs) == 0 {
		return nil, nil, amiss
	}
	found, err = o.byMachine(logs)
	return found, amiss, err
}

// byMachine tells whose the logs are.
func (o *ingestOptions) byMachine(logs []source.Log) ([]machineLogs, error) {
	c := o.config
	var out []machineLogs
	for _, l := range logs {
		name, err := o.machineOf(l, c)
		if err != nil {
			return nil, err
		}
		i := 0
		for i < len(out) && out[i].machine != name {
			i++
		}
		if i == len(out) {
			known, err := configured(c, name)
			if err != nil {
				return nil, err
			}
			one := machineLogs{machine: name}
			if one.location, one.zone, err = o.locationOf(known, ""); err != nil {
				return nil, err
			}
			out = append(out, one)
		}
		out[i].logs = append(out[i].logs, l)
	}
	return o.between(out)
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

// skipped tells what was left out, and counts what no one expects to find.
func (o *ingestOptions) skipped(s source.Skipped) {
	if s.Kind == source.SkipIrregular {
		o.irregular++
	}
	if o.verbose {
		o.say("skipped %s: %s", source.Escape(s.Path), s.Reason)
	}
}

// saySkipped says how many files were left out that could not be read like
// logs.
func (o *ingestOptions) saySkipped() {
	if o.irregular > 0 {
		o.say("skipped %s that are no regular files: pipes, sockets, devices, files of the kernel's (--verbose names them)", count(o.irregular, "name"))
	}
}
