package site

import (
	"errors"
	"maps"
	"math"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/pelletier/go-toml/v2"

	"pbsduck/ingest/schema"
)

// A checker turns the document into a Config, and gathers what is wrong.
type checker struct {
	file   place
	errors []error
}

func newChecker(path string, l Lines) *checker {
	return &checker{file: place{path: path, lines: l}}
}

func (c *checker) wrong(p place, key, format string, args ...any) {
	c.errors = append(c.errors, p.errorf(key, format, args...))
}

func (c *checker) config(d *document) (*Config, error) {
	out := &Config{Path: c.file.path, Codec: d.Codec, file: c.file}
	if d.Codec != "" && d.Codec != "zstd" && d.Codec != "gzip" {
		c.wrong(c.file, "codec", "unknown codec %q: use zstd or gzip", d.Codec)
	}
	out.Site.Priority = d.Priority
	out.Site.Queues = map[string]map[string]schema.Chip{}
	seen := map[string]bool{}
	for i, m := range d.Machines {
		at := c.file.in("machines", i)
		if err := CheckName(m.Name); err != nil {
			c.wrong(at, "name", "%v", err)
		} else if seen[m.Name] {
			c.wrong(at, "name", "%q is there twice", m.Name)
		}
		seen[m.Name] = true
		out.Machines = append(out.Machines, c.machine(at, m))
		if chips := chips(m); len(chips) > 0 {
			out.Site.Queues[m.Name] = chips
		}
	}
	out.Site.Columns = c.columns(d.Columns)
	for i, t := range d.Facilities {
		out.Facilities = append(out.Facilities, c.group(c.file.in("facilities", i), "accounts", t.Name, t.Accounts))
	}
	for i, t := range d.QueueGroups {
		out.QueueGroups = append(out.QueueGroups, c.group(c.file.in("queue_groups", i), "queues", t.Name, t.Queues))
	}
	if d.Reports != "" {
		out.Reports = c.folder(c.file, "reports", d.Reports)
	}
	return out, errors.Join(c.errors...)
}

func (c *checker) machine(at place, m machineTable) Machine {
	out := Machine{Name: m.Name, Zone: m.Zone}
	if m.Logs != "" {
		out.Logs = c.folder(at, "logs", m.Logs)
	}
	if m.Zone != "" {
		var err error
		if out.Location, err = time.LoadLocation(m.Zone); err != nil || m.Zone == "Local" {
			c.wrong(at, "timezone", "unknown time zone %q: use an IANA name such as America/Denver", m.Zone)
		}
	}
	out.Capacity = c.capacity(at, m.Capacity)
	out.Rules = c.rules(at, m)
	return out
}

// folder makes a path absolute: it is named from the file's own folder.
func (c *checker) folder(at place, key, name string) string {
	if !filepath.IsAbs(name) {
		name = filepath.Join(filepath.Dir(c.file.path), name)
	}
	abs, err := filepath.Abs(name)
	if err != nil {
		c.wrong(at, key, "%v", err)
	}
	return abs
}

func (c *checker) group(at place, key, name string, patterns []string) Group {
	if name == "" {
		c.wrong(at, "name", "name the group")
	}
	if len(patterns) == 0 {
		c.wrong(at, key, "no %s: give names, or patterns such as N* or [RS][0-9]*", key)
	}
	for _, p := range patterns {
		if _, err := path.Match(p, ""); err != nil || p == "" {
			c.wrong(at, key, "%q is no pattern: * is any text, ? a character, [a-z] one of these", p)
		} else if strings.Contains(p, "[^") { // to DuckDB ^ is one of them
			c.wrong(at, key, "%q: what is none of some characters is [!a-z]", p)
		}
	}
	return Group{Name: name, Patterns: patterns}
}

func chips(m machineTable) map[string]schema.Chip {
	chips := map[string]schema.Chip{}
	for queue, name := range m.CPUTypes {
		chips[queue] = schema.Chip{CPUType: name}
	}
	for queue, name := range m.GPUTypes {
		chips[queue] = schema.Chip{CPUType: chips[queue].CPUType, GPUType: name}
	}
	return chips
}

func (c *checker) capacity(at place, tables []capacityTable) []Capacity {
	var out []Capacity
	var periods []period
	for i, t := range tables {
		here := at.in("capacity", i)
		p := c.period(here, t.days)
		for _, told := range []struct {
			key string
			n   *int64
		}{{"nodes", t.Nodes}, {"cores", t.Cores}, {"gpus", t.GPUs}} {
			if told.n != nil && *told.n < 0 {
				c.wrong(here, told.key, "a capacity below 0")
			}
		}
		periods = append(periods, p)
		out = append(out, Capacity{From: p.from, Until: p.until, Nodes: t.Nodes, Cores: t.Cores, GPUs: t.GPUs})
	}
	c.overlaps(at, "capacity", periods)
	return out
}

func (c *checker) rules(at place, m machineTable) []Rule {
	var rules, factors []Rule
	var periods, factorPeriods []period
	needed := false
	for i, t := range m.Rules {
		here := at.in("rules", i)
		p := c.period(here, t.days)
		r := Default()
		r.Version, r.From, r.Until, r.QoS, r.place = t.Version, p.from, p.until, t.QoS, here
		for _, f := range []struct {
			to   *string
			from string
		}{{&r.ChargedOver, t.ChargedOver}, {&r.CPUHours, t.CPUHours}, {&r.GPUHours, t.GPUHours},
			{&r.MemoryHours, t.MemoryHours}} {
			if f.from != "" {
				*f.to = f.from
			}
		}
		if r.ChargedOver != OverJob && r.ChargedOver != OverRuns {
			c.wrong(here, "charged_over", "%q: use %s, or %s", t.ChargedOver, OverJob, OverRuns)
		}
		needed = needed || t.QoS != ""
		rules, periods = append(rules, r), append(periods, p)
	}
	for i, t := range m.QoS {
		here := at.in("qos", i)
		p := c.period(here, t.days)
		c.factors(here, t)
		factors = append(
			factors, Rule{Version: t.Version, From: p.from, Until: p.until, Factors: t.Factors, place: here},
		)
		factorPeriods = append(factorPeriods, p)
	}
	c.versions("rules", rules)
	c.versions("qos", factors)
	c.overlaps(at, "rules", periods)
	c.overlaps(at, "qos", factorPeriods)
	switch {
	case needed && len(factors) == 0:
		c.wrong(at, "rules", "the rules have a qos, but the machine has no factors: add [[machines.qos]]")
	case !needed && len(factors) > 0:
		c.wrong(at, "qos", "no rule of the machine has a qos that these factors could be for")
	}
	all := combine(rules, factors)
	if len(rules) > 0 && len(factors) > 0 && len(all) == 0 {
		c.wrong(at, "qos", "no day is both within those of the rules and those of the factors")
	}
	return all
}

func (c *checker) factors(at place, t qosTable) {
	if len(t.Factors) == 0 {
		c.wrong(at, "factors", "no factors")
	}
	for _, name := range slices.Sorted(maps.Keys(t.Factors)) {
		if f := t.Factors[name]; f < 0 || math.IsInf(f, 0) || math.IsNaN(f) {
			c.wrong(at, "factors", "the factor of %q is %v: it must be a number from 0 on", name, f)
		}
	}
}

func (c *checker) versions(what string, rules []Rule) {
	seen := map[string]bool{}
	for _, r := range rules {
		switch {
		case r.Version == "":
			c.wrong(r.place, "version", "%s need a version: it is kept with each charge", what)
		case r.Version == Default().Version:
			c.wrong(r.place, "version", "the version %q is that of the built-in rules: choose another", r.Version)
		case seen[r.Version]:
			c.wrong(r.place, "version", "%q is there twice", r.Version)
		}
		seen[r.Version] = true
	}
}

func (c *checker) period(at place, d days) period {
	p := period{midnight(d.From), midnight(d.Until)}
	if !p.until.IsZero() && p.until.Before(p.from) {
		c.wrong(at, "until", "%s is before from, %s", p.until.Format(time.DateOnly), p.from.Format(time.DateOnly))
	}
	return p
}

func midnight(d *toml.LocalDate) time.Time {
	if d == nil {
		return time.Time{}
	}
	return d.AsTime(time.UTC)
}

func (c *checker) overlaps(at place, what string, all []period) {
	for i, p := range all {
		for k, o := range all[:i] {
			if _, ok := p.and(o); ok {
				c.wrong(at.in(what, i), "from", "%s overlaps with that of number %d: %s", p, k+1, o)
			}
		}
	}
}

// takenNames are those that no column of the site may have, as it would stand beside one that is called so; and what
// has each.
func takenNames() map[string]string {
	taken := map[string]string{}
	for _, name := range schema.DatasetNames {
		taken[name] = "of datasets, beside the columns of jobs"
	}
	site := schema.Site{}
	tables := []schema.Table{
		site.ReportJobs(), site.Superseded(), site.Outcomes(), schema.DailySummary, site.JobDetails(), schema.JobCharges,
		schema.Jobs,
	}
	for _, t := range tables {
		for _, column := range t.Columns {
			taken[column.Name] = "a column of " + t.Name
		}
	}
	return taken
}

var columnName = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`^[a-z][a-z0-9_]*$`) })

func (c *checker) columns(tables []columnTable) []schema.Column {
	taken := takenNames()
	var out []schema.Column
	for i, t := range tables {
		at := c.file.in("columns", i)
		if !columnName().MatchString(t.Name) {
			c.wrong(at, "name", "%q: a name is lower-case letters, digits and _, a letter first", t.Name)
		} else if owner, ok := taken[t.Name]; ok {
			c.wrong(at, "name", "the name %s is taken: it is %s", t.Name, owner)
		}
		taken[t.Name] = "a column of jobs"
		if t.Attribute == "" {
			c.wrong(at, "attribute", "name the PBS attribute that fills %s", t.Name)
		}
		if t.Comment == "" {
			c.wrong(at, "comment", "say what %s means", t.Name)
		}
		column, err := schema.SiteColumn(t.Name, t.Attribute, t.Type, t.Unit, t.Comment)
		if err != nil {
			c.wrong(at, "type", "%v", err)
		}
		out = append(out, column)
	}
	return out
}

// ColumnErrorf is an error in the name of the site's column of that number, with its line; it is for what only DuckDB
// knows.
func (c *Config) ColumnErrorf(number int, format string, args ...any) error {
	return c.file.in("columns", number).errorf("name", format, args...)
}
