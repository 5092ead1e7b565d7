package generate

import (
	"context"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"
)

// checkCounts compares what is in the files with the counts file and the summary.
func checkCounts(t *testing.T, dir string, sum ProfileSummary, hostile bool) {
	t.Helper()
	c := readCounts(t, dir, sum.Name)
	all, orphans, torn := records(t, dir, sum.Name)
	perFile, letters := map[string]map[string]int64{}, map[string]int64{}
	for name := range c.Files {
		perFile[name] = map[string]int64{}
	}
	events := int64(0)
	for _, r := range all {
		perFile[r.file][string(r.letter)]++
		letters[string(r.letter)]++
		if r.letter != 'E' {
			events++
		}
	}
	var total fileCount
	for name, f := range c.Files {
		if !maps.Equal(f.Records, perFile[name]) {
			t.Errorf("%s/%s: counts say %v, file has %v", sum.Name, name, f.Records, perFile[name])
		}
		info, err := os.Stat(filepath.Join(dir, sum.Name, name))
		if err != nil || info.Size() != f.Bytes {
			t.Errorf("%s/%s: counts say %d bytes: %v", sum.Name, name, f.Bytes, err)
		}
		total.Lines += f.Lines - f.Continuations - f.Orphans - f.Torn
		total.Orphans += f.Orphans
		total.Torn += f.Torn
	}
	if total.Lines != int64(len(all)) || total.Orphans != int64(orphans) || total.Torn != int64(torn) ||
		(torn == 1) != hostile {
		t.Errorf("%s: counts say %+v; found %d records, %d orphans, %d torn", sum.Name, total, len(all), orphans, torn)
	}
	if !maps.Equal(sum.Records, letters) || c.Events != events || sum.Events != events ||
		c.Jobs+c.Repeats+c.Superseded != letters["E"] || c.Jobs != sum.Jobs {
		t.Errorf("%s: summary %+v, counts %d jobs %d repeats %d superseded %d events; found %v",
			sum.Name, sum, c.Jobs, c.Repeats, c.Superseded, c.Events, letters)
	}
}

func TestCountsAgreeWithFiles(t *testing.T) {
	for _, hostile := range []bool{false, true} {
		dir, sum := run(t, Options{Days: 3, Jobs: 1500, Seed: 2, Hostile: hostile})
		for _, p := range sum.Profiles {
			checkCounts(t, dir, p, hostile)
		}
	}
}

func FuzzRun(f *testing.F) {
	f.Add(uint64(1), uint16(1), uint8(1), uint16(0), true)
	f.Add(uint64(2), uint16(300), uint8(2), uint16(303), false) // 2026-10-31: the hour that comes twice
	f.Fuzz(func(t *testing.T, seed uint64, jobs uint16, days uint8, shift uint16, hostile bool) {
		o := Options{
			Days: int(days%3) + 1, Jobs: int(jobs%900) + 1, Seed: seed, Start: winter.AddDate(0, 0, int(shift)),
			Hostile: hostile,
		}
		dir, sum := run(t, o)
		for _, p := range sum.Profiles {
			if p.Records["E"] == 0 && o.Jobs > 100 {
				t.Errorf("%s: no job ended", p.Name)
			}
			checkCounts(t, dir, p, hostile)
		}
	})
}

// features are what every log of two thousand jobs must hold, as expressions over whole records.
var features = map[string]string{
	"array parent":           `;E;\d+\[\]\.\S* .*session=0 end=\d+ Exit_status=\d+ eligible_time=\S+ run_count=0$`,
	"array element":          `;E;\d+\[\d+\]\.`,
	"array's Q":              `;Q;\d+\[\]\..* etime=0 array_indices=\S+ Resource_List`,
	"old array":              `;E;\d+\[\]\..* start=0 array_indices=`,
	"requeue":                `;R;.*Exit_status=-11 .*run_count=1$`,
	"rerun's end":            `;E;.*run_count=2$`,
	"third run":              `;E;.*run_count=3$`,
	"R without usage":        `;R;.*Exit_status=-\d+ eligible_time=\S+ run_count=1$`,
	"deletion":               `;D;\d+\S*;requestor=user\d+@\S+$`,
	"killed":                 `;E;.*Exit_status=271 `,
	"walltime exceeded":      `;E;.*Exit_status=-29 `,
	"reservation asked":      `;U;R\d+\.`,
	"reservation confirmed":  `;Y;R\d+\.`,
	"reservation begins":     `;B;R\d+\..*Resource_List.select=\S+ Resource_List.place=free .* $`,
	"standing reservation":   `;U;S\d+\..*recurrence_rrule=FREQ=DAILY;COUNT=3`,
	"job in reservation":     `;E;.* queue=R\d+ resvname=\S+ resvID=R\d+\.`,
	"several chunks":         `Resource_List.select=\d+:\S+\+\d+:`,
	"gpus":                   `;E;.*gpu_type=\w+`,
	"cpu type":               `;E;.*cpu_type=\w+`,
	"30b":                    `Resource_List.mem=30b `,
	"200mb":                  `Resource_List.mem=200mb `,
	"692tb":                  `Resource_List.mem=692tb `,
	"words":                  `Resource_List.mem=3w .*mem=3W`,
	"bare bytes":             `Resource_List.mem=\d+ `,
	"nothing used":           `session=0 .*resources_used.mem=0b .*vmem=0kb resources_used.walltime=00:00:00`,
	"start=0":                `;E;.* start=0 exec_host=.*resources_used.walltime=`,
	"no account":             `;E;.* group=\w+ project=`,
	"no exit status":         `;E;.* end=\d+ resources_used`,
	"no eligible time":       `;E;.*resources_used\S+ run_count=1$`,
	"etime=0":                `;E;.* etime=0 `,
	"no etime":               `;E;.* qtime=\d+ start=`,
	"over 100 h asked":       `;E;.*Resource_List.walltime=\d{3}:`,
	"over 100 h used":        `;E;.*resources_used.walltime=\d{3}:`,
	"phase ends":             `;u;.*run_count=1  resources_used.*walltime=\d+:\d\d:\d\d`,
	"next phase":             `;c;.*resource_assigned.* $`,
	"last phase":             `;e;.*run_count=1  resources_used`,
	"suspension":             `;z;.*resources_released=\(`,
	"resumption":             `;r;\S+;$`,
	"provisioning":           `;P;.*provision_event=START`,
	"provisioned":            `;p;.*status=SUCCESS`,
	"failed provisioning":    `;R;.* start=0 .* run_count=0$`,
	"licences":               `;L;license;floating license hour:\d+`,
	"priority":               `;a;\d+\.\S+;Priority=\d+$`,
	"comment":                `;a;.*comment="`,
	"dependency":             `;Q;.* etime=\d+ depend=after`,
	"abort":                  `;A;`,
	"move":                   `;M;`,
	"checkpoint and restart": `;[CT];\S+;$`,
	"trailing blank":         `;[QS];.* $`,
}

var profileFeatures = map[string]map[string]string{
	"derecho": {
		"energy": `x-ncar-gpu3-energy-init=\d+ resources_used.x-ncar-memory-energy=\d+ ` +
			`resources_used.x-ncar-memory-energy-init=\d+`},
	"casper": {"two vnodes in one chunk": `exec_vnode=\(\w+\[1\]:mem=\d+kb:ngpus=2:ncpus=24\+\w+\[0\]:ngpus=2:ncpus=24\) `,
		"routed twice":    `;Q;.* queue=largememroute `,
		"same node twice": `exec_vnode=\((\w+):ncpus=2:mem=\S+\)\+\(\w+:ncpus=1`},
}

// torqueFeatures are the same for Torque.
var torqueFeatures = map[string]string{
	"queued": `;Q;\d+\.tarnbeck-adm;queue=\w+$`,
	"start": `;S;.* start_count=1 start=\d+ owner=user\d+@\S+ exec_host=\S+ ` +
		`.*Resource_List.walltime=\S+ $`,
	"end": `;E;.*session=\d+ total_execution_slots=\d+ unique_node_count=\d+ end=\d+ ` +
		`Exit_status=-?\d+ .*resources_used.walltime=\d+:\d\d:\d\d$`,
	"whole nodes": `;E;.* exec_host=tb\d+/0-27\+tb\d+/0-27 .*Resource_List.nodes=2:ppn=28 ` +
		`.*total_execution_slots=56 unique_node_count=2 `,
	"ranges of cores":        `;E;.* exec_host=tb\d+/\d+-\d+,\d+`,
	"gpus":                   `;E;.*Resource_List.nodes=\d+:ppn=\d+:gpus=\d `,
	"several terms":          `Resource_List.nodes=1:ppn=2\+2 `,
	"memory not asked for":   `start=\d+ owner=\S+ exec_host=\S+ Resource_List.neednodes=`,
	"array element":          `;E;\d+\[\d+\]\.`,
	"requeue":                `;R;\d+\S*;$`,
	"rerun's end":            `;E;.* start_count=2 `,
	"third run":              `;E;.* start_count=3 `,
	"deletion":               `;D;\d+\S*;requestor=user\d+@\S+$`,
	"killed":                 `;E;.*Exit_status=271 `,
	"walltime exceeded":      `;E;.*Exit_status=-11 `,
	"nothing used":           `session=0 .*resources_used.mem=0kb `,
	"start=0":                `;E;.* start=0 `,
	"no account":             `;E;.* group=\w+ jobname=`,
	"no exit status":         `;E;.* end=\d+ resources_used`,
	"over 100 h asked":       `;E;.*Resource_List.walltime=\d{3}:`,
	"over 100 h used":        `;E;.*resources_used.walltime=\d{3}:`,
	"abort":                  `;A;`,
	"checkpoint and restart": `;(C;\S+;Checkpointed and held|T;\S+;Restart from checkpoint)$`,
}

// TestWholeMachine: with 10,000 jobs a day Derecho is about as large as it is, and one job takes nearly all of it. Its
// record is the longest, and the CPU time does not fit in 32 bits.
func TestWholeMachine(t *testing.T) {
	dir, sum := run(t, Options{Days: 2, Jobs: 10_000, Seed: 1, NoTruth: true, Profiles: []string{"derecho"}})
	c := sum.Profiles[0].Capacity
	if c.Nodes < 2000 || c.Nodes > 3000 {
		t.Errorf("%d nodes, want some 2,570", c.Nodes)
	}
	all, _, _ := records(t, dir, "derecho")
	want := regexp.MustCompile(fmt.Sprintf(`;E;.*Resource_List.nodect=%d .*resources_used.cput=([6-9]\d{5}|\d{7,}):`,
		c.Kinds[0].Nodes*95/100))
	if !anyRecord(all, func(r record) bool { return len(r.raw) > 120_000 && want.Match(r.raw) }) {
		t.Error("no job took 95 % of the nodes")
	}
}

func TestEveryFeatureAppears(t *testing.T) {
	for _, o := range []Options{
		{Days: 1, Jobs: 2000, Seed: 1},
		{Days: 1, Jobs: 2000, Seed: 2},
		{Days: 8, Jobs: 300, Seed: 3},
	} {
		dir, _ := run(t, o)
		for _, profile := range Profiles() {
			all, _, _ := records(t, dir, profile)
			wanted := maps.Clone(features)
			if profile == "tarnbeck" {
				wanted = maps.Clone(torqueFeatures)
			}
			maps.Copy(wanted, profileFeatures[profile])
			for name, expression := range wanted {
				if re := regexp.MustCompile(expression); !anyRecord(all, func(r record) bool { return re.Match(r.raw) }) {
					t.Errorf("%s, %d days of %d jobs: no %s", profile, o.Days, o.Jobs, name)
				}
			}
			for name, is := range map[string]func(record) bool{
				"end stamped 23:59:59 of the day before": func(r record) bool {
					return r.letter == 'E' && strings.Contains(string(r.raw[:19]), "23:59:59") && stampDay(r) != r.file
				},
				"start without end": startWithoutEnd(all),
			} {
				if !anyRecord(all, is) {
					t.Errorf("%s, %d days of %d jobs: no %s", profile, o.Days, o.Jobs, name)
				}
			}
		}
	}
}

func anyRecord(all []record, is func(record) bool) bool {
	for _, r := range all {
		if is(r) {
			return true
		}
	}
	return false
}

func stampDay(r record) string {
	s := string(r.raw[:10])
	return s[6:] + s[:2] + s[3:5]
}

func startWithoutEnd(all []record) func(record) bool {
	ended := map[string]bool{}
	for _, r := range all {
		if r.letter == 'E' {
			ended[r.id] = true
		}
	}
	return func(r record) bool { return r.letter == 'S' && !ended[r.id] }
}

// TestClockChange checks stamps against end= through both nights: one local hour is missing, one comes twice.
func TestClockChange(t *testing.T) {
	denver, err := time.LoadLocation("America/Denver")
	if err != nil {
		t.Fatal(err)
	}
	for _, night := range []struct {
		day     time.Time
		missing string
		offsets int // different offsets of stamps between 01:00 and 02:00
	}{
		{time.Date(2026, 3, 8, 0, 0, 0, 0, time.UTC), "02:", 1},
		{time.Date(2026, 11, 1, 0, 0, 0, 0, time.UTC), "", 2},
	} {
		dir, _ := run(t, Options{Days: 1, Jobs: 3000, Seed: 1, Start: night.day, Profiles: []string{"casper"}})
		all, _, _ := records(t, dir, "casper")
		offsets := map[int64]bool{}
		for _, r := range all {
			clock := string(r.raw[11:19])
			if night.missing != "" && strings.HasPrefix(clock, night.missing) {
				t.Errorf("%s: a record at %s, which the clock skips", night.day, clock)
			}
			if r.letter != 'S' {
				continue
			}
			stamp, _ := time.Parse("01/02/2006 15:04:05", string(r.raw[:19]))
			start, _ := strconv.ParseInt(regexp.MustCompile(` start=(\d+)`).FindStringSubmatch(r.text)[1], 10, 64)
			if want := time.Unix(start, 0).In(denver).Format("01/02/2006 15:04:05"); want != string(r.raw[:19]) {
				t.Errorf("S stamped %s starts at %s", r.raw[:19], want)
			}
			if strings.HasPrefix(clock, "01:") {
				offsets[stamp.Unix()-start] = true
			}
		}
		if len(offsets) != night.offsets {
			t.Errorf("%s: stamps from 01:00 to 02:00 have offsets %v, want %d",
				night.day.Format(time.DateOnly), offsets, night.offsets)
		}
	}
}

func TestNoTruth(t *testing.T) {
	o := Options{Days: 2, Jobs: 400, Seed: 6}
	with, _ := run(t, o)
	o.NoTruth = true
	without, _ := run(t, o)
	a, b := digests(t, with), digests(t, without)
	for _, p := range Profiles() {
		delete(a, p+".truth.ndjson")
	}
	if !maps.Equal(a, b) {
		t.Error("leaving out the truth changes the logs or the counts")
	}
}

func ExampleRun() {
	dir, err := os.MkdirTemp("", "generate")
	if err != nil {
		fmt.Println(err)
		return
	}
	defer os.RemoveAll(dir)
	sum, err := Run(context.Background(), Options{Dir: dir, Profiles: []string{"casper"}, Days: 1, Jobs: 1000, Seed: 1,
		Start: time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)})
	fmt.Println(sum.Profiles[0].Name, sum.Profiles[0].Files, err)
	// Output: casper 1 <nil>
}
