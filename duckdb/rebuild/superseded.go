package rebuild

import (
	"context"
	_ "embed"
	"strings"
	"time"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"

	"pbsduck/duckdb"
	"pbsduck/duckdb/records"
	"pbsduck/ingest/codec"
)

//go:embed sql/older/raw_superseded.sql
var rawSuperseded string

// packedRows is how many raw records are packed and inserted at a time.
const packedRows = 256

// packSuperseded packs the raw records of superseded outcomes, which were kept as they are.
func (l *lifting) packSuperseded(ctx context.Context) error {
	last, err := l.fresh.Number(ctx, "SELECT max(id) FROM superseded_event")
	if err != nil || last == 0 {
		return err
	}
	first, err := l.fresh.Number(ctx, "SELECT min(id) FROM superseded_event")
	p := packing{lifting: l}
	for ; first <= last && err == nil; first += packedRows {
		p.rows = p.rows[:0]
		err = l.fresh.EachBatch(
			ctx, duckdb.With(rawSuperseded, duckdb.Vars{"first": first, "last": first + packedRows - 1}), p.gather,
		)
		if err == nil {
			err = p.insert(ctx, p.rows)
		}
	}
	return err
}

type packing struct {
	*lifting
	rows    []rawRow
	machine string // whose records the encoder packs
	encoder codec.Encoder
}

// A rawRow is an outcome with its raw record.
type rawRow struct {
	id      int64
	machine string
	raw     []byte
	created time.Time
}

// gather takes copies of the rows of a batch.
func (p *packing) gather(rec arrow.RecordBatch) {
	ids, machines := rec.Column(0).(*array.Int64), rec.Column(1).(*array.String)
	raws, created := rec.Column(2).(*array.Binary), rec.Column(3).(*array.Timestamp)
	for i := range int(rec.NumRows()) {
		p.rows = append(p.rows, rawRow{
			id: ids.Value(i), machine: strings.Clone(machines.Value(i)), raw: append([]byte{}, raws.Value(i)...),
			created: created.Value(i).ToTime(arrow.Microsecond),
		})
	}
}

func (p *packing) insert(ctx context.Context, rows []rawRow) error {
	var args []any
	for _, r := range rows {
		encoder, err := p.encoderOf(ctx, r.machine)
		if err != nil {
			return err
		}
		args = append(args, r.id, encoder.Append(nil, r.raw), r.created)
	}
	values := strings.TrimSuffix(strings.Repeat("(?, ?, ?, false), ", len(rows)), ", ")
	return p.fresh.Exec(ctx, "INSERT INTO outcome_records VALUES "+values, args...)
}

// encoderOf packs with the latest dictionary of a machine, if it has one.
func (p *packing) encoderOf(ctx context.Context, machine string) (codec.Encoder, error) {
	if p.encoder != nil && p.machine == machine {
		return p.encoder, nil
	}
	trained, err := records.Dictionary(ctx, p.old, machine)
	if err != nil {
		return nil, err
	}
	var dictionary *codec.Dictionary
	if trained != nil {
		dictionary = trained.Dictionary
	}
	p.machine = machine
	p.encoder, err = codec.NewZstdEncoder(dictionary, codec.DefaultLevel)
	return p.encoder, err
}
