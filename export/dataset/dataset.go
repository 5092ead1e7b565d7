// Package dataset writes tables, or the answers to questions, as files: which tables, in what order, by which writer,
// and with which metadata.
//
// What enters: names of tables or a question, and a Source that answers. What leaves: a file for each, in one folder.
//
// Promises: each file appears whole or not at all; whichever writer takes a result, its columns, values and metadata
// are the same.
package dataset

import (
	"context"
	"maps"
	"path/filepath"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"

	"pbsduck/export"
	"pbsduck/export/whole"
	"pbsduck/ingest/schema"
)

// A Source answers questions in SQL.
type Source interface {
	// Ask answers one. The caller releases the reader before the next.
	Ask(ctx context.Context, question string) (array.RecordReader, error)

	// ParquetSchema is that of the answer, if WriteParquet keeps its values, else nil.
	ParquetSchema(ctx context.Context, question string) (*arrow.Schema, error)

	// WriteParquet writes the answer to a file itself, which is several times as fast.
	WriteParquet(ctx context.Context, question, path string, metadata map[string]string) (rows int64, err error)
}

// Formats are those that hold a table for other programs.
var Formats = []export.Format{export.Parquet, export.CSV, export.NDJSON, export.Arrow}

// Tables are those of a dataset, if no others are named.
var Tables = []string{
	schema.Jobs.Name, schema.JobNodes.Name, schema.JobCharges.Name, schema.DailySummary.Name, schema.Events.Name,
}

// order puts rows in the order of time, so that readers can leave out the parts of a file that they don't ask for.
var order = map[string]string{
	schema.Jobs.Name:     " ORDER BY end_time, id",
	schema.JobNodes.Name: " ORDER BY job_id, node",
	schema.Events.Name:   " ORDER BY time, file_id, line",

	schema.JobCharges.Name:   " ORDER BY job_id",
	schema.DailySummary.Name: " ORDER BY ALL",
}

// A Part is one file of a dataset.
type Part struct {
	Name  string // of the table, or what the question is called
	Query string
	Path  string

	SafeCSV bool // as of export.Options

	format export.Format
	place  *whole.Place // for the source's own writer; nil in formats that it does not write
}

// Table is the part of a table or view; where is a condition on a row j, if not all are to be in it.
func Table(name, where string) Part {
	if where != "" {
		where = " j WHERE " + where
	}
	return Part{Name: name, Query: "SELECT * FROM " + name + where + order[name]}
}

// Path is the file of a part in a folder.
func Path(dir, name string, format export.Format) string {
	return filepath.Join(dir, name+"."+string(format))
}

// In has the part written into a folder.
func (p *Part) In(dir string, format export.Format) (err error) {
	p.format, p.Path = format, Path(dir, p.Name, format)
	if format == export.Parquet {
		p.place, err = whole.NewPlace(p.Path)
	}
	return err
}

// Temp is the file that the source writes to; empty if it writes none.
func (p *Part) Temp() string {
	if p.place == nil {
		return ""
	}
	return p.place.Temp()
}

// Write writes the file. The metadata are those of the file; it adds the question, and of a table of the site what is
// known of its columns.
func (p *Part) Write(ctx context.Context, from Source, site schema.Site, metadata map[string]string) (int64, error) {
	o := export.Options{
		SafeCSV: p.SafeCSV, Fields: fields(site, p.Name), Metadata: map[string]string{"pbsduck.query": p.Query},
	}
	maps.Copy(o.Metadata, metadata)
	if p.format == export.Parquet {
		// What is wrong with a question, Ask says better.
		if keeps, err := from.ParquetSchema(ctx, p.Query); err == nil && keeps != nil {
			return p.letWrite(ctx, from, keeps, o)
		}
	}
	reader, err := from.Ask(ctx, p.Query)
	if err != nil {
		return 0, err
	}
	defer reader.Release()
	return export.WriteFile(ctx, p.Path, reader, p.format, o)
}

// letWrite lets the source write the file.
func (p *Part) letWrite(
	ctx context.Context, from Source, keeps *arrow.Schema, o export.Options,
) (rows int64, err error) {
	metadata, err := export.ParquetMetadata(keeps, o)
	if err != nil {
		return 0, err
	}
	err = p.place.Fill(func() error {
		rows, err = from.WriteParquet(ctx, p.Query, p.place.Temp(), metadata)
		return err
	})
	return rows, err
}

// fields is the metadata of the columns of a table or view: unit, source, comment.
func fields(site schema.Site, name string) map[string]map[string]string {
	all := map[string]map[string]string{}
	for _, t := range site.Relations() {
		if t.Name != name {
			continue
		}
		for _, c := range t.Columns {
			all[c.Name] = c.Field().Metadata.ToMap()
		}
	}
	return all
}
