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
// Format 2 is that of a dataset for Iceberg.
const ManifestFormat = 2

// ForIceberg is how a dataset is partitioned whose files are to be those of Iceberg tables: they hold all columns, the
// machine, too, texts as texts, and each the rows of one machine and month, or such of unknown time.
var ForIceberg = []string{"machine", "month"}

// Instant is the column by whose month a table's rows are parted.
func Instant(table string) string {
	switch table {
	case "events":
		return "time"
	case "daily_summary":
		return "day"
	}
	return "end_time"
}

// A Manifest says what is in the folder of a dataset, and of what state of which database it is.
type Manifest struct {
	Format        int       `json:"format"`
	Program       string    `json:"program"`
	SchemaVersion int       `json:"schema_version"`
	Database      string    `json:"database"`                  // absolute path; of a copy, that of its source
	Copy          string    `json:"copy,omitempty"`            // from which it was written, by its path
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

	Timeless bool `json:"timeless,omitempty"` // of a dataset for Iceberg: the time of its rows is unknown
}

// IsForIceberg tells whether the files are to be those of Iceberg tables.
func (m *Manifest) IsForIceberg() bool { return slices.Equal(m.Partition, ForIceberg) }

// Scratch is the name of the database that rows of logs that were parsed apart pass through; it is gone afterwards.
const Scratch = ".resolve.duckdb"

// IsResolved tells whether it is of logs that were parsed apart: no database has its rows.
func (m *Manifest) IsResolved() bool { return filepath.Base(m.Database) == Scratch }

// IsOf tells whether the database has this path, or the copy from which the dataset is written, which earlier versions
// of the program named as the database.
func (m *Manifest) IsOf(path string) bool {
	return path == m.Database || m.Copy != "" && path == m.Copy
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

// ErrNewer is told of a dataset that an older program can't cope with.
var ErrNewer = errors.New("written by a newer program")

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
		return nil, fmt.Errorf(
			"%s was %w (%s, format %d): use that one, or choose another folder", file, ErrNewer, m.Program, m.Format,
		)
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
