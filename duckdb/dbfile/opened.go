package dbfile

import (
	"io/fs"
	"os"
	"slices"
	"sync"
)

// The system lets go of all locks that a process has on a file as soon as the process closes that file once, however
// often it has it open: so no file that DuckDB has open may be opened in any other way. openFiles are those files.
var openFiles struct {
	sync.Mutex
	infos []fs.FileInfo
}

// IsOpen tells whether this process has the file open as a database, whatever the file's name.
func IsOpen(info fs.FileInfo) bool {
	openFiles.Lock()
	defer openFiles.Unlock()
	return slices.ContainsFunc(openFiles.infos, func(i fs.FileInfo) bool { return os.SameFile(i, info) })
}

// NoteOpen remembers that DuckDB has the file open.
func NoteOpen(info fs.FileInfo) {
	openFiles.Lock()
	defer openFiles.Unlock()
	openFiles.infos = append(openFiles.infos, info)
}

// NoteClosed remembers that DuckDB has the file no longer open.
func NoteClosed(info fs.FileInfo) {
	openFiles.Lock()
	defer openFiles.Unlock()
	openFiles.infos = slices.DeleteFunc(openFiles.infos, func(i fs.FileInfo) bool { return os.SameFile(i, info) })
}
