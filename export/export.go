// Package export writes results: a stream of Arrow record batches enters, one file or one stream of bytes in the format
// that the reader asked for leaves.
//
//	array.RecordReader -> Write -> table, markdown | csv, json, ndjson | parquet, arrow, arrows | xlsx
//
// Promises, for every format:
//   - Memory does not grow with the number of rows. Parquet holds one row group, table the first rows (they decide the
//     widths).
//   - Columns keep their order; NULL stays apart from every value: an empty cell in table and markdown, an empty
//     unquoted field in csv, null in json.
//   - On an error or a cancelled context nothing is written that would make a cut result look whole: no closing
//     bracket, no footer. WriteFile leaves no file at all.
//
// Table, markdown and xlsx are for people, and never pass on bytes that would steer a terminal; table rounds and groups
// digits, too (figures), and nothing else does. The others are for machines and exact: what they hold is what the
// column held. On a terminal csv is for people, too (Options.Terminal); json has escapes of its own. Each format's
// rules are with its type below.
package export

import (
	"context"
	"fmt"
	"io"
	"path/filepath"
	"strings"
	"time"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"
)

// Format names one way of writing a result.
type Format string

// The formats. Arrow is the IPC file format ("Feather version 2"), ArrowStream the IPC stream format, which can be read
// from a pipe.
const (
	Table       Format = "table"
	CSV         Format = "csv"
	JSON        Format = "json"
	NDJSON      Format = "ndjson"
	Markdown    Format = "markdown"
	Parquet     Format = "parquet"
	Arrow       Format = "arrow"
	ArrowStream Format = "arrows"
	XLSX        Format = "xlsx"
)

// Formats lists every format, in the order in which help texts show them.
func Formats() []Format {
	return []Format{Table, CSV, JSON, NDJSON, Markdown, Parquet, Arrow, ArrowStream, XLSX}
}

// ParseFormat returns the format of that name. Its error lists the names there are.
func ParseFormat(s string) (Format, error) {
	names := make([]string, 0, len(Formats()))
	for _, f := range Formats() {
		if string(f) == s {
			return f, nil
		}
		names = append(names, string(f))
	}
	return "", fmt.Errorf("unknown format %q: use one of %s", s, strings.Join(names, ", "))
}

// suffixes are what file names end in, in the order of Formats, and what that stands for.
var suffixes = []struct {
	suffix string
	format Format
}{
	{".txt", Table}, {".csv", CSV}, {".json", JSON}, {".ndjson", NDJSON}, {".jsonl", NDJSON}, {".md", Markdown},
	{".parquet", Parquet}, {".arrow", Arrow}, {".feather", Arrow}, {".arrows", ArrowStream}, {".xlsx", XLSX},
}

// FormatOf returns the format that the suffix of a file's name stands for, and false where it says nothing.
func FormatOf(path string) (Format, bool) {
	for _, s := range suffixes {
		if s.suffix == strings.ToLower(filepath.Ext(path)) {
			return s.format, true
		}
	}
	return "", false
}

// Suffixes lists what file names can end in to say a format.
func Suffixes() []string {
	all := make([]string, len(suffixes))
	for i, s := range suffixes {
		all[i] = s.suffix
	}
	return all
}

// Binary reports whether the format is not text, and so has no place on a terminal.
func (f Format) Binary() bool {
	return f == Parquet || f == Arrow || f == ArrowStream || f == XLSX
}

// Options says how to write. The zero value is good for a file.
type Options struct {
	// Width is the number of character cells that a table may take; 0 means as many as it needs.
	Width int
	// Vertical has a table show each row as a block, a column a line.
	Vertical bool
	// Types has a table show the columns' types under their names.
	Types bool
	// Hidden is told which columns a table has no room for, if there are any. It may be nil.
	Hidden func(columns []string)
	// Limit is how many rows are written at most; 0 means all. The others are read, and counted, up to Counted.
	Limit int64
	// Location is the zone in which text shows instants, each with its offset; nil means UTC. In parquet and arrow they
	// are what they are everywhere, and labelled UTC.
	Location *time.Location
	// SafeCSV makes csv for a spreadsheet: it puts a ' before each text that would be taken for a formula, and a mark of
	// UTF-8 at the beginning. It changes the data: for people only.
	SafeCSV bool
	// Terminal says that people look at the result: csv shows what would steer a terminal as escapes, as table and json
	// always do.
	Terminal bool
	// Metadata goes into the file's own metadata (parquet, arrow, arrows).
	Metadata map[string]string
	// Fields holds metadata of columns by column name, such as unit and comment (parquet, arrow, arrows).
	Fields map[string]map[string]string
}

// sink is one format at work: it takes batches and, at the end, writes whatever closes the format.
type sink interface {
	write(arrow.RecordBatch) error
	// close must be called once, after a failure too: it gives back what the sink holds.
	close() error
}

// Counted is up to how many rows are counted of a result of which not all are written.
const Counted = 1_000_000

// Write reads r to its end and writes it to w. It returns the number of rows that there are, of which it writes as many
// as the options say; where those are not all, and more than Counted are there, it may be any number above that and the
// limit. It does not release r, and looks at the context before each batch.
func Write(ctx context.Context, w io.Writer, r array.RecordReader, f Format, o Options) (rows int64, err error) {
	g := &gate{w: w}
	s, err := newSink(g, r.Schema(), f, o)
	if err != nil {
		return 0, err
	}
	rows, err = pump(ctx, r, s, o.Limit)
	if err != nil {
		g.shut(err)
	}
	if closeErr := s.close(); err == nil {
		err = closeErr
	}
	return rows, err
}

func newSink(w io.Writer, schema *arrow.Schema, f Format, o Options) (sink, error) {
	if o.Location == nil {
		o.Location = time.UTC
	}
	switch f {
	case Table:
		if o.Vertical {
			return newVerticalSink(w, schema, o), nil
		}
		return newTableSink(w, schema, o), nil
	case CSV:
		return newCSVSink(w, schema, o), nil
	case JSON, NDJSON:
		return newJSONSink(w, schema, f == JSON, o.Location)
	case Markdown:
		return newMarkdownSink(w, schema, o), nil
	case Parquet:
		return newParquetSink(w, schema, o)
	case Arrow, ArrowStream:
		return newIPCSink(w, schema, f == Arrow, o)
	case XLSX:
		return newXLSXSink(w, schema, o)
	}
	_, err := ParseFormat(string(f))
	return nil, err
}

// pump moves batches from the reader to the sink, up to so many rows (0: all), and counts the others.
func pump(ctx context.Context, r array.RecordReader, s sink, limit int64) (rows int64, err error) {
	for {
		if err := ctx.Err(); err != nil {
			return rows, err
		}
		if limit > 0 && rows > max(limit, Counted) || !r.Next() {
			return rows, r.Err()
		}
		if err := writeFirst(s, r.RecordBatch(), limit, rows); err != nil {
			return rows, err
		}
		rows += r.RecordBatch().NumRows()
	}
}

// writeFirst writes what the limit leaves of a batch that comes after so many rows.
func writeFirst(s sink, b arrow.RecordBatch, limit, before int64) error {
	left := limit - before
	switch {
	case limit == 0 || left >= b.NumRows():
		return s.write(b)
	case left <= 0:
		return nil
	}
	part := b.NewSlice(0, left)
	defer part.Release()
	return s.write(part)
}

// gate stands before the caller's writer. Once shut it lets nothing more through, so that closing a format after a
// failure cannot give the output a valid end. It also hides the writer's Close, which the Parquet writer would call.
type gate struct {
	w   io.Writer
	err error
}

func (g *gate) shut(err error) { g.err = err }

func (g *gate) Write(p []byte) (int, error) {
	if g.err != nil {
		return 0, g.err
	}
	return g.w.Write(p)
}

// uniqueNames refuses two columns of one name, for formats whose readers find columns by name and would silently lose
// one.
func uniqueNames(schema *arrow.Schema, f Format) error {
	seen := make(map[string]bool, schema.NumFields())
	for _, field := range schema.Fields() {
		if seen[field.Name] {
			return fmt.Errorf("two columns are named %q, which %s cannot hold: name one of them with AS", field.Name, f)
		}
		seen[field.Name] = true
	}
	return nil
}
