package load

import (
	"context"
	"io/fs"
	"runtime"
	"time"

	"pbsduck/duckdb"
	"pbsduck/duckdb/charge"
	"pbsduck/duckdb/dbfile"
	"pbsduck/ingest"
	"pbsduck/ingest/schema"
	"pbsduck/ingest/site"
	"pbsduck/ingest/source"
)

// Options say whose logs are read and how.
type Options struct {
	Machine   string
	Zone      string         // time zone of the machine's server, by its IANA name
	Codec     string         // of raw records: zstd (default) or gzip
	Overwrite bool           // read logs again in place of what they gave
	DryRun    bool           // read and count, then take it all back
	Final     bool           // no log grows: a last line without a newline is taken, flagged
	Workers   int            // goroutines that parse; 0: one per core
	Burst     int64          // bytes of log that are gathered for one insert; 0: 32 MiB
	Progress  func(Progress) // called from time to time, from one goroutine at a time; may be nil
	Now       time.Time      // when the run began
	Config    *site.Config   // of the site; nil: what the database knows of it holds
	Searched  []string       // where the logs were searched for: absolute paths, as source.Escape writes them
	Missed    []Missed       // and what could not be searched there

	site schema.Site // of the database
}

// Progress is how far a run came.
type Progress struct {
	DoneBytes, Total int64 // of the logs as stored
	Records, Jobs    int64
}

// Run takes the logs of one machine into the database. It returns an error only if the run as a whole can't go on; logs
// that failed are in the summary.
func Run(ctx context.Context, db *duckdb.DB, logs []source.Log, o Options) (*Summary, error) {
	o.setDefaults()
	if err := o.configure(ctx, db); err != nil {
		return nil, err
	}
	plan, err := newPlan(ctx, db, logs, o)
	if err != nil {
		return nil, err
	}
	writer, err := newWriter(ctx, db, plan, o)
	if err != nil {
		return nil, err
	}
	if len(plan.read) > 0 {
		stream := newStream(plan, writer, o)
		if err = stream.Run(ctx, writer.take); err == nil {
			err = writer.commit(ctx)
		}
	}
	return writer.finish(ctx, err)
}

func (o *Options) setDefaults() {
	if o.Workers == 0 {
		o.Workers = runtime.GOMAXPROCS(0)
	}
	if o.Burst == 0 {
		o.Burst = insertBytes
	}
	if o.Progress == nil {
		o.Progress = func(Progress) {}
	}
	if o.Now.IsZero() {
		o.Now = time.Now()
	}
}

// configure brings configuration and database in line, before anything is read.
func (o *Options) configure(ctx context.Context, db *duckdb.DB) error {
	var err error
	switch {
	case o.Config == nil:
	case o.DryRun:
		err = charge.AgreesWith(ctx, db, o.Config, o.Machine)
	default:
		err = charge.Configure(ctx, db, o.Config, o.Machine)
	}
	o.site = db.Site()
	return err
}

// newStream makes rows of the logs that the plan has read.
func newStream(p *plan, w *writer, o Options) *ingest.Stream[ingest.Rows] {
	rows := ingest.RowOptions{Site: o.site, Now: o.Now, ByLetter: true, Codec: o.Codec}
	return &ingest.Stream[ingest.Rows]{
		Logs: p.read, Workers: o.Workers, FirstID: w.firstID, Small: int(o.Burst), Ahead: ingest.BurstsAhead,
		Packing: w.packing, Taken: isDatabase, NewWorker: rows.NewWorker,
	}
}

// isDatabase keeps the reader from the database itself, which may lie among the logs: opening it would let go of its
// lock.
func isDatabase(info fs.FileInfo) string {
	if dbfile.IsOpen(info) {
		return "the database"
	}
	return ""
}
