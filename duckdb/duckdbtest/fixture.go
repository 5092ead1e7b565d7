package duckdbtest

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"pbsduck/duckdb"
	"pbsduck/duckdb/load"
	"pbsduck/duckdb/verify"
	"pbsduck/ingest/site"
	"pbsduck/ingest/source"
)

// Zone is the time zone of most logs.
const Zone = "America/Denver"

// Denver is the time zone of most logs.
func Denver(t testing.TB) *time.Location {
	t.Helper()
	zone, err := time.LoadLocation(Zone)
	if err != nil {
		t.Fatal(err)
	}
	return zone
}

// Fixture is a database in a folder of the test's own.
type Fixture struct {
	testing.TB
	DB *duckdb.DB
}

// New is a fixture whose database is empty.
func New(t testing.TB) *Fixture {
	t.Helper()
	return Open(t, filepath.Join(t.TempDir(), "test.duckdb"))
}

// Open is a fixture of the database at path, which is made if it is not there.
func Open(t testing.TB, path string) *Fixture {
	t.Helper()
	return OpenWith(t, path, duckdb.Options{})
}

// OpenWith is Open with options.
func OpenWith(t testing.TB, path string, o duckdb.Options) *Fixture {
	t.Helper()
	if path != "" && len(o.Site.Columns) == 0 && o.Site.Priority == "" && !o.ReadOnly {
		beginEmpty(t, path)
	}
	o.Version, o.Threads = "test", 1
	db, err := duckdb.Open(context.Background(), path, o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	return &Fixture{t, db}
}

// beginEmpty begins a database, where there is none, with a copy of an empty one: to make one takes ten times as long,
// mostly to write the comments.
func beginEmpty(t testing.TB, path string) {
	t.Helper()
	if _, err := os.Lstat(path); !errors.Is(err, fs.ErrNotExist) {
		return
	}
	data, err := emptyDatabase()
	if err == nil {
		err = os.WriteFile(path, data, 0o600)
	}
	if err != nil {
		t.Fatal(err)
	}
}

var emptyDatabase = sync.OnceValues(func() ([]byte, error) {
	dir, err := os.MkdirTemp("", "pbsduck")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(dir)
	path := filepath.Join(dir, "empty.duckdb")
	db, err := duckdb.Open(context.Background(), path, duckdb.Options{Version: "test", Threads: 1})
	if err != nil {
		return nil, err
	}
	if err := db.Close(); err != nil {
		return nil, err
	}
	return os.ReadFile(path)
})

// Load takes logs in as machine m.
func (f *Fixture) Load(o load.Options, paths ...string) *load.Summary {
	f.Helper()
	logs, err := source.Find(paths, source.FindOptions{})
	if err != nil {
		f.Fatal(err)
	}
	if o.Machine == "" {
		o.Machine = "m"
	}
	if o.Zone == "" {
		o.Zone = Zone
	}
	o.Now = time.Unix(0, 0)
	s, err := load.Run(context.Background(), f.DB, logs, o)
	if err != nil {
		f.Fatal(err)
	}
	return s
}

// Rows gives the rows of a question as text.
func (f *Fixture) Rows(query string) []string {
	f.Helper()
	reader, err := f.DB.Query(context.Background(), query)
	if err != nil {
		f.Fatal(err)
	}
	defer reader.Release()
	var out []string
	for reader.Next() {
		rec := reader.RecordBatch()
		for i := range int(rec.NumRows()) {
			var cells []string
			for _, column := range rec.Columns() {
				cells = append(cells, strings.Clone(column.ValueStr(i))) // its bytes go with the reader
			}
			out = append(out, strings.Join(cells, "|"))
		}
	}
	if err := reader.Err(); err != nil {
		f.Fatal(err)
	}
	return out
}

// NCAR is the worked example of the repository.
func NCAR(t testing.TB) *site.Config {
	t.Helper()
	c, err := site.Read(filepath.Join("..", "..", "examples", "ncar.toml"))
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// Configured is a Fixture with the columns of a configuration.
func Configured(t testing.TB, c *site.Config) *Fixture {
	t.Helper()
	return Make(t, duckdb.Options{Version: "test", Threads: 1, Site: c.Site})
}

// Make is New with options.
func Make(t testing.TB, o duckdb.Options) *Fixture {
	t.Helper()
	db, err := duckdb.Open(t.Context(), filepath.Join(t.TempDir(), "test.duckdb"), o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	return &Fixture{t, db}
}

// Verify holds that all checks pass.
func (f *Fixture) Verify() {
	f.Helper()
	findings, err := verify.Run(f.Context(), f.DB, verify.Options{Workers: 1})
	if err != nil {
		f.Fatal(err)
	}
	for _, finding := range findings {
		if !finding.OK() {
			f.Errorf("%s: %d rows: %v %v", finding.Name, finding.Rows, finding.First, finding.Err)
		}
	}
}

// Forget takes logs of machine m out again.
func (f *Fixture) Forget(dryRun bool, paths ...string) *load.Forgotten {
	f.Helper()
	ledger, err := load.Ledger(context.Background(), f.DB, "m")
	if err != nil {
		f.Fatal(err)
	}
	var logs []*load.LogFile
	for _, path := range paths {
		i := slices.IndexFunc(ledger, func(l *load.LogFile) bool { return l.Path == source.KeyOf(path) })
		logs = append(logs, ledger[i])
	}
	done, err := load.ForgetLogs(context.Background(), f.DB, "m", logs, dryRun)
	if err != nil {
		f.Fatal(err)
	}
	return done
}
