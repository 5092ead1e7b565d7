package chart

import (
	"math"
	"math/rand/v2"
	"strings"
	"testing"
	"time"
)

func TestNumbers(t *testing.T) {
	for _, c := range []struct {
		unit                Unit
		v                   float64
		format, short, full string
	}{
		{"", 0, "0", "0", "0"},
		{"jobs", 1234567, "1,234,567", "1.23 M", "1,234,567 jobs"},
		{"jobs", 999, "999", "999", "999 jobs"},
		{"jobs", 1000, "1,000", "1 k", "1,000 jobs"},
		{"jobs", 999999.9, "1,000,000", "1 M", "1,000,000 jobs"},
		{"core-hours", 12.345, "12.3", "12.3", "12.3 core-hours"},
		{"core-hours", 0.000012, "1.2e-05", "1.2e-05", "1.2e-05 core-hours"},
		{"core-hours", -1234.5, "−1,234", "−1.23 k", "−1,234 core-hours"},
		{"core-hours", -0.00001, "-1e-05", "-1e-05", "-1e-05 core-hours"},
		{"core-hours", 1e75, "1e+75", "1e+75", "1e+75 core-hours"},
		{"", nan, "–", "–", "–"},
		{Seconds, math.Inf(1), "–", "–", "–"},
		{Seconds, 0, "0 s", "0 s", "0 s"},
		{Seconds, 0.5, "0.5 s", "0.5 s", "0.5 s"},
		{Seconds, 59.9, "1 min", "59.9 s", "1 min"},
		{Seconds, 245, "4 min 5 s", "4.08 min", "4 min 5 s"},
		{Seconds, 3600, "1 h", "1 h", "1 h"},
		{Seconds, 3599.7, "1 h", "60 min", "1 h"},
		{Seconds, 100000, "1 d 4 h", "1.16 d", "1 d 4 h"},
		{Seconds, 1e9, "11,574 d", "11,574 d", "11,574 d"},
		{Seconds, -90, "−1 min 30 s", "−1.5 min", "−1 min 30 s"},
		{Bytes, 1536, "1.5 KiB", "1.5 KiB", "1.5 KiB"},
		{Bytes, 1 << 50, "1 PiB", "1 PiB", "1 PiB"},
		{Percent, 83.44, "83.4 %", "83.4 %", "83.4 %"},
		{Plain, 2026, "2026", "2026", "2026"},
	} {
		if f, s, l := c.unit.Format(c.v), c.unit.Short(c.v), c.unit.Full(c.v); f != c.format || s != c.short || l != c.full {
			t.Errorf("%v %s: %q %q %q, want %q %q %q", c.v, c.unit, f, s, l, c.format, c.short, c.full)
		}
	}
	write := Unit("core-hours").Column([]float64{1234.5678, 0.25, nan})
	if got := write(1234.5678) + " " + write(0.25) + " " + write(nan); got != "1,234.6 0.2 –" {
		t.Errorf("a column: %s", got)
	}
	if got := Unit("jobs").Column([]float64{1, 1000})(1000); got != "1,000" {
		t.Errorf("a column of whole numbers: %s", got)
	}
}

func labels(ticks []tick) string {
	var all []string
	for _, k := range ticks {
		all = append(all, strings.TrimSpace(k.label+" "+k.more))
	}
	return strings.Join(all, ", ")
}

func TestNiceTicks(t *testing.T) {
	for _, c := range []struct {
		lo, hi float64
		unit   Unit
		want   string
	}{
		{0, 323712, "cores", "0, 100 k, 200 k, 300 k, 400 k"},
		{0, 100, Percent, "0, 20 %, 40 %, 60 %, 80 %, 100 %"},
		{0, 0, "jobs", "0, 0.2, 0.4, 0.6, 0.8, 1"},
		{-3, 10, "jobs", "−5, 0, 5, 10"},
		{0, 7000, Seconds, "0, 30 min, 1 h, 1.5 h, 2 h"},
		{0, 40 * day, Seconds, "0, 10 d, 20 d, 30 d, 40 d"},
		{0, 3 << 30, Bytes, "0, 1 GiB, 2 GiB, 3 GiB"},
		{0, 1e300, "jobs", "0, 2e+299, 4e+299, 6e+299, 8e+299, 1e+300"},
	} {
		scale, ticks := nice(c.lo, c.hi, 5, c.unit, false)
		if got := labels(ticks); got != c.want {
			t.Errorf("%v to %v %s: %s, want %s", c.lo, c.hi, c.unit, got, c.want)
		}
		if scale.place(c.lo) < 0 || scale.place(c.hi) > 1 {
			t.Errorf("%v to %v %s leave the axis", c.lo, c.hi, c.unit)
		}
	}
}

func TestLogTicks(t *testing.T) {
	for _, c := range []struct {
		values []float64
		unit   Unit
		want   string
	}{
		{[]float64{0, 5, 90000}, Seconds, "0, 1 s, 1 min, 1 h, 1 d, 10 s, 10 min, 6 h"},
		{[]float64{90, 5000}, Seconds, "1 min, 1 h, 10 min"},
		{[]float64{0.02, 3000}, "jobs", "0.01, 0.1, 1, 10, 100, 1 k"},
		{[]float64{1e-300, 1e300}, "x", "1e-300, 1e-225, 1e-150, 1e-75, 1, 1e+75, 1e+150, 1e+225"},
		{[]float64{0}, Seconds, "0, 1 s, 10 s"},
		{[]float64{1 << 20, 3 << 30}, Bytes, "1 MiB, 1 GiB, 32 MiB"},
	} {
		scale, ticks := logOf(c.values, c.unit)
		if got := labels(ticks); got != c.want {
			t.Logf("%v %s: %s, want %s", c.values, c.unit, got, c.want)
			t.Fail()
		}
		last := -1.0
		for _, v := range c.values {
			at := scale.place(v)
			if !(at > last && at >= 0 && at <= 1+1e-9) {
				t.Errorf("%v %s: %v stands at %v, after %v", c.values, c.unit, v, at, last)
			}
			last = at
		}
	}
}

// TestTimeTicks walks over the days on which clocks are set, from an hour to thousands of years.
func TestTimeTicks(t *testing.T) {
	zone, err := time.LoadLocation("America/Denver")
	if err != nil {
		t.Fatal(err)
	}
	from := time.Date(2026, 3, 7, 0, 0, 0, 0, zone) // clocks are set on the 8th
	for _, c := range []struct {
		to   time.Time
		n    int
		want string
	}{
		{from.Add(5 * time.Hour), 5, "00:00 7 Mar 2026, 01:00, 02:00, 03:00, 04:00"},
		{from.AddDate(0, 0, 2), 5, "00:00 7 Mar 2026, 12:00, 00:00 8 Mar 2026, 12:00"},
		{from.AddDate(0, 0, 5), 6, "7 Mar 2026, 8 Mar, 9 Mar, 10 Mar, 11 Mar"},
		{from.AddDate(0, 1, 0), 6, "9 Mar 2026, 16 Mar, 23 Mar, 30 Mar, 6 Apr"},
		{from.AddDate(1, 0, 0), 6, "May 2026, Jul, Sep, Nov, Jan 2027, Mar"},
		{from.AddDate(5, 0, 0), 6, "2027, 2028, 2029, 2030, 2031"},
		{from.AddDate(3000, 0, 0), 6, "3000, 4000, 5000"},
	} {
		if got := labels(clock{from, c.to}.ticks(c.n, 0)); got != c.want {
			t.Errorf("to %s: %s, want %s", c.to, got, c.want)
		}
	}
	r := rand.New(rand.NewPCG(7, 7))
	for range 2000 {
		to := from.Add(time.Duration(math.Exp(r.Float64()*20) * float64(time.Minute)))
		n := 1 + r.IntN(12)
		ticks := clock{from, to}.ticks(n, 0)
		if len(ticks) > n+2 {
			t.Fatalf("to %s: %d ticks, about %d were asked for", to, len(ticks), n)
		}
		for i, k := range ticks {
			if k.at < 0 || k.at > 1 || i > 0 && k.at <= ticks[i-1].at {
				t.Fatalf("to %s: ticks stand at %v", to, ticks)
			}
		}
	}
}

// TestDayThatBeginsAtOne is where the clock leaps over midnight: days keep their names, and begin where they begin.
func TestDayThatBeginsAtOne(t *testing.T) {
	zone, err := time.LoadLocation("America/Sao_Paulo")
	if err != nil {
		t.Fatal(err)
	}
	var starts []time.Time
	for d := 13; d <= 18; d++ { // the 15th begins at one
		starts = append(starts, dayBegins(2017, 10, d, zone))
	}
	c := over(Columns, starts[:5], starts[5], Series{Values: []float64{1, 2, 3, 4, 5}})
	if got, want := labels(clock{starts[0], starts[5]}.ticks(6, day)),
		"13 Oct 2017, 14 Oct, 15 Oct, 16 Oct, 17 Oct"; got != want {
		t.Errorf("days: %s, want %s", got, want)
	}
	if got, want := labels(clock{starts[1], starts[3]}.ticks(4, 0)),
		"00:00 14 Oct 2017, 12:00, 01:00 15 Oct 2017, 12:00"; got != want {
		t.Errorf("hours: %s, want %s", got, want)
	}
	for i, want := range []string{
		"Fri 13 Oct 2017", "Sat 14 Oct 2017", "Sun 15 Oct 2017", "Mon 16 Oct 2017", "Tue 17 Oct 2017",
	} {
		if got := c.when(i); got != want {
			t.Errorf("a bucket is called %s, want %s", got, want)
		}
	}
	havana, err := time.LoadLocation("America/Havana")
	if err != nil {
		t.Fatal(err)
	}
	twice := over(Columns, []time.Time{dayBegins(2026, 11, 1, havana)}, dayBegins(2026, 11, 2, havana),
		Series{Values: []float64{1}})
	if got := twice.when(0); got != "Sun 1 Nov 2026" || twice.length(0) != 25*hour {
		t.Errorf("a day of two midnights is called %s and has %v s", got, twice.length(0))
	}
	if got, want := labels(clock{twice.Start[0], twice.End}.ticks(4, 0)),
		"00:00 1 Nov 2026, 06:00, 12:00, 18:00"; got != want {
		t.Errorf("hours of a day of two midnights: %s, want %s", got, want)
	}
	for want, c := range map[string]*Time{
		"January 2025":              over(Columns, months(1), months(2)[1]),
		"2025":                      over(Columns, months(1), months(13)[12]),
		"1 Jan 2025 to 31 Mar 2025": over(Columns, months(1), months(4)[3]),
		"Wed 1 Jan 2025 00:00":      over(Columns, months(1), months(1)[0].Add(time.Hour)),
	} {
		if got := c.when(0); got != want {
			t.Errorf("a bucket is called %s, want %s", got, want)
		}
	}
}

// TestFoldKeepsAreas folds years of days with gaps, and compares all that can be seen of them.
func TestFoldKeepsAreas(t *testing.T) {
	zone, _ := time.LoadLocation("America/Denver")
	r := rand.New(rand.NewPCG(3, 4))
	for range 20 {
		starts := daysFrom(time.Date(2021, 1, 1, 0, 0, 0, 0, zone), 1000+r.IntN(1000))
		c := over(Stacked, starts, starts[len(starts)-1].AddDate(0, 0, 1))
		gap := make([]bool, len(starts))
		for range r.IntN(30) {
			for i, at := 0, r.IntN(len(starts)); i < r.IntN(40) && at+i < len(starts); i++ {
				gap[at+i] = true
			}
		}
		for range 12 {
			values := make([]float64, len(starts))
			for i := range values {
				if values[i] = r.Float64() * 1000; gap[i] || r.IntN(20) == 0 {
					values[i] = nan
				}
			}
			c.Series = append(c.Series, Series{Name: string(rune('a' + len(c.Series))), Values: values})
		}
		f := c.folded(maxSteps)
		if len(f.Start) > maxSteps || len(f.Series) != 9 || f.Series[8].Name != "other (4)" || !f.Series[8].Other {
			t.Fatalf("%d steps of %d series, the last %q", len(f.Start), len(f.Series), f.Series[len(f.Series)-1].Name)
		}
		area, gaps := seen(c)
		fArea, fGaps := seen(f)
		if math.Abs(area-fArea) > 1e-6*area || gaps != fGaps {
			t.Fatalf("area %v and gaps of %v s became %v and %v", area, gaps, fArea, fGaps)
		}
	}
}

// seen is the area of all series, and how long the gaps are together.
func seen(c *Time) (area, gaps float64) {
	for i := range c.Start {
		if c.gap(i) {
			gaps += c.length(i)
		}
		for _, s := range c.Series {
			area += orZero(at(s.Values, i)) * c.length(i)
		}
	}
	return area, gaps
}

// TestFoldAlternate has more gaps than steps: no step may be lost, and there are not more than can be drawn.
func TestFoldAlternate(t *testing.T) {
	starts := daysFrom(time.Date(2021, 1, 1, 0, 0, 0, 0, time.UTC), 1800)
	values := make([]float64, len(starts))
	for i := range values {
		if values[i] = 10; i%2 == 1 {
			values[i] = nan
		}
	}
	f := over(Stacked, starts, starts[1799].AddDate(0, 0, 1), Series{Values: values}).folded(maxSteps)
	if len(f.Start) > maxSteps {
		t.Errorf("%d steps", len(f.Start))
	}
	for i := range f.Start {
		if f.Series[0].Values[i] != 10 {
			t.Fatalf("step %d is %v, want the mean of what is known, 10", i, f.Series[0].Values[i])
		}
	}
}

func TestFoldBars(t *testing.T) {
	b := &Bars{Top: 2}
	for i := range 5 {
		b.Rows = append(b.Rows, Bar{Name: string(rune('a' + i)), Values: []float64{float64(10 - i)}})
	}
	b.Rows = append(b.Rows, Bar{Name: "the rest", Values: []float64{100}, Other: true})
	rows := b.folded()
	if len(rows) != 3 || rows[2].Name != "other" || !rows[2].Other || rows[2].Values[0] != 8+7+6+100 {
		t.Errorf("folded: %v", rows)
	}
	b.Ratio = true
	if rows := b.folded(); len(rows) != 2 || b.remark() != "The first 2 of 6 are drawn." {
		t.Errorf("ratios are folded: %v, %s", rows, b.remark())
	}
}

// TestPalette gives names their colours again, and never one twice in a chart.
func TestPalette(t *testing.T) {
	var p Palette
	for _, c := range []struct{ names, want string }{
		{"cpu gpu dev", "c0 c1 c2"},
		{"gpu cpu", "c1 c0"},
		{"new cpu", "c3 c0"},
		{"a b", "c0 c1"}, // none was met before: they begin anew
		{"a cpu", "c0 c4"},
		{"a cpu", "c0 c4"},
	} {
		if got := strings.Join(p.classes(strings.Fields(c.names)), " "); got != c.want {
			t.Errorf("%s: %s, want %s", c.names, got, c.want)
		}
	}
	r := rand.New(rand.NewPCG(5, 6))
	for range 1000 {
		var names []string
		for i := range 20 {
			if len(names) < 8 && r.IntN(3) == 0 {
				names = append(names, string(rune('a'+i)))
			}
		}
		seen := map[string]bool{}
		for _, class := range p.classes(names) {
			if seen[class] {
				t.Fatalf("%v: %s twice", names, class)
			}
			seen[class] = true
		}
	}
}

// BenchmarkDraw draws five years of hours of 40 queues.
func BenchmarkDraw(b *testing.B) {
	starts := make([]time.Time, 5*8766)
	for i := range starts {
		starts[i] = time.Date(2021, 1, 1, i, 0, 0, 0, time.UTC)
	}
	c := over(Stacked, starts, starts[len(starts)-1].Add(time.Hour))
	for q := range 40 {
		values := make([]float64, len(starts))
		for i := range values {
			if values[i] = float64(i%(q+7) + 1); i%150 < 3 {
				values[i] = nan
			}
		}
		c.Series = append(c.Series, Series{Name: string(rune('a' + q)), Values: values})
	}
	for b.Loop() {
		Draw(c, "x", new(Palette))
	}
}
