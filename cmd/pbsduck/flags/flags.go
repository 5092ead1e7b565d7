// Package flags are the flags that commands share: what they are called, what their values may be, and what they come
// to.
//
// What enters: cobra commands, to which flags are added, and then the words of a command line. What leaves: a database
// that is open, a configuration that is checked, days, time zones, formats, or an error that is a wrong use and names
// the flag.
//
// Promise: a flag means the same in every command that has it, and its value is read in one place.
package flags

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"os"
	"slices"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"pbsduck/cmd/pbsduck/ui"
	"pbsduck/duckdb"
	"pbsduck/duckdb/dbfile"
	"pbsduck/duckdb/publish"
)

// Global are the flags that every command has.
type Global struct {
	ui.Voice
	DB         string
	ConfigPath string // as given; empty if it was not
	Wait       time.Duration
	Version    string // of the program
}

// Add adds the flags to the root command, so that all commands have them.
func (g *Global) Add(root *cobra.Command) {
	f := root.PersistentFlags()
	f.StringVar(&g.DB, "db", usualDatabase(), "database `FILE` (also PBSDUCK_DB)")
	f.StringVar(&g.ConfigPath, "config", usualConfig(),
		"configuration `FILE` of the site (also PBSDUCK_CONFIG; default pbsduck.toml where it is there)")
	f.DurationVar(&g.Wait, "wait", time.Minute, "how long to wait for a database that someone else holds")
	f.BoolVarP(&g.Quiet, "quiet", "q", false, "say nothing but results, warnings and errors")
	f.BoolVarP(&g.Verbose, "verbose", "v", false, "say more")
	root.PersistentPreRunE = func(c *cobra.Command, _ []string) error {
		c.SetContext(dbfile.TellWaiting(c.Context(), func(w dbfile.Waiting) { g.sayWaiting(w, "") }))
		return g.check(c)
	}
}

// usualDatabase is the file of the database, if no flag names another.
func usualDatabase() string { return cmp.Or(os.Getenv("PBSDUCK_DB"), "pbsduck.duckdb") }

func usualConfig() string { return os.Getenv("PBSDUCK_CONFIG") }

const maxWait = 30 * 24 * time.Hour

func (g *Global) check(c *cobra.Command) error {
	if g.DB == "" {
		return ui.Usagef("--db names no file (nor does PBSDUCK_DB, if that is set)")
	}
	if err := notEmpty(c); err != nil {
		return err
	}
	return Within("--wait", g.Wait, 0, maxWait)
}

// notEmpty refuses a flag that is given without a value, and an argument that is empty, such as the value of a variable
// of the shell which is not set.
func notEmpty(c *cobra.Command) error {
	var err error
	if slices.Contains(c.Flags().Args(), "") && c.Name() != "query" { // which says what SQL is
		err = ui.Usagef("an argument is empty")
	}
	c.Flags().Visit(func(f *pflag.Flag) {
		if f.Value.Type() == "string" && f.Value.String() == "" && err == nil {
			err = ui.Usagef("--%s: its value is empty", f.Name)
		}
	})
	return err
}

// Words are the flags, as the shell takes them, that another run of the program needs to mean the same database and
// configuration.
func (g *Global) Words() []string {
	var words []string
	if g.DB != usualDatabase() {
		words = append(words, "--db", ui.ShellWord(g.DB))
	}
	if g.ConfigPath != usualConfig() {
		words = append(words, "--config", ui.ShellWord(g.ConfigPath))
	}
	return words
}

// Open opens the database for reading, and for nothing else.
func (g *Global) Open(ctx context.Context) (*duckdb.DB, error) {
	return g.OpenWith(ctx, duckdb.Options{})
}

// OpenWith is Open, with what the options let questions do besides. Who has to wait is told of the published copy, if
// there is one.
func (g *Global) OpenWith(ctx context.Context, o duckdb.Options) (*duckdb.DB, error) {
	copied := ""
	if name := publish.NameOf(g.DB); name != g.DB && isThere(name) {
		copied = name
	}
	ctx = dbfile.TellWaiting(ctx, func(w dbfile.Waiting) { g.sayWaiting(w, copied) })
	o.ReadOnly, o.Wait, o.Version = true, g.Wait, g.Version
	db, err := duckdb.Open(ctx, g.DB, o)
	var locked *duckdb.LockedError
	if errors.As(err, &locked) && copied != "" {
		err = fmt.Errorf("%w; its published copy can be read meanwhile (--db %s)", err, ui.ShellWord(copied))
	}
	return db, err
}

// sayWaiting says who is waited for, and what can be read meanwhile; nothing if that is empty.
func (g *Global) sayWaiting(w dbfile.Waiting, meanwhile string) {
	if meanwhile != "" {
		meanwhile = "; its published copy can be read meanwhile: --db " + ui.ShellWord(meanwhile)
	}
	g.Say("%s: waiting until %s (--wait)%s", w.For, w.Until.Format(time.TimeOnly), meanwhile)
}

// OpenForWriting opens a database that is there.
func (g *Global) OpenForWriting(ctx context.Context) (*duckdb.DB, error) {
	if !g.HasDatabase() {
		return nil, duckdb.NoDatabase(g.DB)
	}
	return duckdb.Open(ctx, g.DB, duckdb.Options{Wait: g.Wait, Version: g.Version})
}

// HasDatabase tells whether there is something where the database is to be.
func (g *Global) HasDatabase() bool { return isThere(g.DB) }

func isThere(path string) bool {
	_, err := os.Stat(path)
	return err == nil
}
