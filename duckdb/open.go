package duckdb

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"math/rand/v2"
	"net/url"
	"os"
	"path/filepath"
	"strconv"
	"time"

	duck "github.com/duckdb/duckdb-go/v2"

	"pbsduck/ingest/batch"
)

// StorageVersion is the format in which files are written: DuckDB 1.2 and
// later read it, and it is the first that packs long strings well.
const StorageVersion = "v1.2.0"

// Options say how to open a database.
type Options struct {
	ReadOnly bool
	Wait     time.Duration // how long to wait for a lock that someone else holds
	Threads  int           // of DuckDB; 0: all cores
	Memory   int           // that DuckDB may take before it writes to disk, in MiB; 0: most of the machine's
	Version  string        // of the program, for the ledger
	Site     batch.Site    // what the site decides about the rows, if the database is made
}

// A DB is an open database. Writing is for one goroutine.
type DB struct {
	path    string
	version string
	site    batch.Site // what the site decided about the rows
	seeded  bool       // it was made by Seed
	pool    *sql.DB
	conn    *sql.Conn // the one connection: transactions, temporary tables and Arrow views are its own
}

// Open opens a database, or makes it if it is to be written and does not
// exist; an empty path is one in memory. Errors are ErrNoDatabase, ErrNotDatabase, ErrCorrupt, *LockedError or
// *NewerError where they say so.
func Open(ctx context.Context, path string, o Options) (*DB, error) {
	_, err := os.Stat(path)
	switch {
	case path == "":
	case errors.Is(err, os.ErrNotExist) && o.ReadOnly:
		return nil, noDatabase(path)
	case errors.Is(err, os.ErrNotExist):
		if _, err := os.Stat(filepath.Dir(path)); err != nil {
			return nil, fmt.Errorf("%s: cannot make the database: its folder %s does not exist", path, filepath.Dir(path))
		}
	case err != nil:
		return nil, err
	}
	db, err := connectWaiting(ctx, path, o)
	if err != nil {
		return nil, err
	}
	if err := db.prepare(ctx, o); err != nil {
		db.Close()
		return nil, err
	}
	return db, nil
}

// connectWaiting tries again, at random moments, while someone else holds the
// lock.
func connectWaiting(ctx context.Context, path string, o Options) (*DB, error) {
	deadline := time.Now().Add(o.Wait)
	for {
		db, err := connect(ctx, path, o)
		var locked *LockedError
		if err == nil || !errors.As(err, &locked) || time.Now().After(deadline) {
			return db, err
		}
		select {
		case <-ctx.Done():
			return nil, ctx.Err()
		case <-time.After(50*time.Millisecond + rand.N(200*time.Millisecond)):
		}
	}
}

func connect(ctx context.Context, path string, o Options) (*DB, error) {
	set := url.Values{}
	set.Set("storage_compatibility_version", StorageVersion)
	set.Set("write_buffer_row_group_count", "1")     // row groups are packed as they fill, not all at the commit
	set.Set("autoinstall_known_extensions", "false") // nothing is downloaded at run time
	set.Set("autoload_known_extensions", "false")
	if o.ReadOnly {
		set.Set("access_mode", "READ_ONLY")
	}
	if o.Threads > 0 {
		set.Set("threads", strconv.Itoa(o.Threads))
	}
	if o.Memory > 0 {
		set.Set("memory_limit", strconv.Itoa(o.Memory)+"MiB")
	}
	connector, err := duck.NewConnector(path+"?"+set.Encode(), nil)
	if err != nil {
		return nil, openError(path, err)
	}
	db := &DB{path: path, version: o.Version, pool: sql.OpenDB(connector)}
	if db.conn, err = db.pool.Conn(ctx); err != nil {
		db.pool.Close()
		return nil, openError(path, err)
	}
	return db, nil
}

// prepare makes or checks the schema.
func (db *DB) prepare(ctx context.Context, o Options) error {
	if err := db.exec(ctx, "SET TimeZone = 'UTC'"); err != nil {
		return err
	}
	version, err := db.schemaVersion(ctx)
	switch {
	case err != nil:
		return err
	case version > SchemaVersion:
		return &NewerError{Path: db.path, Schema: version}
	case version == SchemaVersion:
		return db.readSite(ctx)
	case version > 0:
		return fmt.Errorf("%s has schema version %d, this program writes %d: make it again from the logs with pbsduck rebuild", db.path, version, SchemaVersion)
	case o.ReadOnly:
		return fmt.Errorf("%s: %w: it has none of its tables", db.path, ErrNotDatabase)
	}
	return db.create(ctx, o.Site)
}

// Path is the file's name.
func (db *DB) Path() string { return db.path }

// Close writes what is in the log of the database into the file, and closes it.
func (db *DB) Close() error {
	return errors.Join(db.conn.Close(), db.pool.Close())
}

func (db *DB) exec(ctx context.Context, query string, args ...any) error {
	_, err := db.conn.ExecContext(ctx, query, args...)
	return err
}

// number asks for a single number.
func (db *DB) number(ctx context.Context, query string, args ...any) (int64, error) {
	var n sql.NullInt64
	err := db.conn.QueryRowContext(ctx, query, args...).Scan(&n)
	return n.Int64, err
}
