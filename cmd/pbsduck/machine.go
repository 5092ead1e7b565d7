package main

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"pbsduck/ingest/site"
)

// machineFlags say whose logs are read.
type machineFlags struct {
	machine string
	zone    string
}

func (m *machineFlags) addFlags(c *cobra.Command) {
	c.Flags().StringVar(&m.machine, "machine", "", "`NAME` of the cluster that the logs are from")
	c.Flags().StringVar(&m.zone, "timezone", "", "IANA time zone of its server, e.g. America/Denver (default: the configuration's, else the system's)")
}

// configured is the machine of that name; nil if the configuration names none
// at all. One that it lacks is refused: most often its name is mistyped.
func configured(c *site.Config, name string) (*site.Machine, error) {
	if err := site.CheckName(name); err != nil {
		return nil, usageError{err}
	}
	m := c.Machine(name)
	if m == nil && c != nil && len(c.Machines) > 0 {
		return nil, usageError{fmt.Errorf("unknown machine %s: %s has %s; correct the name, or add it there", name, c.Path, strings.Join(c.Names(), ", "))}
	}
	return m, nil
}

// locationOf is the time zone and its IANA name: --timezone, else that of the
// configured machine, which may be nil, else the fallback, which may be empty,
// else the system's.
func (m *machineFlags) locationOf(configured *site.Machine, fallback string) (*time.Location, string, error) {
	name := m.zone
	if name == "" && configured != nil {
		name = configured.Zone
	}
	if name == "" {
		name = fallback
	}
	if name == "" {
		name = systemZone()
	}
	loc, err := time.LoadLocation(name)
	if err != nil {
		return nil, "", usageError{fmt.Errorf("unknown time zone %q: use an IANA name such as America/Denver", name)}
	}
	return loc, name, nil
}

// systemZone is the IANA name of the system's time zone: TZ, or what
// /etc/localtime links to, else UTC.
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
