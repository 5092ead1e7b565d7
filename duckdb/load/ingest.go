// Package ingest takes accounting logs into a database.
//
// What enters: logs that package source found, and an open database. What
// leaves: rows in its tables, a row of the ledger per log, and a Summary.
//
// The way of the data, all in Run:
//
//	logs ─ plan ─▶ readers ─ blocks ─▶ workers ─ batches ─▶ writer ─▶ tables
//	      ledger   unpack, cut         parse, convert,      one transaction
//	               at records          pack raw records     for a group of logs
//
// One goroutine reads, one per core parses, one writes; blocks and batches
// keep the order of the logs. Memory is bounded by the blocks in flight and
// by what the writer gathers for one insert, not by the size of the logs.
//
// Promises: a log is taken in whole or not at all. One that was read before is
// read on from where it stopped, if what was read is unchanged; a log that
// can't be read is named in the summary, and the others are taken in all the
// same. The outcome does not depend on the order of the logs, on how they are
// cut into files, or on how often they are read.
package load

import (
	"context"
	"fmt"
	"io/fs"
	"runtime"
	"time"

	"pbsduck/duckdb"
	"pbsduck/duckdb/charge"
	"pbsduck/duckdb/dbfile"
	"pbsduck/duckdb/records"
	"pbsduck/ingest"
	"pbsduck/ingest/schema"
	"pbsduck/ingest/site"
	"pbsduck/ingest/source"
)

// Options say whose logs are read and how.
type Options struct {
	Machine   string
	Location  *time.Location // time zone of the machine's server
	Zone      string         // its name
	Codec     string         // of raw records: zstd (default) or gzip
	Overwrite bool           // read logs again in place of what they gave
	DryRun    bool           // read and count, then take it all back
	Final     bool           // no log grows: a last line without a newline is taken, flagged
	Workers   int            // goroutines that parse; 0: one per core
	Burst     int64          // bytes of log that are gathered for one insert; 0: 16 MiB
	Progress  func(Progress) // called from time to time, from one goroutine at a time; may be nil
	Now       time.Time      // when the run began
	Config    *site.Config   // of the site; nil: what the database knows of it holds
	Searched  []string       // where the logs were searched for: absolute paths, as source.Escape writes them
	Missed    []Missed       // and what could not be searched there

	site schema.Site // of the database
}

// Progress is how far a run came.
type Progress struct {
	File              string
	DoneBytes, Total  int64 // of the logs as stored
	Records, Jobs     int64
	Files, TotalFiles int
}

// Run takes the logs of one machine into the database. It returns an error
// only if the run as a whole can't go on; logs that failed are in the summary.
func Run(ctx context.Context, db *duckdb.DB, logs []source.Log, o Options) (*Summary, error) {
	o.fill()
	if err := o.configure(ctx, db); err != nil {
		return nil, err
	}
	plan, err := newPlan(ctx, db, logs, o)
	if err != nil {
		return nil, err
	}
	if len(plan.read) == 0 {
		return newWriter(db, plan, nil, o).finish(ctx, nil)
	}
	packing, err := o.packing(ctx, db)
	if err != nil {
		return nil, err
	}
	firstID, err := records.NextJobID(ctx, db)
	if err != nil {
		return nil, err
	}
	stream := ingest.Stream[ingest.Rows]{
		Logs: plan.read, Workers: o.Workers, FirstID: firstID, Small: int(o.Burst), Ahead: ingest.BurstsAhead, Packing: packing, Taken: isDatabase,
		NewWorker: ingest.RowOptions{Site: o.site, Now: o.Now, ByLetter: true, Codec: o.Codec}.NewWorker,
	}
	writer := newWriter(db, plan, packing, o)
	err = stream.Run(ctx, writer.take)
	if err == nil {
		err = writer.commit(ctx)
	}
	s, err := writer.finish(ctx, err)
	if err == nil && s.UnknownCharges.Jobs > 0 {
		s.UnknownCharges, err = charge.UnknownChargesFrom(ctx, db, o.Machine, firstID)
	}
	return s, err
}

// isDatabase keeps the reader from the database itself, which may lie among the
// logs: opening it would let go of its lock.
func isDatabase(info fs.FileInfo) string {
	if dbfile.IsOpen(info) {
		return "the database"
	}
	return ""
}

// packing is how the machine's raw records are packed, by what the database has
// of them.
func (o *Options) packing(ctx context.Context, db *duckdb.DB) (*ingest.Packing, error) {
	p := &ingest.Packing{}
	if o.Codec == ingest.CodecGzip || o.Codec == ingest.CodecNone {
		return p, nil
	}
	var err error
	if p.Use, err = records.Dictionary(ctx, db, o.Machine); err != nil {
		return nil, fmt.Errorf("the dictionary of %s: %w", o.Machine, err)
	}
	if p.Taken, err = records.DictionaryIDs(ctx, db); err != nil {
		return nil, err
	}
	if p.Use == nil || p.Use.Samples < ingest.GoodSamples {
		p.Train = true
		p.Older, err = records.SampleRecords(ctx, db, o.Machine, ingest.GoodSamples)
		return p, err
	}
	raw, packed, err := records.LatestRatio(ctx, db, o.Machine)
	p.Train = ingest.IsPoor(raw, packed, p.Use)
	return p, err
}

// configure brings configuration and database in line, before anything is
// read.
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

func (o *Options) fill() {
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
