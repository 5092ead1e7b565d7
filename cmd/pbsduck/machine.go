package main

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"pbsduck/ingest/source"
)

// machineFlags say whose logs are read.
type machineFlags struct {
	machine string
	zone    string
}

func (m *machineFlags) addFlags(c *cobra.Command) {
	c.Flags().StringVar(&m.machine, "machine", "", "`NAME` of the cluster that the logs are from")
	c.Flags().StringVar(&m.zone, "timezone", "", "IANA time zone of its server, e.g. America/Denver (default: the system's)")
}

// name is the machine, or an error that says how to name it.
func (m *machineFlags) name() (string, error) {
	if m.machine == "" {
		return "", usageError{fmt.Errorf("which machine are the logs from? name it with --machine NAME")}
	}
	return m.machine, nil
}

// location is the time zone and its IANA name.
func (m *machineFlags) location() (*time.Location, string, error) {
	name := m.zone
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

// machineLogs are logs of one machine, and how they are read.
type machineLogs struct {
	machine  string
	location *time.Location
	zone     string // its name
	paths    []string
}

// find lists the logs.
func (m machineLogs) find() ([]source.Log, error) {
	return source.Find(m.paths, source.FindOptions{})
}
