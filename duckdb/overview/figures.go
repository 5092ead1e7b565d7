package overview

import (
	"math"

	"pbsduck/duckdb/report"
	"pbsduck/export/chart"
	"pbsduck/export/page"
)

// figures are what stands for the whole, as far as reports tell it: of each machine, where there are several.
func (w *writer) figures() ([]page.Figure, error) {
	held, err := w.ifTold("utilisation", []string{report.Nothing}, nil, "core_pct", "gpu_pct", "core_hours",
		"capacity_cores", "capacity_gpus")
	if err != nil {
		return nil, err
	}
	used, err := w.ifTold("usage", []string{report.Nothing}, nil, "jobs", "users")
	if err != nil {
		return nil, err
	}
	waits, err := w.ifTold("waits", []string{report.Nothing}, map[string]string{"size": "all"}, "p50_s", "p90_s")
	if err != nil {
		return nil, err
	}
	failed, err := w.ifTold("failures", []string{report.Nothing}, nil, "exit_class", "core_hours_pct")
	if err != nil {
		return nil, err
	}
	var all []page.Figure
	for _, m := range w.spans {
		at := ""
		if len(w.spans) > 1 {
			at = " on " + m.machine
		}
		all = append(all, utilised(held, of(held, m.machine), at)...)
		for _, row := range of(used, m.machine) {
			all = append(all,
				page.Figure{Label: "Jobs" + at, Value: chart.Unit("").Format(number(used, row, "jobs")), Note: "that ended"},
				page.Figure{Label: "Users" + at, Value: chart.Unit("").Format(number(used, row, "users"))})
		}
		for _, row := range of(waits, m.machine) {
			if v := number(waits, row, "p50_s"); !math.IsNaN(v) {
				all = append(all, page.Figure{Label: "Median wait" + at, Value: chart.Seconds.Format(v),
					Note: "nine in ten up to " + chart.Seconds.Format(number(waits, row, "p90_s"))})
			}
		}
		if rows := of(failed, m.machine); len(rows) > 0 {
			lost := 0.0
			for _, row := range rows {
				if text(failed, row, "exit_class", "ok") != "ok" {
					lost += orZero(number(failed, row, "core_hours_pct"))
				}
			}
			all = append(all, page.Figure{Label: "Failed" + at, Value: chart.Unit("").Format(math.Round(10*lost) / 10),
				Unit: "%", Note: "of core-hours"})
		}
	}
	return all, nil
}

// utilised are the figures of what a machine held, by its rows.
func utilised(t *page.Table, rows [][]page.Cell, at string) (all []page.Figure) {
	if len(rows) == 0 {
		return nil
	}
	for _, f := range []struct{ label, pct, capacity, unit string }{
		{"Utilisation", "core_pct", "capacity_cores", "cores"}, {"GPUs in use", "gpu_pct", "capacity_gpus", "GPUs"},
	} {
		if v := number(t, rows[0], f.pct); !math.IsNaN(v) {
			all = append(all, page.Figure{Label: f.label + at, Value: chart.Unit("").Format(math.Round(10*v) / 10),
				Unit: "%", Note: ofCapacity(number(t, rows[0], f.capacity), f.unit)})
		}
	}
	return append(all, page.Figure{Label: "Core-hours" + at, Value: chart.Unit("").Short(total(t, rows, "core_hours")),
		Note: "held in the period"})
}

// ofCapacity says what a percentage is of: where the capacity changed within the days, what it was on average.
func ofCapacity(mean float64, unit string) string {
	switch {
	case math.IsNaN(mean): // not told for days without logs
		return "of the capacity"
	case mean != math.Trunc(mean):
		return "of " + chart.Unit("").Format(math.Round(mean)) + " " + unit + " on average"
	}
	return "of " + chart.Unit("").Format(mean) + " " + unit
}
