package site_test

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"pbsduck/ingest/site"
)

const machine = "[[machines]]\nname = 'm'\n"

// TestBadInput holds that every mistake is told with its line, and how it is to be put right.
func TestBadInput(t *testing.T) {
	for _, c := range []struct{ name, text, want string }{
		{"no TOML", "codec = \n", `:1: .*`},
		{"unknown key", "codec = 'zstd'\nfoo = 1\n", `:2: unknown key foo: pbsduck config init shows all that there are`},
		{"unknown key in a machine", machine + "log = 'x'\n", `:3: unknown key machines.log: .*`},
		{"unknown key in a table within a line", machine + "capacity = [\n  { nodes = 3 },\n  { coers = 4 } ]\n",
			`:5: unknown key machines.capacity.coers: .*`},
		{"period turned round in a line", machine + "capacity = [\n  { nodes = 3 },\n  { from = 2026-02-01,\n" +
			" until = 2026-01-01 } ]\n", `(?s):6: machines.capacity.until: .*`},
		{"text", machine + "logs = 3\n", `:3: machines.logs: this is a TOML integer, and should be a text in quotes`},
		{"whole number", machine + "[[machines.capacity]]\nnodes = 1.5\n",
			`:4: machines.capacity.nodes: this is a TOML float, and should be a whole number`},
		{"date", machine + "[[machines.capacity]]\nfrom = 2026-01-01T00:00:00Z\n",
			`:4: machines.capacity.from: this is a TOML datetime, and should be a date such as 2026-01-31`},
		{"map", machine + "cpu_types = 'a'\n",
			`:3: machines.cpu_types: this is a TOML string, and should be a table such as { queue = "type" }`},
		{"number", machine + "[[machines.qos]]\nfactors = { a = 'x' }\n",
			`:4: machines.qos.factors: this is a TOML string, and should be a number`},
		{"tables", "machines = 5\n", `:1: machines: this is a TOML integer, and should be \[\[...\]\]: .*`},
		{"codec", "codec = 'lzma'\n", `:1: codec: unknown codec "lzma": use zstd or gzip`},
		{"no name", "\n[[machines]]\nlogs = 'x'\n", `:2: machines.name: a machine needs a name`},
		{"machine twice", machine + machine, `:4: machines.name: "m" is there twice`},
		{"time zone", machine + "timezone = 'Denver'\n",
			`:3: machines.timezone: unknown time zone "Denver": use an IANA name such as America/Denver`},
		{"period turned round", machine + "[[machines.capacity]]\nfrom = 2026-02-01\nuntil = 2026-01-01\n",
			`:5: machines.capacity.until: 2026-01-01 is before from, 2026-02-01`},
		{"capacities overlap",
			machine + "[[machines.capacity]]\nuntil = 2026-02-01\n[[machines.capacity]]\nfrom = 2026-02-01\n",
			`:6: machines.capacity.from: 2026-02-01 to further notice overlaps with that of number 1: ` +
				`the beginning to 2026-02-01`},
		{"rules overlap", machine + "[[machines.rules]]\nversion = '1'\n[[machines.rules]]\nversion = '2'\n" +
			"from = 2026-02-01\n", `:7: machines.rules.from: .* overlaps with that of number 1: .*`},
		{"no version", machine + "[[machines.rules]]\ncpu_hours = '1'\n",
			`:3: machines.rules.version: rules need a version: .*`},
		{"charged over what", machine + "[[machines.rules]]\nversion = '1'\ncharged_over = 'phases'\n",
			`:5: machines.rules.charged_over: "phases": use job, or runs`},
		{"version twice", machine + "[[machines.rules]]\nversion = '1'\nuntil = 2026-01-01\n[[machines.rules]]\n" +
			"version = '1'\nfrom = 2026-01-02\n", `:7: machines.rules.version: "1" is there twice`},
		{"version of the built-in rules", machine + "[[machines.rules]]\nversion = 'default'\n",
			`:4: machines.rules.version: .* choose another`},
		{"qos without factors", machine + "[[machines.rules]]\nversion = '1'\nqos = 'queue'\n",
			`:3: machines.rules: .* add \[\[machines.qos\]\]`},
		{"factors without qos", machine + "[[machines.qos]]\nversion = '1'\nfactors = { a = 1 }\n",
			`:3: machines.qos: no rule .*`},
		{"factors of other days", machine + "[[machines.rules]]\nversion = '1'\nqos = 'queue'\nuntil = 2026-01-01\n" +
			"[[machines.qos]]\nversion = '1'\nfrom = 2026-02-01\nfactors = { a = 1 }\n", `:7: machines.qos: no day is both .*`},
		{"factor below 0", machine + "[[machines.rules]]\nversion = '1'\nqos = 'queue'\n[[machines.qos]]\nversion = '1'\n" +
			"factors = { a = -0.5 }\n", `:8: machines.qos.factors: the factor of "a" is -0.5: it must be a number from 0 on`},
		{"factor that is no number", machine + "[[machines.rules]]\nversion = '1'\nqos = 'queue'\n[[machines.qos]]\n" +
			"version = '1'\nfactors = { a = nan }\n", `:8: machines.qos.factors: .*`},
		{"column taken", "[[columns]]\nname = 'queue'\nattribute = 'x'\ntype = 'text'\ncomment = 'c'\n",
			`:2: columns.name: the name queue is taken: it is a column of jobs`},
		{"column of job_details taken", "[[columns]]\nname = 'qos_factor'\nattribute = 'x'\ntype = 'text'\ncomment = 'c'\n",
			`:2: columns.name: the name qos_factor is taken: .*`},
		{"reckoned column taken", "[[columns]]\nname = 'mem_used_gib'\nattribute = 'x'\ntype = 'float'\ncomment = 'c'\n",
			`:2: columns.name: the name mem_used_gib is taken: it is a column of job_details`},
		{"column under jobs taken", "[[columns]]\nname = 'line'\nattribute = 'x'\ntype = 'text'\ncomment = 'c'\n",
			`:2: columns.name: the name line is taken: it is a column of outcomes`},
		{"column of reports taken", "[[columns]]\nname = 'entity'\nattribute = 'x'\ntype = 'text'\ncomment = 'c'\n",
			`:2: columns.name: the name entity is taken: it is a column of report_jobs`},
		{"column of datasets taken", "[[columns]]\nname = 'job_row'\nattribute = 'x'\ntype = 'text'\ncomment = 'c'\n",
			`:2: columns.name: the name job_row is taken: it is of datasets, .*`},
		{"column twice", strings.Repeat("[[columns]]\nname = 'a'\nattribute = 'x'\ntype = 'text'\ncomment = 'c'\n", 2),
			`:7: columns.name: the name a is taken: it is a column of jobs`},
		{"column name", "[[columns]]\nname = 'A b'\nattribute = 'x'\ntype = 'text'\ncomment = 'c'\n",
			`:2: columns.name: "A b": a name is .*`},
		{"column type", "[[columns]]\nname = 'a'\nattribute = 'x'\ntype = 'int'\ncomment = 'c'\n",
			`:4: columns.type: unknown type "int": use one of integer, float, .*`},
		{"unit of a size", "[[columns]]\nname = 'a'\nattribute = 'x'\ntype = 'size'\nunit = 'GB'\ncomment = 'c'\n",
			`:4: columns.type: a size is kept in bytes, not in "GB": leave unit out`},
		{"no attribute, no comment", "[[columns]]\nname = 'a'\ntype = 'text'\n",
			`:1: columns.attribute: .*\npbsduck.toml:1: columns.comment: .*`},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := site.Parse("pbsduck.toml", []byte(c.text))
			if err == nil || !regexp.MustCompile(`(?s)^pbsduck\.toml`+c.want+`$`).MatchString(err.Error()) {
				t.Errorf("got %v\nwant pbsduck.toml%s", err, c.want)
			}
		})
	}
}

func day(text string) time.Time {
	d, err := time.Parse(time.DateOnly, text)
	if err != nil {
		panic(err)
	}
	return d
}

// TestCombined holds that rules and factors with days of their own make rules for the days that they share.
func TestCombined(t *testing.T) {
	c, err := site.Parse("pbsduck.toml", []byte(machine+`
[[machines.rules]]
version = "b"
from = 2026-03-01
qos = "queue"
[[machines.rules]]
version = "a"
until = 2026-02-28
cpu_hours = "1"
qos = "queue"
[[machines.qos]]
version = "x"
until = 2026-03-31
factors = { a = 1 }
[[machines.qos]]
version = "y"
from = 2026-04-01
factors = { a = 2 }
`))
	if err != nil {
		t.Fatal(err)
	}
	type row struct {
		Version     string
		From, Until time.Time
		CPU         string
		Factor      float64
	}
	var got []row
	for _, r := range c.Machine("m").Rules {
		got = append(got, row{r.Version, r.From, r.Until, r.CPUHours, r.Factors["a"]})
	}
	built := site.Default().CPUHours
	want := []row{
		{"a/x", time.Time{}, day("2026-02-28"), "1", 1},
		{"b/x", day("2026-03-01"), day("2026-03-31"), built, 1},
		{"b/y", day("2026-04-01"), time.Time{}, built, 2},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

// TestMachineOf finds the machine by the folder that holds a log, through links, too.
func TestMachineOf(t *testing.T) {
	dir := t.TempDir()
	for _, name := range []string{"logs/a/old", "logs/ab"} {
		if err := os.MkdirAll(filepath.Join(dir, name), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.WriteFile(filepath.Join(dir, "logs/a/20260101"), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(filepath.Join(dir, "logs/a"), filepath.Join(dir, "link")); err != nil {
		t.Fatal(err)
	}
	c, err := site.Parse(filepath.Join(dir, "pbsduck.toml"), []byte("[[machines]]\nname = 'a'\nlogs = 'logs/a'\n"+
		"[[machines]]\nname = 'old'\nlogs = 'logs/a/old'\n[[machines]]\nname = 'none'\n"))
	if err != nil {
		t.Fatal(err)
	}
	for path, want := range map[string]string{
		"logs/a/20260101": "a", "logs/a": "a", "logs/a/old/20250101": "old", "logs/ab/20260101": "", "link/20260101": "a",
		"20260101": "", "logs": "",
	} {
		got := ""
		if m := c.MachineOf(filepath.Join(dir, path)); m != nil {
			got = m.Name
		}
		if got != want {
			t.Errorf("%s is of %q, want %q", path, got, want)
		}
	}
	var none *site.Config
	if none.Machine("a") != nil || none.MachineOf("a") != nil {
		t.Error("no configuration has machines")
	}
}
