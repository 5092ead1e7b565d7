package charge

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"

	"pbsduck/duckdb"
)

// An expression is the SQL of a rule as DuckDB parses it: what it would do is
// seen in the tree, before anything is run. A node is an object that has a
// class, as json_serialize_sql gives it.
type expression struct {
	document map[string]any // the whole statement: SELECT and the expression
	root     map[string]any
}

// parseExpression reads the SQL of a rule, or says what is wrong with it: it is
// what can stand between SELECT and FROM, one value.
func parseExpression(ctx context.Context, db *duckdb.DB, sql string) (e *expression, problem string, err error) {
	var text string
	if err := db.Conn().QueryRowContext(ctx, "SELECT json_serialize_sql(?::VARCHAR)::VARCHAR", "SELECT "+sql+"\n").Scan(&text); err != nil {
		return nil, "", err
	}
	e = &expression{}
	decoder := json.NewDecoder(strings.NewReader(text))
	decoder.UseNumber() // it has numbers of 64 bits
	if err := decoder.Decode(&e.document); err != nil {
		return nil, "", err
	}
	if e.document["error"] == true {
		return nil, duckdb.FirstLine(fmt.Sprint(e.document["error_message"])), nil
	}
	statements, _ := e.document["statements"].([]any)
	if len(statements) != 1 {
		return nil, fmt.Sprintf("is %d statements, not an expression", len(statements)), nil
	}
	query, _ := statements[0].(map[string]any)["node"].(map[string]any)
	values, _ := query["select_list"].([]any)
	if !bare(query) {
		return nil, "is a query of its own: a rule is one expression over the columns of jobs, without FROM, WHERE and the like", nil
	}
	if len(values) != 1 {
		return nil, fmt.Sprintf("gives %d values, not one", len(values)), nil
	}
	e.root, _ = values[0].(map[string]any)
	return e, "", nil
}

// bare tells whether a query is nothing but SELECT and values.
func bare(query map[string]any) bool {
	from, _ := query["from_table"].(map[string]any)
	with, _ := query["cte_map"].(map[string]any)
	if query["type"] != "SELECT_NODE" || from["type"] != "EMPTY" || !empty(query["modifiers"]) || !empty(with["map"]) {
		return false
	}
	for _, clause := range []string{"where_clause", "having", "qualify", "sample", "group_expressions", "group_sets"} {
		if query[clause] != nil && !empty(query[clause]) {
			return false
		}
	}
	return true
}

func empty(list any) bool {
	all, ok := list.([]any)
	return ok && len(all) == 0
}

// visit calls for every node below a value, and the value, until it says
// something.
func visit(value any, say func(node map[string]any) string) string {
	switch v := value.(type) {
	case []any:
		for _, one := range v {
			if said := visit(one, say); said != "" {
				return said
			}
		}
	case map[string]any:
		if v["class"] != nil {
			if said := say(v); said != "" {
				return said
			}
		}
		for _, key := range slices.Sorted(maps.Keys(v)) {
			if said := visit(v[key], say); said != "" {
				return said
			}
		}
	}
	return ""
}

// names are the columns that are read below a value, and what a lambda calls
// its arguments, in lower case, each once and in order.
func names(value any) []string {
	var all []string
	visit(value, func(node map[string]any) string {
		if node["class"] == "COLUMN_REF" {
			all = append(all, columnName(node))
		}
		return ""
	})
	slices.Sort(all)
	return slices.Compact(all)
}

// needs are the columns for which nothing is put in where they are NULL. It
// takes the expression apart.
func (e *expression) needs() []string {
	visit(e.root, func(node map[string]any) string {
		if node["type"] == "OPERATOR_COALESCE" {
			delete(node, "children")
		}
		return ""
	})
	return names(e.root)
}

func columnName(node map[string]any) string {
	var parts []string
	path, _ := node["column_names"].([]any)
	for _, p := range path {
		parts = append(parts, strings.ToLower(fmt.Sprint(p)))
	}
	return strings.Join(parts, ".")
}

// forbidden are the kinds of nodes by which a rule would look at more than its
// job.
var forbidden = map[any]string{
	"SUBQUERY":             "has a query inside",
	"WINDOW":               "looks at other jobs (OVER)",
	"STAR":                 "names no column (*)",
	"PARAMETER":            "has a parameter ($ or ?)",
	"POSITIONAL_REFERENCE": "names a column by its place (#)",
}

const onlyTheJob = "a rule reads the columns of its job, and nothing else"

// strays says where an expression reads more than a job of these columns, or
// gives another outcome each time; "" if it does neither.
func (e *expression) strays(columns []string) string {
	known := slices.Clone(columns)
	visit(e.root, func(node map[string]any) string {
		if node["class"] == "LAMBDA" {
			known = append(known, names(node["lhs"])...)
		}
		return ""
	})
	return visit(e.root, func(node map[string]any) string {
		if what := forbidden[node["class"]]; what != "" {
			return what + ": " + onlyTheJob
		}
		name := ""
		switch node["class"] {
		case "FUNCTION":
			name = strings.ToLower(fmt.Sprint(node["function_name"]))
			arguments, _ := node["children"].([]any)
			if name == "age" && len(arguments) == 1 {
				return "age of one instant counts to now: give it two, or a date"
			}
		case "COLUMN_REF": // functions of SQL's own have no parentheses
			if name = columnName(node); slices.Contains(known, name) {
				name = ""
			}
		}
		if slices.Contains(unsteady, name) {
			return fmt.Sprintf("depends on %s, which is no value of the job: %s, as it must charge the same whenever it is applied", name, onlyTheJob)
		}
		return ""
	})
}

// unsteady are the functions whose outcome depends on more than their arguments
// (the clock, chance, the session, the database), or that do something.
var unsteady = strings.Fields(`
	ago col_description current_catalog current_connection_id current_database current_date current_localtime current_localtimestamp
	current_query current_query_id current_role current_schema current_schemas current_setting current_time current_timestamp
	current_transaction_id current_user currval error format_type gen_random_uuid get_block_size get_current_time
	get_current_timestamp getvariable in_search_path json_serialize_plan localtime localtimestamp nextval now obj_description
	pg_conf_load_time pg_get_constraintdef pg_get_expr pg_get_viewdef pg_postmaster_start_time pg_sleep random session_user setseed
	shobj_description sleep_ms stats today transaction_timestamp txid_current user uuid uuidv4 uuidv7 version write_log`)

// branches are the parts of an expression that are worked out for some jobs
// only: what follows THEN and ELSE, and what coalesce falls back on. They come
// as SQL.
func (e *expression) branches(ctx context.Context, db *duckdb.DB) ([]string, error) {
	var parts []any
	visit(e.root, func(node map[string]any) string {
		switch {
		case node["class"] == "CASE":
			checks, _ := node["case_checks"].([]any)
			for _, c := range checks {
				parts = append(parts, c.(map[string]any)["then_expr"])
			}
			parts = append(parts, node["else_expr"])
		case node["type"] == "OPERATOR_COALESCE":
			children, _ := node["children"].([]any)
			parts = append(parts, children[1:]...)
		}
		return ""
	})
	var all []string
	for _, part := range parts {
		sql, err := e.sqlOf(ctx, db, part)
		if err != nil {
			return nil, err
		}
		all = append(all, sql)
	}
	return all, nil
}

// sqlOf gives a part of the expression as SQL.
func (e *expression) sqlOf(ctx context.Context, db *duckdb.DB, part any) (string, error) {
	query := e.document["statements"].([]any)[0].(map[string]any)["node"].(map[string]any)
	whole := query["select_list"]
	defer func() { query["select_list"] = whole }()
	query["select_list"] = []any{part}
	var text bytes.Buffer
	if err := json.NewEncoder(&text).Encode(e.document); err != nil {
		return "", err
	}
	var sql string
	err := db.Conn().QueryRowContext(ctx, "SELECT json_deserialize_sql(?::JSON)", text.String()).Scan(&sql)
	return strings.TrimPrefix(sql, "SELECT "), err
}
