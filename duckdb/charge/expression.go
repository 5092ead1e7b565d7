package charge

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"pbsduck/duckdb"
)

// An expression is the SQL of a rule.
type expression struct{ *duckdb.Expression }

// parseExpression reads the SQL of a rule, or says what is wrong with it.
func parseExpression(ctx context.Context, db *duckdb.DB, sql string) (e *expression, problem string, err error) {
	parsed, problem, err := db.ParseExpression(ctx, sql)
	return &expression{parsed}, problem, err
}

// needs are the columns for which nothing is put in where they are NULL. It takes the expression apart.
func (e *expression) needs() []string {
	duckdb.VisitNodes(e.Root, func(node map[string]any) string {
		if node["type"] == "OPERATOR_COALESCE" {
			delete(node, "children")
		}
		return ""
	})
	return duckdb.NamesIn(e.Root)
}

const onlyTheJob = "a rule reads the columns of its job, and nothing else"

// strays says where an expression reads more than a job of these columns, or gives another outcome each time; "" if it
// does neither.
func (e *expression) strays(columns []string) string {
	known := slices.Clone(columns)
	duckdb.VisitNodes(e.Root, func(node map[string]any) string {
		if node["class"] == "LAMBDA" {
			known = append(known, duckdb.NamesIn(node["lhs"])...)
		}
		return ""
	})
	if what := e.Strays(); what != "" {
		return what + ": " + onlyTheJob
	}
	return duckdb.VisitNodes(e.Root, func(node map[string]any) string {
		name := ""
		switch node["class"] {
		case "FUNCTION":
			name = strings.ToLower(fmt.Sprint(node["function_name"]))
			arguments, _ := node["children"].([]any)
			if name == "age" && len(arguments) == 1 {
				return "age of one instant counts to now: give it two, or a date"
			}
		case "COLUMN_REF": // functions of SQL's own have no parentheses
			if name = duckdb.ColumnName(node); slices.Contains(known, name) {
				name = ""
			}
		}
		if slices.Contains(unsteady, name) {
			return fmt.Sprintf("depends on %s, which is no value of the job: %s, "+
				"as it must charge the same whenever it is applied", name, onlyTheJob)
		}
		return ""
	})
}

// unsteady are the functions whose outcome depends on more than their arguments (the clock, chance, the session, the
// database), or that do something.
var unsteady = strings.Fields(`
	ago col_description current_catalog current_connection_id current_database current_date current_localtime
	current_localtimestamp current_query current_query_id current_role current_schema current_schemas current_setting
	current_time current_timestamp current_transaction_id current_user currval error format_type gen_random_uuid
	get_block_size get_current_time get_current_timestamp getvariable in_search_path json_serialize_plan localtime
	localtimestamp nextval now obj_description pg_conf_load_time pg_get_constraintdef pg_get_expr pg_get_viewdef
	pg_postmaster_start_time pg_sleep random session_user setseed shobj_description sleep_ms stats today
	transaction_timestamp txid_current user uuid uuidv4 uuidv7 version write_log`)

// branches are the parts of an expression that are worked out for some jobs only: what follows THEN and ELSE, and what
// coalesce falls back on. They come as SQL.
func (e *expression) branches(ctx context.Context, db *duckdb.DB) ([]string, error) {
	var parts []any
	duckdb.VisitNodes(e.Root, func(node map[string]any) string {
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
		sql, err := e.SQLOf(ctx, db, part)
		if err != nil {
			return nil, err
		}
		all = append(all, sql)
	}
	return all, nil
}
