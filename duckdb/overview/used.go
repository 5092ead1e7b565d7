package overview

import (
	"cmp"
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"

	"pbsduck/duckdb/report"
	"pbsduck/export/chart"
	"pbsduck/export/page"
)

// bars are a value of each row, machine by machine.
func (w *writer) bars(t *page.Table, name, column string, head func(machine string) chart.Head) (charts []chart.Chart) {
	for _, m := range w.spans {
		b := &chart.Bars{Head: head(m.machine)}
		for _, row := range of(t, m.machine) {
			b.Rows = append(b.Rows, chart.Bar{Name: text(t, row, name, nobody), Values: []float64{number(t, row, column)}})
		}
		charts = append(charts, b)
	}
	return charts
}

// barsOf draws a column of a result, or, if it has none of that name, its first number. Each row is named by what is no
// number. Rows that have no room are added up only where that is a number of the same kind.
func (w *writer) barsOf(t *page.Table, column string) (charts []chart.Chart) {
	value := slices.IndexFunc(t.Columns, func(c page.Column) bool { return c.Numeric && c.Source == column })
	if value < 0 {
		value = slices.IndexFunc(t.Columns, func(c page.Column) bool { return c.Numeric })
	}
	if value < 0 || !tells(t) {
		return nil
	}
	for _, m := range w.spans {
		b := &chart.Bars{
			Head: chart.Head{Title: t.Columns[value].Source + " on " + m.machine, Unit: t.Columns[value].Unit}, Top: 40,
			Ratio: !adds(t.Columns[value].Source) && place(t, "others") < 0,
		}
		for _, row := range of(t, m.machine) {
			var names []string
			others := othersOf(t, row)
			for i, c := range row {
				if (!t.Columns[i].Numeric || t.Columns[i].Source == "exit_status") && t.Columns[i].Source != "machine" {
					names = append(names, nameOf(c, others))
				}
			}
			v := math.NaN()
			if !row[value].Null {
				v = row[value].Sort
			}
			b.Rows = append(b.Rows,
				chart.Bar{Name: strings.Join(names, " "), Values: []float64{v}, Other: others != "" && len(names) == 1})
		}
		charts = append(charts, b)
	}
	return charts
}

// othersOf is the name of a row that is all others, added up; empty if it is none.
func othersOf(t *page.Table, row []page.Cell) string {
	if i := place(t, "others"); i >= 0 && row[i].Sort > 0 {
		return fmt.Sprintf("other (%s)", row[i].Text)
	}
	return ""
}

// adds tells whether the values of a column may be added up: means, peaks, percentiles and ranks may not.
func adds(column string) bool {
	return column == "jobs" || column == "runs" || strings.HasSuffix(column, "_hours") ||
		strings.HasSuffix(column, "_charge")
}

// nameOf is what a bar is called after a cell: the others, if they are what it stands for.
func nameOf(c page.Cell, others string) string {
	switch {
	case !c.Null && c.Text == "":
		return `""`
	case c.Null:
		return cmp.Or(others, nobody)
	}
	return c.Text
}

// usage draws who used how much; over more than two months also when.
func (w *writer) usage(r report.Report) (*page.Section, error) {
	table, err := w.tell(r.Name, []string{"account"}, nil, "account", "core_hours")
	if err != nil {
		return nil, err
	}
	s := w.of(r, table, []string{"account"}, nil)
	s.Charts = w.bars(table, "account", "core_hours", func(machine string) chart.Head {
		return chart.Head{Title: "Core-hours on " + machine + ", by account", Unit: "core-hours", Half: len(w.spans) > 1}
	})
	if !slices.ContainsFunc(w.spans, func(m span) bool { return m.days() > 62 }) {
		return s, nil
	}
	monthly, err := w.tell(r.Name, []string{"month"}, nil, "period", "core_hours")
	if err != nil {
		return nil, err
	}
	for _, m := range w.spans {
		c := &chart.Time{Head: chart.Head{Title: "Core-hours on " + m.machine + ", by month", Unit: "core-hours"},
			Shape: chart.Columns,
			End:   m.ends(), Series: []chart.Series{{}}}
		for _, row := range of(monthly, m.machine) {
			if row[index(monthly, "period")].Null {
				continue
			}
			c.Start = append(c.Start, m.day(text(monthly, row, "period", "")))
			c.Series[0].Values = append(c.Series[0].Values, number(monthly, row, "core_hours"))
		}
		s.Charts = append(s.Charts, c)
	}
	return s, nil
}

// gpus draws GPU-hours by type; there is nothing to say where there are none, or none are told.
func (w *writer) gpus() (*page.Section, error) {
	i := slices.IndexFunc(w.Reports, func(r report.Report) bool { return r.Name == "usage" })
	table, err := w.ifTold("usage", []string{"gpu_type"}, map[string]string{"sort": "gpu_hours"}, "gpu_type", "gpu_hours")
	if err != nil {
		return nil, err
	}
	table.Rows = slices.DeleteFunc(table.Rows, func(row []page.Cell) bool {
		return !(number(table, row, "gpu_hours") > 0)
	})
	if len(table.Rows) == 0 {
		return nil, nil
	}
	s := w.of(w.Reports[i], nil, []string{"gpu_type"}, map[string]string{"sort": "gpu_hours"})
	s.ID, s.Title, s.Question = "gpus", "GPUs", "Which GPUs were used?"
	for _, m := range w.spans {
		if len(of(table, m.machine)) > 0 {
			b := &chart.Bars{Head: chart.Head{Title: "GPU-hours on " + m.machine + ", by type", Unit: "GPU-hours", Half: true}}
			for _, row := range of(table, m.machine) {
				b.Rows = append(b.Rows,
					chart.Bar{Name: text(table, row, "gpu_type", "type not told"), Values: []float64{number(table, row, "gpu_hours")}})
			}
			s.Charts = append(s.Charts, b)
		}
	}
	s.Table, err = w.ask("usage", []string{"gpu_type"}, map[string]string{"sort": "gpu_hours"})
	return s, err
}

// waits draws percentiles by size.
func (w *writer) waits(r report.Report) (*page.Section, error) {
	kind := "eligible"
	columns := []string{"jobs", "unknown", "size", "p50_s", "p90_s", "p95_s", "p99_s"}
	table, err := w.tell(r.Name, []string{report.Nothing}, nil, columns...)
	if err != nil {
		return nil, err
	}
	// Torque counts no eligible time
	if len(table.Rows) > 0 && total(table, table.Rows, "jobs") == total(table, table.Rows, "unknown") {
		kind = "total"
		table, err = w.tell(r.Name, []string{report.Nothing}, map[string]string{"wait_kind": kind}, columns...)
		if err != nil {
			return nil, err
		}
	}
	s := w.of(r, table, nil, map[string]string{"wait_kind": kind})
	c := &chart.Ranges{
		Head:   chart.Head{Title: "Waits by nodes", Note: kind + " wait", Unit: chart.Seconds},
		Points: []string{"p50", "p90", "p95", "p99"},
	}
	for _, row := range table.Rows {
		c.Rows = append(c.Rows, chart.Range{
			Group: text(table, row, "machine", ""), Name: text(table, row, "size", "not known"),
			Note: chart.Unit("jobs").Full(number(table, row, "jobs")),
			Values: []float64{
				number(table, row, "p50_s"), number(table, row, "p90_s"), number(table, row, "p95_s"), number(table, row, "p99_s"),
			},
		})
	}
	s.Charts = []chart.Chart{c}
	waitless, err := r.Waitless(w.ctx, w.db, report.Options{Filter: w.Filter, Set: map[string]string{"wait_kind": kind}})
	if waitless != "" {
		s.Notes = append(s.Notes, waitless)
	}
	return s, err
}

// shapes draws core-hours by size and run time.
func (w *writer) shapes(r report.Report) (*page.Section, error) {
	table, err := w.tell(r.Name, []string{report.Nothing}, nil, "size", "run_time", "core_hours")
	if err != nil {
		return nil, err
	}
	s := w.of(r, table, nil, nil)
	for _, m := range w.spans {
		h := &chart.Heat{Head: chart.Head{Title: "Core-hours on " + m.machine + ", by nodes and run time",
			Unit: "core-hours"},
			X: chart.Axis{Name: "nodes"}, Y: chart.Axis{Name: "run time"}}
		rows := of(table, m.machine)
		h.X.Labels = labels(table, rows, "size")
		for _, name := range []string{
			"under 30 s", "30 s to 30 min", "30 to 60 min", "1 to 5 h", "5 to 12 h", "12 to 18 h", "18 h and more", unknownClass,
		} {
			isOf := func(row []page.Cell) bool { return text(table, row, "run_time", unknownClass) == name }
			if slices.ContainsFunc(rows, isOf) {
				h.Y.Labels = append(h.Y.Labels, name)
			}
		}
		for range h.Y.Labels {
			h.Values = append(h.Values, make([]float64, len(h.X.Labels)))
		}
		for _, row := range rows {
			x := slices.Index(h.X.Labels, text(table, row, "size", unknownClass))
			y := slices.Index(h.Y.Labels, text(table, row, "run_time", unknownClass))
			if v := number(table, row, "core_hours"); x >= 0 && y >= 0 && !math.IsNaN(v) {
				h.Values[y][x] += v
			}
		}
		s.Charts = append(s.Charts, h)
	}
	return s, nil
}

const unknownClass = "not known"

// labels are the classes of a column, in the order of the rows.
func labels(t *page.Table, rows [][]page.Cell, column string) (all []string) {
	for _, row := range rows {
		if name := text(t, row, column, unknownClass); !slices.Contains(all, name) {
			all = append(all, name)
		}
	}
	return all
}

// failures draws what was lost to each class of ends.
func (w *writer) failures(r report.Report) (*page.Section, error) {
	table, err := w.tell(r.Name, []string{report.Nothing}, nil, "exit_class", "jobs", "core_hours")
	if err != nil {
		return nil, err
	}
	s := w.of(r, table, nil, nil)
	for _, m := range w.spans {
		rows := of(table, m.machine)
		for _, what := range []struct{ column, title string }{
			{"jobs", "Jobs on " + m.machine + " that did not end well"},
			{"core_hours", "Their core-hours"},
		} {
			b := &chart.Bars{Head: chart.Head{Title: what.title, Unit: chart.Percent, Note: "of all", Half: true,
				Empty: "all ended well"}}
			all := total(table, rows, what.column)
			for _, class := range labels(table, rows, "exit_class") {
				theirs := slices.DeleteFunc(slices.Clone(rows), func(row []page.Cell) bool {
					return text(table, row, "exit_class", unknownClass) != class
				})
				if v := total(table, theirs, what.column); class != "ok" && class != unknownClass && v > 0 {
					b.Rows = append(b.Rows, chart.Bar{Name: class, Values: []float64{100 * v / all}})
				}
			}
			s.Charts = append(s.Charts, b)
		}
	}
	return s, nil
}

// efficiency draws how much of their cores the largest accounts put to use.
func (w *writer) efficiency(r report.Report) (*page.Section, error) {
	table, err := w.tell(r.Name, []string{"account"}, nil, "account", "core_hours", "cpu_efficiency_pct")
	if err != nil {
		return nil, err
	}
	s := w.of(r, table, []string{"account"}, nil)
	for _, m := range w.spans {
		rows := slices.Clone(of(table, m.machine))
		slices.SortStableFunc(rows, func(a, b []page.Cell) int {
			return int(math.Copysign(1, orZero(number(table, b, "core_hours"))-orZero(number(table, a, "core_hours"))))
		})
		b := &chart.Bars{Head: chart.Head{Title: "CPU efficiency on " + m.machine + " of those that used most",
			Unit: chart.Percent, Half: len(w.spans) > 1}, Ratio: true}
		for _, row := range rows {
			b.Rows = append(b.Rows,
				chart.Bar{Name: text(table, row, "account", nobody), Values: []float64{number(table, row, "cpu_efficiency_pct")}})
		}
		s.Charts = append(s.Charts, b)
	}
	return s, nil
}

func orZero(v float64) float64 {
	if math.IsNaN(v) {
		return 0
	}
	return v
}

// top draws who has the largest share, as the report tells it where nothing is chosen.
func (w *writer) top(r report.Report) (*page.Section, error) {
	return w.ranked(r, nil, nil, "Core-hours on %s, by user")
}

// idle draws whose cores were idle most, if that is told.
func (w *writer) idle() (*page.Section, error) {
	i := slices.IndexFunc(w.Reports, func(r report.Report) bool { return r.Name == "top" })
	set := map[string]string{"metric": "wasted_core_hours", "top": "15"}
	s, err := w.ranked(w.Reports[i], []string{"user"}, set, "Core-hours on %s without CPU time, by user")
	if errors.Is(err, errUntold) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	s.ID, s.Title, s.Question = "idle", "Idle cores", "Whose jobs held cores that they did not use?"
	return s, nil
}

// ranked draws the users that a report ranks, and the others behind them, under a title with a place for the machine.
func (w *writer) ranked(r report.Report, by []string, set map[string]string, title string) (*page.Section, error) {
	table, err := w.tell(r.Name, by, set, "user", "value")
	if err != nil {
		return nil, err
	}
	s := w.of(r, table, by, set)
	for _, m := range w.spans {
		b := &chart.Bars{
			Head: chart.Head{Title: fmt.Sprintf(title, m.machine), Unit: "core-hours", Half: len(w.spans) > 1},
		}
		for _, row := range of(table, m.machine) {
			b.Rows = append(b.Rows, chart.Bar{
				Name:   text(table, row, "user", cmp.Or(othersOf(table, row), nobody)),
				Values: []float64{number(table, row, "value")}, Other: othersOf(table, row) != "",
			})
		}
		s.Charts = append(s.Charts, b)
	}
	return s, nil
}

// people is a table by month.
func (w *writer) people(r report.Report) (*page.Section, error) {
	table, err := w.tell(r.Name, []string{"month"}, nil)
	if err != nil {
		return nil, err
	}
	return w.of(r, table, []string{"month"}, nil), nil
}

// days is left out where no day is missing.
func (w *writer) days(r report.Report) (*page.Section, error) {
	table, err := w.ask(r.Name, nil, nil)
	if err != nil || len(table.Rows) == 0 && w.Names == nil {
		return nil, err
	}
	return w.of(r, table, nil, nil), nil
}
