package generate

import (
	"encoding/base64"
	"fmt"
	"maps"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func TestTruthIsWhatTheRecordsSay(t *testing.T) {
	// Across the night of 2025-01-07, when Derecho's eligible_time begins.
	dir, _ := run(t, Options{Days: 2, Jobs: 2000, Seed: 11, Start: time.Date(2025, 1, 7, 0, 0, 0, 0, time.UTC)})
	for _, profile := range Profiles() {
		for _, row := range truth(t, dir, profile) {
			raw, _ := row["raw"].(string)
			delete(row, "raw")
			delete(row, "charge") // that of the rules: package ingest compares it
			if want := (reread{t, raw}).row(profile); !reflect.DeepEqual(want, row) {
				t.Fatalf("truth (+) is not what the record says (-):\n%.600s\n%s", raw, cmp.Diff(want, row))
			}
		}
	}
}

// rawOf gives the exact bytes of a row's record.
func rawOf(t *testing.T, row map[string]any) string {
	t.Helper()
	if raw, ok := row["raw"].(string); ok {
		return raw
	}
	raw, err := base64.StdEncoding.DecodeString(row["raw_base64"].(string))
	if err != nil {
		t.Fatal(err)
	}
	return string(raw)
}

var (
	runs = regexp.MustCompile(` (?:run_count=(\d+)$|start_count=(\d+) start=)`)
	ends = regexp.MustCompile(` end=(\d+) `)
)

// better says whether E record a wins over b of the same job: more runs, later end, later stamp.
func better(t *testing.T, a, b string) bool {
	t.Helper()
	rank := func(raw string) string {
		stamp, err := time.Parse("01/02/2006 15:04:05", raw[:19])
		r, e := runs.FindStringSubmatch(raw), ends.FindAllStringSubmatch(raw, -1)
		if err != nil || r == nil || e == nil {
			t.Fatalf("not an E record: %.300q", raw)
		}
		return fmt.Sprintf("%09s %s %d", r[1]+r[2], e[len(e)-1][1], stamp.Unix())
	}
	return rank(a) > rank(b)
}

func TestTruthHasEachJobOnce(t *testing.T) {
	for _, hostile := range []bool{false, true} {
		dir, sum := run(t, Options{Days: 4, Jobs: 2000, Seed: 5, Hostile: hostile})
		for i, profile := range Profiles() {
			best, seen := map[string]string{}, map[string]bool{}
			repeats, losers := int64(0), int64(0)
			all, _, _ := records(t, dir, profile)
			for _, r := range all {
				raw := string(r.raw)
				if seen[raw] && r.letter != 'E' {
					t.Errorf("%s: an event is there twice: %.200q", profile, raw)
				}
				if r.letter != 'E' {
					seen[raw] = true
					continue
				}
				all := ctimes.FindAllStringSubmatch(raw, -1) // the last one is the server's
				key := r.id + all[len(all)-1][0]
				switch {
				case seen[raw]:
					repeats++
				case best[key] == "":
					best[key] = raw
				default:
					losers++
					if better(t, raw, best[key]) {
						best[key] = raw
					}
				}
				seen[raw] = true
			}
			want := slices.Sorted(maps.Values(best))
			var got []string
			ids := map[any]bool{}
			for _, row := range truth(t, dir, profile) {
				got = append(got, rawOf(t, row))
				if ids[row["job_id"]] {
					t.Errorf("%s: two jobs have the id %s", profile, row["job_id"])
				}
				ids[row["job_id"]] = true
			}
			slices.Sort(got)
			if !slices.Equal(got, want) {
				t.Errorf("%s hostile=%v: the truth's %d records are not the %d that win", profile, hostile, len(got), len(want))
			}
			s := sum.Profiles[i]
			if s.Repeats != repeats || s.Superseded != losers || s.Jobs != int64(len(want)) || repeats == 0 || losers == 0 {
				t.Errorf("%s hostile=%v: summary %+v; found %d jobs, %d repeats, %d superseded",
					profile, hostile, s, len(want), repeats, losers)
			}
		}
	}
}

var ctimes = regexp.MustCompile(` ctime=(\d+)`)

func TestHostileTruth(t *testing.T) {
	dir, _ := run(t, Options{Days: 1, Jobs: 4000, Seed: 9, Hostile: true, Profiles: []string{"derecho"}})
	found := map[string]map[string]any{}
	for _, row := range truth(t, dir, "derecho") {
		if row["user_name"] == "mallory" || row["user_name"] == "root" || strings.HasPrefix(fmt.Sprint(row["name"]), "fake") {
			t.Errorf("a forged job is in the truth: %v", row["job_id"])
		}
		raw := rawOf(t, row)
		for name, in := range map[string]string{
			"injected": `account="value" malicious="evil" project`, "two lines": "account=\"line1\nline2\" ",
			"forged": "account=\"x\n01/01/2026 ", "latin1": "caf\xe9", "fake count": "note=x run_count=99 Exit_status=-1 ",
			"no walltime": "used.walltime=abc ", "no request": "List.walltime=abc ", "no mem": "used.mem=9999999999",
			"no exit": "Exit_status=nota", "digits": "cpupercent=77777777777777", "empty": `account="" `,
			"nameless": "jobname= ",
		} {
			if strings.Contains(raw, in) {
				found[name] = row
			}
		}
	}
	for name, want := range map[string]map[string]any{
		"injected": {"account": `value" malicious="evil`}, "two lines": {"account": "line1\nline2"},
		"latin1": {"account": "caf\u00e9 lab"}, "fake count": {"run_count": 1.0}, "no walltime": {"walltime_used_s": nil},
		"no request": {"walltime_requested_s": nil}, "no mem": {"mem_used_bytes": nil},
		"no exit": {"exit_status": nil, "exit_class": nil}, "digits": {"cpu_percent": nil}, "empty": {"account": ""},
		"nameless": {"name": ""}, "forged": {"group_name": "ncar"},
	} {
		row := found[name]
		if row == nil {
			t.Errorf("%s: no such job", name)
			continue
		}
		for column, v := range want {
			if row[column] != v && name != "forged" {
				t.Errorf("%s: %s is %v, want %v", name, column, row[column], v)
			}
		}
	}
	if account, _ := found["forged"]["account"].(string); !strings.HasSuffix(account, "run_count=1") ||
		!strings.Contains(account, ";user=mallory") {
		t.Errorf("forged: account is %q, want all of the forged line", account)
	}
}
