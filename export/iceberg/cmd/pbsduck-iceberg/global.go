package main

import (
	"cmp"
	"context"
	"fmt"
	"os"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"pbsduck/export/iceberg"
)

// A global are the flags of all commands.
type global struct {
	catalog   string
	name      string
	namespace string
	wait      time.Duration
	quiet     bool
}

func (g *global) add(c *cobra.Command) {
	f := c.PersistentFlags()
	f.StringVar(
		&g.catalog,
		"catalog",
		"",
		"`WHERE` the tables are listed: sqlite:FILE, postgres://USER@HOST/DATABASE, or the https://... of a REST catalog "+
			"(default PBSDUCK_ICEBERG_CATALOG)",
	)
	f.StringVar(
		&g.name,
		"catalog-name",
		"pbsduck",
		"what the catalog is called, by which several share a database: the same `NAME` in every engine",
	)
	f.StringVar(
		&g.namespace,
		"namespace",
		"pbs",
		"`NAME` of the namespace in which the tables are, with dots between its levels",
	)
	f.DurationVar(
		&g.wait,
		"wait",
		10*time.Second,
		"how long to wait for another process that writes to the dataset or to a SQLite catalog",
	)
	f.BoolVarP(&g.quiet, "quiet", "q", false, "say nothing that is no result")
}

// open opens the catalog.
func (g *global) open(ctx context.Context, warehouse string, mayMake bool) (*iceberg.Catalog, error) {
	at := cmp.Or(g.catalog, os.Getenv("PBSDUCK_ICEBERG_CATALOG"))
	if at == "" {
		return nil, usagef("name the catalog: --catalog, or PBSDUCK_ICEBERG_CATALOG")
	}
	for _, level := range strings.Split(g.namespace, ".") {
		if level == "" || strings.ContainsAny(level, "/\\") {
			return nil, usagef("--namespace %s: give a name, or several with dots between them", g.namespace)
		}
	}
	return iceberg.Open(ctx, iceberg.Where{
		Catalog: at, Name: g.name, Warehouse: warehouse, Namespace: g.namespace, MayMake: mayMake, Wait: g.wait,
		Answer: time.Minute,
		Token:  os.Getenv("PBSDUCK_ICEBERG_TOKEN"), Credential: os.Getenv("PBSDUCK_ICEBERG_CREDENTIAL"),
	})
}

func (g *global) say(format string, args ...any) {
	if !g.quiet {
		fmt.Fprintf(os.Stderr, format+"\n", args...)
	}
}

func exactArgs(n int, what string) cobra.PositionalArgs {
	return func(_ *cobra.Command, args []string) error {
		if len(args) != n {
			return usagef("give %s", what)
		}
		return nil
	}
}
