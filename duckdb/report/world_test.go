package report_test

import (
	"context"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"testing"
	"time"

	"pbsduck/duckdb"
	"pbsduck/duckdb/charge"
	"pbsduck/duckdb/load"
	"pbsduck/duckdb/report"
	"pbsduck/ingest/generate"
	"pbsduck/ingest/site"
	"pbsduck/ingest/source"
)

// siteText is the configuration of the machines that the tests ask reports about.
const siteText = `
reports = "reports"

[[machines]]
name = "denver"
timezone = "America/Denver"
[[machines.capacity]]
until = 2026-03-06
nodes = 2488
cores = 318464
gpus = 328
[[machines.capacity]]
from = 2026-03-07
nodes = 2570
cores = 323712

[[machines]]
name = "lordhowe"
timezone = "Australia/Lord_Howe"
[[machines.capacity]]
until = 2026-04-01
nodes = 40
cores = 400
gpus = 0
[[machines.capacity]]
from = 2026-04-03
nodes = 50
cores = 500
gpus = 10

[[machines]]
name = "kathmandu"
timezone = "Asia/Kathmandu"
[[machines.capacity]]
nodes = 64

[[machines]]
name = "havana"
timezone = "America/Havana"
[[machines.capacity]]
cores = 100

[[machines]]
name = "idle"
timezone = "UTC"
[[machines.capacity]]
cores = 10

[[machines]]
name = "planned"
timezone = "UTC"
[[machines.capacity]]
cores = 10

[[facilities]]
name = "physics"
accounts = ["phys*", "=cmd*"]
[[facilities]]
name = "</script>"
accounts = ["chem?"]
[[facilities]]
name = "physics"
accounts = ["O'Brien*"]

[[queue_groups]]
name = "all gpus"
queues = ["gpu*"]
[[queue_groups]]
name = "small"
queues = ["htc", "dev"]

[[columns]]
name = "energy_j"
attribute = "resources_used.x-ncar-energy"
type = "integer"
unit = "J"
comment = "Energy that the job used."
`

// drawn are the machines whose logs the tests draw: their zones change their clocks by half an hour, are no whole hours
// from UTC, or have a midnight twice.
var drawn = []drawing{
	{machine: "lordhowe", zone: "Australia/Lord_Howe", first: date(2026, 3, 31), days: 7, jobs: 260, seed: 1},
	{machine: "kathmandu", zone: "Asia/Kathmandu", torque: true, early: true, first: date(2026, 3, 28), days: 6,
		jobs: 200, seed: 2},
	{machine: "havana", zone: "America/Havana", first: date(2026, 10, 30), days: 4, jobs: 160, seed: 3},
}

// A world is a database of several machines, and what is in its tables.
type world struct {
	db       *duckdb.DB
	path     string
	machines []*machine
	jobs     []job
	runs     []run // of job_runs
	open     []open
	told     map[string][]event // by machine and job
}

// A machine is what its logs tell of.
type machine struct {
	name        string
	zone        *time.Location
	first, last int64 // seconds
	capacity    []site.Capacity
}

var (
	theWorld  *world
	worldOnce sync.Once
	worldDir  string
)

func TestMain(m *testing.M) {
	code := m.Run()
	if theWorld != nil {
		theWorld.db.Close()
	}
	os.RemoveAll(worldDir) //nolint:errcheck // it is in the folder for temporary files
	os.Exit(code)
}

// aWorld is the same for all tests, which only read it.
func aWorld(t testing.TB) *world {
	t.Helper()
	worldOnce.Do(func() {
		var err error
		if worldDir, err = os.MkdirTemp("", "pbsduck-reports"); err != nil {
			t.Fatal(err)
		}
		theWorld = newWorld(t, worldDir)
	})
	if theWorld == nil {
		t.Fatal("the database could not be made: see the first test")
	}
	return theWorld
}

func newWorld(t testing.TB, dir string) *world {
	t.Helper()
	config := siteOf(t, siteText)
	w := &world{path: filepath.Join(dir, "world.duckdb")}
	db, err := duckdb.Open(t.Context(), w.path, duckdb.Options{Site: config.Site, Threads: 2})
	if err != nil {
		t.Fatal(err)
	}
	_, err = generate.Run(t.Context(), generate.Options{Dir: dir, Profiles: []string{"derecho"}, Days: 3, Jobs: 150,
		Seed: 1, Start: date(2026, 3, 6), Hostile: true})
	if err != nil {
		t.Fatal(err)
	}
	take(t, db, config, "denver", filepath.Join(dir, "derecho"))
	for _, d := range drawn {
		take(t, db, config, d.machine, d.write(t, filepath.Join(dir, d.machine)))
	}
	idle := filepath.Join(dir, "idle")
	writeLog(t, idle, "20260401",
		"04/01/2026 08:00:00;L;license;floating license hour:1 day:1\n04/03/2026 12:00:00;Q;1.idle;queue=htc\n")
	writeLog(t, idle, "20260402", "04/02/2026 08:00:00;L;license;floating license hour:1 day:1\n")
	take(t, db, config, "idle", idle)
	if err := charge.ReplaceAllocations(t.Context(), db, someAllocations); err != nil {
		t.Fatal(err)
	}
	db.Close()
	// as the command has it
	if w.db, err = duckdb.Open(context.Background(), w.path, duckdb.Options{ReadOnly: true, Threads: 2}); err != nil {
		t.Fatal(err)
	}
	w.read(t, config)
	return w
}

func siteOf(t testing.TB, text string) *site.Config {
	t.Helper()
	config, err := site.Parse(filepath.Join(t.TempDir(), "pbsduck.toml"), []byte(text))
	if err != nil {
		t.Fatal(err)
	}
	return config
}

// take loads a folder of logs.
func take(t testing.TB, db *duckdb.DB, config *site.Config, machine, dir string) {
	t.Helper()
	logs, err := source.Find([]string{dir}, source.FindOptions{})
	if err != nil {
		t.Fatal(err)
	}
	o := load.Options{Machine: machine, Config: config, Final: true, Now: time.Unix(0, 0), Workers: 2}
	if m := config.Machine(machine); m != nil {
		o.Zone = m.Zone
	}
	s, err := load.Run(t.Context(), db, logs, o)
	if err != nil || len(s.Failed) > 0 {
		t.Fatal(err, s.Failed)
	}
}

func writeLog(t testing.TB, dir, name, text string) {
	t.Helper()
	if err := os.MkdirAll(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

func date(year, month, day int) time.Time {
	return time.Date(year, time.Month(month), day, 0, 0, 0, 0, time.UTC)
}

// named is a report of the program.
func named(t testing.TB, name string) report.Report {
	t.Helper()
	all, err := report.All("")
	if err != nil {
		t.Fatal(err)
	}
	i := slices.IndexFunc(all, func(r report.Report) bool { return r.Name == name })
	if i < 0 {
		t.Fatal("there is no report", name)
	}
	return all[i]
}
