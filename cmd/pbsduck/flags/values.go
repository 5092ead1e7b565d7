package flags

import (
	"errors"
	"math"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/spf13/pflag"

	"pbsduck/cmd/pbsduck/ui"
	"pbsduck/duckdb"
	"pbsduck/ingest/pbs"
)

// Values of filters are lists, with commas between the items or the flag given again. An item with ! in front is one
// that is not wanted. A backslash takes the meaning from the character behind it.

// items cuts the values of a flag at their commas; backslashes stay.
func items(values []string) []string {
	var all []string
	for _, value := range values {
		start := 0
		for i := 0; i < len(value); i++ {
			switch value[i] {
			case '\\':
				i++
			case ',':
				all = append(all, value[start:i])
				start = i + 1
			}
		}
		all = append(all, value[start:])
	}
	return all
}

// unwanted tells whether an item has ! in front, and gives what is behind it.
func unwanted(item string) (rest string, not bool) {
	return strings.CutPrefix(item, "!")
}

// pattern is a text, or a glob if a * or ? in it has its meaning.
func pattern(item string) duckdb.Pattern {
	var plain strings.Builder
	glob := false
	for i := 0; i < len(item); i++ {
		switch {
		case item[i] == '\\' && i+1 < len(item):
			i++
		case item[i] == '*' || item[i] == '?':
			glob = true
		}
		plain.WriteByte(item[i])
	}
	if glob {
		return duckdb.Pattern{Text: item, Glob: true}
	}
	return duckdb.Pattern{Text: plain.String()}
}

// patterns reads the values of a flag for names.
func patterns(values []string) (wanted, not []duckdb.Pattern) {
	for _, item := range items(values) {
		if rest, no := unwanted(item); no {
			not = append(not, pattern(rest))
		} else {
			wanted = append(wanted, pattern(item))
		}
	}
	return wanted, not
}

// jobIDs reads the values of the flag for ids of jobs.
func jobIDs(values []string) (ids duckdb.IDs, err error) {
	for _, item := range items(values) {
		id, not := unwanted(item)
		if parsed, err := pbs.ParseID([]byte(id)); id == "" || err == nil && parsed.Kind == pbs.IDArrayRange {
			return ids, ui.Usagef("--job %s: give the id of a job: 123, 123.server, 123[7] for an element of an array, "+
				"123[] for the array with its elements", ui.ShellWord(item))
		}
		if not {
			ids.Unwanted = append(ids.Unwanted, id)
		} else {
			ids.Wanted = append(ids.Wanted, id)
		}
	}
	return ids, nil
}

// Completed are names, among those that begin with a text, as the last item of what is typed of a flag's value. A flag
// that is no list takes them as they are.
func Completed(f *pflag.Flag, typed string, names func(begin string) []string) (all []string) {
	if _, list := f.Value.(*again); !list {
		return names(typed)
	}
	done := items([]string{typed})
	item, not := unwanted(done[len(done)-1])
	begin := pattern(item)
	if begin.Glob {
		return nil
	}
	before := strings.TrimSuffix(typed, item)
	for _, name := range names(begin.Text) {
		all = append(all, before+exactly(name, not))
	}
	return all
}

// exactly is a name as an item that means it and no other, behind a ! or not.
func exactly(name string, not bool) string {
	name = strings.NewReplacer(`\`, `\\`, `*`, `\*`, `?`, `\?`, `,`, `\,`).Replace(name)
	if strings.HasPrefix(name, "!") && !not {
		return `\` + name
	}
	return name
}

// A unit is what numbers of a flag count, and how people write them.
type unit struct {
	parse func(text string) (int64, error)
	like  string // what to give, for errors
}

var (
	counted   = unit{func(s string) (int64, error) { return strconv.ParseInt(s, 10, 64) }, "a number"}
	durations = unit{duration, "a time with its unit, such as 30m, 1h30m, 2d or 12:00:00"}
	sizes     = unit{size, "a size with its unit, such as 512MB or 1.5TB (a kB is 1024 bytes, as in PBS)"}
)

// dots is what stands between the ends of a range.
const dots = ".."

// ranges reads the values of a flag for numbers.
func ranges(flag string, values []string, u unit) (wanted, not []duckdb.Range, err error) {
	for _, item := range items(values) {
		rest, no := unwanted(item)
		r, err := oneRange(flag, rest, u)
		if err != nil {
			return nil, nil, err
		}
		if no {
			not = append(not, r)
		} else {
			wanted = append(wanted, r)
		}
	}
	return wanted, not, nil
}

// hyphened is a range as some write it, but a number below 0 looks the same.
var hyphened = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`^([^-.<>]+)-([^-.<>]*)$|^[<>]=?(.*)$`)
})

func oneRange(flag, text string, u unit) (r duckdb.Range, err error) {
	first, last, isRange := strings.Cut(text, dots)
	if !isRange {
		last = first
	}
	if first == "" && last == "" {
		return r, ui.Usagef("--%s %s: give %s, or a range such as %s", flag, ui.ShellWord(text), u.like, example(u))
	}
	end := func(s string) *int64 {
		if s == "" || err != nil {
			return nil
		}
		n, problem := u.parse(s)
		if problem != nil {
			err = rangeError(flag, text, s, u)
		}
		return &n
	}
	r.From, r.To = end(first), end(last)
	if err == nil && r.From != nil && r.To != nil && *r.From > *r.To {
		err = ui.Usagef("--%s %s: the range ends before it begins", flag, text)
	}
	return r, err
}

func rangeError(flag, text, part string, u unit) error {
	if hyphened().MatchString(text) {
		return ui.Usagef("--%s %s: write ranges with two dots: %s", flag, ui.ShellWord(text), example(u))
	}
	if u.like != counted.like && part != "" && strings.Trim(part, "0123456789") == "" {
		return ui.Usagef("--%s %s: %s of what? give %s", flag, ui.ShellWord(text), part, u.like)
	}
	return ui.Usagef("--%s %s: give %s, or a range such as %s", flag, ui.ShellWord(text), u.like, example(u))
}

// example shows how ranges are written.
func example(u unit) string {
	switch u.like {
	case durations.like:
		return "1h..2h, 2h.. or ..30m"
	case sizes.like:
		return "1GB..2GB, 2GB.. or ..512MB"
	}
	return "4..8, 4.. or ..8"
}

var (
	clock     = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`^\d+:\d\d:\d\d$`) })
	spelled   = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`^(\d+(\.\d+)?[smhdw])+$`) })
	spelling  = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`([\d.]+)([smhdw])`) })
	secondsOf = map[string]float64{"s": 1, "m": 60, "h": 3600, "d": 86400, "w": 7 * 86400}

	errValue = errors.New("not understood")
)

// duration reads a time in seconds, as PBS writes it or with units.
func duration(text string) (int64, error) {
	text, negative := strings.CutPrefix(text, "-")
	seconds := 0.0
	switch {
	case text == "0":
	case clock().MatchString(text):
		n, err := pbs.ParseDuration([]byte(text))
		if err != nil {
			return 0, err
		}
		seconds = float64(n)
	case spelled().MatchString(text):
		for _, m := range spelling().FindAllStringSubmatch(text, -1) {
			n, err := strconv.ParseFloat(m[1], 64)
			if err != nil {
				return 0, err
			}
			seconds += n * secondsOf[m[2]]
		}
	default:
		return 0, errValue
	}
	const most = 1 << 53
	if seconds > most {
		return 0, errValue
	}
	if negative {
		seconds = -seconds
	}
	return int64(math.Round(seconds)), nil
}

// size reads a size in bytes, as PBS writes it, or as KiB and so on, but never without a unit.
func size(text string) (int64, error) {
	text, negative := strings.CutPrefix(text, "-")
	if text != "0" && strings.Trim(text, "0123456789.") == "" {
		return 0, errValue
	}
	if short, ok := strings.CutSuffix(text, "iB"); ok { // as job says it
		text = short + "b"
	}
	n, err := pbs.ParseSize([]byte(text))
	if err != nil || n > math.MaxInt64 {
		return 0, errValue
	}
	if negative {
		return -int64(n), nil
	}
	return int64(n), nil
}

// A span of time is what a flag says, from its first word to its last; either may be empty.
type span struct{ first, last string }

// spanOf reads what a flag says of time: a day, an instant, or two with dots between.
func spanOf(flag, text string) (s span, err error) {
	var isRange bool
	if s.first, s.last, isRange = strings.Cut(text, dots); !isRange {
		s.last = s.first
	}
	if s.first == "" && s.last == "" {
		return s, ui.Usagef("--%s %s: give a day or an instant, or a range such as 2026-01-01..2026-01-31 or 2026-01-01..",
			flag, ui.ShellWord(text))
	}
	_, err = s.windows(flag, time.UTC, time.UTC)
	return s, err
}

// windows are the span where days are those of a zone, and so are instants that do not say theirs: two, if it ends in
// an hour that the clock showed twice, as the same times of the second one are in it, too.
func (s span) windows(flag string, days, instants *time.Location) (all []duckdb.Window, err error) {
	first, last := []stretch{{}}, []stretch{{}}
	if s.first != "" {
		if first, err = stretchesOf("--"+flag, s.first, days, instants); err != nil {
			return nil, err
		}
	}
	if s.last != "" {
		if last, err = stretchesOf("--"+flag, s.last, days, instants); err != nil {
			return nil, err
		}
	}
	for i, l := range last {
		w := duckdb.Window{From: first[0].from, Before: l.before}
		if i > 0 {
			again, _ := l.from.ZoneBounds()
			if w.From = first[len(first)-1].from; w.From.Before(again) {
				w.From = again
			}
		}
		if s.first != "" && s.last != "" && !w.From.Before(w.Before) && l.from.Before(l.before) {
			return nil, ui.Usagef("--%s %s%s%s: the window ends before it starts", flag, s.first, dots, s.last)
		}
		all = append(all, w)
	}
	return all, nil
}
