package report_test

// days are reckoned from the logs that the tests wrote, and the generator's.
func days(w *world, q question) (rows []row) {
	for _, d := range gaps {
		if !q.means(d.machine) {
			continue
		}
		first, last, n := "", "", 0.0
		for day := d.first; day <= d.last; day = nextDay(day) {
			if q.within(day) {
				if first == "" {
					first = day
				}
				last = day
				n++
			}
		}
		if n > 0 {
			rows = append(rows, row{"machine": d.machine, "what": d.what, "first_day": first, "last_day": last, "days": n})
		}
	}
	return rows
}

// gaps are the days of which there is no log, between others that are called by their days, and those without jobs.
var gaps = []struct{ machine, what, first, last string }{
	{"lordhowe", "missing", "2026-04-02", "2026-04-02"},
	{"havana", "missing", "2026-11-01", "2026-11-01"},
	{"kathmandu", "missing", "2026-02-12", "2026-03-04"},
	{"kathmandu", "missing", "2026-03-06", "2026-03-27"},
	{"kathmandu", "no jobs", "2026-02-11", "2026-02-11"},
	{"kathmandu", "missing", "2026-03-30", "2026-03-30"},
	{"idle", "no jobs", "2026-04-01", "2026-04-02"},
}

// isMissing tells whether there is no log of a day of a machine.
func isMissing(machine, day string) bool {
	for _, d := range gaps {
		if d.machine == machine && d.what == "missing" && d.first <= day && day <= d.last {
			return true
		}
	}
	return false
}
