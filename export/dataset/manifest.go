package dataset

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"time"

	"pbsduck/export/whole"
)

// ManifestName is the file that says what is in the folder of a dataset.
const ManifestName = "_manifest.json"

// ManifestFormat grows with every change of the manifest, or of the folder, that an older program could not cope with.
const ManifestFormat = 1

// A Manifest says what is in the folder of a dataset, and of what state of which database it is.
type Manifest struct {
	Format        int       `json:"format"`
	Program       string    `json:"program"`
	SchemaVersion int       `json:"schema_version"`
	Database      string    `json:"database"`                  // absolute path
	MadeAt        time.Time `json:"database_made_at,omitzero"` // which a copy has, too
	Origin        string    `json:"origin,omitempty"`          // in place of it, in an anonymous dataset
	// by which it is anonymous: tells policies, with their keys, apart
	Policy        string    `json:"policy,omitempty"`
	ExportedAt    time.Time `json:"exported_at,omitzero"`
	Partition     []string  `json:"partition"`
	PartitionedBy string    `json:"partitioned_by"`
	Filter        string    `json:"filter"`  // on jobs j, in SQL; empty: all
	Records       bool      `json:"records"` // whether raw records are in it
	// digest of the questions that the files answer, and of the types and notes of their columns
	Definition string      `json:"definition"`
	Machines   []Machine   `json:"machines"`
	Tables     []Total     `json:"tables"`
	Months     []Month     `json:"months"`
	Partitions []Partition `json:"partitions"`
	Documents  []File      `json:"documents"` // beside the manifest: the data dictionary
}

// A Machine is one whose logs are in the database.
type Machine struct {
	Name     string     `json:"machine"`
	TimeZone string     `json:"time_zone"`
	Logs     int64      `json:"logs"`
	First    *time.Time `json:"first_record,omitempty"`
	Last     *time.Time `json:"last_record,omitempty"`
}

// A Total is a table's.
type Total struct {
	Table string `json:"table"`
	Files int    `json:"files"`
	Rows  int64  `json:"rows"`
	Bytes int64  `json:"bytes"`
}

// A Month is a machine's, with the number of the change that its rows in the dataset have.
type Month struct {
	Machine string `json:"machine"`
	Month   string `json:"month"`
	Change  int64  `json:"change"`
}

// A Partition is a folder with one or several files, whose rows follow on each other.
type Partition struct {
	Table   string `json:"table"`
	Machine string `json:"machine"`
	Path    string `json:"path"` // from the folder of the dataset, with slashes
	Files   []File `json:"files"`
}

// A File is a Parquet file of the dataset, or a document.
type File struct {
	Name   string `json:"name"`
	Rows   int64  `json:"rows,omitempty"`
	Bytes  int64  `json:"bytes"`
	SHA256 string `json:"sha256"`
}

// Rows are those of all files.
func (p Partition) Rows() (n int64) {
	for _, f := range p.Files {
		n += f.Rows
	}
	return n
}

func (p Partition) names() []string {
	var names []string
	for _, f := range p.Files {
		names = append(names, f.Name)
	}
	slices.Sort(names)
	return names
}

// Find is the partition of a path; nil if there is none.
func (m *Manifest) Find(path string) *Partition {
	i := slices.IndexFunc(m.Partitions, func(p Partition) bool { return p.Path == path })
	if i < 0 {
		return nil
	}
	return &m.Partitions[i]
}

// addUp makes the totals.
func (m *Manifest) addUp() {
	m.Tables = nil
	for _, p := range m.Partitions {
		i := slices.IndexFunc(m.Tables, func(t Total) bool { return t.Table == p.Table })
		if i < 0 {
			i, m.Tables = len(m.Tables), append(m.Tables, Total{Table: p.Table})
		}
		t := &m.Tables[i]
		for _, f := range p.Files {
			t.Files, t.Rows, t.Bytes = t.Files+1, t.Rows+f.Rows, t.Bytes+f.Bytes
		}
	}
}

// readManifest reads one; nil if there is none.
func readManifest(file string) (*Manifest, error) {
	text, err := os.ReadFile(file)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil, nil
	case err != nil:
		return nil, whole.Error(file, err)
	}
	var m Manifest
	if err := json.Unmarshal(text, &m); err != nil || m.Format < 1 {
		return nil, fmt.Errorf("%s is no manifest of a dataset that pbsduck wrote: choose another folder, "+
			"or move this one away", file)
	}
	if m.Format > ManifestFormat {
		return nil, fmt.Errorf("%s was written by a newer program (%s, format %d): use that one, or choose another folder",
			file, m.Program, m.Format)
	}
	for _, d := range m.Documents {
		if d.Name != dictionaryPage && d.Name != dictionaryJSON {
			return nil, fmt.Errorf("%s names a document %q, which is none of pbsduck's: move the dataset away and write it anew",
				file, d.Name)
		}
	}
	for _, p := range m.Partitions { // what they name is removed
		if !filepath.IsLocal(filepath.FromSlash(p.Path)) || path.Clean(p.Path) != p.Path ||
			p.Path == "." || p.Path[0] == '.' {
			return nil, fmt.Errorf("%s names a partition %q, which is no folder in this one: "+
				"move the dataset away and write it anew", file, p.Path)
		}
		for _, f := range p.Files {
			if f.Name != filepath.Base(f.Name) || f.Name == ".." {
				return nil, fmt.Errorf("%s names a file %q, which is none in %s: move the dataset away and write it anew",
					file, f.Name, p.Path)
			}
		}
	}
	return &m, nil
}

func (m *Manifest) write(file string) error {
	return whole.Write(file, func(w io.Writer) error {
		e := json.NewEncoder(w)
		e.SetIndent("", " ")
		e.SetEscapeHTML(false)
		return e.Encode(m)
	})
}
