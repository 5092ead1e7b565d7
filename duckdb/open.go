package duckdb

import (
	"cmp"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"strconv"
	"time"

	duck "github.com/duckdb/duckdb-go/v2"

	"pbsduck/ingest/batch"
)

// StorageVersion is the format in which files are written: DuckDB 1.3 and
// later read it. It is the first whose packing of repeated texts is cheap: a
// load takes a quarter less time than in v1.2.0.
const StorageVersion = "v1.3.0"

// PublishedVersion is the format of published copies, which are for clients
// that may lag behind: it is the first that packs long texts well.
const PublishedVersion = "v1.2.0"

// Options say how to open a database.
type Options struct {
	ReadOnly bool
	Wait     time.Duration // how long to wait for a lock that someone else holds
	Threads  int           // of DuckDB; 0: all cores
	Memory   int           // that DuckDB may take before it writes to disk, in MiB; 0: most of the machine's
	Hold     int64         // jobs that a load holds back to compare them with those behind them; 0: 65,536
	Version  string        // of the program, for the ledger
	Site     batch.Site    // what the site decides about the rows, if the database is made

	// One who only reads is kept from everything else (seal.go), but for these.
	Files  bool     // questions may read files
	Writes []string // files that WriteParquet may write
}

// A DB is an open database. Writing is for one goroutine.
type DB struct {
	path    string
	options Options
	version string
	hold    int64
	site    batch.Site // what the site decided about the rows
	seeded  bool       // it was made by Seed
	pool    *sql.DB
	conn    *sql.Conn // the one connection: transactions, temporary tables and Arrow views are its own
}

// Open opens a database, or makes it if it is to be written and does not
// exist; an empty path is one in memory. Errors are ErrNoDatabase, ErrNotDatabase, ErrCorrupt, *LockedError or
// *NewerError where they say so.
func Open(ctx context.Context, path string, o Options) (*DB, error) {
	info, err := os.Stat(path)
	switch {
	case path == "":
	case err == nil && info.IsDir():
		return nil, fmt.Errorf("%s: %w: it is a folder; name another one with --db", path, ErrNotDatabase)
	case errors.Is(err, fs.ErrNotExist) && o.ReadOnly:
		return nil, NoDatabase(path)
	case errors.Is(err, fs.ErrNotExist):
		if err := makeFile(ctx, path, o); err != nil {
			return nil, err
		}
	case err != nil:
		return nil, err
	}
	return openFile(ctx, path, o)
}

// makeFile makes an empty database under another name first: one whose making
// was cut off could not be opened.
func makeFile(ctx context.Context, path string, o Options) error {
	b, err := newBuilding(ctx, path, o.Wait)
	if err != nil {
		return err
	}
	db, err := openFile(ctx, b.path, o)
	if err == nil {
		err = db.Close()
	}
	if err == nil {
		err = b.harden()
	}
	if err != nil {
		return errors.Join(err, b.abandon())
	}
	return b.moveIn()
}

// openFile opens a database file as it is, and makes the tables in it if it
// has none.
func openFile(ctx context.Context, path string, o Options) (*DB, error) {
	db, err := connectWaiting(ctx, path, o)
	if err != nil {
		return nil, err
	}
	err = db.prepare(ctx, o)
	if err == nil && o.ReadOnly {
		err = db.seal(ctx, o)
	}
	if err != nil {
		db.Close()
		return nil, db.queryError(err)
	}
	return db, nil
}

// connectWaiting waits for a lock that someone else holds. One who writes must
// have what still has that name: a rebuild may have taken its place just then.
func connectWaiting(ctx context.Context, path string, o Options) (db *DB, err error) {
	err = waiting(ctx, o.Wait, func() error {
		before, _ := os.Stat(path)
		if db, err = connect(ctx, path, o); err != nil || before == nil || o.ReadOnly {
			return err
		}
		if now, err := os.Stat(path); err != nil || !os.SameFile(before, now) {
			db.Close()
			return &LockedError{Path: path, Holder: "pbsduck"}
		}
		return nil
	})
	if err == nil && path != "" && !o.ReadOnly {
		err = errors.Join(removeSpill(path), clearBuilding(ctx, path)) // nobody else can be using what was spilled
		if err != nil {
			db.Close()
		}
	}
	return db, err
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
	db := &DB{path: path, options: o, version: o.Version, hold: cmp.Or(o.Hold, heldRows), pool: sql.OpenDB(connector)}
	if db.conn, err = db.pool.Conn(ctx); err == nil {
		err = db.exec(ctx, "SET GLOBAL TimeZone = 'UTC'") // for all sessions
	}
	if err != nil {
		db.pool.Close()
		return nil, openError(path, err)
	}
	return db, nil
}

// revive opens the database anew if DuckDB answers nothing any more, as after
// an error of its own making, which damage may lead to.
func (db *DB) revive(ctx context.Context) error {
	if err := db.exec(ctx, "SELECT 1"); err == nil || db.path == "" || ctx.Err() != nil {
		return err
	}
	_ = db.Close() // it can say nothing new
	fresh, err := connect(ctx, db.path, db.options)
	if err != nil {
		return err
	}
	db.pool, db.conn = fresh.pool, fresh.conn
	if db.options.ReadOnly {
		return db.seal(ctx, db.options)
	}
	return nil
}

// prepare makes or checks the schema.
func (db *DB) prepare(ctx context.Context, o Options) error {
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

// column asks for a single column of values.
func column[T any](ctx context.Context, db *DB, query string, args ...any) ([]T, error) {
	rows, err := db.conn.QueryContext(ctx, query, args...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var all []T
	for rows.Next() {
		var one T
		if err := rows.Scan(&one); err != nil {
			return nil, err
		}
		all = append(all, one)
	}
	return all, rows.Err()
}

// number asks for a single number.
func (db *DB) number(ctx context.Context, query string, args ...any) (int64, error) {
	var n sql.NullInt64
	err := db.conn.QueryRowContext(ctx, query, args...).Scan(&n)
	return n.Int64, err
}
