package charge_test

import (
	"database/sql"
	"fmt"
	"strings"
	"testing"

	"pbsduck/duckdb/charge"
	"pbsduck/ingest/site"
)

// ruled is a configuration with a machine for each expression.
func ruled(t *testing.T, field string, expressions ...string) *site.Config {
	t.Helper()
	var b strings.Builder
	for i, e := range expressions {
		fmt.Fprintf(&b, "[[machines]]\nname = 'm%d'\n[[machines.rules]]\nversion = '1'\n%s = '''%s'''\n", i, field, e)
		if field == "qos" {
			b.WriteString("[[machines.qos]]\nversion = '1'\nfactors = { a = 1 }\n")
		}
	}
	c, err := site.Parse("pbsduck.toml", []byte(b.String()))
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// problems are what CheckConfig says of each expression, "" if nothing.
func problems(t *testing.T, field string, expressions ...string) []string {
	t.Helper()
	all := make([]string, len(expressions))
	err := charge.CheckConfig(t.Context(), ruled(t, field, expressions...))
	if err == nil {
		return all
	}
	lines := 5 // of a machine
	if field == "qos" {
		lines = 8
	}
	for _, said := range strings.Split(err.Error(), "\n") {
		var line int
		if _, err := fmt.Sscanf(said, "pbsduck.toml:%d:", &line); err != nil {
			t.Fatalf("no line: %s", said)
		}
		all[(line-1)/lines] += said
	}
	return all
}

// TestRulesReadTheirJobOnly: nothing leaves the row of the job, neither by mistake nor on purpose, and what can't is
// let through.
func TestRulesReadTheirJobOnly(t *testing.T) {
	refused := []string{
		"(SELECT count(*) FROM read_csv('/etc/passwd'))", "ncpus * (SELECT max(ncpus) FROM jobs)",
		"CASE WHEN EXISTS (FROM jobs) THEN 1 ELSE 0 END", "ncpus IN (SELECT 1)", "1 FROM read_text('/etc/passwd')",
		"ncpus WHERE true", "ncpus LIMIT 1", "DISTINCT ncpus", "1 UNION SELECT 2", "ncpus; COPY jobs TO 'stolen.csv'",
		"ncpus; ATTACH 'other.duckdb'", "ncpus; INSTALL httpfs", "1)::DOUBLE), (COPY (SELECT 1",
		"ncpus) FROM jobs; DROP TABLE jobs; --", "*", "COLUMNS('n.*')", "sum(ncpus) OVER ()", "row_number() OVER ()", "$1",
		"?", "#1", "max(ncpus)", "ncpus, ngpus", "ncpus ORDER BY 1",
		"list_sum(list_transform([1, 2], lambda x: x * (SELECT 1)))", "unnest([ncpus, ngpus])",
	}
	for i, said := range problems(t, "cpu_hours", refused...) {
		if said == "" {
			t.Errorf("passes: %s", refused[i])
		}
	}
	fine := []string{
		"ncpus * walltime_used_s / 3600", "coalesce(list_sum(list_transform([ncpus, ngpus], lambda x: x * 2)), 0)",
		"coalesce(NULLIF(ncpus, 0), 1)", "date_diff('second', start_time, end_time) / 3600",
		"age(end_time, start_time) > INTERVAL 1 DAY AND true, 1",
		"CASE WHEN extract(isodow FROM end_time) > 5 THEN 0.5 ELSE 1 END", "ncpus // 36 * 36", "length(select_spec)", "NCPUS",
		"CASE WHEN regexp_matches(queue, '^\\d+$') THEN queue::BIGINT ELSE 0 END", "-- all\n1",
	}
	fine[4] = "CASE WHEN age(end_time, start_time) > INTERVAL 1 DAY THEN 1 ELSE 0 END"
	for i, said := range problems(t, "memory_hours", fine...) {
		if said != "" {
			t.Errorf("refused: %s: %s", fine[i], said)
		}
	}
}

// TestRulesChargeTheSameAtAnyTime: every function that DuckDB says depends on more than its arguments is refused, in
// any rule, with or without parentheses and inside others.
func TestRulesChargeTheSameAtAnyTime(t *testing.T) {
	db, err := sql.Open("duckdb", "")
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	rows, err := db.Query(`SELECT DISTINCT function_name FROM duckdb_functions()
		WHERE function_type = 'scalar' AND stability <> 'CONSISTENT'
		UNION SELECT DISTINCT function_name FROM duckdb_functions()
		WHERE function_type = 'macro' AND regexp_matches(macro_definition, '(?i)select |current_|now\(')`)
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	var calls []string
	for rows.Next() {
		var name string
		if err := rows.Scan(&name); err != nil {
			t.Fatal(err)
		}
		calls = append(calls, name+"()")
	}
	if rows.Err() != nil || len(calls) < 30 {
		t.Fatal(calls, rows.Err())
	}
	calls = append(calls, "current_date", "CURRENT_TIMESTAMP", "localtime", "user", "version()",
		"current_setting('TimeZone')", "getvariable('x')", "age(end_time)",
		"CASE WHEN ncpus > 5 THEN date_part('year', now()) ELSE 0 END", "date_diff('day', end_date, current_date)",
		"coalesce(ncpus, random())",
		"list_transform([1], lambda x: x + random())[1]")
	for i, said := range problems(t, "cpu_hours", calls...) {
		if !strings.Contains(said, "depends on") && !strings.Contains(said, "counts to now") {
			t.Errorf("%s: %q", calls[i], said)
		}
	}
	for i, said := range problems(t, "qos", "current_user", "CASE WHEN now() > end_time THEN 'a' END",
		"'x' || (SELECT 1)") {
		if said == "" {
			t.Errorf("qos %d passes", i)
		}
	}
}

// TestRulesFitTheLargestJobs: what does not fit into its type for a whole machine and a week is refused, in branches
// too, and says how to write it.
func TestRulesFitTheLargestJobs(t *testing.T) {
	refused := []string{
		"mem_requested_bytes::BIGINT * walltime_used_s::BIGINT / 1024^3 / 3600",
		"ncpus::INTEGER * walltime_used_s::INTEGER / 3600",
		"CASE WHEN queue = 'big' THEN mem_used_bytes::BIGINT * walltime_used_s::BIGINT / 1024^3 / 3600 ELSE 0 END",
		"CASE WHEN queue = 'no' THEN 0 WHEN queue = 'x' THEN mem_used_bytes::INTEGER ELSE 0 END",
		"CASE queue WHEN 'probe' THEN 0 ELSE coalesce(mem_used_bytes, 0)::BIGINT * 3600::BIGINT END",
		"coalesce(ncpus, mem_used_bytes::BIGINT * 3600::BIGINT)", "mem_used_bytes * 1.00000000000000000001 * walltime_used_s",
	}
	for i, said := range problems(t, "memory_hours", refused...) {
		if !strings.Contains(said, "2^24 cpus, 64 PiB") ||
			!strings.Contains(said, "mem_requested_bytes / 1024^3 * (walltime_used_s / 3600)") {
			t.Errorf("%s: %q", refused[i], said)
		}
	}
	fine := []string{
		"mem_requested_bytes * walltime_used_s / 1024^3 / 3600",
		"coalesce(mem_used_bytes, 0) * walltime_used_s * ncpus / 1e9",
		"CASE WHEN queue = 'big' THEN mem_used_bytes * walltime_used_s * 0.000001 ELSE 0 END",
		"cpu_time_s * mem_used_bytes / 1024^3 / 3600", "mem_used_bytes * vmem_used_bytes / 1e30",
	}
	for i, said := range problems(t, "memory_hours", fine...) {
		if said != "" {
			t.Errorf("refused: %s: %s", fine[i], said)
		}
	}
	if said := problems(t, "qos", "CASE WHEN mem_used_bytes::INTEGER + ncpus > 5 THEN 'a' ELSE 'b' END"); said[0] == "" {
		t.Error("a quality of service that fails for large jobs passes")
	}
}
