package duckdb

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
)

// An Expression is SQL for one value of a job as DuckDB parses it: what it would do is seen in the tree, before
// anything is run. A node is an object that has a class, as json_serialize_sql gives it.
type Expression struct {
	document map[string]any // the whole statement: SELECT and the expression
	Root     map[string]any
}

// ParseExpression reads the SQL of an expression, or says what is wrong with it: it is what can stand between SELECT
// and FROM, one value.
func (db *DB) ParseExpression(ctx context.Context, sql string) (e *Expression, problem string, err error) {
	var text string
	row := db.conn.QueryRowContext(ctx, "SELECT json_serialize_sql(?::VARCHAR)::VARCHAR", "SELECT "+sql+"\n")
	if err := row.Scan(&text); err != nil {
		return nil, "", err
	}
	e = &Expression{}
	decoder := json.NewDecoder(strings.NewReader(text))
	decoder.UseNumber() // it has numbers of 64 bits
	if err := decoder.Decode(&e.document); err != nil {
		return nil, "", err
	}
	if e.document["error"] == true {
		return nil, FirstLine(fmt.Sprint(e.document["error_message"])), nil
	}
	statements, _ := e.document["statements"].([]any)
	if len(statements) != 1 {
		return nil, fmt.Sprintf("is %d statements, not an expression", len(statements)), nil
	}
	query, _ := statements[0].(map[string]any)["node"].(map[string]any)
	values, _ := query["select_list"].([]any)
	if !bare(query) {
		return nil, "is a query of its own: give one expression over the columns of jobs, without FROM, WHERE and the like",
			nil
	}
	if len(values) != 1 {
		return nil, fmt.Sprintf("gives %d values, not one", len(values)), nil
	}
	e.Root, _ = values[0].(map[string]any)
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

// VisitNodes calls for every node below a value, and the value, until it says something.
func VisitNodes(value any, say func(node map[string]any) string) string {
	switch v := value.(type) {
	case []any:
		for _, one := range v {
			if said := VisitNodes(one, say); said != "" {
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
			if said := VisitNodes(v[key], say); said != "" {
				return said
			}
		}
	}
	return ""
}

// NamesIn are the columns that are read below a value, and what a lambda calls its arguments, in lower case, each once
// and in order.
func NamesIn(value any) []string {
	var all []string
	VisitNodes(value, func(node map[string]any) string {
		if node["class"] == "COLUMN_REF" {
			all = append(all, ColumnName(node))
		}
		return ""
	})
	slices.Sort(all)
	return slices.Compact(all)
}

// ColumnName is the name of the column that a node reads, in lower case.
func ColumnName(node map[string]any) string {
	var parts []string
	path, _ := node["column_names"].([]any)
	for _, p := range path {
		parts = append(parts, strings.ToLower(fmt.Sprint(p)))
	}
	return strings.Join(parts, ".")
}

// forbidden are the kinds of nodes by which an expression would look at more than its job.
var forbidden = map[any]string{
	"SUBQUERY":             "has a query inside",
	"WINDOW":               "looks at other jobs (OVER)",
	"STAR":                 "names no column (*)",
	"PARAMETER":            "has a parameter ($ or ?)",
	"POSITIONAL_REFERENCE": "names a column by its place (#)",
}

// Strays says where it would look at more than its job; "" if it does not.
func (e *Expression) Strays() string {
	return VisitNodes(e.Root, func(node map[string]any) string { return forbidden[node["class"]] })
}

// SQLOf gives a part of the expression as SQL.
func (e *Expression) SQLOf(ctx context.Context, db *DB, part any) (string, error) {
	query := e.document["statements"].([]any)[0].(map[string]any)["node"].(map[string]any)
	whole := query["select_list"]
	defer func() { query["select_list"] = whole }()
	query["select_list"] = []any{part}
	var text bytes.Buffer
	if err := json.NewEncoder(&text).Encode(e.document); err != nil {
		return "", err
	}
	var sql string
	err := db.conn.QueryRowContext(ctx, "SELECT json_deserialize_sql(?::JSON)", text.String()).Scan(&sql)
	return strings.TrimPrefix(sql, "SELECT "), err
}
