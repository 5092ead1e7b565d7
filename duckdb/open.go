package duckdb

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/url"
	"os"
	"strconv"
	"time"

	bindings "github.com/duckdb/duckdb-go-bindings"
	duck "github.com/duckdb/duckdb-go/v2"

	"pbsduck/duckdb/dbfile"
	"pbsduck/export/whole"
	"pbsduck/ingest/schema"
)

// StorageVersion is the format in which files are written: DuckDB 1.3 and later read it. It is the first whose packing
// of repeated texts is cheap: a load takes a quarter less time than in v1.2.0.
const StorageVersion = "v1.3.0"

// PublishedVersion is the format of published copies, which are for clients that may lag behind: it is the first that
// packs long texts well.
const PublishedVersion = "v1.2.0"

// EngineVersion is that of the DuckDB that is linked in, as it says itself: v1.5.6.
func EngineVersion() string { return bindings.LibraryVersion() }

// Options say how to open a database.
type Options struct {
	ReadOnly bool
	Wait     time.Duration // how long to wait for a lock that someone else holds
	Threads  int           // of DuckDB; 0: all cores
	Memory   int           // that DuckDB may take before it writes to disk, in MiB; 0: most of the machine's
	Version  string        // of the program, for the ledger
	Site     schema.Site   // what the site decides about the rows, if the database is made

	// One who only reads is kept from everything else (seal.go), but for these.
	Files  bool     // questions may read files
	Writes []string // files that WriteParquet may write
	Folder string   // in which it may read and write any file
	Open   bool     // it is not kept from anything: no questions of people are asked
	Bounds bool     // the memory of questions can be bounded: see Bounded
}

// A DB is an open database. Writing is for one goroutine.
type DB struct {
	path    string // as the user names it
	file    string // as DuckDB is told it; empty: in memory
	options Options
	version string
	site    schema.Site // what the site decided about the rows
	pool    *sql.DB
	conn    *sql.Conn // the one connection: transactions, temporary tables and Arrow views are its own

	info    fs.FileInfo  // of the file that is open
	reading io.Closer    // what keeps writers from it besides DuckDB; mostly nil
	lock    *dbfile.Lock // that keeps others from writing; nil if it was not opened for that, or is being built
	made    bool         // by Open, under that lock
	restore func()       // what new files may be, as it was before
	closed  bool
	settled bool // its settings are kept as they are
	session bool // it shares file and pool with the DB whose session it is
	memory  int  // that DuckDB may take, in MiB, if that is more than the options say
}

// Open opens a database, or makes it if it is to be written and does not exist; an empty path is one in memory. Errors
// are ErrNoDatabase, ErrNotDatabase, ErrCorrupt, *LockedError, *OlderError or *NewerError where they say so.
func Open(ctx context.Context, path string, o Options) (db *DB, err error) {
	err = dbfile.Wait(ctx, o.Wait, func() error {
		db, err = openOnce(ctx, path, o)
		return err
	})
	return db, err
}

func openOnce(ctx context.Context, path string, o Options) (*DB, error) {
	if path == "" {
		return OpenFile(ctx, path, o)
	}
	file, info, err := dbfile.Look(path)
	switch {
	case err != nil:
		return nil, err
	case !o.ReadOnly:
		return openWriting(ctx, path, file, o)
	case info == nil:
		return nil, NoDatabase(path)
	}
	return OpenFile(ctx, path, o)
}

// openWriting opens a database under a lock that no other writer can have: not even DuckDB's own would do, since the
// system takes it away if the process closes the file in any other way.
func openWriting(ctx context.Context, path, file string, o Options) (*DB, error) {
	lock, err := dbfile.LockWriting(path, file)
	if err != nil {
		return nil, err
	}
	db, err := openLocked(ctx, path, o)
	if err != nil {
		return nil, errors.Join(err, lock.Release())
	}
	db.lock = lock
	return db, nil
}

// openLocked opens a database that nobody else writes to, makes it if it is not there, and clears away what the dead
// left.
func openLocked(ctx context.Context, path string, o Options) (*DB, error) {
	file, info, err := dbfile.Look(path)
	if err != nil {
		return nil, err
	}
	switch {
	case info == nil:
		if err := makeFile(ctx, path, o); err != nil {
			return nil, err
		}
	case info.Mode()&0o222 == 0: // it may be one, and who may not write it is to hear so, too
		if err := RefuseCopy(ctx, path); err != nil {
			return nil, err
		}
	}
	db, err := OpenFile(ctx, path, o)
	if err != nil {
		return nil, err
	}
	if err := db.refuseCopy(ctx); err != nil {
		return nil, errors.Join(err, db.Close())
	}
	db.made = info == nil
	err = errors.Join(dbfile.RemoveSpill(file), dbfile.ClearBuilding(file)) // nobody else can be using what was spilled
	if err != nil {
		return nil, errors.Join(err, db.Close())
	}
	return db, nil
}

// makeFile makes an empty database under another name first: one whose making was cut off could not be opened. It does
// not wait for others who build: its caller holds a lock that they may be waiting for.
func makeFile(ctx context.Context, path string, o Options) error {
	b, err := dbfile.Build(ctx, path, 0)
	if err != nil {
		return err
	}
	db, err := OpenFile(ctx, b.Path, o)
	if err == nil {
		err = db.Close()
	}
	if err == nil {
		err = b.Harden()
	}
	if err != nil {
		return errors.Join(err, b.Abandon())
	}
	return b.MoveIn()
}

// OpenFile opens a database file as it is, and makes the tables in it if it has none.
func OpenFile(ctx context.Context, path string, o Options) (*DB, error) {
	db, err := Connect(ctx, path, o)
	if err != nil {
		return nil, err
	}
	err = db.prepare(ctx, o)
	if err == nil && o.ReadOnly && !o.Open {
		err = db.letAsk(ctx)
	}
	if err != nil {
		db.Close()
		return nil, db.queryError(err)
	}
	return db, nil
}

// Attached is the name that DuckDB knows the database by.
const Attached = "pbsduck"

// straightIntoFile is for commits: what is longer goes into the file at once, and not through the write-ahead log
// first. Closing the file would take it from there in any case, so that it would be written twice, with four waits for
// the disk in place of two. And by DuckDB's own threshold much goes there that should not: row groups that were written
// as they filled don't count as long, but if a flag of one row in them changed, all rows of the table are written to
// the log.
const straightIntoFile = "1KiB"

// neverRowByRow is from how many rows on an ASOF JOIN sorts both sides; below it compares each row with each. DuckDB
// asks its estimate, which is some ten rows where there are many thousands, as soon as conditions stand in front.
const neverRowByRow = "0"

// packingGroups is the optimizer that makes numbers of short texts before it groups by them. They are packed with
// dictionaries, and of those DuckDB hashes each text once, as long as it is a text: without it groups of ten million
// jobs take 0.8 to 1 of the time, and where groups are many no more memory.
const packingGroups = "compressed_materialization"

// blocksInRange is how much memory DuckDB takes from one range of addresses, where it is to have huge pages, before it
// allocates blocks as usual. It is what a report of ten million jobs reads, and what is never given back: work that is
// bounded, or that frees as much as it takes, does without.
const blocksInRange = "256MiB"

// asks tells whether a database is opened for questions of people, which have the machine to themselves.
func (o Options) asks() bool { return o.ReadOnly && o.Threads == 0 && o.Memory == 0 && !o.Bounds }

// Connect starts DuckDB, and has it open the file. Neither the file's name nor whether it may be written is among
// DuckDB's settings: the driver takes those from a URL, where characters of a name would mean something else.
func Connect(ctx context.Context, path string, o Options) (*DB, error) {
	set := url.Values{}
	set.Set("storage_compatibility_version", StorageVersion)
	set.Set("write_buffer_row_group_count", "1") // row groups are packed as they fill, not all at the commit
	set.Set("checkpoint_threshold", straightIntoFile)
	set.Set("asof_loop_join_threshold", neverRowByRow)
	set.Set("disabled_optimizers", packingGroups)
	set.Set("autoinstall_known_extensions", "false") // nothing is downloaded at run time
	set.Set("autoload_known_extensions", "false")
	if o.Threads > 0 {
		set.Set("threads", strconv.Itoa(o.Threads))
	}
	if o.Memory > 0 {
		set.Set("memory_limit", strconv.Itoa(o.Memory)+"MiB")
	}
	if o.asks() {
		set.Set("block_allocator_memory", blocksInRange)
	}
	connector, err := duck.NewConnector("?"+set.Encode(), nil)
	if err != nil {
		return nil, openError(path, err)
	}
	db := &DB{path: path, options: o, version: o.Version, pool: sql.OpenDB(connector), restore: func() {}}
	if db.conn, err = db.pool.Conn(ctx); err == nil {
		err = db.Exec(ctx, "SET GLOBAL TimeZone = 'UTC'") // for all sessions
	}
	if err != nil {
		db.pool.Close()
		return nil, openError(path, err)
	}
	if o.asks() {
		askForHugePages()
	}
	if path != "" {
		err = db.open(ctx)
	}
	if err != nil {
		db.Close()
		return nil, err
	}
	return db, nil
}

// open opens the file.
func (db *DB) open(ctx context.Context) (err error) {
	var before fs.FileInfo
	if db.file, before, err = dbfile.Look(db.path); err != nil {
		return err
	}
	if before != nil {
		db.restore = dbfile.Tighten(before.Mode())
	}
	if err := db.Exec(ctx, "SET temp_directory = "+QuoteFile(db.file+dbfile.SpillSuffix)); err != nil {
		return openError(db.path, err)
	}
	if err := db.Attach(ctx); err != nil {
		return err
	}
	if before != nil && !os.SameFile(before, db.info) {
		return &LockedError{Path: db.path, Holder: "pbsduck"} // a rebuild took its place just then
	}
	return nil
}

// Attach has DuckDB open the file, unless this process has it open already.
func (db *DB) Attach(ctx context.Context) error {
	info, err := os.Stat(db.file)
	if err == nil && dbfile.IsOpen(info) {
		return &LockedError{Path: db.path, Holder: "pbsduck", PID: strconv.Itoa(os.Getpid())}
	}
	mode := "READ_WRITE"
	if db.options.ReadOnly {
		mode = "READ_ONLY"
	}
	if err := db.Exec(ctx, "ATTACH "+QuoteFile(db.file)+" AS "+Attached+" (TYPE duckdb, "+mode+")"); err != nil {
		return openError(db.path, err)
	}
	if info, err = os.Stat(db.file); err != nil {
		return whole.Error(db.path, err)
	}
	db.info = info
	dbfile.NoteOpen(info)
	if db.options.ReadOnly && db.options.Files { // among them may be this one
		if db.reading, err = dbfile.HoldReading(db.file, info); err != nil {
			return err
		}
	}
	return db.Exec(ctx, "USE "+Attached)
}

// closedFile does what is to be done once DuckDB has closed the file.
func (db *DB) closedFile() error {
	dbfile.NoteClosed(db.info)
	if db.reading == nil {
		return nil
	}
	reading := db.reading
	db.reading = nil
	return reading.Close()
}

// Detach has DuckDB close the file, until Attach opens it again.
func (db *DB) Detach(ctx context.Context) error {
	for _, s := range []string{"USE memory", "DETACH " + Attached} {
		if err := db.Exec(ctx, s); err != nil {
			return openError(db.path, err)
		}
	}
	return db.closedFile()
}

// Reopen opens the database anew if DuckDB answers nothing any more, as after an error of its own making, which damage
// may lead to. A session can't: that is an error.
func (db *DB) Reopen(ctx context.Context) error {
	if err := db.Exec(ctx, "SELECT 1"); err == nil || db.file == "" || db.session || ctx.Err() != nil {
		return err
	}
	_ = errors.Join(db.conn.Close(), db.pool.Close(), db.closedFile()) // they can say nothing new
	fresh, err := Connect(ctx, db.path, db.options)
	if err != nil {
		return err
	}
	fresh.restore() // db's own goes on
	db.pool, db.conn, db.info, db.reading = fresh.pool, fresh.conn, fresh.info, fresh.reading
	if db.options.ReadOnly {
		return db.letAsk(ctx)
	}
	return nil
}

// noUser has questions fail that mean the user of a job by a word which is DuckDB's for who asks: it would be the same
// name in each row, and never be found.
const noUser = `CREATE TEMP MACRO "user"() AS error('user is DuckDB''s word for who asks: write user_name')`

// letAsk makes the database ready for the questions of people.
func (db *DB) letAsk(ctx context.Context) error {
	if err := errors.Join(db.addFunctions(), db.Exec(ctx, noUser)); err != nil {
		return err
	}
	return db.Seal(ctx, db.options)
}

// prepare makes or checks the schema.
func (db *DB) prepare(ctx context.Context, o Options) error {
	version, err := db.SchemaVersion(ctx)
	switch {
	case err != nil:
		return err
	case version > SchemaVersion:
		return &NewerError{Path: db.path, Schema: version}
	case version == SchemaVersion:
		lacking, err := db.Lacking(ctx)
		if err != nil || lacking == "" {
			return errors.Join(err, db.ReadSite(ctx))
		}
		return &OlderError{Path: db.path, Schema: version, Lacks: lacking}
	case version > 0:
		return &OlderError{Path: db.path, Schema: version}
	case o.ReadOnly:
		return fmt.Errorf("%s: %w: it has none of its tables", db.path, ErrNotDatabase)
	}
	return db.create(ctx, o.Site)
}

// Path is the file's name.
func (db *DB) Path() string { return db.path }

// Close writes what is in the log of the database into the file, and closes it. It is an error if what was written is
// not under the database's name. A second Close does nothing.
func (db *DB) Close() error {
	if db.closed {
		return nil
	}
	db.closed = true
	if db.session {
		return db.conn.Close()
	}
	err := errors.Join(db.InPlace(), db.conn.Close(), db.pool.Close())
	if db.info != nil {
		err = errors.Join(err, db.closedFile())
	}
	if db.lock != nil {
		err = errors.Join(err, db.lock.Release())
	}
	db.restore()
	return err
}

// CloseUnlessEmpty is Close, but a database that Open made, and that no log was loaded into, does not stay. One that
// others made, or could have written to meanwhile, is never taken away.
func (db *DB) CloseUnlessEmpty(ctx context.Context) error {
	if !db.made || db.lock == nil || db.InPlace() != nil {
		return db.Close()
	}
	ctx = context.WithoutCancel(ctx)
	n, err := db.Number(ctx, "SELECT (SELECT count(*) FROM log_files) + (SELECT count(*) FROM allocations)")
	if err != nil || n > 0 {
		return db.Close()
	}
	err = whole.Remove(db.file) // while DuckDB's lock keeps all others away
	lock := db.lock
	db.lock = nil
	return errors.Join(err, db.Close(), dbfile.Remove(db.file), lock.Release())
}

// InPlace tells whether what is written to is still what has the database's name: who removes or replaces a file does
// not disturb those who have it open.
func (db *DB) InPlace() error {
	if db.lock == nil {
		return nil
	}
	if now, err := os.Stat(db.file); err == nil && os.SameFile(now, db.info) {
		return nil
	}
	return fmt.Errorf("%s: %w: what was written to it is lost; run it again", db.path, ErrReplaced)
}

// Exec runs one or several statements, without an answer.
func (db *DB) Exec(ctx context.Context, query string, args ...any) error {
	_, err := db.conn.ExecContext(ctx, query, args...)
	return err
}

// Column asks for a single column of values.
func Column[T any](ctx context.Context, db *DB, query string, args ...any) ([]T, error) {
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

// Number asks for a single number.
func (db *DB) Number(ctx context.Context, query string, args ...any) (int64, error) {
	var n sql.NullInt64
	err := db.conn.QueryRowContext(ctx, query, args...).Scan(&n)
	return n.Int64, err
}

// Conn is the connection; whoever closes the database closes it.
func (db *DB) Conn() *sql.Conn { return db.conn }

// File is where the database's path leads to.
func (db *DB) File() string { return db.file }

// Info is the file that is open.
func (db *DB) Info() fs.FileInfo { return db.info }

// Version is that of the program, for the ledger.
func (db *DB) Version() string { return db.version }

// NeedMemory lets DuckDB take so many bytes beside what it may take anyway.
func (db *DB) NeedMemory(ctx context.Context, bytes int64) error {
	need := db.options.Memory + int(bytes>>20)
	if db.options.Memory == 0 || need <= db.memory {
		return nil
	}
	db.memory = need
	return db.Exec(ctx, fmt.Sprintf("SET memory_limit = '%dMiB'", need))
}
