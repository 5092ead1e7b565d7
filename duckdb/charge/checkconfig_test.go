package charge_test

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"pbsduck/duckdb/charge"
	"pbsduck/ingest/site"
)

// TestCheckConfig: rules that can't charge every job are told, with the line, before there is a database.
func TestCheckConfig(t *testing.T) {
	for _, c := range []struct{ name, rule, want string }{
		{"unknown column", `cpu_hours = "ncpu * 2"`, `:5: machines.rules.cpu_hours: .*ncpu.*not found.*`},
		{"no SQL", `gpu_hours = "1 +"`, `:5: machines.rules.gpu_hours: .*syntax error.*`},
		{"two values", `cpu_hours = "1, 2"`, `:5: machines.rules.cpu_hours: gives 2 values, not one`},
		{"NULL", `cpu_hours = "NULL"`, `:5: machines.rules.cpu_hours: gives NULL, not a number`},
		{"NULL for all", `cpu_hours = "nullif(1, 1)"`,
			`:5: machines.rules.cpu_hours: gives NULL for a job that has every value: .*`},
		{"text", `memory_hours = "queue"`, `:5: machines.rules.memory_hours: gives VARCHAR, not a number`},
		{"boolean", `memory_hours = "ncpus > 2"`, `:5: machines.rules.memory_hours: gives BOOLEAN, not a number`},
		{"division by 0", `cpu_hours = "ncpus / 0"`,
			`:5: machines.rules.cpu_hours: gives \+Inf for a job that has every value: does it divide by 0.*`},
		{"division by what may be 0", `cpu_hours = "walltime_used_s / ngpus"`,
			`:5: machines.rules.cpu_hours: gives NaN for a job whose numbers are 0 .*: does it divide by 0.*`},
		{"not finite", `cpu_hours = "'inf'::DOUBLE"`, `:5: machines.rules.cpu_hours: gives \+Inf for a job .*`},
		{"negative", `cpu_hours = "-ncpus"`, `:5: machines.rules.cpu_hours: gives -\d+ hours for a job .*`},
		{"fails", `cpu_hours = "queue::INTEGER"`,
			`:5: machines.rules.cpu_hours: fails for a job that has every value: .*probe.*`},
		{"not job by job", `cpu_hours = "sum(ncpus)"`, `:5: machines.rules.cpu_hours: .*aggregates are not allowed.*`},
		{"another outcome each time", `cpu_hours = "random()"`,
			`:5: machines.rules.cpu_hours: depends on random, which is no value of the job: .*`},
		{"qos is a number", "qos = \"1\"\n[[machines.qos]]\nversion = '1'\nfactors = { a = 1 }",
			`:5: machines.rules.qos: gives INTEGER, not text`},
		{"qos is NULL", "qos = \"NULL\"\n[[machines.qos]]\nversion = '1'\nfactors = { a = 1 }",
			`:5: machines.rules.qos: gives NULL, not the name .*`},
		{"reserved word", "[[columns]]\nname = 'select'\nattribute = 'x'\ntype = 'text'\ncomment = 'c'",
			`:6: columns.name: "select" is a reserved word of SQL: choose another name`},
	} {
		t.Run(c.name, func(t *testing.T) {
			config, err := site.Parse("pbsduck.toml",
				[]byte("[[machines]]\nname = 'm'\n[[machines.rules]]\nversion = '1'\n"+c.rule+"\n"))
			if err != nil {
				t.Fatal(err)
			}
			err = charge.CheckConfig(t.Context(), config)
			if err == nil || !regexp.MustCompile(`^pbsduck\.toml`+c.want+`$`).MatchString(err.Error()) {
				t.Errorf("got  %v\nwant pbsduck.toml%s", err, c.want)
			}
		})
	}
}

// TestExamples: the worked examples are good, and so is what config init writes when the # are taken off.
func TestExamples(t *testing.T) {
	examples, err := filepath.Glob("../../examples/*.toml")
	if err != nil || len(examples) == 0 {
		t.Fatal(err, "no examples")
	}
	for _, path := range append(examples, "../../cmd/pbsduck/pbsduck.toml") {
		if filepath.Base(path) == "anonymize.toml" { // no configuration, but what export --anonymize does with columns
			continue
		}
		text, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		var b strings.Builder
		for line := range strings.Lines(string(text)) {
			if key, ok := strings.CutPrefix(line, "#"); ok && !strings.HasPrefix(key, " ") {
				line = key
			}
			b.WriteString(line)
		}
		c, err := site.Parse(path, []byte(b.String()))
		if err == nil {
			err = charge.CheckConfig(t.Context(), c)
		}
		if err != nil {
			t.Errorf("%s: %v", path, err)
		} else if len(c.Machines) == 0 || len(c.Machines[0].Rules) == 0 || len(c.Site.Columns) == 0 {
			t.Errorf("%s shows no rules, or no columns", path)
		}
	}
}
