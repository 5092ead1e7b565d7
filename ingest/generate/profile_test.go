package generate

import (
	"context"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"pbsduck/ingest/site"
)

// TestSite: the configuration beside the logs is one that pbsduck takes, with the size of each machine, and charges
// what examples/ncar.toml charges.
func TestSite(t *testing.T) {
	dir, sum := run(t, Options{Days: 1, Jobs: 300, Seed: 1})
	got, err := site.Read(filepath.Join(dir, "pbsduck.toml"))
	if err != nil {
		t.Fatal(err)
	}
	if len(got.Machines) != len(sum.Profiles) {
		t.Fatalf("%d machines, want %d", len(got.Machines), len(sum.Profiles))
	}
	example, err := site.Read("../../examples/ncar.toml")
	if err != nil {
		t.Fatal(err)
	}
	for i, m := range got.Machines {
		p := sum.Profiles[i]
		if m.Name != p.Name || m.Zone != p.Zone || m.Logs != filepath.Join(dir, p.Name) {
			t.Errorf("machine %+v, want %s", m, p.Name)
		}
		if len(m.Capacity) != 1 || *m.Capacity[0].Nodes != p.Capacity.Nodes || *m.Capacity[0].Cores != p.Capacity.Cores ||
			*m.Capacity[0].GPUs != p.Capacity.GPUs {
			t.Errorf("%s: capacity %+v, want %+v", m.Name, m.Capacity, p.Capacity)
		}
		if c := readCounts(t, dir, m.Name); !reflect.DeepEqual(c.Capacity, p.Capacity) {
			t.Errorf("%s: the counts say %+v, the summary %+v", m.Name, c.Capacity, p.Capacity)
		}
		for _, e := range example.Machines {
			if diff := cmp.Diff(e.Rules, m.Rules, cmpopts.IgnoreUnexported(site.Rule{})); e.Name == m.Name && diff != "" {
				t.Errorf("%s is charged otherwise (+) than in examples/ncar.toml (-):\n%s", m.Name, diff)
			}
		}
	}
	if diff := cmp.Diff([]any{example.Site, example.Facilities, example.QueueGroups},
		[]any{got.Site, got.Facilities, got.QueueGroups}); diff != "" {
		t.Errorf("columns, types and groups (+) are not those of examples/ncar.toml (-):\n%s", diff)
	}
}

// TestSiteOfAnother: a site's own configuration stays.
func TestSiteOfAnother(t *testing.T) {
	o := Options{Dir: t.TempDir(), Profiles: []string{"casper"}, Days: 1, Jobs: 20, Start: winter}
	path := filepath.Join(o.Dir, "pbsduck.toml")
	if err := os.WriteFile(path, []byte("priority = \"x\"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := Run(context.Background(), o); err == nil || !strings.Contains(err.Error(), path) {
		t.Errorf("error is %v, want one that names %s", err, path)
	}
	if entries, err := os.ReadDir(o.Dir); err != nil || len(entries) != 1 {
		t.Errorf("%v are there beside the configuration (%v)", entries, err)
	}
}

const smallProfile = `name = "pond"
dialect = "pbs"
timezone = "UTC"
server = "pond"
login = "pond"
groups = ["a"]
filled = 80
exit_lag = [1, 2]
without = ["odd", "lateStamp", "released", "reserved", "longRunning", "standing", "huge", "large"]

[[nodes]]
name = "n"
prefix = "pond"
digits = 2
cores = 4
memory = "8gb"

[[queues]]
route = ["q"]
nodes = "n"
place = "free"
walltimes = ["01:00:00"]
run = [600, 1200]
load = 90
used = [10, 20]
order = "ncpus mem"
default = "1gb"
jobs = [{ weight = 1, select = "1:ncpus=1" }, { weight = 2, select = "1:ncpus=2", route = ["other"] }]
`

// TestOwnProfile: a site's own profile is a file, and what is wrong with it is said.
func TestOwnProfile(t *testing.T) {
	path := filepath.Join(t.TempDir(), "pond.toml")
	try := func(text string) error {
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		o := Options{Dir: t.TempDir(), Profiles: []string{path}, Days: 1, Jobs: 500, Seed: 1, Start: winter}
		_, err := Run(context.Background(), o)
		if err == nil {
			all, _, _ := records(t, o.Dir, "pond")
			if !anyRecord(all, func(r record) bool { return r.letter == 'E' && strings.Contains(r.text, " queue=other ") }) {
				t.Error("no job of the queue other ended")
			}
		}
		return err
	}
	if err := try(smallProfile); err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct{ old, new, want string }{
		"unknown key":        {"cores = 4", "kores = 4", "line 15: unknown key nodes.kores"},
		"wrong type":         {"filled = 80", `filled = "80"`, "line 7: "},
		"key of a job":       {"weight = 1,", "wait = 1,", "queue 1, job 1: unknown key wait"},
		"no such nodes":      {`nodes = "n"`, `nodes = "m"`, `queue 1, job 1: nodes = "m": no such kind`},
		"no such story":      {`"odd"`, `"even"`, `there is no story "even"`},
		"a story's job":      {`"odd", `, "", `no job has story = "odd"`},
		"fits nowhere":       {"1:ncpus=2", "1:ncpus=5", "does not fit"},
		"walltime":           {"01:00:00", "an hour", `walltime "an hour"`},
		"memory":             {"8gb", "8 pears", "memory"},
		"name of a path":     {`"pond"`, `"../pond"`, "use letters"},
		"dialect":            {`dialect = "pbs"`, `dialect = "slurm"`, "use pbs or torque"},
		"zone":               {`"UTC"`, `"Mars/Olympus"`, "Mars/Olympus"},
		"not at all":         {"filled = 80", "filled = 0", "in percent"},
		"no jobs of a queue": {"jobs = [", "jobs = []\nx = [", "queue 1 has no jobs"},
	} {
		text := strings.Replace(smallProfile, c.old, c.new, 1)
		if err := try(text); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: error is %v, want %q", name, err, c.want)
		}
	}
}
