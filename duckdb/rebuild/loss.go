package rebuild

import (
	"fmt"
	"path/filepath"

	"pbsduck/duckdb/load"
)

// A LostError says that logs would be lost by a rebuild.
type LostError struct {
	Path string
	Logs []*load.LogFile // that the old database has and the new one lacks
}

func (e *LostError) Error() string {
	first := e.Logs[0]
	name := first.File
	if name == "-" {
		name = "a log from standard input"
	}
	more := ""
	if n := len(e.Logs) - 1; n > 0 {
		more = fmt.Sprintf(" and %d more", n)
	}
	return fmt.Sprintf("%s has %s of %s%s, which the logs given now do not hold, or not as far, so nothing was changed",
		e.Path, name, first.Machine, more)
}

// lost is a *LostError if some logs of one ledger were not read as far for the other. A log that moved is known by its
// name.
func lost(path string, had, has []*load.LogFile) error {
	type key struct{ machine, name string }
	read := map[key]int64{}
	for _, f := range has {
		for _, name := range []string{f.Name, f.Path} {
			read[key{f.Machine, name}] = max(read[key{f.Machine, name}], f.ReadBytes)
		}
	}
	var lacking []*load.LogFile
	for _, f := range had {
		if load.IsQhist(f.Path) { // its day's log has all that it gave
			if read[key{f.Machine, f.Name}] == 0 {
				lacking = append(lacking, f)
			}
			continue
		}
		if max(read[key{f.Machine, f.Name}], read[key{f.Machine, f.Path}]) < f.ReadBytes {
			lacking = append(lacking, f)
		}
	}
	if len(lacking) == 0 {
		return nil
	}
	return &LostError{Path: filepath.Clean(path), Logs: lacking}
}
