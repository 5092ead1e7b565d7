package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"

	"pbsduck/duckdb"
	"pbsduck/ingest/schema"
	"pbsduck/ingest/site"
)

// defaultConfig is read where it is there.
const defaultConfig = "pbsduck.toml"

// configuration reads the site's configuration; nil if there is none.
func (g *global) configuration() (*site.Config, error) {
	path, asked := g.config, true
	if path == "" {
		path, asked = defaultConfig, false
	}
	c, err := site.Read(path)
	switch {
	case errors.Is(err, fs.ErrNotExist) && !asked:
		return nil, nil
	case errors.Is(err, fs.ErrNotExist):
		return nil, fmt.Errorf("%s: no such configuration: name another with --config, or write one with pbsduck config init", path)
	}
	return c, err
}

// checkedConfiguration is one whose rules DuckDB has found good, too.
func (g *global) checkedConfiguration(ctx context.Context) (*site.Config, error) {
	c, err := g.configuration()
	if err != nil || c == nil {
		return nil, err
	}
	return c, duckdb.CheckConfig(ctx, c)
}

// siteOf is what a configuration decides about rows.
func siteOf(c *site.Config) schema.Site {
	if c == nil {
		return schema.Site{}
	}
	return c.Site
}

// site is what is decided about the rows of jobs: by the configuration, or
// else by the database, if there is one.
func (g *global) site(ctx context.Context) (schema.Site, error) {
	c, err := g.configuration()
	if err != nil || c != nil {
		return siteOf(c), err
	}
	if _, err := os.Stat(g.db); err != nil {
		return schema.Site{}, nil
	}
	db, err := duckdb.Open(ctx, g.db, duckdb.Options{ReadOnly: true, Version: version})
	var locked *duckdb.LockedError
	if errors.As(err, &locked) {
		g.say("the site's own columns are left out: %v", err)
		return schema.Site{}, nil
	}
	if err != nil {
		return schema.Site{}, err
	}
	defer db.Close()
	return db.Site(), nil
}

func exists(path string) bool {
	_, err := os.Stat(path)
	return err == nil
}
