package duckdb

import (
	"fmt"
	"slices"
	"strings"
	"time"
)

// Names is true of jobs of which a text is one of those that are wanted, if any are, and none of those that are not.
type Names struct {
	Column     string
	In         Place
	Wanted     []Pattern
	Unwanted   []Pattern
	IgnoreCase bool
}

// A Place is where a text of a job stands.
type Place int

// The places.
const (
	TheJob    Place = iota
	ItsCharge       // one row of job_charges
	ItsNodes        // rows of outcome_nodes; job_nodes has those of them whose outcome is a job, which is known here
)

// A Pattern is a text; or, as a glob, one in which * stands for any characters, ? for one, and a backslash before a
// character for that.
type Pattern struct {
	Text string
	Glob bool
}

// SQL implements Term.
func (n Names) SQL() string {
	wanted, unwanted := n.like(n.Wanted), n.like(n.Unwanted)
	if n.In == ItsNodes {
		is := "j.id IN (SELECT t.outcome_id FROM outcome_nodes t WHERE %s)"
		if slices.ContainsFunc(n.Wanted, func(p Pattern) bool { return p.Glob }) {
			is = "(" + is + ") IS TRUE" // or DuckDB looks among jobs for each row of a node, though these may be more
		}
		return both(where(is, wanted),
			where("j.id NOT IN (SELECT t.outcome_id FROM outcome_nodes t WHERE %s)", unwanted))
	}
	like := both(wanted, where("NOT %s", unwanted))
	if n.In == ItsCharge {
		return where("j.id IN (SELECT t.job_id FROM job_charges t WHERE %s)", like)
	}
	return like
}

// where puts a condition, if it is one, into another.
func where(format, condition string) string {
	if condition == "" {
		return ""
	}
	return fmt.Sprintf(format, condition)
}

// both joins conditions, if they are any, that must all hold.
func both(parts ...string) string {
	return strings.Join(slices.DeleteFunc(parts, func(s string) bool { return s == "" }), " AND ")
}

// like is that the column is as one of the patterns says.
func (n Names) like(patterns []Pattern) string {
	if len(patterns) == 0 {
		return ""
	}
	column, equal, like := "t."+n.Column, "", " LIKE "
	if n.In == TheJob {
		column = "j." + n.Column
	}
	var exact, parts []string
	for _, p := range patterns {
		if !p.Glob {
			exact = append(exact, p.Text)
		}
	}
	if len(exact) > 0 {
		equal = column + " IN " + literals(exact)
	}
	if n.IgnoreCase {
		like = " ILIKE "
		for _, text := range exact {
			parts = append(parts, "lower("+column+") = lower("+Literal(text)+")")
		}
		equal = ""
	}
	parts = append(parts, equal)
	for _, p := range patterns {
		if p.Glob {
			parts = append(parts, column+like+p.like())
		}
	}
	return either(parts)
}

// Matches tells whether a text is as the pattern says.
func (p Pattern) Matches(text string) bool {
	if !p.Glob {
		return text == p.Text
	}
	return matches([]rune(p.Text), []rune(text))
}

func matches(glob, text []rune) bool {
	if len(glob) == 0 {
		return len(text) == 0
	}
	switch {
	case glob[0] == '*':
		return matches(glob[1:], text) || len(text) > 0 && matches(glob, text[1:])
	case len(text) == 0:
		return false
	case glob[0] == '?':
		return matches(glob[1:], text[1:])
	case glob[0] == '\\' && len(glob) > 1:
		glob = glob[1:]
	}
	return glob[0] == text[0] && matches(glob[1:], text[1:])
}

// like is a glob as LIKE has it.
func (p Pattern) like() string {
	var b strings.Builder
	escape := false
	for i := 0; i < len(p.Text); i++ {
		c := p.Text[i]
		literal := c == '\\' && i+1 < len(p.Text)
		if literal {
			i++
			c = p.Text[i]
		}
		switch {
		case c == '%' || c == '_' || c == '\\':
			escape = true
			b.WriteByte('\\')
			b.WriteByte(c)
		case c == '*' && !literal:
			b.WriteByte('%')
		case c == '?' && !literal:
			b.WriteByte('_')
		default:
			b.WriteByte(c)
		}
	}
	if escape {
		return Literal(b.String()) + ` ESCAPE '\'`
	}
	return Literal(b.String()) // which DuckDB looks for more quickly
}

// Numbers is true of jobs of which a number is in one of the ranges that are wanted, if any are, and in none of those
// that are not.
type Numbers struct {
	Value    string // SQL of a job j
	Wanted   []Range
	Unwanted []Range
}

// A Range is from a number to a number, both of them in it; nil is open.
type Range struct{ From, To *int64 }

// SQL implements Term.
func (n Numbers) SQL() string { return both(n.within(n.Wanted), where("NOT %s", n.within(n.Unwanted))) }

func (n Numbers) within(ranges []Range) string {
	if len(ranges) == 0 {
		return ""
	}
	var parts []string
	for _, s := range ranges {
		switch {
		case s.To == nil:
			parts = append(parts, fmt.Sprintf("%s >= %s", n.Value, Literal(*s.From)))
		case s.From == nil:
			parts = append(parts, fmt.Sprintf("%s <= %s", n.Value, Literal(*s.To)))
		case *s.From == *s.To:
			parts = append(parts, fmt.Sprintf("%s = %s", n.Value, Literal(*s.From)))
		default:
			parts = append(parts, fmt.Sprintf("%s BETWEEN %s AND %s", n.Value, Literal(*s.From), Literal(*s.To)))
		}
	}
	return either(parts)
}

// Times is true of jobs of which something lies in a window of time.
type Times struct {
	// columns: the window begins before To and ends after From; if they are the same, that instant is in the window
	From, To string
	Windows  []Window
}

// A Window is from an instant, which is in it, to one before which it ends; zero is open.
type Window struct {
	Machines     []string // for whose jobs; empty: all
	From, Before time.Time
}

// SQL implements Term.
func (t Times) SQL() string {
	if len(t.Windows) == 1 {
		return t.within(t.Windows[0])
	}
	var parts []string
	least, most := t.Windows[0].From, t.Windows[0].Before
	for _, w := range t.Windows {
		parts = append(parts, "("+t.within(w)+")")
		if w.From.Before(least) {
			least = w.From
		}
		if !most.IsZero() && (w.Before.IsZero() || w.Before.After(most)) {
			most = w.Before
		}
	}
	// The least and the greatest of row groups are looked at for what must hold in any case.
	return t.within(Window{From: least, Before: most}) + " AND " + either(parts)
}

func (t Times) within(w Window) string {
	var parts []string
	if len(w.Machines) > 0 {
		parts = append(parts, "j.machine IN "+literals(w.Machines))
	}
	after := " > " // the end of a job is not in it
	if t.From == t.To {
		after = " >= "
	}
	if !w.From.IsZero() {
		parts = append(parts, "j."+t.To+after+Literal(w.From))
	}
	if !w.Before.IsZero() {
		parts = append(parts, "j."+t.From+" < "+Literal(w.Before))
	}
	if len(parts) == 0 {
		return "true"
	}
	return strings.Join(parts, " AND ")
}

// ArrayParents is true of rows that are a job array as a whole; or, if not, of all others.
type ArrayParents bool

// SQL implements Term.
func (a ArrayParents) SQL() string {
	if a {
		return "j.is_array_parent"
	}
	return "NOT j.is_array_parent"
}
