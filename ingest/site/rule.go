package site

import (
	"cmp"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"time"
)

// A Rule says what the jobs of one machine are charged that ended within its days. Expressions are SQL over the columns
// of jobs.
type Rule struct {
	Version     string
	From, Until time.Time // first and last local day, as midnights of UTC; zero: open
	ChargedOver string    // OverJob, or OverRuns
	CPUHours    string
	GPUHours    string
	MemoryHours string
	QoS         string             // empty: none, and the factor is 1
	Factors     map[string]float64 // by quality of service

	place place
}

// What a rule gives the hours of: a job, or each of its runs, and their phases, whose hours are added up.
const (
	OverJob  = "job"
	OverRuns = "runs"
)

// Default is the rule of machines that have none: what was asked for, for as long as it was used.
func Default() Rule {
	return Rule{
		Version:     "default",
		ChargedOver: OverJob,
		CPUHours:    "ncpus * (walltime_used_s / 3600)",
		GPUHours:    "coalesce(ngpus, 0) * (walltime_used_s / 3600)",
		MemoryHours: "mem_used_bytes / 1024^3 * (walltime_used_s / 3600)",
	}
}

// Field is one expression of a rule.
type Field struct{ Name, SQL string }

// Fields are the expressions of the rule that give hours.
func (r Rule) Fields() []Field {
	return []Field{{"cpu_hours", r.CPUHours}, {"gpu_hours", r.GPUHours}, {"memory_hours", r.MemoryHours}}
}

// FactorsJSON is the factors as a JSON object, in order; empty if the rule has no quality of service.
func (r Rule) FactorsJSON() string {
	if r.QoS == "" {
		return ""
	}
	text, err := json.Marshal(r.Factors)
	if err != nil {
		panic(err) // factors are finite: the configuration was checked
	}
	return string(text)
}

// SetFactors reads what FactorsJSON wrote.
func (r *Rule) SetFactors(text string) error {
	if text == "" {
		return nil
	}
	return json.Unmarshal([]byte(text), &r.Factors)
}

// Names are the qualities of service that have a factor, in order.
func (r Rule) Names() []string { return slices.Sorted(maps.Keys(r.Factors)) }

// SameCharges tells whether two rules charge the same, whatever their days.
func (r Rule) SameCharges(o Rule) bool {
	return r.ChargedOver == o.ChargedOver && slices.Equal(r.Fields(), o.Fields()) && r.QoS == o.QoS &&
		maps.Equal(r.Factors, o.Factors)
}

// Same tells whether two rules are the same in all that is kept of them.
func (r Rule) Same(o Rule) bool {
	return r.Version == o.Version && r.From.Equal(o.From) && r.Until.Equal(o.Until) && r.SameCharges(o)
}

// Errorf is an error in one of the rule's fields, with its line.
func (r Rule) Errorf(field, format string, args ...any) error {
	return r.place.errorf(field, format, args...)
}

// period is a span of days; zero ends are open.
type period struct{ from, until time.Time }

func (p period) String() string {
	name := func(t time.Time, open string) string {
		if t.IsZero() {
			return open
		}
		return t.Format(time.DateOnly)
	}
	return name(p.from, "the beginning") + " to " + name(p.until, "further notice")
}

// and is the part that two periods share.
func (p period) and(o period) (shared period, ok bool) {
	shared = p
	if o.from.After(p.from) {
		shared.from = o.from
	}
	if shared.until.IsZero() || !o.until.IsZero() && o.until.Before(shared.until) {
		shared.until = o.until
	}
	return shared, shared.until.IsZero() || !shared.until.Before(shared.from)
}

// combine makes a rule of each pair of hours and factors that share days, in the order of their days.
func combine(rules, factors []Rule) []Rule {
	var out []Rule
	for _, r := range rules {
		if r.QoS == "" {
			out = append(out, r)
			continue
		}
		for _, f := range factors {
			if days, ok := (period{r.From, r.Until}).and(period{f.From, f.Until}); ok {
				both := r
				both.From, both.Until, both.Factors = days.from, days.until, f.Factors
				both.Version = fmt.Sprintf("%s/%s", r.Version, f.Version)
				out = append(out, both)
			}
		}
	}
	slices.SortFunc(out, func(a, b Rule) int { return cmp.Compare(a.From.Unix(), b.From.Unix()) })
	return out
}
