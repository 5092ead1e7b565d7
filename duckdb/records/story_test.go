package records_test

import (
	"encoding/json"
	"errors"
	"math"
	"slices"
	"testing"

	"pbsduck/duckdb"
	"pbsduck/duckdb/duckdbtest"
	"pbsduck/duckdb/records"
	"pbsduck/export"
	"pbsduck/ingest/pbs"
)

// TestStoryOfEveryKind tells the story of jobs of all kinds that a log can hold, and compares it with what the job's
// record says, reckoned the slow way.
func TestStoryOfEveryKind(t *testing.T) {
	path := duckdbtest.Generated(t)
	keys := duckdbtest.AllKeys(t, path, "jobs")
	db := duckdbtest.OpenReading(t, path)
	told := 0
	for i := 0; i < len(keys); i += 31 {
		s, err := records.TellStory(t.Context(), db, keys[i])
		if err != nil {
			t.Fatal(err)
		}
		told++
		if s.State != "ended" || s.JobID != keys[i].JobID || s.Machine != keys[i].Machine {
			t.Errorf("%s: %+v", keys[i], s)
		}
		checkFigures(t, db, keys[i], s)
		checkLife(t, s)
		text, err := export.MarshalJSON(s)
		if err != nil || !json.Valid(text) {
			t.Errorf("%s: %v in %s", keys[i], err, text)
		}
	}
	if told < 20 {
		t.Errorf("only %d stories", told)
	}
}

func checkFigures(t *testing.T, db *duckdb.DB, k records.JobKey, s *records.Story) {
	t.Helper()
	raw, err := records.Raw(t.Context(), db, k)
	if errors.Is(err, records.ErrNoRecord) {
		return
	}
	if err != nil {
		t.Fatal(err)
	}
	var r pbs.Record
	pbs.NewScanner(pbs.NewParser()).Split(raw.Bytes, &r)
	seconds := func(key pbs.Key) float64 {
		value, ok := r.Value(key)
		n, err := pbs.ParseDuration(value)
		if !ok || err != nil {
			return math.NaN()
		}
		return float64(n)
	}
	same := func(what string, got *float64, want float64) {
		t.Helper()
		if math.IsNaN(want) || math.IsInf(want, 0) {
			if got != nil {
				t.Errorf("%s: %s is %v, and nothing says it", k, what, *got)
			}
			return
		}
		if got == nil || math.Abs(*got-want) > 1e-6*math.Abs(want) {
			t.Errorf("%s: %s is %v, want %v", k, what, got, want)
		}
	}
	same("use of walltime", s.WalltimeEfficiency, 100*seconds(pbs.UsedWalltime)/seconds(pbs.ReqWalltime))
	cpus := math.NaN()
	if s.NCPUs != nil && *s.NCPUs > 0 && !s.IsArrayParent && seconds(pbs.UsedWalltime) > 0 {
		cpus = float64(*s.NCPUs)
	}
	same("use of CPUs", s.CPUEfficiency, 100*seconds(pbs.UsedCPUTime)/(cpus*seconds(pbs.UsedWalltime)))
	if s.ExitStatus != nil && (s.Ending == nil || !hasPrefix(*s.Ending, r.Dialect().ExitMeaning(*s.ExitStatus))) {
		t.Errorf("%s: ended by %v", k, s.Ending)
	}
	var names []string
	for _, n := range s.Nodes {
		names = append(names, n.Node)
	}
	slices.Sort(names)
	if n := len(slices.Compact(names)); n != len(s.Nodes) || (n == 0) != (s.NodeList == "") {
		t.Errorf("%s: %d nodes, folded %s", k, n, s.NodeList)
	}
}

func hasPrefix(s, prefix string) bool { return len(s) >= len(prefix) && s[:len(prefix)] == prefix }

// checkLife looks for moments out of order, and durations that do not add up.
func checkLife(t *testing.T, s *records.Story) {
	t.Helper()
	if len(s.Life) < 2 {
		t.Errorf("%s: only %d moments", s.JobID, len(s.Life))
		return
	}
	ends := 0
	for i, m := range s.Life {
		if m.Type == "E" {
			ends++
		}
		if (m.After == nil) != (i == 0) {
			t.Errorf("%s: moment %d comes after %v", s.JobID, i, m.After)
		}
		if i > 0 && s.Life[i-1].Time.Unix()+*m.After != m.Time.Unix() {
			t.Errorf("%s: %v, %v later: %v", s.JobID, s.Life[i-1].Time, *m.After, m.Time)
		}
	}
	if ends == 0 {
		t.Errorf("%s: it does not end: %+v", s.JobID, s.Life)
	}
}

// TestStoryOfThoseThatHaveNotEnded: jobs that only events tell of have a story.
func TestStoryOfThoseThatHaveNotEnded(t *testing.T) {
	path := duckdbtest.Generated(t)
	db := duckdbtest.OpenReading(t, path)
	ids, err := duckdb.Column[string](t.Context(), db, `SELECT DISTINCT object_id
		FROM events ANTI JOIN jobs ON jobs.job_id = object_id AND jobs.machine = events.machine
		WHERE type IN ('Q', 'S') ORDER BY hash(object_id) LIMIT 25`)
	if err != nil {
		t.Fatal(err)
	}
	states := map[string]int{}
	for _, id := range ids {
		keys, err := records.FindJobsByEvents(t.Context(), db, records.JobID{ID: id}, false)
		if err != nil || len(keys) == 0 {
			t.Fatal(id, err)
		}
		s, err := records.TellStory(t.Context(), db, keys[0])
		if err != nil {
			t.Fatal(keys[0], err)
		}
		if states[s.State]++; s.LogsUntil == nil || len(s.Life) == 0 || s.Life[len(s.Life)-1].Time.After(*s.LogsUntil) {
			t.Errorf("%s: %+v", id, s)
		}
	}
	if states["waiting"] == 0 || states["deleted"] == 0 || states["ended"] != 0 {
		t.Errorf("states %v", states)
	}
}
