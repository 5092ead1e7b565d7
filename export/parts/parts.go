package parts

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"sync"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"
	"golang.org/x/sync/errgroup"

	"pbsduck/export"
	"pbsduck/export/whole"
	"pbsduck/ingest"
	"pbsduck/ingest/batch"
	"pbsduck/ingest/schema"
	"pbsduck/ingest/source"
)

// A Log is one whose rows are written.
type Log struct {
	source.Log
	Machine string
	Zone    string // time zone of the machine's server, by its IANA name
}

// fileName is how the files of the log are called: as itself, and by what tells it apart from all others.
func (l Log) fileName() string {
	sum := sha256.Sum256([]byte(l.Machine + "\x00" + l.Key))
	return l.Name[:min(len(l.Name), mostOfName)] + "-" + hex.EncodeToString(sum[:16]) + ".parquet"
}

// mostOfName is how much of a log's name is in those of its files, which have 255 bytes at most.
const mostOfName = 128

// A Folder takes files.
type Folder struct {
	dir    string
	tables []schema.Table
	site   schema.Site
}

// Open makes the folder, and those in it.
func Open(dir string, site schema.Site) (*Folder, error) {
	f := &Folder{dir, site.Parts(), site}
	for _, t := range f.tables {
		path := filepath.Join(dir, t.Name)
		if err := os.MkdirAll(path, 0o777); err != nil {
			return nil, whole.Error(path, err)
		}
	}
	return f, nil
}

// Done is what became of a log.
type Done struct {
	Rejects, Failures int64
	Bad               error // why it could not be read; then nothing of it is written
}

// Write writes the files of a log, which so many goroutines parse.
func (f *Folder) Write(ctx context.Context, log Log, workers int) (Done, error) {
	w, err := f.begin(log)
	if err != nil {
		return Done{}, err
	}
	p := ingest.Parsing{
		Logs: []source.Log{log.Log}, Workers: workers,
		Owner: func(source.Log) (string, string, error) { return log.Machine, log.Zone, nil },
	}
	var bad error
	p.Failed = func(_ source.Log, err error) { bad = err }
	group, running := errgroup.WithContext(ctx)
	for i := range w.rows {
		group.Go(func() error { return w.writeTable(running, i) })
	}
	group.Go(func() error {
		err := p.EachRows(running, f.site, func(b batch.Batches) error { return w.take(running, b) })
		if err == nil {
			err = bad
		}
		if err == nil {
			for _, rows := range w.rows {
				close(rows)
			}
		}
		return err
	})
	if err := group.Wait(); err != nil {
		if bad != nil && errors.Is(err, bad) {
			return Done{Bad: bad}, nil
		}
		return Done{}, err
	}
	return Done{Rejects: p.Rejects, Failures: p.Failures}, w.writeLog(ctx, &p)
}

// A writer writes the files of one log.
type writer struct {
	*Folder
	maker *maker
	log   Log
	file  string
	rows  []chan arrow.RecordBatch // of the tables but logs, which is the last

	unlist func() error // takes the log, which may have been written before, from those that are there, once
}

func (f *Folder) begin(log Log) (*writer, error) {
	made, err := newMaker(f.tables, log)
	if err != nil {
		return nil, err
	}
	w := &writer{Folder: f, maker: made, log: log, file: log.fileName()}
	w.unlist = sync.OnceValue(func() error { return whole.Remove(w.path(len(f.tables) - 1)) })
	for range f.tables[:len(f.tables)-1] {
		w.rows = append(w.rows, make(chan arrow.RecordBatch))
	}
	return w, nil
}

// take hands rows to who write them.
func (w *writer) take(ctx context.Context, b batch.Batches) error {
	for i, rec := range w.maker.make(b) {
		select {
		case w.rows[i] <- rec:
		case <-ctx.Done():
			rec.Release()
			return ctx.Err()
		}
	}
	return nil
}

// path is that of the file of a table.
func (w *writer) path(table int) string { return filepath.Join(w.dir, w.tables[table].Name, w.file) }

// writeTable writes the file of a table as its rows come. All of the log are there when the last of them came: before
// the file takes the place of an older one, nobody is to take that one's neighbours for those of this.
func (w *writer) writeTable(ctx context.Context, table int) error {
	return w.write(ctx, table, func(yield func(arrow.RecordBatch, error) bool) {
		for {
			select {
			case rec, more := <-w.rows[table]:
				if !more {
					if err := w.unlist(); err != nil {
						yield(nil, err)
					}
					return
				}
				if !yield(rec, nil) {
					return
				}
			case <-ctx.Done():
				yield(nil, ctx.Err())
				return
			}
		}
	})
}

// writeLog writes the file that says that the others are there.
func (w *writer) writeLog(ctx context.Context, p *ingest.Parsing) error {
	return w.write(ctx, len(w.tables)-1, func(yield func(arrow.RecordBatch, error) bool) {
		yield(w.maker.ledger(p), nil)
	})
}

// write writes a file of a table. Rows are released when they are written.
func (w *writer) write(ctx context.Context, table int, rows func(func(arrow.RecordBatch, error) bool)) error {
	reader := array.ReaderFromIter(w.tables[table].Arrow(), rows)
	defer reader.Release()
	_, err := export.WriteFile(ctx, w.path(table), reader, export.Parquet,
		export.Options{Metadata: map[string]string{"pbsduck.time_zone": w.log.Zone}})
	if err != nil {
		return fmt.Errorf("rows of %s: %w", w.log.File(), err)
	}
	return nil
}
