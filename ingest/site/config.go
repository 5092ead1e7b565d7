package site

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"time"

	"github.com/pelletier/go-toml/v2"

	"pbsduck/ingest/schema"
)

// A Config is a site's configuration.
type Config struct {
	Path     string
	Codec    string // of raw records; empty: the usual one
	Machines []Machine
	Site     schema.Site

	Facilities  []Group // of accounts; the first that fits is the account's
	QueueGroups []Group // of queues, likewise
	Reports     string  // absolute path of the folder of the site's own reports; empty: there are none

	file place
}

// A Group gathers names under one of its own, in reports.
type Group struct {
	Name     string
	Patterns []string // globs: *, ?, [a-z]
}

// A Machine is a cluster whose logs are read.
type Machine struct {
	Name     string
	Logs     string // absolute path of the folder of its logs; empty: not told
	Zone     string // IANA name; empty: not told
	Location *time.Location
	Capacity []Capacity // in the order of the file
	Rules    []Rule     // in the order of their days; none: the default
}

// A Capacity is what a machine has for a time.
type Capacity struct {
	From, Until time.Time // first and last local day; zero: open
	Nodes       *int64    // nil: not told
	Cores       *int64
	GPUs        *int64
}

// The document, as it is written.
type document struct {
	Codec    string         `toml:"codec"`
	Priority string         `toml:"priority"`
	Machines []machineTable `toml:"machines"`
	Columns  []columnTable  `toml:"columns"`

	Facilities  []facilityTable   `toml:"facilities"`
	QueueGroups []queueGroupTable `toml:"queue_groups"`
	Reports     string            `toml:"reports"`
}

type facilityTable struct {
	Name     string   `toml:"name"`
	Accounts []string `toml:"accounts"`
}

type queueGroupTable struct {
	Name   string   `toml:"name"`
	Queues []string `toml:"queues"`
}

type machineTable struct {
	Name     string            `toml:"name"`
	Logs     string            `toml:"logs"`
	Zone     string            `toml:"timezone"`
	CPUTypes map[string]string `toml:"cpu_types"`
	GPUTypes map[string]string `toml:"gpu_types"`
	Capacity []capacityTable   `toml:"capacity"`
	Rules    []ruleTable       `toml:"rules"`
	QoS      []qosTable        `toml:"qos"`
}

type days struct {
	From  *toml.LocalDate `toml:"from"`
	Until *toml.LocalDate `toml:"until"`
}

type capacityTable struct {
	days
	Nodes *int64 `toml:"nodes"`
	Cores *int64 `toml:"cores"`
	GPUs  *int64 `toml:"gpus"`
}

type ruleTable struct {
	days
	Version     string `toml:"version"`
	ChargedOver string `toml:"charged_over"`
	CPUHours    string `toml:"cpu_hours"`
	GPUHours    string `toml:"gpu_hours"`
	MemoryHours string `toml:"memory_hours"`
	QoS         string `toml:"qos"`
}

type qosTable struct {
	days
	Version string             `toml:"version"`
	Factors map[string]float64 `toml:"factors"`
}

type columnTable struct {
	Name      string `toml:"name"`
	Attribute string `toml:"attribute"`
	Type      string `toml:"type"`
	Unit      string `toml:"unit"`
	Comment   string `toml:"comment"`
}

// Read reads a configuration.
func Read(path string) (*Config, error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	return Parse(path, text)
}

// Parse reads the text of a configuration; path is for errors, and its folder is the one from which log folders are
// named.
func Parse(path string, text []byte) (*Config, error) {
	var d document
	lines, err := Decode(path, text, "pbsduck config init shows all that there are", &d)
	if err != nil {
		return nil, err
	}
	return newChecker(path, lines).config(&d)
}

// Decode reads a document of TOML strictly: a key that it does not know is an error, which says besides what help there
// is.
func Decode(path string, text []byte, help string, into any) (Lines, error) {
	if err := decode(path, text, help, into); err != nil {
		return nil, err
	}
	return findLines(text), nil
}

func decode(path string, text []byte, help string, into any) error {
	err := toml.NewDecoder(bytes.NewReader(text)).DisallowUnknownFields().Decode(into)
	var unknown *toml.StrictMissingError
	var wrong *toml.DecodeError
	switch {
	case errors.As(err, &unknown):
		var all []error
		lines := findLines(text)
		for _, e := range unknown.Errors {
			line, _ := e.Position()
			all = append(
				all, &Error{Path: path, Line: line, Message: "unknown key " + lines.path(line, e.Key()) + ": " + help},
			)
		}
		return errors.Join(all...)
	case errors.As(err, &wrong):
		line, _ := wrong.Position()
		return &Error{
			Path: path, Line: line, Key: strings.Join(wrong.Key(), "."),
			Message: inTOML(strings.TrimPrefix(wrong.Error(), "toml: ")),
		}
	}
	return err
}

var (
	mistyped = sync.OnceValue(func() *regexp.Regexp {
		return regexp.MustCompile(`^cannot decode TOML (\w+) into struct field \S+ of type (.+)$`)
	})

	// wanted says what a type of Go is in TOML.
	wanted = map[string]string{
		"string": "a text in quotes", "float64": "a number", "int64": "a whole number",
		"toml.LocalDate": "a date such as 2026-01-31", "map[string]string": "a table such as { queue = \"type\" }",
	}
)

// inTOML says in the words of TOML that a value has the wrong type.
func inTOML(message string) string {
	m := mistyped().FindStringSubmatch(message)
	if m == nil {
		return message
	}
	want := wanted[m[2]]
	if want == "" {
		want = "[[...]]: pbsduck config init shows it"
	}
	return fmt.Sprintf("this is a TOML %s, and should be %s", m[1], want)
}

// Machine gives the machine of that name, or nil.
func (c *Config) Machine(name string) *Machine {
	if c == nil {
		return nil
	}
	for i := range c.Machines {
		if c.Machines[i].Name == name {
			return &c.Machines[i]
		}
	}
	return nil
}

// MachineOf gives the machine whose log folder holds the file, or is it; nil if there is none. Of folders inside each
// other the innermost counts.
func (c *Config) MachineOf(path string) *Machine {
	if c == nil {
		return nil
	}
	var found *Machine
	for i := range c.Machines {
		m := &c.Machines[i]
		if m.Logs != "" && holds(m.Logs, path) && (found == nil || len(m.Logs) > len(found.Logs)) {
			found = m
		}
	}
	return found
}

// holds tells whether a folder holds a file, by their names or by what these link to.
func holds(dir, path string) bool {
	path, err := filepath.Abs(path)
	if err != nil {
		return false
	}
	return below(dir, path) || below(resolved(dir), resolved(path))
}

func below(dir, path string) bool {
	name, err := filepath.Rel(dir, path)
	return err == nil && name != ".." && !strings.HasPrefix(name, ".."+string(filepath.Separator))
}

func resolved(path string) string {
	if real, err := filepath.EvalSymlinks(path); err == nil {
		return real
	}
	return path
}

// Names lists the machines.
func (c *Config) Names() []string {
	var names []string
	for _, m := range c.Machines {
		names = append(names, m.Name)
	}
	return names
}
