package duckdb_test

import (
	"fmt"
	"testing"
	"time"

	"pbsduck/duckdb"
)

// TestEventsOfDays: an event is on the machine's local day of its time, wherever the machine is and whatever the clock
// does there, also for who asks from another zone.
func TestEventsOfDays(t *testing.T) {
	db, err := duckdb.Connect(t.Context(), "", duckdb.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	day := func(month time.Month, d int) time.Time { return time.Date(2026, month, d, 0, 0, 0, 0, time.UTC) }
	must := func(sql string) {
		t.Helper()
		if err := db.Exec(t.Context(), sql); err != nil {
			t.Fatal(err)
		}
	}
	must("CREATE TEMP TABLE events AS SELECT 'm' AS machine, unnest(range(TIMESTAMPTZ '2026-03-01 00:00:00Z', " +
		"TIMESTAMPTZ '2026-11-10 00:00:00Z', INTERVAL 15 minute)) AS time")
	filters := []duckdb.Filter{
		{Since: day(time.March, 8)}, {Until: day(time.November, 1)}, {Since: day(time.April, 5), Until: day(time.April, 5)},
		{Since: day(time.October, 3), Until: day(time.October, 4), Machines: []string{"m"}},
	}
	for _, asking := range []string{"UTC", "Pacific/Kiritimati", "Etc/GMT+12"} {
		must("SET TimeZone = " + duckdb.Quote(asking))
		for _, zone := range []string{
			"UTC", "America/Denver", "Australia/Lord_Howe", "America/Havana", "Pacific/Kiritimati", "Etc/GMT+12",
		} {
			for _, f := range filters {
				meant, err := f.Rows("events", []duckdb.Machine{{Name: "m", Zone: zone}})
				if err != nil {
					t.Fatal(err)
				}
				obvious := f.On("machine", fmt.Sprintf("timezone('%s', time)::DATE", zone))
				var rows, wrong int64
				err = db.Conn().QueryRowContext(t.Context(), fmt.Sprintf(
					"SELECT count(*) FILTER (%s), count(*) FILTER ((%s) <> (%s)) FROM events j", obvious, meant, obvious,
				)).Scan(&rows, &wrong)
				if err != nil || rows < 92 || wrong > 0 {
					t.Errorf("%s, asked in %s, since %v until %v: %d of %d events are wrong, %v", zone, asking, f.Since, f.Until,
						wrong, rows, err)
				}
			}
		}
	}
}
