package qhist

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/zeebo/xxh3"

	"pbsduck/ingest/pbs"
)

// A Job is what qhist says of one.
type Job struct {
	Record pbs.Record // its attributes; it has no bytes, and no place in a log
	Hash   int64      // equal for jobs of which the same is said
	Head   int64      // when the server recorded it, in seconds since 1970: of two instants that it may be the first
	Unsure bool       // an instant lies in the hour that autumn repeats, and may be an hour off
}

// A maker makes jobs of JSON objects.
type maker struct {
	parser *pbs.Parser
	clock  *pbs.Clock
	zone   string
	hyphen map[string]string // attributes whose names hold one, by qhist's name
	names  []string
	values map[string]string // of the job at hand, as they were told
	head   int64             // of the job at hand
}

func newMaker(o Options) maker {
	m := maker{parser: o.Parser, clock: pbs.NewClock(o.Location), zone: o.Location.String(), hyphen: map[string]string{}}
	for _, c := range o.Site.Chosen() {
		if name := strings.ReplaceAll(c.Source, "-", "_"); name != c.Source {
			m.hyphen[name] = c.Source
		}
	}
	return m
}

// instants are the attributes that qhist gives as local time.
var instants = []string{"ctime", "qtime", "etime", "start", "end"}

// durations and sizes are those that it gives as numbers: seconds, and GiB.
var (
	durations = []string{"eligible_time", "Resource_List.walltime", "resources_used.walltime", "resources_used.cput"}
	sizes     = []string{"Resource_List.mem", "resources_used.mem", "resources_used.vmem"}
)

// reckoned are what qhist works out, and no attributes.
var reckoned = []string{"time", "type", "short_id", "waittime", "resources_used.avgcpu"}

// errUnit says what is to be done where times are not seconds.
var errUnit = errors.New("times are not in seconds: ask qhist with -t s")

// make fills a job.
func (m *maker) make(j *Job, id string, fields map[string]any) error {
	stamp, ok := localTime(fields["time"])
	if !ok {
		return fmt.Errorf("it has no time such as 2026-01-31 14:05:00, but %v", fields["time"])
	}
	m.head, _ = m.clock.Instants(stamp)
	if err := checkUnit(fields); err != nil {
		return err
	}
	m.values = map[string]string{}
	if err := m.gather("", fields); err != nil {
		return err
	}
	m.names = slices.Sorted(maps.Keys(m.values))
	j.Head, j.Hash = m.head, m.hash(id, stamp)
	j.Record = pbs.Record{Stamp: stamp, Type: []byte("E"), ID: []byte(id), Lines: 1}
	j.Unsure = m.place(stamp)
	for _, name := range m.names {
		j.Record.Attrs = append(j.Record.Attrs,
			pbs.Attr{Key: m.parser.Key(name), Name: []byte(name), Value: []byte(m.values[name])})
	}
	return nil
}

// gather notes the attributes of an object and those within it.
func (m *maker) gather(within string, fields map[string]any) error {
	for key, v := range fields {
		name := within + key
		if inner, is := v.(map[string]any); is && within == "" {
			if err := m.gather(key+".", inner); err != nil {
				return err
			}
			continue
		}
		if slices.Contains(reckoned, name) {
			continue
		}
		text, ok, err := attribute(name, v)
		if err != nil {
			return err
		}
		if written := m.hyphen[name]; written != "" {
			name = written
		}
		if ok {
			m.values[name] = text
		}
	}
	return nil
}

// attribute is the text that PBS writes for a value; it is false where there is none.
func attribute(name string, v any) (text string, ok bool, err error) {
	number, isNumber := v.(json.Number)
	switch {
	case isNumber && slices.Contains(durations, name):
		text, err = seconds(number)
		return text, err == nil, err
	case isNumber && slices.Contains(sizes, name):
		if number == "0" { // what qhist could not read; what was 0 is 0.0
			return "", false, nil
		}
		text, err = bytesOf(number)
		return text, err == nil, err
	case isNumber:
		return number.String(), true, nil
	case v == "" && slices.Contains(instants, name):
		return "0", true, nil // as PBS has it where it does not know
	}
	text, ok = v.(string)
	return text, ok, nil
}

func seconds(n json.Number) (string, error) {
	f, err := n.Float64()
	if err != nil || f != math.Trunc(f) || math.Abs(f) >= 1<<53 {
		return "", errUnit
	}
	return strconv.FormatInt(int64(f), 10), nil
}

const gib = 1 << 30

func bytesOf(n json.Number) (string, error) {
	f, err := n.Float64()
	if f *= gib; err != nil || f < 0 || f >= 1<<63 {
		return "", fmt.Errorf("%s is no size in GiB", n)
	}
	return strconv.FormatInt(int64(math.Round(f)), 10) + "b", nil
}

// units are those of qhist's -t besides s, in seconds.
var units = []float64{60, 3600, 86400}

// checkUnit compares the wait, which qhist works out, with the instants that it comes from.
func checkUnit(fields map[string]any) error {
	wait, ok := fields["waittime"].(json.Number)
	if !ok {
		return nil
	}
	told, err := wait.Float64()
	from, known := localTime(fields["etime"])
	until, knownToo := localTime(fields["start"])
	if err != nil || !known || !knownToo || told == 0 {
		return nil
	}
	waited := asUTC(until).Sub(asUTC(from)).Seconds()
	if told == waited {
		return nil
	}
	for _, unit := range units {
		if math.Abs(told*unit-waited) < 1 {
			return errUnit
		}
	}
	return nil
}

// localTime reads an instant as qhist writes it.
func localTime(v any) (s pbs.Stamp, ok bool) {
	text, ok := v.(string)
	if !ok || len(text) < len(time.DateTime) {
		return s, false
	}
	t, err := time.Parse(time.DateTime, text)
	if err != nil || t.Year() < 1970 {
		return s, false
	}
	return pbs.Stamp{Year: t.Year(), Month: int(t.Month()), Day: t.Day(), Hour: t.Hour(), Minute: t.Minute(),
		Second: t.Second()}, true
}

func asUTC(s pbs.Stamp) time.Time {
	return time.Date(s.Year, time.Month(s.Month), s.Day, s.Hour, s.Minute, s.Second, 0, time.UTC)
}

// hash is over all that was told.
func (m *maker) hash(id string, head pbs.Stamp) int64 {
	var all []byte
	all = fmt.Appendf(all, "%s\x00%s\x00", id, asUTC(head).Format(time.DateTime))
	for _, name := range m.names {
		all = fmt.Appendf(all, "%s\x00%s\x00", name, m.values[name])
	}
	return int64(xxh3.HashSeed(all, hashSeed))
}

// hashSeed keeps these hashes from those of records.
const hashSeed = 0x7168697374
