package publish

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
	"sync"
	"time"

	"pbsduck/duckdb"
	"pbsduck/duckdb/dbfile"
	"pbsduck/export/whole"
)

// publicationSQL makes the table that says what a copy is a copy of.
var publicationSQL = []string{
	`CREATE OR REPLACE TABLE published.publication AS
		SELECT $1::VARCHAR AS stamp, $2::VARCHAR AS source, now() AS published_at, $3::VARCHAR AS published_by,
			$4::VARCHAR AS file, $5::VARCHAR AS content`,
	"COMMENT ON TABLE published.publication IS 'What this read-only copy is a copy of, and when it was made.'",
	"COMMENT ON COLUMN published.publication.stamp IS " +
		"'Storage version, and names, sizes and times of the files that were copied.'",
	"COMMENT ON COLUMN published.publication.source IS 'The database that was copied.'",
	"COMMENT ON COLUMN published.publication.published_at IS 'When the copy was made.'",
	"COMMENT ON COLUMN published.publication.published_by IS 'Version of pbsduck that made it.'",
	"COMMENT ON COLUMN published.publication.file IS 'The name that this copy was given.'",
	"COMMENT ON COLUMN published.publication.content IS " +
		"'Storage version, who may read it, and sums over what the database held.'",
}

// Options say where and how a database is published.
type Options struct {
	Name           string // to be opened by readers; empty: NameOf
	StorageVersion string // of DuckDB, that readers know; empty: PublishedVersion
	// generations that stay, with the new one; at least two do, since a reader may have read the link and not have opened
	// the file yet
	Keep    int
	Wait    time.Duration // for locks that others hold
	Version string        // of the program

	Progress func(done, total int64) // bytes of the copy, of about how many; from one goroutine at a time; may be nil
}

// A Publication is what readers open, and what became of it.
type Publication struct {
	Name      string
	File      string // the generation
	Bytes     int64
	Unchanged bool // the database holds what it did when this generation was made
}

// NameOf is the name under which a database is published.
func NameOf(path string) string {
	return strings.TrimSuffix(path, ".duckdb") + ".published.duckdb"
}

// storageVersions is how DuckDB writes them.
var storageVersions = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`^v\d+\.\d+\.\d+$`) })

// CheckStorage refuses what is no storage version.
func CheckStorage(version string) error {
	if !storageVersions().MatchString(version) {
		return fmt.Errorf("storage version %q: give a version of DuckDB such as %s", version, duckdb.PublishedVersion)
	}
	return nil
}

// Run makes a compact copy of the database at path, if it changed since the last one, and swaps it in under the
// published name.
func Run(ctx context.Context, path string, o Options) (*Publication, error) {
	o.Name = cmp.Or(o.Name, NameOf(path))
	o.StorageVersion = cmp.Or(o.StorageVersion, duckdb.PublishedVersion)
	o.Keep = max(o.Keep, 2)
	if err := CheckStorage(o.StorageVersion); err != nil {
		return nil, err
	}
	file, info, err := dbfile.Look(path)
	switch {
	case err != nil:
		return nil, err
	case info == nil:
		return nil, duckdb.NoDatabase(path)
	}
	if err := dbfile.CheckName(o.Name, o.Name); err != nil {
		return nil, err
	}
	p := &publishing{source: path, file: file, options: o}
	if err := p.mayReplace(ctx, o.Name); err != nil {
		return nil, err
	}
	if _, err := os.Stat(filepath.Dir(o.Name)); err != nil {
		return nil, whole.Error(o.Name, err)
	}
	if p.lock, err = dbfile.TakeLock(ctx, o.Name+dbfile.LockSuffix, o.Name, o.Wait); err != nil {
		return nil, err
	}
	done, err := p.run(ctx)
	return done, errors.Join(err, p.lock.Release())
}

type publishing struct {
	source  string // as the user names it
	file    string // where that leads to
	options Options
	lock    *dbfile.Lock
	taken   string // the stamp of what is copied
	content string // see contentOf
	bytes   int64  // about how many the copy takes
}

// mayReplace tells whether nothing has the name, or a link to a generation.
func (p *publishing) mayReplace(ctx context.Context, name string) error {
	_, err := os.Lstat(name)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil
	case err != nil:
		return whole.Error(name, err)
	}
	target, err := os.Readlink(name)
	if _, ok := p.number(target, ".duckdb"); err != nil || !ok ||
		p.isForeign(ctx, filepath.Join(filepath.Dir(name), target)) {
		return fmt.Errorf(
			"%s is there already, and is no link that publish made: choose another name, or move it away", name,
		)
	}
	return nil
}

func (p *publishing) run(ctx context.Context) (*Publication, error) {
	if err := p.clear(); err != nil {
		return nil, err
	}
	generations, current, next, err := p.generations(ctx)
	if err != nil {
		return nil, err
	}
	var says published
	if current > 0 {
		says, _ = publicationOf(ctx, p.generation(current)) // what can't be told is not the same
	}
	if says.stamp == p.stamp() {
		return p.finish(current, true, generations)
	}
	source, err := duckdb.Open(
		ctx, p.source, duckdb.Options{ReadOnly: true, Wait: p.options.Wait, Threads: 1, Memory: copyMemory, Open: true},
	)
	if err != nil {
		return nil, err
	}
	defer source.Close() // until then nobody writes to it
	p.taken = p.stampOf(source.Info())
	if p.content, err = p.contentOf(ctx, source); err != nil {
		return nil, p.failed(err)
	}
	if says.content == p.content {
		return p.finish(current, true, generations)
	}
	if p.bytes, err = p.room(ctx, source); err != nil {
		return nil, err
	}
	if err := p.make(ctx, source, p.generation(next)); err != nil {
		return nil, errors.Join(err, dbfile.Remove(p.generation(next)+dbfile.BuildingSuffix))
	}
	if err := p.swap(ctx, p.generation(next)); err != nil {
		return nil, err
	}
	return p.finish(next, false, append(generations, next))
}

// finish removes the generations that are too many, and tells of the one that is current.
func (p *publishing) finish(current int, unchanged bool, generations []int) (*Publication, error) {
	if err := p.prune(generations); err != nil {
		return nil, err
	}
	file := p.generation(current)
	info, err := os.Stat(file)
	if err != nil {
		return nil, whole.Error(file, err)
	}
	return &Publication{Name: p.options.Name, File: file, Bytes: info.Size(), Unchanged: unchanged}, nil
}

func (p *publishing) stem() string { return strings.TrimSuffix(p.options.Name, ".duckdb") }

func (p *publishing) generation(n int) string { return fmt.Sprintf("%s-%d.duckdb", p.stem(), n) }

// generations are the numbers of the generations there are, in order; current is the last of them, to which the name
// leads, or 0; next is one that no file has. Later ones than the current, which a process that died did not get to swap
// in, are removed.
func (p *publishing) generations(ctx context.Context) (numbers []int, current, next int, err error) {
	entries, err := os.ReadDir(filepath.Dir(p.options.Name))
	if err != nil {
		return nil, 0, 0, whole.Error(p.options.Name, err)
	}
	for _, e := range entries {
		if n, ok := p.number(e.Name(), ".duckdb"); ok && p.isOurs(ctx, p.generation(n)) {
			numbers = append(numbers, n)
		}
	}
	slices.Sort(numbers)
	target, _ := os.Readlink(p.options.Name)
	if n, _ := p.number(target, ".duckdb"); slices.Contains(numbers, n) {
		current = n
	}
	for last := len(numbers) - 1; current > 0 && numbers[last] > current; last-- {
		if err := dbfile.Remove(p.generation(numbers[last])); err != nil {
			return nil, 0, 0, err
		}
		numbers = numbers[:last]
	}
	return numbers, current, p.next(), nil
}

// next is the number after those of all files that are called like a generation, whoever made them.
func (p *publishing) next() int {
	last := 0
	entries, _ := os.ReadDir(filepath.Dir(p.options.Name)) // which could be read before
	for _, e := range entries {
		for _, suffix := range []string{".duckdb", ".duckdb" + dbfile.BuildingSuffix} {
			if n, ok := p.number(e.Name(), suffix); ok {
				last = max(last, n)
			}
		}
	}
	return last + 1
}

// isOurs tells whether a file is the generation that it is called.
func (p *publishing) isOurs(ctx context.Context, file string) bool {
	says, err := publicationOf(ctx, file)
	return err == nil && (says.file == "" || says.file == filepath.Base(file))
}

// isForeign tells whether a file is surely no generation. One that is damaged may be.
func (p *publishing) isForeign(ctx context.Context, file string) bool {
	says, err := publicationOf(ctx, file)
	switch {
	case errors.Is(err, errNotPublished):
		return true
	case err != nil:
		return false
	}
	return says.file != "" && says.file != filepath.Base(file)
}

// number is that of a generation, by a file's name and how it ends.
func (p *publishing) number(name, suffix string) (n int, ok bool) {
	digits, begins := strings.CutPrefix(name, filepath.Base(p.stem())+"-")
	digits, ends := strings.CutSuffix(digits, suffix)
	n, err := strconv.Atoi(digits)
	return n, begins && ends && err == nil && n > 0 && digits == strconv.Itoa(n)
}

// clear removes what a process that died left half made: the lock says what that was.
func (p *publishing) clear() error {
	making := p.lock.Left()
	if _, ok := p.number(making, ".duckdb"+dbfile.BuildingSuffix); !ok {
		return nil
	}
	return dbfile.Remove(filepath.Join(filepath.Dir(p.options.Name), making))
}

// stamp tells one state of the database from another: every change is written into the file when the one who made it
// closes it. Who may read it is part of it.
func (p *publishing) stamp() string {
	stamp := p.options.StorageVersion
	for _, name := range append([]string{p.file}, dbfile.Logs(p.file)...) {
		if info, err := os.Stat(name); err == nil {
			stamp += fmt.Sprintf(
				" %s %d %s %s", name, info.Size(), info.ModTime().UTC().Format(time.RFC3339Nano), info.Mode().Perm(),
			)
		}
	}
	return stamp
}

// stampOf is the stamp of a file that is open, and that nobody writes to; empty if another one has taken its place: the
// next one who publishes copies that.
func (p *publishing) stampOf(opened fs.FileInfo) string {
	stamp := p.stamp()
	if now, err := os.Stat(p.file); err != nil || !os.SameFile(now, opened) {
		return ""
	}
	return stamp
}

// A published is what a generation says of itself. Earlier versions of the program did not write its file, or its
// content.
type published struct{ stamp, file, content string }

// errNotPublished says that a file is something else than a generation.
var errNotPublished = errors.New("no published copy")

func publicationOf(ctx context.Context, file string) (says published, err error) {
	info, err := os.Lstat(file)
	switch {
	case err != nil:
		return says, err
	case !info.Mode().IsRegular():
		return says, errNotPublished
	}
	db, err := duckdb.Connect(ctx, file, duckdb.Options{ReadOnly: true, Threads: 1})
	if errors.Is(err, duckdb.ErrNotDatabase) {
		return says, errNotPublished
	}
	if err != nil {
		return says, err
	}
	defer db.Close()
	columns, err := duckdb.Column[string](
		ctx, db, "SELECT column_name FROM duckdb_columns() WHERE table_name = 'publication' AND NOT internal",
	)
	switch {
	case err != nil:
		return says, err
	case !slices.Contains(columns, "stamp"):
		return says, errNotPublished
	}
	asked := []string{"stamp", "file", "content"}
	for i, column := range asked {
		if !slices.Contains(columns, column) {
			asked[i] = "''"
		}
	}
	err = db.Conn().QueryRowContext(ctx, "SELECT "+strings.Join(asked, ", ")+" FROM publication").
		Scan(&says.stamp, &says.file, &says.content)
	return says, err
}

// make makes a generation: under another name until it is whole and on disk. Who may not read the database may not read
// the copy.
func (p *publishing) make(ctx context.Context, source *duckdb.DB, file string) error {
	making := file + dbfile.BuildingSuffix
	if err := p.lock.Say(making); err != nil {
		return whole.Error(p.options.Name, err)
	}
	watched := p.watch(making)
	err := p.copy(ctx, source, making, filepath.Base(file))
	if err == nil {
		err = dbfile.Harden(making)
	}
	watched()
	if err != nil {
		return p.failed(err)
	}
	if err := whole.KeepMode(making, source.Info(), 0o222); err != nil {
		return err
	}
	return whole.Rename(making, file)
}

func (p *publishing) failed(err error) error {
	switch {
	case errors.Is(err, context.Canceled):
		return err
	case duckdb.IsDamage(err.Error()):
		return duckdb.Corrupt(p.source, err.Error())
	}
	if trouble := whole.TroubleOf(err); trouble != nil {
		return fmt.Errorf("%s: %w; what was published before stays", p.options.Name, trouble)
	}
	return fmt.Errorf("%s: could not be published: %s", p.options.Name, duckdb.FirstLine(err.Error()))
}

// copyMemory is what DuckDB may take to copy, in MiB, whatever the size of the database. It copies with one thread: two
// take more memory and more processor time, and no less of the clock's.
const copyMemory = 1024

// copy copies all tables, views and comments.
func (p *publishing) copy(ctx context.Context, source *duckdb.DB, making, name string) error {
	for _, s := range []string{
		"SET temp_directory = " + duckdb.QuoteFile(making+dbfile.SpillSuffix),
		"ATTACH " + duckdb.QuoteFile(making) + " AS published (TYPE duckdb, STORAGE_VERSION " +
			duckdb.Quote(p.options.StorageVersion) + ")",
		"COPY FROM DATABASE " + duckdb.Attached + " TO published",
	} {
		if err := source.Exec(ctx, s); err != nil {
			return err
		}
	}
	home, err := filepath.Abs(p.source) // which means the same to who opens the copy elsewhere
	if err != nil {
		return err
	}
	for i, s := range publicationSQL {
		var args []any
		if i == 0 {
			args = []any{p.taken, home, "pbsduck " + p.options.Version, name, p.content}
		}
		if err := source.Exec(ctx, s, args...); err != nil {
			return err
		}
	}
	return source.Exec(ctx, "DETACH published") // which writes all of it into the file
}

// swap makes the published name a link to the generation.
func (p *publishing) swap(ctx context.Context, file string) error {
	if err := p.mayReplace(ctx, p.options.Name+".new"); err != nil {
		return err
	}
	return whole.Link(file, p.options.Name)
}

// prune removes the oldest generations. Who has one open keeps it.
func (p *publishing) prune(generations []int) error {
	for _, n := range generations[:max(0, len(generations)-p.options.Keep)] {
		if err := dbfile.Remove(p.generation(n)); err != nil {
			return err
		}
	}
	return nil
}
