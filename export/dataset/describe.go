package dataset

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"slices"
	"strings"

	"pbsduck/export"
	"pbsduck/export/dictionary"
	"pbsduck/ingest/schema"
)

// A Document is a file beside the manifest that says what the tables mean.
type Document struct {
	Name string
	Text []byte
}

// The data dictionary of a dataset, for people and for programs. Readers of Parquet pass over names that begin so.
const (
	dictionaryPage = "_dictionary.md"
	dictionaryJSON = "_dictionary.json"
)

// Describe makes the data dictionary of the tables of a dataset, whose folders are named by these keys.
func Describe(tables []schema.Table, partition []string) ([]Document, error) {
	var entries []dictionary.Entry
	for _, t := range tables {
		entries = append(entries, describe(t, partition)...)
	}
	rows, err := dictionary.Rows(entries)
	if err != nil {
		return nil, err
	}
	defer rows.Release()
	var out bytes.Buffer
	if _, err := export.Write(context.Background(), &out, rows, export.JSON, export.Options{}); err != nil {
		return nil, err
	}
	where := strings.Join(partition, ", ") + " are in the names of folders, not in the files. "
	if slices.Equal(partition, ForIceberg) {
		where = ""
	}
	about := "What the tables of this dataset and their columns mean: the same texts as in each file's metadata. " +
		"Instants are UTC, durations whole seconds, " +
		"sizes bytes, unknown is NULL. " + where +
		"`" + ManifestName + "` says what of which database is here, `" + dictionaryJSON + "` is this page for programs."
	return []Document{{dictionaryJSON, out.Bytes()},
		{dictionaryPage, []byte(dictionary.Markdown("Data dictionary", about, entries))}}, nil
}

// describe lists a table as readers get it: with the keys of its folders, and categories called so.
func describe(t schema.Table, partition []string) []dictionary.Entry {
	if slices.Equal(partition, ForIceberg) {
		return dictionary.OfTable(t, "TABLE")
	}
	var keys []schema.Column
	for _, key := range partition {
		if key != "machine" {
			keys = append(keys, schema.Column{
				Name: key, Type: schema.Integer, Source: "name of the folder", NotNull: true,
				Comment: "The " + key + ", in UTC, by which the row is parted from others.",
			})
		}
	}
	t.Columns = slices.Concat(t.Columns[:1], keys, t.Columns[1:])
	entries := dictionary.OfTable(t, "TABLE")
	for i, c := range t.Columns {
		if c.Category {
			entries[i+1].Type += " (category)"
		}
	}
	return entries
}

// listed is how a manifest names them.
func listed(documents []Document) []File {
	files := []File{}
	for _, d := range documents {
		sum := sha256.Sum256(d.Text)
		files = append(files, File{Name: d.Name, Bytes: int64(len(d.Text)), SHA256: hex.EncodeToString(sum[:])})
	}
	return files
}

// IsDescribed tells whether a dataset has these documents.
func (m *Manifest) IsDescribed(documents []Document) bool {
	return slices.Equal(m.Documents, listed(documents))
}
