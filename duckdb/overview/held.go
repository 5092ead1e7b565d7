package overview

import (
	"math"
	"slices"
	"time"

	"pbsduck/duckdb/report"
	"pbsduck/export/chart"
	"pbsduck/export/page"
	"pbsduck/ingest/batch"
)

// periodName is what charts over time are parted by, so that there are neither too few nor too many steps.
func (w *writer) periodName() string {
	longest := 0
	for _, s := range w.spans {
		longest = max(longest, s.days())
	}
	switch {
	case longest > 3*366:
		return "month"
	case longest > 400:
		return "week"
	}
	return "day"
}

// utilisation draws what each machine held, stacked by groups of queues, under its capacity.
func (w *writer) utilisation(r report.Report) (*page.Section, error) {
	period := w.periodName()
	whole, err := w.tell(r.Name, []string{period}, nil,
		"period", "hours", "core_hours", "gpu_hours", "capacity_cores", "capacity_gpus")
	if err != nil {
		return nil, err
	}
	parted, err := w.tell(r.Name, []string{period, "queue_group"}, nil, "period", "queue_group", "core_hours", "gpu_hours")
	if err != nil {
		return nil, err
	}
	s := w.of(r, whole, []string{period}, nil)
	for _, m := range w.spans {
		cores := w.stacked(m, whole, parted, "core_hours", "capacity_cores")
		cores.Head = chart.Head{
			Title: "Cores in use on " + m.machine + ", by queue", Note: "mean of each " + period, Unit: "cores",
		}
		gpus := w.stacked(m, whole, parted, "gpu_hours", "capacity_gpus")
		gpus.Head = chart.Head{
			Title: "GPUs in use on " + m.machine + ", by queue", Note: "mean of each " + period, Unit: "GPUs",
		}
		s.Charts = append(s.Charts, cores)
		if total(whole, of(whole, m.machine), "gpu_hours") > 0 {
			s.Charts = append(s.Charts, gpus)
		}
	}
	if lacks, err := r.Lacks(w.ctx, w.db, w.Filter); err != nil {
		return nil, err
	} else if lacks != "" {
		s.Notes = append(s.Notes, lacks)
	}
	if gaps, err := r.Gaps(w.ctx, w.db, w.Filter); err != nil {
		return nil, err
	} else if gaps != "" {
		s.Notes = append(s.Notes, gaps)
	}
	return s, nil
}

// stacked are the means of hours, queue by queue.
func (w *writer) stacked(m span, whole, parted *page.Table, hours, capacity string) *chart.Time {
	c := &chart.Time{LimitName: "capacity"}
	place := map[string]int{}
	for _, row := range of(whole, m.machine) {
		begin := m.day(text(whole, row, "period", ""))
		place[text(whole, row, "period", "")] = len(c.Start)
		c.Start, c.Told = append(c.Start, begin), append(c.Told, 3600*number(whole, row, "hours"))
		c.Limit = append(c.Limit, number(whole, row, capacity))
	}
	if !slices.ContainsFunc(c.Limit, func(v float64) bool { return !math.IsNaN(v) }) {
		c.Limit = nil
	}
	c.End = m.ends()
	series := map[string]int{}
	for _, row := range of(parted, m.machine) {
		i, ok := place[text(parted, row, "period", "")]
		if !ok || number(parted, row, hours) == 0 {
			continue
		}
		name := text(parted, row, "queue_group", nobody)
		if _, ok := series[name]; !ok {
			series[name] = len(c.Series)
			c.Series = append(c.Series, chart.Series{Name: name, Values: make([]float64, len(c.Start))})
		}
		c.Series[series[name]].Values[i] += 3600 * number(parted, row, hours) / c.Told[i]
	}
	for i, row := range of(whole, m.machine) {
		if !withoutLogs(whole, row) {
			continue
		}
		for _, s := range c.Series {
			s.Values[i] = math.NaN()
		}
	}
	slices.SortStableFunc(c.Series, func(a, b chart.Series) int {
		return int(math.Copysign(1, sum(b.Values)-sum(a.Values)))
	})
	return c
}

// withoutLogs tells whether there is no log of any day of a period, which is none of a site's own report.
func withoutLogs(t *page.Table, row []page.Cell) bool {
	const hours = 23 // that a day has at least
	days := number(t, row, "days_without_logs")
	return place(t, "days_without_logs") >= 0 && days > 0 && days > (number(t, row, "hours")-hours)/24
}

// sum adds up what is known.
func sum(values []float64) (all float64) {
	for _, v := range values {
		all += orZero(v)
	}
	return all
}

// day is when a day begins that a result says.
func (s span) day(text string) time.Time {
	day, err := time.Parse(time.DateOnly, text)
	if err != nil {
		day = s.first
	}
	return batch.StartOfDay(day, s.zone)
}

// queueDepth draws how much waits on each machine.
func (w *writer) queueDepth(r report.Report) (*page.Section, error) {
	period := w.periodName()
	table, err := w.tell(r.Name, []string{period}, nil, "period", "hours", "mean_jobs")
	if err != nil {
		return nil, err
	}
	s := w.of(r, table, []string{period}, nil)
	for _, m := range w.spans {
		c := &chart.Time{Head: chart.Head{Title: "Jobs that wait on " + m.machine, Note: "mean of each " + period,
			Unit: "jobs", Half: len(w.spans) > 1},
			Shape: chart.Lines, End: m.ends(), Series: []chart.Series{{}}}
		for _, row := range of(table, m.machine) {
			c.Start = append(c.Start, m.day(text(table, row, "period", "")))
			c.Told = append(c.Told, 3600*number(table, row, "hours"))
			c.Series[0].Values = append(c.Series[0].Values, number(table, row, "mean_jobs"))
		}
		s.Charts = append(s.Charts, c)
	}
	return s, nil
}

// hours draws what each machine held, hour by hour; the others beside the largest are counted.
func (w *writer) hours(r report.Report) (*page.Section, error) {
	table, err := w.ask(r.Name, w.By, w.Set)
	if err != nil {
		return nil, err
	}
	if !tells(table, "hour", "cores", "core_hours") {
		return nil, errUntold
	}
	s := w.of(r, table, w.By, w.Set)
	for _, m := range w.spans {
		if c := hourly(m, table); c != nil {
			s.Charts = append(s.Charts, c)
		}
	}
	return s, nil
}

// hourly are the cores of a machine, a line for each of what rows are by. Hours without a row are those in which it
// held nothing.
func hourly(m span, t *page.Table) *chart.Time {
	var first, last time.Time
	rows := of(t, m.machine)
	began := make([]time.Time, len(rows))
	for i, row := range rows {
		began[i], _ = time.ParseInLocation(time.DateTime, text(t, row, "hour", ""), time.UTC)
		if i == 0 || began[i].Before(first) {
			first = began[i]
		}
		if began[i].After(last) {
			last = began[i]
		}
	}
	if len(rows) == 0 {
		return nil
	}
	c := &chart.Time{Head: chart.Head{Title: "Cores in use on " + m.machine, Note: "mean of each hour", Unit: "cores"},
		Shape: chart.Lines,
		End:   last.Add(time.Hour).In(m.zone)}
	for at := first; !at.After(last); at = at.Add(time.Hour) {
		c.Start = append(c.Start, at.In(m.zone))
	}
	name := slices.IndexFunc(t.Columns, func(c page.Column) bool {
		return !c.Numeric && c.Source != "machine" && c.Source != "hour"
	})
	c.Told = slices.Repeat([]float64{3600}, len(c.Start))
	series := map[string]int{}
	for i, row := range rows {
		hour := int(began[i].Sub(first).Hours())
		if told := 3600 * number(t, row, "core_hours") / number(t, row, "cores"); told < 3600 { // of an hour that was cut
			c.Told[hour] = told
		}
		called := ""
		if name >= 0 {
			called = text(t, row, t.Columns[name].Source, nobody)
		}
		if _, ok := series[called]; !ok {
			series[called] = len(c.Series)
			c.Series = append(c.Series, chart.Series{Name: called, Values: make([]float64, len(c.Start))})
		}
		c.Series[series[called]].Values[hour] = number(t, row, "cores")
	}
	return c
}
