package source

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// folder takes every log below dir that is on the same file system. A part that cannot be read is amiss: what it hides
// would be missing unseen.
func (f *finder) folder(dir string, device uint64) {
	entries, err := os.ReadDir(dir)
	if err != nil {
		f.fail(pathError(dir, err))
	}
	for _, e := range entries {
		f.entry(filepath.Join(dir, e.Name()), e, device)
	}
}

func (f *finder) entry(path string, e fs.DirEntry, folderDevice uint64) {
	if isHidden(path) {
		f.skip(Skipped{path, "hidden", SkipByName})
		return
	}
	if reason, kind := unlikely(path); reason != "" && !e.IsDir() {
		f.skip(Skipped{path, reason, kind})
		return
	}
	isLink := e.Type()&fs.ModeSymlink != 0
	info, err := os.Stat(path) // follows a link
	switch {
	case errors.Is(err, fs.ErrNotExist) && isLink:
		f.skip(Skipped{path, "a link to nothing", SkipGone})
	case errors.Is(err, fs.ErrNotExist):
		f.skip(Skipped{path, "gone since the folder was read", SkipGone})
	case err != nil:
		f.fail(pathError(path, err))
	case info.IsDir() && f.isDatabase(info):
		f.skip(Skipped{path, databaseReason, SkipDatabase})
	case info.IsDir() && isLink:
		f.skip(Skipped{path, "a link to a folder: name it to have it read", SkipLink})
	case info.IsDir() && device(info) != folderDevice:
		f.skip(Skipped{path, "on another file system: name it to have it read", SkipFileSystem})
	case info.IsDir():
		f.folder(path, folderDevice)
	default:
		f.file(path, info, isLink || device(info) != folderDevice)
	}
}

// file takes a file in a folder; elsewhere says that it may be on another file system.
func (f *finder) file(path string, info fs.FileInfo, elsewhere bool) {
	switch {
	case !info.Mode().IsRegular():
		f.skip(Skipped{path, "not a regular file", SkipIrregular})
	case elsewhere && kernelFS(path) != "":
		f.skip(Skipped{path, "a file of the kernel's", SkipIrregular})
	case f.isDatabase(info):
		f.skip(Skipped{path, databaseReason, SkipDatabase})
	default:
		f.add(path, info, true)
	}
}

func isHidden(path string) bool {
	base := filepath.Base(path)
	return strings.HasPrefix(base, ".") && base != "." && base != ".."
}

// noLog tells suffixes of files that lie beside logs and are none.
var noLog = map[string]string{
	".duckdb": "a database", ".wal": "a database's write-ahead log", ".parquet": "a table", ".arrow": "a table",
	".csv": "a table", ".json": "JSON", ".jsonl": "JSON", ".ndjson": "JSON", ".toml": "a configuration", ".md": "a text",
}

// archives are suffixes of files in which logs may lie.
var archives = []string{".tar", ".tgz", ".tbz", ".tbz2", ".txz", ".zip", ".7z"}

// unlikely gives the reason why a file of this name can be no log, or "", and as what it is left out.
func unlikely(path string) (reason string, kind SkipKind) {
	name, _ := splitSuffix(filepath.Base(path))
	suffix := strings.ToLower(filepath.Ext(name))
	switch {
	case strings.Contains(name, ".truth"):
		return "what a generated log must give", SkipByName
	case slices.Contains(archives, suffix):
		return "an archive: unpack it first", SkipArchive
	}
	return noLog[suffix], SkipByName
}
