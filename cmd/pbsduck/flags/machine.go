package flags

import (
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"pbsduck/cmd/pbsduck/ui"
	"pbsduck/ingest/site"
)

// A Machine is the flag --machine.
type Machine struct{ Name string }

// Add adds the flag; usage says what it is for.
func (m *Machine) Add(c *cobra.Command, usage string) {
	c.Flags().StringVar(&m.Name, "machine", "", usage)
}

// LogMachine is the usage of --machine where it says whose logs are meant.
const LogMachine = "`NAME` of the cluster that the logs are from"

// Of says whose what is looked for is, if the flag does.
func (m *Machine) Of() string {
	if m.Name == "" {
		return ""
	}
	return " of a machine " + m.Name
}

// Logs are the flags that say whose logs are read, and how: --machine and --timezone.
type Logs struct {
	Machine
	zone string
}

// What goes for the time zone where neither a flag nor the configuration says.
const (
	SystemZone = "the system's"
	ZoneBefore = "that of its latest log in the database, else " + SystemZone
)

// Add adds them to a command; otherwise says what goes for the time zone where neither the flag nor the configuration
// says.
func (l *Logs) Add(c *cobra.Command, otherwise string) {
	l.Machine.Add(c, LogMachine)
	c.Flags().StringVar(&l.zone, "timezone", "",
		"IANA time `ZONE` of its server, e.g. America/Denver (default: the configuration's, else "+otherwise+")")
}

// Check refuses a time zone that does not exist.
func (l *Logs) Check() error {
	if l.zone == "" {
		return nil
	}
	_, err := zone(l.zone)
	return err
}

// Location is the time zone and its IANA name: that which somebody says, else the system's.
func (l *Logs) Location(configured *site.Machine, fallback string) (*time.Location, string, error) {
	name := l.Said(configured, fallback)
	if name == "" {
		name = systemZone()
	}
	loc, err := zone(name)
	return loc, name, err
}

// Said is the name of the time zone: --timezone, else that of the configured machine, which may be nil, else the
// fallback; empty if nobody says it.
func (l *Logs) Said(configured *site.Machine, fallback string) string {
	switch {
	case l.zone != "":
		return l.zone
	case configured != nil && configured.Zone != "":
		return configured.Zone
	}
	return fallback
}

// zone is the time zone of an IANA name.
func zone(name string) (*time.Location, error) {
	loc, err := time.LoadLocation(name)
	if err != nil || name == "" {
		return nil, ui.Usagef("unknown time zone %q: use an IANA name such as America/Denver", name)
	}
	return loc, nil
}

// systemZone is the IANA name of the system's time zone: TZ, or what /etc/localtime links to, else UTC.
func systemZone() string {
	if tz, ok := os.LookupEnv("TZ"); ok {
		if tz = strings.TrimPrefix(tz, ":"); tz != "" && !filepath.IsAbs(tz) {
			return tz
		}
	}
	target, err := filepath.EvalSymlinks("/etc/localtime")
	if err == nil {
		if _, name, ok := strings.Cut(target, "zoneinfo/"); ok {
			return name
		}
	}
	return "UTC"
}
