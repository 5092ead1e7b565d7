package ingest

import (
	"context"
	"errors"
	"iter"

	"pbsduck/ingest/batch"
	"pbsduck/ingest/pbs"
	"pbsduck/ingest/schema"
	"pbsduck/ingest/source"
)

// IsStray tells whether an error says that a file which was found in a folder is no log, and not called like one: a
// text that lies there is no reason to fail.
func IsStray(log source.Log, err error) bool {
	var none *NotLogError
	return log.Found && log.Day.IsZero() && errors.As(err, &none)
}

// A Parsing goes through logs to their last byte, on all cores and without a database. What is wrong with a log ends
// that log only.
type Parsing struct {
	Logs   []source.Log
	Failed func(source.Log, error) // told of logs that can't be read

	// Owner tells whose log it is, and the time zone of the server that wrote it, by its IANA name.
	Owner func(source.Log) (machine, zone string, err error)

	Workers int // goroutines that parse; 0: one per core

	Rejects  int64 // lines that were no records
	Failures int64 // values that did not convert

	Bytes               int64       // of the logs, unpacked; this and what follows only of EachRows
	Tally               batch.Tally // what became of their lines
	FirstTime, LastTime int64       // earliest and latest head of a record, epoch seconds; 0 if there is none
}

// EachRows calls visit for the rows of one block after the other, in the order of the logs: jobs are numbered from 1,
// and so are logs. What only a database can settle is not. Rows are released when visit returns; an error of it ends
// the parsing.
func (p *Parsing) EachRows(ctx context.Context, site schema.Site, visit func(batch.Batches) error) error {
	stream := Stream[Rows]{NewWorker: RowOptions{Site: site, Codec: CodecNone}.NewWorker}
	return parse(ctx, p, &stream, func(rows Rows) error {
		defer rows.Batches.Release()
		p.Rejects += rows.Batches.Rejects.NumRows()
		for i := range rows.Outcomes {
			p.count(&rows.Outcomes[i])
		}
		return visit(rows.Batches)
	})
}

// count adds what became of a block.
func (p *Parsing) count(o *Outcome) {
	c := &o.Counts
	p.Bytes += c.Bytes
	p.Tally = p.Tally.Plus(c.Tally)
	if c.FirstTime != 0 && (p.FirstTime == 0 || c.FirstTime < p.FirstTime) {
		p.FirstTime = c.FirstTime
	}
	p.LastTime = max(p.LastTime, c.LastTime)
	for _, n := range o.Failures {
		p.Failures += n
	}
}

// A Text is what a Teller makes of records.
type Text struct {
	Bytes   []byte
	Rejects int64
}

// A Teller appends the text of a record of a log. One goroutine at a time.
type Teller func(dst []byte, log *Log, r *pbs.Record) []byte

const (
	// mostText is how much text of a block is gathered before it is handed on.
	mostText = 32 << 20

	// keptTexts is how many are kept to be used again.
	keptTexts = 8
)

// EachText calls visit for the text of one block after the other, in the order of the logs; newTeller makes the one who
// writes it, for each goroutine. The bytes are good until visit returns.
func (p *Parsing) EachText(ctx context.Context, newTeller func() Teller, visit func([]byte) error) error {
	texts := newBuffers(keptTexts, 0, 2*mostText)
	stream := Stream[Text]{NewWorker: func() (func(context.Context, *Step, func(Text) error) (Text, error), error) {
		w := &textMaker{tell: newTeller(), scanner: pbs.NewScanner(pbs.NewParser()), texts: texts}
		return w.convert, nil
	}}
	return parse(ctx, p, &stream, func(t Text) error {
		p.Rejects += t.Rejects
		err := visit(t.Bytes)
		texts.give(&t.Bytes)
		return err
	})
}

// parse runs a stream over the logs.
func parse[R any](ctx context.Context, p *Parsing, stream *Stream[R], visit func(R) error) error {
	stream.Workers = p.Workers
	for i, l := range p.Logs {
		machine, zone, err := p.Owner(l)
		if err != nil {
			return err
		}
		stream.Logs = append(stream.Logs, &Log{Log: l, ID: int64(i + 1), Machine: machine, Zone: zone})
	}
	return stream.Run(ctx, func(_ context.Context, s *Step, results iter.Seq2[R, error]) error {
		for one, err := range results {
			if err == nil {
				err = visit(one)
			}
			if err != nil {
				return err
			}
		}
		if s.Ends && s.Log.Err != nil {
			p.Failed(s.Log.Log, s.Log.Err)
		}
		return nil
	})
}

// A textMaker is one worker.
type textMaker struct {
	tell    Teller
	scanner *pbs.Scanner
	record  pbs.Record
	texts   *buffers
}

func (w *textMaker) convert(ctx context.Context, s *Step, emit func(Text) error) (t Text, err error) {
	t.Bytes = *w.texts.take()
	for i := range s.Pieces {
		p := &s.Pieces[i]
		p.Scan(w.scanner)
		for w.scanner.Next(&w.record) {
			if w.record.Problem != "" {
				t.Rejects++
			}
			t.Bytes = w.tell(t.Bytes, p.Log, &w.record)
			if err := ctx.Err(); err != nil {
				return t, err
			}
			if len(t.Bytes) < mostText {
				continue
			}
			if err := emit(t); err != nil {
				return t, err
			}
			t = Text{Bytes: *w.texts.take()}
		}
	}
	return t, nil
}
