package schema

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"pbsduck/ingest/pbs"
)

// A Site is what a site decides about the rows of jobs. The zero Site has no columns of its own.
type Site struct {
	Priority string                     // attribute that fills jobs.priority; empty: defaultPriority
	Columns  []Column                   // its own columns, in order, at the end of jobs
	Queues   map[string]map[string]Chip // by machine and queue: what its nodes have, where a record does not say
}

// A Chip is the types of CPU and GPU that a queue's nodes have; empty where that says nothing.
type Chip struct{ CPUType, GPUType string }

// defaultPriority is the attribute where NCAR and others keep the class of a job.
const defaultPriority = "Resource_List.job_priority"

// siteTypes are the types that a site's own column may have.
var siteTypes = map[string]struct {
	typ    Type
	decode Decoding
	unit   string
}{
	"integer":   {Integer, AsInteger, ""},
	"float":     {Float, AsFloat, ""},
	"duration":  {Integer, AsDuration, "s"},
	"size":      {Integer, AsSize, "bytes"},
	"text":      {Text, AsText, ""},
	"boolean":   {Boolean, AsBoolean, ""},
	"timestamp": {Timestamp, AsEpoch, ""},
}

// SiteTypes lists the types that a site's own column may have.
func SiteTypes() []string {
	return []string{"integer", "float", "duration", "size", "text", "boolean", "timestamp"}
}

// SiteColumn is a column of a site's own, filled from an attribute.
func SiteColumn(name, attribute, typ, unit, comment string) (Column, error) {
	t, ok := siteTypes[typ]
	if !ok {
		return Column{}, fmt.Errorf("unknown type %q: use one of %s", typ, strings.Join(SiteTypes(), ", "))
	}
	if t.unit != "" && unit != "" && unit != t.unit {
		return Column{}, fmt.Errorf("a %s is kept in %s, not in %q: leave unit out", typ, t.unit, unit)
	}
	if unit == "" {
		unit = t.unit
	}
	return Column{Name: name, Type: t.typ, Unit: unit, Source: attribute, Comment: comment, Decode: t.decode}, nil
}

// SiteType is the name of the type that SiteColumn was given.
func (c Column) SiteType() string {
	for name, t := range siteTypes {
		if t.typ == c.Type && t.decode == c.Decode {
			return name
		}
	}
	return ""
}

// Jobs is the view jobs with the site's own columns.
func (s Site) Jobs() Table {
	t := Jobs
	t.Columns = append(slices.Clone(Jobs.Columns), s.Columns...)
	t.Columns[t.Index("priority")].Source = cmp.Or(s.Priority, defaultPriority)
	return t
}

// Outcomes is the table outcomes, with the site's own columns behind those of jobs.
func (s Site) Outcomes() Table {
	t := Outcomes
	t.Columns = append(s.Jobs().Columns, originColumns...)
	return t
}

// Tables are all tables of a database of this site.
func (s Site) Tables() []Table {
	all := slices.Clone(Tables)
	all[0] = s.Outcomes()
	return all
}

// Chosen are the columns that the site chose: priority, and its own.
func (s Site) Chosen() []Column {
	jobs := s.Jobs()
	return append([]Column{jobs.Columns[jobs.Index("priority")]}, s.Columns...)
}

// NewParser makes a parser for the records of a Builder: one that knows the attributes the columns come from.
func (s Site) NewParser() *pbs.Parser {
	var names []string
	for _, c := range s.Chosen() {
		names = append(names, c.Source)
	}
	return pbs.NewParser(names...)
}

// SameColumns tells whether two sites fill the same columns by the same attributes. Units and comments may differ.
func (s Site) SameColumns(o Site) bool {
	return slices.EqualFunc(s.Chosen(), o.Chosen(), Column.SameValues)
}

// SameValues tells whether two columns of sites have one name, and the same values of the same records.
func (c Column) SameValues(o Column) bool { return c.Name == o.Name && c.SameSource(o) }

// SameSource tells whether two columns of sites have the same values of the same records, whatever their names are.
func (c Column) SameSource(o Column) bool {
	return c.Source == o.Source && c.SiteType() == o.SiteType()
}
