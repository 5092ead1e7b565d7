package flags

import (
	"cmp"
	"context"
	"errors"
	"io/fs"

	"pbsduck/cmd/pbsduck/ui"
	"pbsduck/duckdb"
	"pbsduck/duckdb/charge"
	"pbsduck/export/whole"
	"pbsduck/ingest/schema"
	"pbsduck/ingest/site"
)

// DefaultConfig is read where it is there.
const DefaultConfig = "pbsduck.toml"

// ConfigFile is the path of the configuration, whether it is there or not.
func (g *Global) ConfigFile() string { return cmp.Or(g.ConfigPath, DefaultConfig) }

// Configuration reads the site's configuration; nil if there is none.
func (g *Global) Configuration() (*site.Config, error) {
	path, asked := g.ConfigFile(), g.ConfigPath != ""
	c, err := site.Read(path)
	var unreadable *fs.PathError
	switch {
	case errors.Is(err, fs.ErrNotExist) && !asked:
		return nil, nil
	case errors.Is(err, fs.ErrNotExist):
		return nil, ui.Usagef(
			"%s: no such configuration: name another with --config, or write one with pbsduck config init", path,
		)
	case errors.As(err, &unreadable):
		return nil, whole.Error(path, err)
	}
	return c, toMend(err)
}

// toMend is an error of reading a configuration: what is wrong with what it says is a wrong use.
func toMend(err error) error {
	var wrong *site.Error
	if errors.As(err, &wrong) {
		return ui.Usage(err)
	}
	return err
}

// CheckedConfiguration is one whose rules DuckDB has found good, too.
func (g *Global) CheckedConfiguration(ctx context.Context) (*site.Config, error) {
	c, err := g.Configuration()
	if err != nil || c == nil {
		return nil, err
	}
	return c, toMend(charge.CheckConfig(ctx, c))
}

// SiteOf is what a configuration decides about rows.
func SiteOf(c *site.Config) schema.Site {
	if c == nil {
		return schema.Site{}
	}
	return c.Site
}

// Site is what is decided about the rows of jobs: by the configuration, or else by the database, if there is one.
func (g *Global) Site(ctx context.Context) (schema.Site, error) {
	c, err := g.Configuration()
	if err != nil || c != nil {
		return SiteOf(c), err
	}
	if !g.HasDatabase() {
		return schema.Site{}, nil
	}
	db, err := duckdb.Open(ctx, g.DB, duckdb.Options{ReadOnly: true, Version: g.Version})
	var locked *duckdb.LockedError
	if errors.As(err, &locked) {
		g.Say("the site's own columns are left out: %s", ui.Text(err))
		return schema.Site{}, nil
	}
	if err != nil {
		return schema.Site{}, err
	}
	defer db.Close()
	return db.Site(), nil
}

// ReportFolder is where the site's own reports are; empty if it has none.
func ReportFolder(c *site.Config) string {
	if c == nil {
		return ""
	}
	return c.Reports
}
