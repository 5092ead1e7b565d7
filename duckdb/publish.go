package duckdb

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Publishing gives readers a database that nobody writes to. Each copy is a
// generation, a file of its own that never changes; the published name is a
// link to the latest:
//
//	x.published.duckdb ─▶ x.published-3.duckdb    what new readers open
//	                      x.published-2.duckdb    what older ones still have open
//
// Writers keep away while the copy is made, so that it is the database at one
// moment. A generation that a dead process left half made is cleared away by
// the next one that publishes.

// publicationSQL makes the table that says what a copy is a copy of.
var publicationSQL = []string{
	`CREATE TABLE published.publication AS
		SELECT $1::VARCHAR AS stamp, $2::VARCHAR AS source, now() AS published_at, $3::VARCHAR AS published_by`,
	"COMMENT ON TABLE published.publication IS 'What this read-only copy is a copy of, and when it was made.'",
	"COMMENT ON COLUMN published.publication.stamp IS 'Storage version, and names, sizes and times of the files that were copied.'",
	"COMMENT ON COLUMN published.publication.source IS 'The database that was copied.'",
	"COMMENT ON COLUMN published.publication.published_at IS 'When the copy was made.'",
	"COMMENT ON COLUMN published.publication.published_by IS 'Version of pbsduck that made it.'",
}

// PublishOptions say where and how a database is published.
type PublishOptions struct {
	Name           string        // to be opened by readers; empty: PublishedName
	StorageVersion string        // of DuckDB, that readers know; empty: PublishedVersion
	Keep           int           // generations that stay, with the new one; 0: two
	Wait           time.Duration // for locks that others hold
	Version        string        // of the program
}

// A Publication is what readers open, and what became of it.
type Publication struct {
	Name      string
	File      string // the generation
	Bytes     int64
	Unchanged bool // the database is what it was when this generation was made
	Removed   int  // generations that went
}

// PublishedName is the name under which a database is published.
func PublishedName(path string) string {
	return strings.TrimSuffix(path, ".duckdb") + ".published.duckdb"
}

// storageVersions is how DuckDB writes them.
var storageVersions = regexp.MustCompile(`^v\d+\.\d+\.\d+$`)

// Publish makes a compact copy of the database at path, if it changed since the
// last one, and swaps it in under the published name.
func Publish(ctx context.Context, path string, o PublishOptions) (*Publication, error) {
	o.Name = cmp.Or(o.Name, PublishedName(path))
	o.StorageVersion = cmp.Or(o.StorageVersion, PublishedVersion)
	o.Keep = cmp.Or(o.Keep, 2)
	if !storageVersions.MatchString(o.StorageVersion) {
		return nil, fmt.Errorf("storage version %q: give a version of DuckDB such as %s", o.StorageVersion, PublishedVersion)
	}
	if info, err := os.Lstat(o.Name); err == nil && info.Mode()&fs.ModeSymlink == 0 {
		return nil, fmt.Errorf("%s is there already, and is no link that publish made: choose another name, or move it away", o.Name)
	}
	if _, err := os.Stat(filepath.Dir(o.Name)); err != nil {
		return nil, fileError(o.Name, err)
	}
	p := &publishing{source: path, options: o}
	lock, err := lockFile(ctx, o.Name+lockSuffix, o.Name, o.Wait)
	if err != nil {
		return nil, err
	}
	done, err := p.run(ctx)
	return done, errors.Join(err, lock.release())
}

type publishing struct {
	source  string
	options PublishOptions
}

func (p *publishing) run(ctx context.Context) (*Publication, error) {
	if err := p.clear(); err != nil {
		return nil, err
	}
	generations, current, err := p.generations()
	if err != nil {
		return nil, err
	}
	if current > 0 && stampOf(ctx, p.generation(current)) == p.stamp() {
		return p.finish(current, true, generations)
	}
	source, err := Open(ctx, p.source, Options{ReadOnly: true, Wait: p.options.Wait, Threads: 1})
	if err != nil {
		return nil, err
	}
	defer source.Close() // until then nobody writes to it
	next := 1
	if n := len(generations); n > 0 {
		next = generations[n-1] + 1
	}
	if err := p.make(ctx, p.generation(next), p.stamp()); err != nil {
		return nil, errors.Join(err, removeDatabase(p.generation(next)+buildingSuffix))
	}
	if err := p.swap(p.generation(next)); err != nil {
		return nil, err
	}
	return p.finish(next, false, append(generations, next))
}

// finish removes the generations that are too many, and tells of the one that
// is current.
func (p *publishing) finish(current int, unchanged bool, generations []int) (*Publication, error) {
	removed, err := p.prune(generations)
	if err != nil {
		return nil, err
	}
	file := p.generation(current)
	info, err := os.Stat(file)
	if err != nil {
		return nil, fileError(file, err)
	}
	return &Publication{Name: p.options.Name, File: file, Bytes: info.Size(), Unchanged: unchanged, Removed: removed}, nil
}

func (p *publishing) stem() string { return strings.TrimSuffix(p.options.Name, ".duckdb") }

func (p *publishing) generation(n int) string { return fmt.Sprintf("%s-%d.duckdb", p.stem(), n) }

// generations are the numbers of the generations there are, in order; current
// is the last of them, to which the name leads, or 0. Later ones, which a
// process that died did not get to swap in, are removed.
func (p *publishing) generations() (numbers []int, current int, err error) {
	entries, err := os.ReadDir(filepath.Dir(p.options.Name))
	if err != nil {
		return nil, 0, fileError(p.options.Name, err)
	}
	for _, e := range entries {
		if n, ok := p.number(e.Name(), ".duckdb"); ok {
			numbers = append(numbers, n)
		}
	}
	slices.Sort(numbers)
	target, _ := os.Readlink(p.options.Name)
	current, _ = p.number(filepath.Base(target), ".duckdb")
	if !slices.Contains(numbers, current) {
		return numbers, 0, nil
	}
	for last := len(numbers) - 1; numbers[last] > current; last-- {
		if err := removeDatabase(p.generation(numbers[last])); err != nil {
			return nil, 0, err
		}
		numbers = numbers[:last]
	}
	return numbers, current, nil
}

// number is that of a generation, by a file's name and how it ends.
func (p *publishing) number(name, suffix string) (n int, ok bool) {
	digits, begins := strings.CutPrefix(name, filepath.Base(p.stem())+"-")
	digits, ends := strings.CutSuffix(digits, suffix)
	n, err := strconv.Atoi(digits)
	return n, begins && ends && err == nil && n > 0 && digits == strconv.Itoa(n)
}

// clear removes what a process that died left half made.
func (p *publishing) clear() error {
	dir := filepath.Dir(p.options.Name)
	entries, err := os.ReadDir(dir)
	if err != nil {
		return fileError(p.options.Name, err)
	}
	for _, e := range entries {
		for _, suffix := range []string{"", ".wal"} {
			if n, ok := p.number(e.Name(), ".duckdb"+buildingSuffix+suffix); ok {
				if err := removeDatabase(p.generation(n) + buildingSuffix); err != nil {
					return err
				}
			}
		}
	}
	return nil
}

// stamp tells one state of the database from another: every change is written
// into the file when the one who made it closes it.
func (p *publishing) stamp() string {
	stamp := p.options.StorageVersion
	file, _ := filepath.EvalSymlinks(p.source)
	for _, name := range []string{file, file + ".wal"} {
		if info, err := os.Stat(name); err == nil {
			stamp += fmt.Sprintf(" %s %d %s", name, info.Size(), info.ModTime().UTC().Format(time.RFC3339Nano))
		}
	}
	return stamp
}

// stampOf is the stamp of what a generation is a copy of, empty if it can't be
// told.
func stampOf(ctx context.Context, file string) string {
	db, err := connect(ctx, file, Options{ReadOnly: true, Threads: 1})
	if err != nil {
		return ""
	}
	defer db.Close()
	var stamp string
	if err := db.conn.QueryRowContext(ctx, "SELECT stamp FROM publication").Scan(&stamp); err != nil {
		return ""
	}
	return stamp
}

// make makes a generation: under another name until it is whole and on disk.
func (p *publishing) make(ctx context.Context, file, stamp string) error {
	making := file + buildingSuffix
	err := p.copy(ctx, making, stamp)
	if err == nil {
		err = (&building{path: making}).harden()
	}
	if err != nil {
		return p.failed(err)
	}
	if err := os.Chmod(making, 0o444); err != nil {
		return fileError(file, err)
	}
	return os.Rename(making, file)
}

func (p *publishing) failed(err error) error {
	switch {
	case errors.Is(err, context.Canceled):
		return err
	case isDamage(err.Error()):
		return corrupt(p.source, err.Error())
	}
	if advice := fileAdvice(err.Error()); advice != "" {
		return fmt.Errorf("%s: %s; what was published before stays", p.options.Name, advice)
	}
	return fmt.Errorf("%s: could not be published: %s", p.options.Name, firstLine(err.Error()))
}

// copyMemory is what DuckDB may take to copy, in MiB, whatever the size of the
// database.
const copyMemory = 1024

// copy copies all tables, views and comments, from a session of its own, which
// may write.
func (p *publishing) copy(ctx context.Context, making, stamp string) error {
	session, err := connect(ctx, "", Options{Version: p.options.Version, Memory: copyMemory})
	if err != nil {
		return err
	}
	defer session.Close()
	for _, s := range []string{
		"SET temp_directory = " + quote(making+spillSuffix),
		"ATTACH " + quote(p.source) + " AS source (READ_ONLY)",
		"ATTACH " + quote(making) + " AS published (STORAGE_VERSION " + quote(p.options.StorageVersion) + ")",
		"COPY FROM DATABASE source TO published",
	} {
		if err := session.exec(ctx, s); err != nil {
			return err
		}
	}
	for i, s := range publicationSQL {
		var args []any
		if i == 0 {
			args = []any{stamp, p.source, "pbsduck " + p.options.Version}
		}
		if err := session.exec(ctx, s, args...); err != nil {
			return err
		}
	}
	return session.exec(ctx, "DETACH published") // which writes all of it into the file
}

// swap makes the published name a link to the generation. The link is relative,
// so that the folder may move, or be mounted elsewhere.
func (p *publishing) swap(file string) error {
	link := p.options.Name + ".new"
	if err := os.Remove(link); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fileError(link, err)
	}
	if err := os.Symlink(filepath.Base(file), link); err != nil {
		return fileError(link, err)
	}
	if err := os.Rename(link, p.options.Name); err != nil {
		return fileError(p.options.Name, err)
	}
	return syncPath(filepath.Dir(p.options.Name))
}

// prune removes the oldest generations. Who has one open keeps it.
func (p *publishing) prune(generations []int) (removed int, err error) {
	for _, n := range generations[:max(0, len(generations)-p.options.Keep)] {
		if err := removeDatabase(p.generation(n)); err != nil {
			return removed, err
		}
		removed++
	}
	return removed, nil
}
