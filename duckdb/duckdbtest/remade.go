package duckdbtest

import (
	"errors"
	"testing"
	"time"

	"pbsduck/duckdb/rebuild"
	"pbsduck/ingest/site"
)

// Config reads a configuration from its text.
func Config(t testing.TB, text string) *site.Config {
	t.Helper()
	c, err := site.Parse("pbsduck.toml", []byte(text))
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// Remade is the database, made afresh from its records. One that was not sound is made, too, but not put in its place.
func (f *Fixture) Remade(c *site.Config) (*Fixture, *rebuild.RecordsSummary) {
	f.Helper()
	path := f.DB.Path()
	if err := f.DB.Close(); err != nil {
		f.Fatal(err)
	}
	o := rebuild.RecordsOptions{Options: OneThread, Workers: 2}
	o.Config, o.Verify.Quick = c, true
	s, err := rebuild.FromRecords(f.Context(), path, o)
	var unsound *rebuild.UnsoundError
	switch {
	case errors.As(err, &unsound):
		return Open(f, unsound.Path), s
	case err != nil:
		f.Fatal(err)
	}
	return Open(f, path), s
}

// OneThread is how the databases of tests are made afresh.
var OneThread = rebuild.Options{Version: "test", Threads: 1, Wait: time.Minute}
