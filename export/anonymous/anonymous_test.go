package anonymous

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"pbsduck/ingest/schema"
)

// TestStandard: the policy that is built in is the one that is shown, and names all columns but those that never leave
// or say which row of which database it was.
func TestStandard(t *testing.T) {
	shown, err := os.ReadFile("../../examples/anonymize.toml")
	if err != nil || !bytes.Equal(shown, standard) {
		t.Fatalf("examples/anonymize.toml and default.toml differ: %v", err)
	}
	p, err := Read(Standard)
	if err != nil {
		t.Fatal(err)
	}
	tables := schema.Site{}.Dataset(true)
	if err := p.Check(tables, near); err != nil {
		t.Fatal(err)
	}
	var dropped []string
	has := map[string]int{}
	for _, one := range p.Of(tables) {
		has[one.Name] = len(one.Columns)
		for _, c := range one.Columns {
			if c.Type == schema.Bytes || c.Name == "record" || c.Name == "text" || c.Name == "select_spec" {
				t.Errorf("%s.%s would leave", one.Name, c.Name)
			}
		}
	}
	for _, one := range tables {
		for _, c := range one.Columns {
			if _, ok := p.Columns[c.Name]; !ok && !strings.Contains(strings.Join(dropped, " "), c.Name) {
				dropped = append(dropped, c.Name)
			}
		}
	}
	if got := strings.Join(dropped, " "); got != "job_row short_id select_spec session text raw record" ||
		has["jobs"] < 30 {
		t.Errorf("dropped: %s; %v", got, has)
	}
}

func near(string, []string) string { return ": did you mean another?" }

// TestBadPolicies: what is wrong with a policy is told with file and line, all of it.
func TestBadPolicies(t *testing.T) {
	for text, want := range map[string][]string{
		"colums = 1\n": {"p.toml:1: unknown key colums: docs/sharing.md lists"},
		"":             {"p.toml: columns: no column is named"},
		"[columns]\nmachine = \"keep\"\nusr = \"hash\"\n\nfoo = \"drop\"\n": {
			"p.toml:3: columns.usr: no table has a column \"usr\": did you mean another?\n", "p.toml:5: columns.foo: no table"},
		"shift = \"a bit\"\n[columns]\nmachine = \"keep\"\n": {
			"p.toml:1: shift: \"a bit\" is no shift: give",
		},
		"shift = \"36 hours\"\n[columns]\nmachine = \"keep\"\n": {
			"p.toml:1: shift: \"36 hours\" is no shift",
		},
		"[small]\njobs = 0\n[columns]\nmachine = \"keep\"\n": {
			"p.toml:1: small: give numbers from 1 on",
		},
		"[columns]\nmachine = \"hide\"\n": {
			"p.toml:2: columns.machine: \"hide\" is no action: give \"keep\"",
		},
		"[columns]\nmachine = 7\n": {
			"p.toml:2: columns.machine: this is no action",
		},
		"[columns]\nmachine = \"drop\"\n": {
			"p.toml:2: columns.machine: the folders",
		},
		"[columns]\nuser_name = \"hash\"\n": {"columns.machine: the folders"},
		"tables = [\"job\"]\n[columns]\nmachine = \"keep\"\n": {
			"p.toml:1: tables: no table \"job\": there are jobs, runs",
		},
		"tables = [\"records\"]\n[columns]\nmachine = \"keep\"\n": {"no table \"records\""},
		"[columns]\nmachine = \"keep\"\nselect_spec = \"hash\"\ntext = \"keep\"\n": {
			"p.toml:3: columns.select_spec: free texts", "p.toml:4: columns.text: free texts",
		},
		"[columns]\nmachine = \"keep\"\nname = \"keep\"\nraw = \"keep\"\n": {
			"p.toml:3: columns.name: job names are free", "p.toml:4: columns.raw: free texts",
		},
		"[columns]\nmachine = \"keep\"\nncpus = \"hash\"\n": {
			"p.toml:3: columns.ncpus: only texts are hashed",
		},
		"[columns]\nmachine = \"keep\"\nncpus = { bucket = [8, 1] }\n": {
			"p.toml:3: columns.ncpus: give the bounds",
		},
		"[columns]\nmachine = \"keep\"\nncpus = { bucket = [1, \"x\"] }\n": {
			"p.toml:3: columns.ncpus: a bound of a bucket is x",
		},
		"[columns]\nmachine = \"keep\"\nncpus = { bucket = [1, inf] }\n": {
			"p.toml:3: columns.ncpus: a bound of a bucket is +Inf",
		},
		"[columns]\nmachine = \"keep\"\nncpus = { bucket = [nan] }\n": {
			"p.toml:3: columns.ncpus: a bound of a bucket is NaN",
		},
		"[columns]\nmachine = \"keep\"\nncpus = { bucket = \"1h\" }\n": {
			"p.toml:3: columns.ncpus: it holds no instants",
		},
		"[columns]\nmachine = \"keep\"\nend_time = { bucket = \"7h\" }\n": {
			"p.toml:3: columns.end_time: \"7h\" is no width",
		},
		"[columns]\nmachine = \"keep\"\nend_time = { bucket = [1] }\nqueue = {buckt = 1}\n": {
			"p.toml:4: columns.queue: this is no action",
		},
		"[columns]\nmachine = \"keep\"\nend_time = { bucket = [1] }\n": {
			"p.toml:3: columns.end_time: it holds no numbers",
		},
		"[columns]\nmachine = \"keep\"\nmachine = \"hash\"\n": {"p.toml:3: "},
	} {
		p, err := parse("p.toml", []byte(text))
		if err == nil {
			err = p.Check(schema.Site{}.Dataset(false), near)
		}
		for _, one := range want {
			if err == nil || !strings.Contains(err.Error(), one) {
				t.Errorf("%q\nwant %q, got %v", text, one, err)
			}
		}
	}
}

// TestKey: one is made for its owner alone, once, and is refused where others can read it or will get it.
func TestKey(t *testing.T) {
	dir := t.TempDir()
	path, shared := filepath.Join(dir, "key"), filepath.Join(dir, "shared")
	if _, err := ReadKey(path, shared, false); err == nil || !strings.Contains(err.Error(), "there is no key") {
		t.Error(err)
	}
	first, err := ReadKey(path, shared, true)
	if err != nil {
		t.Fatal(err)
	}
	if again, err := ReadKey(path, shared, true); err != nil || again != first || first == (Key{}) {
		t.Error(again, err)
	}
	if info, err := os.Stat(path); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("%v, %v", info.Mode(), err)
	}
	entries, err := os.ReadDir(dir)
	if err != nil || len(entries) != 1 {
		t.Errorf("%v, %v", entries, err)
	}
	for want, do := range map[string]func() (string, error){
		"others can read the key": func() (string, error) { return path, os.Chmod(path, 0o640) },
		"holds no key": func() (string, error) {
			return path + "2", os.WriteFile(path+"2", []byte("secret\n"), 0o600)
		},
		"is not a regular file": func() (string, error) { return dir, nil },
		"keep it elsewhere":     func() (string, error) { return filepath.Join(shared, "in", "key"), nil },
		"which is to be shared": func() (string, error) {
			return filepath.Join(dir, "link", "key"), os.Symlink(shared, filepath.Join(dir, "link"))
		},
		"no such file or directory": func() (string, error) { return filepath.Join(dir, "none", "key"), nil },
	} {
		if err := os.MkdirAll(shared, 0o700); err != nil {
			t.Fatal(err)
		}
		at, err := do()
		if err != nil {
			t.Fatal(err)
		}
		if _, err := ReadKey(at, shared, true); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("want %q, got %v", want, err)
		}
	}
}
