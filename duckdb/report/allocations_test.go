package report_test

import (
	"math"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"pbsduck/duckdb"
	"pbsduck/duckdb/charge"
	"pbsduck/duckdb/report"
)

// someAllocations begin and end before, within and after what the logs tell of.
var someAllocations = []charge.Allocation{
	{Account: "phys1", Machine: "lordhowe", Hours: 1000},
	{Account: "phys1", Machine: "lordhowe", Hours: 0, From: date(2026, 4, 1), To: date(2026, 4, 30)},
	{Account: "phys2", Machine: "lordhowe", Hours: 90, From: date(2026, 4, 2), To: date(2026, 4, 3)},
	{Account: "phys2", Machine: "lordhowe", Hours: 2.5, From: date(2026, 4, 4)},
	{Account: "chem1", Machine: "lordhowe", Hours: 1e6, From: date(2026, 1, 1), To: date(2026, 12, 31)},
	{Account: "chem22", Machine: "lordhowe", Hours: 10, From: date(2026, 5, 1), To: date(2026, 5, 31)},
	{Account: "nobody", Machine: "lordhowe", Hours: 10, To: date(2026, 5, 31)},
	{Account: "phys1", Machine: "kathmandu", Hours: 1000},
	{Account: "phys1", Machine: "havana", Hours: 10, From: date(2026, 11, 1)},
	{Account: "phys1", Machine: "planned", Hours: 10},
}

func allocations(w *world, q question) (rows []row) {
	byMachine := map[string][]row{}
	for _, a := range someAllocations {
		if q.means(a.Machine) && slices.ContainsFunc(w.machines, func(m *machine) bool { return m.name == a.Machine }) {
			byMachine[a.Machine] = append(byMachine[a.Machine], w.allocation(a))
		}
	}
	top, _ := strconv.Atoi(q.choice("top", "0"))
	for _, all := range byMachine {
		slices.SortStableFunc(all, func(a, b row) int {
			overdrawn := func(r row) bool { return r["hours"] == 0. && r["charged"].(float64) > 0 } // of nothing
			if overdrawn(a) != overdrawn(b) {
				return map[bool]int{true: -1, false: 1}[overdrawn(a)]
			}
			return largest(a["used_pct"], a["entity"], b["used_pct"], b["entity"])
		})
		if top > 0 {
			all = all[:min(top, len(all))]
		}
		rows = append(rows, all...)
	}
	return rows
}

// allocation goes from day to day through an allocation.
func (w *world) allocation(a charge.Allocation) row {
	m := w.machine(a.Machine)
	at := func(s int64) string { return time.Unix(s, 0).In(m.zone).Format(time.DateOnly) }
	today, begun := at(m.last), at(m.first)
	r := row{
		"machine": a.Machine, "entity": a.Account, "hours": a.Hours, "from_date": nil, "to_date": nil, "time_pct": nil,
		"used_up_on": nil, "pace": nil,
	}
	from, to := "0001-01-01", "9999-12-31"
	if !a.From.IsZero() {
		from = a.From.Format(time.DateOnly)
		r["from_date"] = from
	}
	if !a.To.IsZero() {
		to = a.To.Format(time.DateOnly)
		r["to_date"] = to
	}
	charged, byDay := 0.0, map[string]float64{}
	for i := range w.jobs {
		j := &w.jobs[i]
		if j.machine == a.Machine && j.account != nil && *j.account == a.Account && j.day >= from && j.day <= to &&
			j.cpuHours != nil && j.factor != nil {
			charged += *j.cpuHours * *j.factor
			byDay[j.day] += *j.cpuHours * *j.factor
		}
	}
	r["charged"], r["left"], r["used_pct"] = charged, a.Hours-charged, percent(charged, a.Hours)
	lately, days := 0.0, 0.0
	for day := min(today, to); days < 28 && day >= from && day >= begun; days++ {
		lately += byDay[day]
		t, _ := time.Parse(time.DateOnly, day)
		day = t.AddDate(0, 0, -1).Format(time.DateOnly)
	}
	if days > 0 {
		r["pace"] = lately / days
	}
	if lately > 0 && today <= to && charged < a.Hours {
		if more := math.Ceil((a.Hours - charged) / (lately / days)); more < 36500 {
			t, _ := time.Parse(time.DateOnly, today)
			r["used_up_on"] = t.AddDate(0, 0, int(more)).Format(time.DateOnly)
		}
	}
	if !a.From.IsZero() && !a.To.IsZero() {
		gone, all := 0.0, 0.0
		for day := from; day <= to; day = nextDay(day) {
			if all++; day <= today {
				gone++
			}
		}
		r["time_pct"] = 100 * gone / all
	}
	return r
}

// TestAllocationsByHand: what was reckoned on paper of ten days, on each of which an account is charged 10 hours.
func TestAllocationsByHand(t *testing.T) {
	db, err := duckdb.Open(t.Context(), "", duckdb.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	dir := t.TempDir()
	for day := 1; day <= 10; day++ {
		noon := time.Date(2026, 1, day, 12, 0, 0, 0, time.UTC)
		text := strings.NewReplacer("ID", strconv.Itoa(day), "HEAD", noon.Format("01/02/2006 15:04:05"), "START",
			strconv.FormatInt(noon.Unix()-3600, 10),
			"END", strconv.FormatInt(noon.Unix(), 10)).Replace(
			`HEAD;E;ID.srv;user=u account="a" ctime=START start=START Resource_List.ncpus=10 session=1 end=END Exit_status=0 ` +
				`resources_used.walltime=01:00:00` + "\n")
		writeLog(t, dir, noon.Format("20060102"), text)
	}
	take(t, db, siteOf(t, "[[machines]]\nname = \"m\"\ntimezone = \"UTC\"\n"), "m", dir)
	for _, c := range []struct {
		hours    float64
		from, to string
		want     row
	}{
		{200, "", "",
			row{"charged": 100., "left": 100., "used_pct": 50., "time_pct": nil, "pace": 10., "used_up_on": "2026-01-20"}},
		{200, "2026-01-06", "2026-01-15",
			row{"charged": 50., "left": 150., "used_pct": 25., "time_pct": 50., "pace": 10., "used_up_on": "2026-01-25"}},
		{105, "2026-01-01", "2026-12-31", row{"charged": 100., "left": 5., "used_pct": 100 / 1.05, "time_pct": 1000. / 365,
			"pace": 10., "used_up_on": "2026-01-11"}},
		{100, "2026-01-01", "",
			row{"charged": 100., "left": 0., "used_pct": 100., "time_pct": nil, "pace": 10., "used_up_on": nil}},
		// over
		{60, "2026-01-01", "2026-01-05",
			row{"charged": 50., "left": 10., "used_pct": 250. / 3, "time_pct": 100., "pace": 10., "used_up_on": nil}},
		// to come
		{60, "2026-02-01", "2026-02-05",
			row{"charged": 0., "left": 60., "used_pct": 0., "time_pct": 0., "pace": nil, "used_up_on": nil}},
		// before the logs
		{60, "2025-01-01", "2025-12-31",
			row{"charged": 0., "left": 60., "used_pct": 0., "time_pct": 100., "pace": nil, "used_up_on": nil}},
		{0, "2026-01-10", "2026-01-10",
			row{"charged": 10., "left": -10., "used_pct": nil, "time_pct": 100., "pace": 10., "used_up_on": nil}},
	} {
		a := charge.Allocation{Account: "a", Machine: "m", Hours: c.hours}
		a.From, _ = time.Parse(time.DateOnly, c.from)
		a.To, _ = time.Parse(time.DateOnly, c.to)
		if err := charge.ReplaceAllocations(t.Context(), db, []charge.Allocation{a}); err != nil {
			t.Fatal(err)
		}
		reader, err := named(t, "allocations").Run(t.Context(), db, report.Options{})
		if err != nil {
			t.Fatal(err)
		}
		got := rowsOf(t, reader)
		reader.Release()
		if len(got) != 1 {
			t.Fatal(got)
		}
		for _, other := range []string{"machine", "account", "hours", "from_date", "to_date"} {
			delete(got[0], other)
		}
		if diff := cmp.Diff(c.want, got[0], cmp.Comparer(near)); diff != "" {
			t.Errorf("%v hours from %s to %s: %s", c.hours, c.from, c.to, diff)
		}
	}
}
