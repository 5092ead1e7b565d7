package flags

import (
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"pbsduck/cmd/pbsduck/ui"
	"pbsduck/ingest/batch"
)

// A Window is a range of local days: the flags --since, --until and --last.
type Window struct{ since, until, last string }

// Add adds --since and --until; what is what they leave, such as "only jobs that ended on this local `DATE`".
func (w *Window) Add(c *cobra.Command, what string) {
	c.Flags().StringVar(&w.since, "since", "", what+" (2026-01-31) or later")
	c.Flags().StringVar(&w.until, "until", "", what+" or earlier")
}

// AddLast adds --last, which counts days to today.
func (w *Window) AddLast(c *cobra.Command, what string) {
	c.Flags().StringVar(&w.last, "last", "", what)
}

// CountsToToday tells whether the days depend on what day it is.
func (w *Window) CountsToToday() bool { return w.last != "" }

// HasFirst tells whether the window has a first day.
func (w *Window) HasFirst() bool { return w.since != "" || w.last != "" }

const maxLastDays = 36_500

// Days are the first and the last day, as midnights in UTC, zero where the window is open; now is the present, in the
// zone whose day counts, for --last (3d: today and the two days before).
func (w *Window) Days(now time.Time) (from, to time.Time, err error) {
	if w.last != "" {
		if w.since != "" {
			return from, to, ui.Usagef("--last and --since exclude each other")
		}
		number, ok := strings.CutSuffix(w.last, "d")
		days, err := strconv.Atoi(number)
		if !ok || err != nil || days < 1 || days > maxLastDays {
			return from, to, ui.Usagef("--last %s: give 1d to %dd, e.g. 3d", w.last, maxLastDays)
		}
		year, month, today := now.Date()
		from = time.Date(year, month, today+1-days, 0, 0, 0, 0, time.UTC)
	}
	if w.since != "" {
		if from, err = Date("--since", w.since); err != nil {
			return from, to, err
		}
	}
	if w.until != "" {
		if to, err = Date("--until", w.until); err != nil {
			return from, to, err
		}
	}
	if w.until != "" && w.until < from.Format(time.DateOnly) {
		return from, to, ui.Usagef("--until %s is before the first day, %s", w.until, from.Format(time.DateOnly))
	}
	return from, to, nil
}

// Words are the flags as they were given, as the shell takes them.
func (w *Window) Words() []string {
	var words []string
	for _, f := range [][2]string{{"--since", w.since}, {"--until", w.until}, {"--last", w.last}} {
		if f[1] != "" {
			words = append(words, f[0], ui.ShellWord(f[1]))
		}
	}
	return words
}

// Date is the day that a flag says.
func Date(flag, text string) (time.Time, error) {
	day, err := time.Parse(time.DateOnly, text)
	if err != nil && strings.Contains(err.Error(), "out of range") {
		return day, ui.Usagef("%s %s: there is no such day", flag, text)
	}
	if err != nil {
		return day, ui.Usagef("%s %s: give a date such as 2026-01-31", flag, text)
	}
	return day, nil
}

// Instant is what a time means that a flag gives to the second, the minute or the day, in UTC: from the first instant
// to before the second. Both are zero if it gives none.
func Instant(flag, text string) (from, before time.Time, err error) {
	if text == "" {
		return from, before, nil
	}
	meant, err := stretchesOf(flag, text, time.UTC, time.UTC)
	if err != nil {
		return from, before, err
	}
	return meant[0].from, meant[0].before, nil
}

// A stretch is from an instant to before another.
type stretch struct{ from, before time.Time }

// stretchesOf are what a time means where days are those of a zone, and so are instants that do not say theirs: one, or
// two if the clock showed it twice, the earlier first. If the clock leapt over it, it is empty, and when that was.
func stretchesOf(flag, text string, days, instants *time.Location) ([]stretch, error) {
	if day, err := time.Parse(time.DateOnly, text); err == nil {
		return []stretch{{batch.StartOfDay(day, days), batch.StartOfDay(day.AddDate(0, 0, 1), days)}}, nil
	}
	for _, form := range []struct {
		layout string
		exact  time.Duration
	}{
		{time.RFC3339, time.Second}, {"2006-01-02T15:04Z07:00", time.Minute}, {"2006-01-02T15:04:05", time.Second},
		{time.DateTime, time.Second}, {"2006-01-02T15:04", time.Minute}, {"2006-01-02 15:04", time.Minute},
	} {
		at, err := time.ParseInLocation(form.layout, text, instants)
		switch {
		case err != nil:
		case strings.Contains(form.layout, "Z07"):
			return []stretch{{at, at.Add(form.exact)}}, nil
		default:
			return passesOf(at, form.layout, text, form.exact), nil
		}
	}
	return nil, ui.Usagef("%s %s: give a day or an instant, such as 2026-01-31, "+
		"2026-01-31T14:05 or 2026-01-31T14:05:00Z", flag, ui.ShellWord(text))
}

// passesOf are the stretches in which a clock showed what a text says, without an offset, for which Go takes one of two
// instants, or one beside it.
func passesOf(at time.Time, layout, text string, exact time.Duration) []stretch {
	change, end := at.ZoneBounds()
	wall, _ := time.Parse(layout, text) // it was parsed before
	switch said, shown := wall.Format(time.DateTime), at.Format(time.DateTime); {
	case said > shown:
		return []stretch{{end, end}}
	case said < shown:
		return []stretch{{change, change}}
	}
	var all []stretch
	_, offset := at.Zone()
	again := func(other int, is func(time.Time) bool) {
		if twin := at.Add(time.Duration(offset-other) * time.Second); is(twin) {
			all = append(all, stretch{twin, twin.Add(exact)})
		}
	}
	if _, before := change.Add(-time.Second).Zone(); !change.IsZero() && before > offset {
		again(before, change.After)
	}
	all = append(all, stretch{at, at.Add(exact)})
	if _, after := end.Zone(); !end.IsZero() && after < offset {
		again(after, func(twin time.Time) bool { return !twin.Before(end) })
	}
	return all
}
