package source

import (
	"cmp"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"
)

// FindOptions has a useful zero value: every log.
type FindOptions struct {
	// Since and Until, both inclusive, both optional, choose by the date in a log's name; of a time only its date counts.
	// Logs whose name is no date are kept. The name is not the day of every job inside: PBS writes a record that is a
	// second late into the next day's log.
	Since, Until time.Time

	// Never are paths of files that are no logs, wherever and by whatever name they are found, and that are not to be
	// opened: the database and what belongs to it. DuckDB's lock on a file is lost when anybody else in the process closes
	// it.
	Never []string

	// OnSkip is told each file and folder that was left out, except for Since and Until. May be nil.
	OnSkip func(Skipped)
}

// Skipped is a file or folder that was left out.
type Skipped struct {
	Path, Reason string
	Kind         SkipKind
}

// A SkipKind says what was left out.
type SkipKind uint8

// What is left out.
const (
	SkipByName     SkipKind = iota // hidden, or surely no log
	SkipTwin                       // another way to a log that is read
	SkipGone                       // a link to nothing, or a file that went
	SkipIrregular                  // a pipe, a socket, a device, a file of the kernel's
	SkipLink                       // a link to a folder
	SkipFileSystem                 // a folder on another file system
	SkipDatabase                   // the database, or a file of its own
	SkipArchive                    // an archive of files
)

// Find returns the logs that args name, ordered by name (so days are in order), then path.
//
// An argument is a file, a folder (searched to the bottom; links to files are followed, links to folders are not), "-"
// for the standard input, or, where no such file exists, a pattern of filepath.Match. Hidden files and files that are
// surely no log are left out of folders, as is what is no regular file, and what lies on another file system; a file
// named by itself is only left out for its suffix, since the shell's own patterns name such files too.
//
// One file named twice is found once. Of several files with one Key (20260101 beside 20260101.gz) the plain one is
// taken, since packers remove it only when the packed one is complete; without one, the first in the order of Codec.
//
// All that fails is in the error, an Amiss, arguments and what lies below them: each a *PathError with fs.ErrNotExist,
// fs.ErrPermission, ErrNoLogs, ErrNoMatch, ErrNotLog or what the system says; all else is found all the same. An empty
// result without an error means that Since and Until left nothing.
func Find(args []string, o FindOptions) ([]Log, error) {
	f := finder{skip: o.OnSkip}
	if f.skip == nil {
		f.skip = func(Skipped) {}
	}
	for _, path := range o.Never {
		if info, err := os.Stat(path); err == nil {
			f.never = append(f.never, info)
		}
	}
	for _, arg := range args {
		f.argument(arg)
	}
	if len(f.amiss) == 0 && len(f.found) == 0 {
		f.amiss = f.refused
	}
	logs := slices.DeleteFunc(f.settle(), func(l Log) bool { return !o.Wants(l.Day) })
	if len(f.amiss) > 0 {
		return logs, f.amiss
	}
	return logs, nil
}

// Wants tells whether Since and Until choose a log of that Day.
func (o FindOptions) Wants(day time.Time) bool {
	if day.IsZero() {
		return true
	}
	return (o.Since.IsZero() || !day.Before(dateOf(o.Since))) && (o.Until.IsZero() || !day.After(dateOf(o.Until)))
}

// dateOf is the date that t shows in its own zone, as midnight UTC.
func dateOf(t time.Time) time.Time {
	y, m, d := t.Date()
	return time.Date(y, m, d, 0, 0, 0, 0, time.UTC)
}

type finder struct {
	found   []candidate
	amiss   Amiss
	refused Amiss // named files that are no logs; amiss only where there is nothing else
	never   []fs.FileInfo
	skip    func(Skipped)
}

type candidate struct {
	Log
	info fs.FileInfo // nil for stdin
}

func (f *finder) fail(e *PathError) { f.amiss = append(f.amiss, e) }

func (f *finder) argument(arg string) {
	if arg == Stdin {
		f.found = append(f.found, candidate{Log: Log{Path: Stdin, Key: Stdin, Name: Stdin, Stream: true}})
		return
	}
	info, err := os.Stat(arg)
	switch {
	case errors.Is(err, fs.ErrNotExist) && strings.ContainsAny(arg, `*?[`):
		f.glob(arg)
	case err != nil:
		f.fail(pathError(arg, err))
	default:
		f.named(arg, info)
	}
}

// glob takes what the pattern matches, as if each had been an argument; hidden files only if the pattern asks for them.
func (f *finder) glob(pattern string) {
	paths, err := filepath.Glob(pattern)
	if err != nil {
		f.fail(&PathError{Path: pattern, Err: err, Next: "quote [ and \\ in names with a backslash"})
		return
	}
	if !isHidden(pattern) {
		paths = slices.DeleteFunc(paths, isHidden)
	}
	if len(paths) == 0 {
		f.fail(&PathError{Path: pattern, Err: ErrNoMatch, Next: "check the path"})
	}
	for _, path := range paths {
		if info, err := os.Stat(path); err != nil {
			f.fail(pathError(path, err))
		} else {
			f.named(path, info)
		}
	}
}

// named takes a file or folder that the user named.
func (f *finder) named(path string, info fs.FileInfo) {
	kernel := ""
	if info.IsDir() || info.Mode().IsRegular() {
		kernel = kernelFS(path)
	}
	switch {
	case kernel != "":
		f.fail(&PathError{Path: path, Err: ErrNotLog, Next: "it is the kernel's (" + kernel + ")"})
	case info.IsDir():
		before, amiss := len(f.found), len(f.amiss)
		f.folder(path, device(info))
		if len(f.found) == before && len(f.amiss) == amiss {
			f.fail(&PathError{
				Path: path, Err: ErrNoLogs, Next: "name the folder that PBS writes, such as PBS_HOME/server_priv/accounting",
			})
		}
	case !info.Mode().IsRegular() && info.Mode()&fs.ModeNamedPipe == 0:
		f.fail(&PathError{Path: path, Err: ErrNotLog, Next: "it is neither a file, a folder nor a pipe"})
	case f.isDatabase(info):
		f.refuse(path, SkipDatabase, databaseReason, "it is "+databaseReason)
	default:
		if reason, kind := unlikely(path); reason != "" {
			f.refuse(path, kind, reason, "by its name it is "+reason)
			return
		}
		f.add(path, info, false)
	}
}

const databaseReason = "the database that is loaded, or a file of its own"

// isDatabase tells whether a file is one of those that are never opened.
func (f *finder) isDatabase(info fs.FileInfo) bool {
	return slices.ContainsFunc(f.never, func(n fs.FileInfo) bool { return os.SameFile(n, info) })
}

// refuse leaves out a file that was named.
func (f *finder) refuse(path string, kind SkipKind, reason, next string) {
	f.refused = append(f.refused, &PathError{Path: path, Err: ErrNotLog, Next: next})
	f.skip(Skipped{path, reason, kind})
}

func (f *finder) add(path string, info fs.FileInfo, found bool) {
	abs, err := filepath.Abs(path)
	if err != nil {
		f.fail(pathError(path, err))
		return
	}
	key, codec := splitSuffix(abs)
	name := filepath.Base(key)
	l := Log{
		Path: path, Key: Escape(key), Name: Escape(name), Codec: codec,
		ModTime: info.ModTime(), Inode: inode(info), Day: dayOf(name), Found: found,
	}
	if l.Stream = !info.Mode().IsRegular(); !l.Stream {
		l.Size = info.Size()
	}
	f.found = append(f.found, candidate{l, info})
}

// settle brings what was found into its order and leaves one of each file and each key.
func (f *finder) settle() []Log {
	slices.SortFunc(f.found, func(a, b candidate) int {
		return cmp.Or(strings.Compare(a.Name, b.Name), cmp.Compare(a.Codec, b.Codec), strings.Compare(a.Path, b.Path))
	})
	byKey := make(map[string]candidate)
	byInode := make(map[uint64][]candidate) // os.SameFile compares only pairs
	var logs []Log
	place := make(map[string]int) // in logs, by key
	for _, c := range f.found {
		twin, twice := byKey[c.Key]
		if !twice {
			twin, twice = sameFile(byInode[c.Inode], c)
		}
		if twice {
			f.skipTwin(c, twin)
			if twin.Key == c.Key && twin.Codec != c.Codec {
				first := &logs[place[c.Key]]
				first.Twins = append(first.Twins, c.Log)
			}
			continue
		}
		byKey[c.Key] = c
		byInode[c.Inode] = append(byInode[c.Inode], c)
		place[c.Key] = len(logs)
		logs = append(logs, c.Log)
	}
	slices.SortFunc(logs, func(a, b Log) int {
		return cmp.Or(strings.Compare(a.Name, b.Name), strings.Compare(a.Path, b.Path))
	})
	return logs
}

func sameFile(among []candidate, c candidate) (candidate, bool) {
	for _, other := range among {
		if c.info != nil && other.info != nil && os.SameFile(c.info, other.info) {
			return other, true
		}
	}
	return candidate{}, false
}

// skipTwin reports a second way to a log that is read already, unless it is the very same one.
func (f *finder) skipTwin(c, first candidate) {
	switch {
	case filepath.Clean(c.Path) == filepath.Clean(first.Path):
	case c.Key == first.Key && c.Codec != first.Codec:
		f.skip(Skipped{c.Path, "the same log as " + first.Path + ", which is read", SkipTwin})
	default:
		f.skip(Skipped{c.Path, "the same file as " + first.Path, SkipTwin})
	}
}
