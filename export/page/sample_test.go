package page

import (
	"fmt"
	"math"
	"math/rand/v2"
	"time"

	"pbsduck/export/chart"
)

var denver = func() *time.Location {
	zone, err := time.LoadLocation("America/Denver")
	if err != nil {
		panic(err)
	}
	return zone
}()

// sample is a page of invented numbers, as a centre would look at a month and at its history.
func sample() *Page {
	r := rand.New(rand.NewPCG(1, 2))
	return &Page{
		Title:     "Derecho",
		Subtitle:  "1 March to 31 March 2026",
		Generated: time.Date(2026, 4, 1, 6, 30, 0, 0, denver),
		Version:   "v1.2.3",
		Source:    "Accounting logs of derecho, 2026-03-01 to 2026-03-31",
		Figures: []Figure{
			{Label: "Utilisation", Value: "86.4", Unit: "%", Note: "of 323,712 cores"},
			{Label: "Core-hours", Value: "208.1 M", Note: "+3.2 % on February"},
			{Label: "Jobs", Value: "412,388", Note: "ended in March"},
			{Label: "Users", Value: "734", Note: "in 291 projects"},
			{Label: "Median wait", Value: "11 min", Note: "nine in ten under 9 h 40 min"},
			{Label: "Failed", Value: "6.1", Unit: "%", Note: "of core-hours"},
		},
		Sections: []Section{
			utilisation(r), history(r), byAccount(r), waits(r), sizes(r), failures(r), nothing(),
		},
		Notes: []string{"Hours are booked where they were used: " +
			"a job that crosses the edge of the period counts only inside it."},
	}
}

func hours(from time.Time, n int) []time.Time {
	starts := make([]time.Time, n)
	for i := range starts {
		starts[i] = from.Add(time.Duration(i) * time.Hour)
	}
	return starts
}

func days(from time.Time, n int) []time.Time {
	starts := make([]time.Time, n)
	for i := range starts {
		starts[i] = from.AddDate(0, 0, i)
	}
	return starts
}

// wave is a load that has days and weeks, and is missing for a while.
func wave(r *rand.Rand, starts []time.Time, mean float64, missing func(time.Time) bool) []float64 {
	values := make([]float64, len(starts))
	drift := 0.0
	for i, t := range starts {
		drift = 0.97*drift + 0.08*r.NormFloat64()
		v := mean * (1 + 0.12*math.Sin(2*math.Pi*float64(t.Hour()-9)/24) + 0.5*drift)
		if t.Weekday() == time.Saturday || t.Weekday() == time.Sunday {
			v *= 0.9
		}
		if values[i] = math.Max(v, 0); missing(t) {
			values[i] = math.NaN()
		}
	}
	return values
}

func utilisation(r *rand.Rand) Section {
	starts := hours(time.Date(2026, 3, 1, 0, 0, 0, 0, denver), 743)
	down := func(t time.Time) bool { return t.Day() == 17 && t.Hour() >= 6 && t.Hour() < 20 }
	limit := make([]float64, len(starts))
	for i, t := range starts {
		limit[i] = 323712
		if t.Day() >= 24 {
			limit[i] = 331904
		}
	}
	c := &chart.Time{
		Head:  chart.Head{Title: "Cores in use, by queue", Unit: "cores"},
		Start: starts, End: starts[len(starts)-1].Add(time.Hour), Limit: limit, LimitName: "capacity",
	}
	for i, q := range []struct {
		name string
		mean float64
	}{{"cpu", 190000}, {"preempt", 40000}, {"develop", 18000}, {"main-long", 12000}, {"pilot", 6000}, {"system", 3000}} {
		c.Series = append(c.Series, chart.Series{Name: q.name, Values: wave(r, starts, q.mean, down), Other: i == 6})
	}
	c.Series = append(c.Series, chart.Series{Name: "reservations", Values: wave(r, starts, 4000, down), Other: true})
	gpus := &chart.Time{
		Head:  chart.Head{Title: "GPUs in use", Unit: "GPUs", Half: true},
		Start: days(starts[0], 31), End: time.Date(2026, 4, 1, 0, 0, 0, 0, denver), Shape: chart.Columns,
		Series: []chart.Series{{Values: wave(r, days(starts[0], 31), 250, down)}},
	}
	queue := &chart.Time{
		Head:  chart.Head{Title: "Jobs that wait, by queue", Unit: "jobs", Half: true},
		Start: starts, End: c.End, Shape: chart.Lines,
		Series: []chart.Series{
			{Name: "cpu", Values: wave(r, starts, 900, down)},
			{Name: "develop", Values: wave(r, starts, 120, down)},
		},
	}
	return Section{
		ID: "utilisation", Title: "Utilisation", Question: "How much of the machine was in use, and for which queues?",
		Definition: "Cores held by jobs at each instant, as an exact integral per hour. " +
			"100 % are the cores of the configuration. Queues of reservations are one. Hours without data are shaded.",
		Command: "pbsduck report utilisation --machine derecho --since 2026-03-01 --until 2026-03-31 --by hour",
		Charts:  []chart.Chart{c, gpus, queue},
	}
}

func history(r *rand.Rand) Section {
	starts := days(time.Date(2021, 4, 1, 0, 0, 0, 0, denver), 1826)
	down := func(t time.Time) bool { return t.Year() == 2023 && t.YearDay() > 200 && t.YearDay() < 223 }
	c := &chart.Time{
		Head:  chart.Head{Title: "Core-hours per day, by queue", Note: "five years, 40 queues", Unit: "core-hours"},
		Start: starts, End: starts[len(starts)-1].AddDate(0, 0, 1),
	}
	for q := range 40 {
		c.Series = append(c.Series,
			chart.Series{Name: fmt.Sprintf("queue%02d", q), Values: wave(r, starts, 4e6/float64(q+1), down)})
	}
	return Section{ID: "history", Title: "History", Question: "How has use changed?", Charts: []chart.Chart{c},
		Definition: "Core-hours of all jobs on the day on which they were used.",
		Command:    "pbsduck report usage-history --by day,queue"}
}

func byAccount(r *rand.Rand) Section {
	b := &chart.Bars{Head: chart.Head{Title: "Core-hours by account", Unit: "core-hours"}, Top: 12}
	t := &Table{
		Columns: []Column{{Name: "Account", Source: "account"}, {Name: "Jobs", Unit: "", Numeric: true},
			{Name: "Users", Numeric: true},
			{Name: "Core-hours", Unit: "core-hours", Numeric: true, Comment: "cores times hours held"},
			{Name: "Share", Unit: "%", Numeric: true},
			{Name: "Median wait", Unit: "s", Numeric: true}},
		CSV: []byte("account,jobs\nPROJ0001,12\n"),
	}
	total := 0.0
	for i := range 64 {
		total += 4e7 / math.Pow(float64(i+1), 1.2)
	}
	for i := range 64 {
		name, v := fmt.Sprintf("PROJ%04d", 1+r.IntN(900)), 4e7/math.Pow(float64(i+1), 1.2)
		b.Rows = append(b.Rows, chart.Bar{Name: name, Values: []float64{v}, Note: chart.Percent.Format(100 * v / total)})
		t.Rows = append(t.Rows, []Cell{
			{Text: name}, number("", math.Round(v/500)), number("", float64(1+r.IntN(30))),
			number("", math.Round(v)), number("%", 100*v/total), number("s", float64(r.IntN(90000))),
		})
	}
	return Section{ID: "accounts", Title: "Accounts", Question: "Who used the machine?",
		Charts: []chart.Chart{b}, Table: t,
		Definition: "Core-hours in the period. “other” is the total less what is shown.",
		Command:    "pbsduck report usage --by account --machine derecho --since 2026-03-01"}
}

func number(u chart.Unit, v float64) Cell { return Cell{Text: u.Format(v), Sort: v} }

func waits(r *rand.Rand) Section {
	c := &chart.Ranges{
		Head:   chart.Head{Title: "Wait by queue and size", Note: "eligible wait; nodes", Unit: chart.Seconds},
		Points: []string{"p50", "p90", "p95", "p99"},
	}
	for _, q := range []string{"cpu", "develop"} {
		for i, size := range []string{"1", "2", "3–4", "5–8", "9–16", "17–32", "33–64", "65 and more"} {
			if q == "develop" && i > 2 {
				break
			}
			p50 := float64(i*i*i*90) * r.Float64() * 3
			c.Rows = append(c.Rows,
				chart.Range{Group: q, Name: size, Note: chart.Unit("jobs").Full(math.Round(1e5 / float64(i*i*3+1))),
					Values: []float64{p50, p50*8 + 500, p50*15 + 2000, p50*30 + 20000}})
		}
	}
	return Section{ID: "waits", Title: "Waits", Question: "How long do jobs wait?", Charts: []chart.Chart{c},
		Definition: "The time that a job waited for resources only, as PBS accrued it (eligible_time). Half of the jobs " +
			"waited less than p50, nine in ten less than p90. Array parents and jobs without a value are left out: 1,204.",
		Command: "pbsduck report waits --by queue,nodes"}
}

func sizes(r *rand.Rand) Section {
	h := &chart.Heat{
		Head: chart.Head{Title: "Core-hours by size and run time", Unit: "core-hours"},
		X: chart.Axis{
			Name: "nodes", Labels: []string{"1", "2", "3–4", "5–8", "9–16", "17–32", "33–64", "65–128", "129–256", "> 256"},
		},
		Y: chart.Axis{
			Name: "run time", Labels: []string{"< 30 s", "30 s–30 min", "30–60 min", "1–5 h", "5–12 h", "12–18 h", "> 18 h"},
		},
	}
	for y := range h.Y.Labels {
		row := make([]float64, len(h.X.Labels))
		for x := range row {
			row[x] = math.Round(9e6 * math.Exp(-math.Pow(float64(y)-4.5, 2)/3-math.Pow(float64(x)-4, 2)/9+0.5*r.NormFloat64()))
			if x+y < 2 || y == 0 && x > 5 {
				row[x] = 0
			}
		}
		h.Values = append(h.Values, row)
	}
	return Section{ID: "sizes", Title: "Sizes", Question: "What kind of jobs use the machine?", Charts: []chart.Chart{h},
		Definition: "Core-hours of jobs that ended in the period, in closed bands without holes.",
		Command:    "pbsduck report sizes"}
}

func failures(r *rand.Rand) Section {
	b := &chart.Bars{
		Head:  chart.Head{Title: "How jobs ended, by queue", Note: "share of core-hours", Unit: chart.Percent, Half: true},
		Parts: []string{"ok", "PBS limit", "program", "signal"}, Ratio: true,
	}
	w := &chart.Bars{Head: chart.Head{Title: "Memory asked and not used", Unit: chart.Bytes, Half: true}}
	for _, q := range []string{"cpu", "preempt", "develop", "main-long", "pilot"} {
		a, l, p := 80+10*r.Float64(), 4*r.Float64(), 3*r.Float64()
		b.Rows = append(b.Rows, chart.Bar{Name: q, Values: []float64{a, l, p, 100 - a - l - p}})
		w.Rows = append(w.Rows, chart.Bar{Name: q, Values: []float64{(r.Float64() - 0.2) * 4e12}})
	}
	return Section{ID: "failures", Title: "Failures and waste", Question: "What was lost?", Charts: []chart.Chart{b, w},
		Table: &Table{Columns: []Column{{Name: "Queue"}, {Name: "Failed", Unit: "%", Numeric: true}},
			Rows: [][]Cell{{{Text: "cpu"}, number("%", 5.1)},
				{{Text: "develop"}, {Null: true}}, {{Text: "main"}, number("%", 12)}},
			CSV: []byte("queue,failed\ncpu,5.1\ndevelop,\nmain,12\n")}}
}

func nothing() Section {
	return Section{ID: "energy", Title: "Energy", Question: "What did it draw?",
		Charts: []chart.Chart{&chart.Bars{Head: chart.Head{Title: "Energy by account", Unit: "kWh",
			Empty: "the logs of derecho have no energy in this period"}}},
		Table: &Table{Columns: []Column{{Name: "Account"}}, Empty: "No jobs with energy in this period."}}
}
