package verify

import (
	"context"
	_ "embed"
	"errors"
	"fmt"
	"slices"
	"strings"

	"pbsduck/duckdb"
	"pbsduck/ingest/schema"
)

//go:embed sql/definitions.sql
var definitionsSQL string

// definitionsCheck compares the catalogue with that of an empty database made for the same site. What the file has
// besides, as a copy that was published or an analyst's view, is nobody's promise.
var definitionsCheck = Check{
	Name: "definitions", Meaning: "Tables, columns, views and their comments are those that this program makes",
	find: findWrongDefinitions,
}

func findWrongDefinitions(ctx context.Context, db *duckdb.DB, o Options) (int64, []string, error) {
	has, err := definitions(ctx, db)
	if err != nil {
		return 0, nil, err
	}
	model, err := modelOf(ctx, db.Site())
	if err != nil {
		return 0, nil, err
	}
	defer model.Close()
	wanted, err := definitions(ctx, model)
	if err != nil {
		return 0, nil, err
	}
	describe(wanted, db.Site())
	if err := rewrite(ctx, model, has, wanted); err != nil {
		return 0, nil, err
	}
	told := compareDefinitions(has, wanted)
	return int64(len(told)), told[:min(len(told), o.Limit)], nil
}

// commentColumn begins the statements that say what columns are.
const commentColumn = "COMMENT ON COLUMN "

// modelOf makes an empty database for a site, but for the comments of its columns: to write these takes longer than all
// else.
func modelOf(ctx context.Context, s schema.Site) (*duckdb.DB, error) {
	db, err := duckdb.Connect(ctx, "", duckdb.Options{Threads: 1})
	if err != nil {
		return nil, err
	}
	statements := slices.DeleteFunc(
		duckdb.Schema("", s), func(one string) bool { return strings.HasPrefix(one, commentColumn) },
	)
	if err = db.Define(ctx, statements); err == nil {
		err = db.Seal(ctx, duckdb.Options{})
	}
	if err != nil {
		return nil, errors.Join(err, db.Close())
	}
	return db, nil
}

// describe gives the columns of a model their comments.
func describe(model []definition, s schema.Site) {
	comments := map[string]string{}
	for _, t := range s.Relations() {
		for _, c := range t.Columns {
			comments[definition{kind: "column", table: t.Name, column: c.Name}.String()] = c.Describe()
		}
	}
	for i, d := range model {
		if d.kind == "column" {
			model[i].comment = comments[d.String()]
		}
	}
}

// A definition is a row of definitions.sql.
type definition struct{ kind, table, column, meaning, comment string }

func (d definition) String() string {
	name := d.table
	if d.column != "" {
		name += "." + d.column
	}
	return d.kind + " " + name
}

func (d definition) same(o definition) bool { return d.String() == o.String() }

func definitions(ctx context.Context, db *duckdb.DB) ([]definition, error) {
	rows, err := db.Conn().QueryContext(ctx, definitionsSQL)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var all []definition
	for rows.Next() {
		var d definition
		if err := rows.Scan(&d.kind, &d.table, &d.column, &d.meaning, &d.comment); err != nil {
			return nil, err
		}
		all = append(all, d)
	}
	return all, rows.Err()
}

// rewrite has the questions of views that are wanted, and read otherwise, written as this DuckDB writes those of views
// that were just made: it writes stored ones otherwise. Views that can't be made stay.
func rewrite(ctx context.Context, model *duckdb.DB, has, wanted []definition) error {
	made := map[string]*definition{}
	for i, d := range has {
		want := slices.IndexFunc(wanted, d.same)
		if d.kind != "view" || want < 0 || wanted[want].meaning == d.meaning {
			continue
		}
		if err := model.Exec(ctx, "DROP VIEW IF EXISTS "+duckdb.QuoteName(d.table)); err != nil {
			return err
		}
		if err := model.Exec(ctx, d.meaning); err == nil {
			made[d.table] = &has[i]
		} else if ctx.Err() != nil {
			return ctx.Err()
		}
	}
	rows, err := model.Conn().QueryContext(ctx, "SELECT view_name, sql FROM duckdb_views() WHERE NOT internal")
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		var name, question string
		if err := rows.Scan(&name, &question); err != nil {
			return err
		}
		if d := made[name]; d != nil {
			d.meaning = question
		}
	}
	return rows.Err()
}

// compareDefinitions tells what differs of what is wanted, and what nobody wanted in the tables and views that are.
func compareDefinitions(has, wanted []definition) (told []string) {
	there, ours := map[string]definition{}, map[string]bool{}
	for _, d := range has {
		there[d.String()] = d
	}
	for _, w := range wanted {
		ours[w.String()], ours[w.table] = true, true
		d, ok := there[w.String()]
		switch {
		case !ok:
			told = append(told, w.String()+" is missing")
		case d.meaning != w.meaning && w.kind == "view":
			told = append(told, w.String()+" asks another question")
		case d.meaning != w.meaning:
			told = append(told, fmt.Sprintf("%s is %s, not %s", w, d.meaning, w.meaning))
		case d.comment != w.comment:
			told = append(told, fmt.Sprintf("%s has the comment %q, not %q", w, d.comment, w.comment))
		}
	}
	for _, d := range has {
		if ours[d.table] && !ours[d.String()] {
			told = append(told, d.String()+" is none that this program makes")
		}
	}
	return told
}
