package flags

import (
	"os"
	"path/filepath"

	"pbsduck/cmd/pbsduck/ui"
	"pbsduck/duckdb/dbfile"
	"pbsduck/duckdb/publish"
	"pbsduck/ingest/source"
)

// A treasure is a file that no output may take the place of.
type treasure struct{ path, what string }

// MayWrite refuses an output that is the database or a file of its own, the configuration, any other database, or one
// of the inputs, by whatever name or link. An empty path is standard output.
func (g *Global) MayWrite(path string, inputs ...string) error {
	if path == "" {
		path = "/dev/stdout"
		if info, err := os.Stdout.Stat(); err != nil || !info.Mode().IsRegular() {
			return nil
		}
	}
	treasures := g.treasures()
	for _, name := range dbfile.Files(publish.NameOf(g.DB)) {
		treasures = append(treasures, treasure{name, "a published copy, or a file of its own"})
	}
	for _, name := range inputs {
		if name == source.Stdin {
			name = "/dev/stdin"
		}
		treasures = append(treasures, treasure{name, "what is read"})
	}
	if err := refuse(path, treasures); err != nil {
		return err
	}
	if dbfile.IsDatabase(path) {
		return ui.Usagef("cannot write to %s: it is a DuckDB database; name another file, or remove it first", path)
	}
	return nil
}

// mayName refuses a name for what is made beside the database that is one of its own files or the configuration.
func (g *Global) mayName(path string) error { return refuse(path, g.treasures()) }

// MayConfigure refuses a configuration that would be a file of the database.
func (g *Global) MayConfigure() error { return refuse(g.ConfigFile(), g.treasures()[1:]) }

// treasures are the files of the database and its configuration.
func (g *Global) treasures() []treasure {
	all := []treasure{{g.ConfigFile(), "the configuration"}}
	for _, name := range append([]string{g.DB}, dbfile.Files(g.DB)...) {
		all = append(all, treasure{name, "the database, or a file of its own"})
	}
	return all
}

func refuse(path string, treasures []treasure) error {
	info, err := os.Stat(path)
	for _, t := range treasures {
		same := place(path) == place(t.path)
		if there, missing := os.Stat(t.path); !same && err == nil && missing == nil {
			same = os.SameFile(info, there)
		}
		if same {
			return ui.Usagef("cannot write to %s: it is %s; name another file", path, t.what)
		}
	}
	return nil
}

// place is where a path leads to, through links: of the file, or of its folder where there is no file yet.
func place(path string) string {
	if abs, err := filepath.Abs(path); err == nil {
		path = abs
	}
	if real, err := filepath.EvalSymlinks(path); err == nil {
		return real
	}
	if dir, err := filepath.EvalSymlinks(filepath.Dir(path)); err == nil {
		return filepath.Join(dir, filepath.Base(path))
	}
	return path
}
