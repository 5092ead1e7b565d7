package chart

import (
	"fmt"
	"math"
	"slices"
	"sort"
	"strings"
	"time"
)

// maxSteps is how many steps of a series are drawn at most: about two pixels each.
const maxSteps = 400

// steps is how many of them there are on this canvas.
func (c *canvas) steps() int {
	if c.width < wideWidth {
		return maxSteps / 2
	}
	return maxSteps
}

// IsEmpty reports whether no series has a value.
func (t *Time) IsEmpty() bool {
	for i := range t.Start {
		if !t.gap(i) {
			return false
		}
	}
	return true
}

// gap reports whether nothing is known of a bucket.
func (t *Time) gap(i int) bool {
	for _, s := range t.Series {
		if known(at(s.Values, i)) {
			return false
		}
	}
	return true
}

// end is the end of a bucket.
func (t *Time) end(i int) time.Time {
	if i+1 < len(t.Start) {
		return t.Start[i+1]
	}
	return t.End
}

// length is how long a bucket is, in seconds.
func (t *Time) length(i int) float64 { return seconds(t.Start[i], t.end(i)) }

// weight is how much a bucket counts in a mean.
func (t *Time) weight(i int) float64 {
	if t.Told != nil {
		return t.Told[i]
	}
	return t.length(i)
}

// folded has at most Top series and the others in one, and at most so many buckets: what is drawn.
func (t *Time) folded(steps int) *Time {
	f := *t
	f.Series = t.foldSeries()
	return f.foldBuckets(steps)
}

func (t *Time) top() int {
	if t.Top <= 0 || t.Top > colours {
		return colours
	}
	return t.Top
}

// foldSeries keeps the largest series in their order, and adds up the others in one. Lines that are not shown are
// counted (remark): their sum would be no line of that kind.
func (t *Time) foldSeries() []Series {
	type ranked struct {
		series Series
		total  float64
		place  int
	}
	var all []ranked
	var rest []Series
	name := "other"
	for i, s := range t.Series {
		if s.Other {
			rest, name = append(rest, s), s.Name
			continue
		}
		total := 0.0
		for b := range t.Start {
			total += math.Abs(orZero(at(s.Values, b))) * t.weight(b)
		}
		all = append(all, ranked{s, total, i})
	}
	if len(all) > t.top() {
		sort.SliceStable(all, func(i, j int) bool { return all[i].total > all[j].total })
		for _, r := range all[t.top():] {
			rest = append(rest, r.series)
		}
		name = fmt.Sprintf("other (%d)", len(all)-t.top())
		all = all[:t.top()]
		sort.Slice(all, func(i, j int) bool { return all[i].place < all[j].place })
	}
	kept := make([]Series, 0, len(all)+1)
	for _, r := range all {
		kept = append(kept, r.series)
	}
	switch {
	case len(rest) == 0 || t.Shape == Lines && len(rest) > 1:
		return kept
	case len(rest) == 1:
		return append(kept, Series{Name: rest[0].Name, Values: rest[0].Values, Other: true})
	}
	return append(kept, Series{Name: name, Values: t.sum(rest), Other: true})
}

// sum adds up series, bucket by bucket. What no series knows stays unknown.
func (t *Time) sum(series []Series) []float64 {
	sum := make([]float64, len(t.Start))
	for i := range sum {
		sum[i] = math.NaN()
		for _, s := range series {
			if v := at(s.Values, i); known(v) {
				sum[i] = orZero(sum[i]) + v
			}
		}
	}
	return sum
}

// A step is some buckets that follow each other, from one to before the other.
type step struct{ from, to int }

// foldBuckets makes of many buckets at most so many steps, each with the mean of its buckets.
func (t *Time) foldBuckets(most int) *Time {
	if len(t.Start) <= most {
		return t
	}
	steps := t.steps(most)
	f := *t
	f.Start = make([]time.Time, len(steps))
	f.Told = nil
	for i, s := range steps {
		f.Start[i] = t.Start[s.from]
		if t.Told != nil {
			f.Told = append(f.Told, sumOf(t.Told[s.from:s.to]))
		}
	}
	f.Series = slices.Clone(t.Series)
	for i := range f.Series {
		f.Series[i].Values = t.means(t.Series[i].Values, steps, true)
	}
	if t.Limit != nil {
		f.Limit = t.means(t.Limit, steps, false)
	}
	return &f
}

func sumOf(values []float64) (sum float64) {
	for _, v := range values {
		sum += v
	}
	return sum
}

// steps cuts the buckets into at most so many steps, none of which is partly a gap: so areas stay what they were, and
// gaps. Only where there are more gaps than steps, a gap that is narrower than a step is lost in it.
func (t *Time) steps(most int) []step {
	gaps := make([]bool, len(t.Start))
	for i := range gaps {
		gaps[i] = t.gap(i)
	}
	least := (len(gaps) + most - 1) / most
	for size := least; size < len(gaps); size += size/16 + 1 {
		if steps := cut(gaps, size); len(steps) <= most {
			return steps
		}
	}
	return cut(make([]bool, len(gaps)), least)
}

// cut makes steps of so many buckets, and begins a new one where a gap begins or ends.
func cut(gaps []bool, size int) []step {
	var steps []step
	for from := 0; from < len(gaps); {
		to := from + 1
		for to < len(gaps) && to/size == from/size && gaps[to] == gaps[from] {
			to++
		}
		steps = append(steps, step{from, to})
		from = to
	}
	return steps
}

// means are the means of each step over time. A bucket of which only this series knows nothing counts as nothing, if it
// is a part of a whole.
func (t *Time) means(values []float64, steps []step, part bool) []float64 {
	means := make([]float64, len(steps))
	for i, s := range steps {
		sum, seconds, any := 0.0, 0.0, false
		for b := s.from; b < s.to; b++ {
			v := at(values, b)
			any = any || known(v)
			if known(v) || part && t.Shape != Lines && !t.gap(b) {
				sum += orZero(v) * t.weight(b)
				seconds += t.weight(b)
			}
		}
		means[i] = math.NaN()
		if any && seconds > 0 {
			means[i] = sum / seconds
		}
	}
	return means
}

func (t *Time) remark() string {
	var said []string
	most := maxSteps
	if t.Half {
		most /= 2
	}
	if len(t.Start) > most && !t.IsEmpty() {
		said = append(said, "Each step is the mean of up to "+t.several(most)+".")
	}
	lines := 0
	for _, s := range t.Series {
		if !s.Other {
			lines++
		}
	}
	if t.Shape == Lines && lines > t.top() {
		said = append(said, fmt.Sprintf("The %d largest of %d are drawn.", t.top(), lines))
	}
	return strings.Join(said, " ")
}

// several says how long a step is at most.
func (t *Time) several(most int) string {
	longest := 0.0
	for _, s := range t.steps(most) {
		longest = max(longest, seconds(t.Start[s.from], t.end(s.to-1)))
	}
	if t.length(0) >= day-hour {
		return fmt.Sprintf("%.0f days", math.Round(longest/day))
	}
	return Seconds.Format(longest)
}

// edges are how far from zero each series reaches in each bucket, standing on those before. Values below zero hang
// below it.
func (t *Time) edges() [][]float64 {
	above, below := make([]float64, len(t.Start)), make([]float64, len(t.Start))
	edges := make([][]float64, len(t.Series))
	for s := range t.Series {
		edges[s] = make([]float64, len(t.Start))
		for i := range t.Start {
			v := orZero(at(t.Series[s].Values, i))
			if v < 0 {
				below[i] += v
				edges[s][i] = below[i]
			} else {
				above[i] += v
				edges[s][i] = above[i]
			}
		}
	}
	return edges
}

// bounds are the least and the largest value that is drawn.
func (t *Time) bounds() (lo, hi float64) {
	var drawn [][]float64
	if t.Shape == Lines {
		for _, s := range t.Series {
			drawn = append(drawn, s.Values)
		}
	} else {
		drawn = t.edges()
	}
	for i := range t.Start {
		for _, values := range append(drawn, t.Limit) {
			v := orZero(at(values, i))
			lo, hi = min(lo, v), max(hi, v)
		}
	}
	return lo, hi
}

// whole reports whether all values are whole numbers.
func (t *Time) whole() bool {
	for i := range t.Start {
		for _, s := range t.Series {
			if v := orZero(at(s.Values, i)); v != math.Trunc(v) {
				return false
			}
		}
	}
	return true
}

// runs are the parts between gaps.
func (t *Time) runs(gap func(i int) bool) []step {
	var runs []step
	for from := 0; from < len(t.Start); {
		if gap(from) {
			from++
			continue
		}
		to := from
		for to < len(t.Start) && !gap(to) {
			to++
		}
		runs = append(runs, step{from, to})
		from = to
	}
	return runs
}

// when names a bucket, as exactly as it is long.
func (t *Time) when(i int) string {
	from, to := t.Start[i], t.end(i)
	is := func(s stride) bool { return s.first(from).Equal(from) && s.next(from).Equal(to) }
	switch {
	case is(stride{days: 1}):
		return from.Format("Mon 2 Jan 2006")
	case is(stride{months: 1}):
		return from.Format("January 2006")
	case is(stride{years: 1}):
		return from.Format("2006")
	case seconds(from, to) < day:
		return from.Format("Mon 2 Jan 2006 15:04")
	}
	return from.Format("2 Jan 2006") + " to " + to.Add(-time.Nanosecond).Format("2 Jan 2006")
}

// tip says all that is known of a bucket, the series in the order in which they stand from above.
func (t *Time) tip(i int) []string {
	tip := []string{t.when(i)}
	if word := t.Unit.Word(); word != "" {
		tip[0] += ", " + word
	}
	total, parts := 0.0, 0
	for s := len(t.Series) - 1; s >= 0; s-- {
		v := at(t.Series[s].Values, i)
		if !known(v) {
			continue
		}
		total, parts = total+v, parts+1
		tip = append(tip, label(t.Series[s].Name, t.Unit.Format(v)))
	}
	if parts == 0 {
		return append(tip, "no data")
	}
	if parts > 1 && t.Shape != Lines {
		tip = append(tip, "together: "+t.Unit.Format(total))
	}
	if v := at(t.Limit, i); known(v) {
		line := label(t.LimitName, t.Unit.Format(v))
		if v > 0 && t.Shape != Lines {
			line += fmt.Sprintf(" (%s used)", Percent.Format(100*total/v))
		}
		tip = append(tip, line)
	}
	return tip
}

// label is a name and what is said of it.
func label(name, what string) string {
	if name == "" {
		return what
	}
	return name + ": " + what
}

func (t *Time) describe() string {
	if t.IsEmpty() {
		return t.Words().Empty
	}
	shape := map[Shape]string{Stacked: "Stacked areas", Columns: "Columns", Lines: "Lines"}[t.Shape]
	var names []string
	for _, s := range t.foldSeries() {
		if s.Name != "" {
			names = append(names, s.Name)
		}
	}
	text := fmt.Sprintf("%s over time, from %s to %s",
		shape, t.Start[0].Format("2 Jan 2006"), t.End.Add(-time.Nanosecond).Format("2 Jan 2006"))
	if len(names) > 0 {
		text += ": " + strings.Join(names, ", ")
	}
	best, place := math.Inf(-1), 0
	sums := t.sum(t.Series)
	for i, v := range sums {
		if known(v) && v > best {
			best, place = v, i
		}
	}
	if t.Shape != Lines {
		text += fmt.Sprintf(". Most: %s, %s", t.Unit.Full(best), t.when(place))
	}
	return text + "."
}

func (t *Time) legend(p *Palette) []Key {
	if t.IsEmpty() {
		return nil
	}
	f := *t
	f.Series = t.foldSeries()
	var keys []Key
	for i, class := range f.classes(p) {
		keys = append(keys, Key{Class: class, Name: f.Series[i].Name})
	}
	if len(keys) == 1 && keys[0].Name == "" {
		keys = nil
	}
	if t.Limit != nil {
		keys = append(keys, Key{Class: "limit", Name: t.LimitName})
	}
	return keys
}

// classes are those of the series.
func (t *Time) classes(p *Palette) []string {
	var names []string
	for _, s := range t.Series {
		if !s.Other {
			names = append(names, s.Name)
		}
	}
	classes := []string{"c0"} // one alone needs no colour of its own
	if len(t.Series) > 1 {
		classes = p.classes(names)
	}
	for i, s := range t.Series {
		if s.Other && len(t.Series) > 1 {
			classes = slices.Insert(classes, i, other)
		}
	}
	return classes
}
