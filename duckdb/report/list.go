package report

import (
	"bytes"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"pbsduck/duckdb"
)

//go:embed sql/reports/*.sql
var files embed.FS

const ownFolder = "sql/reports"

// All are the reports of the program, and those in a site's folder, which may be empty, in order of their names. A file
// of the site takes the place of the program's of the same name. One that is no report harms no other: the error tells
// of it, and the others are there.
func All(folder string) ([]Report, error) {
	own, err := fs.Sub(files, ownFolder)
	if err != nil {
		return nil, err
	}
	all, err := read(own, "")
	if err != nil || folder == "" {
		return all, err
	}
	if entry, err := os.Stat(folder); err != nil {
		return all, fmt.Errorf("reports of the site: %w", err)
	} else if !entry.IsDir() {
		return all, fmt.Errorf("reports of the site: %s is no folder", folder)
	}
	site, err := read(os.DirFS(folder), folder)
	if err != nil {
		err = fmt.Errorf("reports of the site: %w", err)
	}
	all = slices.DeleteFunc(all, func(r Report) bool {
		return slices.ContainsFunc(site, func(s Report) bool { return s.Name == r.Name })
	})
	all = append(all, site...)
	slices.SortFunc(all, func(a, b Report) int { return strings.Compare(a.Name, b.Name) })
	return all, err
}

// Choices are those that the program's own reports offer, each name once. Each start of the program asks, for its
// flags: no more of the files is read.
func Choices() (all []Choice, err error) {
	own, err := files.ReadDir(ownFolder)
	if err != nil {
		return nil, err
	}
	var text bytes.Buffer
	for _, e := range own {
		file, err := files.Open(ownFolder + "/" + e.Name())
		if err != nil {
			return nil, err
		}
		text.Reset()
		if _, err := text.ReadFrom(file); err != nil {
			return nil, err
		}
		for _, c := range choicesOf(text.Bytes()) {
			if !slices.ContainsFunc(all, func(other Choice) bool { return other.Name == c.Name }) {
				all = append(all, c)
			}
		}
	}
	return all, nil
}

func read(folder fs.FS, path string) (all []Report, err error) {
	entries, err := fs.ReadDir(folder, ".")
	if err != nil {
		return nil, err
	}
	var failed []error
	for _, e := range entries {
		name, ok := strings.CutSuffix(e.Name(), ".sql")
		if !ok || e.IsDir() {
			continue
		}
		text, err := fs.ReadFile(folder, e.Name())
		if err != nil {
			failed = append(failed, err)
			continue
		}
		r, err := Parse(name, filepath.Join(path, e.Name()), string(text))
		if err == nil && path != "" {
			err = onlyAsks(r)
		}
		if err != nil {
			failed = append(failed, err)
			continue
		}
		all = append(all, r)
	}
	return all, errors.Join(failed...)
}

// onlyAsks refuses a site's report that is no single question.
func onlyAsks(r Report) error {
	if err := duckdb.OnlyAsks(r.SQL); err != nil {
		return fmt.Errorf("%s: %w", r.Path, err)
	}
	return nil
}
