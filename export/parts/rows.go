package parts

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"
	"github.com/apache/arrow-go/v18/arrow/memory"

	"pbsduck/ingest"
	"pbsduck/ingest/batch"
	"pbsduck/ingest/pbs"
	"pbsduck/ingest/schema"
)

// A maker makes rows of parts from those of a load.
type maker struct {
	tables []schema.Table
	log    Log
	zone   *time.Location
	events int64 // events of it that were made
}

func newMaker(tables []schema.Table, log Log) (*maker, error) {
	loc, err := time.LoadLocation(log.Zone)
	if err != nil {
		return nil, fmt.Errorf("time zone %q: %w", log.Zone, err)
	}
	return &maker{tables: tables, log: log, zone: loc}, nil
}

// make makes the rows of all tables but that of the logs, in their order. The caller releases them.
func (m *maker) make(b batch.Batches) []arrow.RecordBatch {
	events := b.Events[0] // all of them: they are in the order of the log
	hours := m.hours(events)
	defer hours.Release()
	keys := keysOf(b.Outcomes, b.Nodes)
	defer keys.Release()
	return []arrow.RecordBatch{
		m.rows(m.tables[0], b.Outcomes.Column(0), b.Outcomes), m.rows(m.tables[1], b.Nodes.Column(0), b.Nodes, keys),
		m.rows(m.tables[2], hours.Column(0), events, hours),
	}
}

// rows have the columns of a table: the log, the numbers of the records in it, and each other from the batch that has
// it.
func (m *maker) rows(t schema.Table, numbers arrow.Array, from ...arrow.RecordBatch) arrow.RecordBatch {
	n := from[0].NumRows()
	logs := texts(m.log.Key, n)
	defer logs.Release()
	columns := []arrow.Array{logs, numbers}
	for _, c := range t.Columns[2:] {
		for _, rec := range slices.Backward(from) { // what is made for the table goes before
			if at := rec.Schema().FieldIndices(c.Name); at != nil {
				columns = append(columns, rec.Column(at[0]))
				break
			}
		}
	}
	return array.NewRecordBatch(t.Arrow(), columns, n)
}

// texts are n times a text.
func texts(text string, n int64) arrow.Array {
	b := array.NewStringBuilder(memory.DefaultAllocator)
	defer b.Release()
	b.Reserve(int(n))
	b.ReserveData(int(n) * len(text))
	for range n {
		b.Append(text)
	}
	return b.NewArray()
}

// keyed are the columns by which rows of nodes know their E record.
var keyed = []string{"line", "machine", "job_id", "submit_time", "record_hash"}

// keysOf are those columns of the outcome of each node, whose outcomes are in the same order.
func keysOf(outcomes, nodes arrow.RecordBatch) arrow.RecordBatch {
	var fields []arrow.Field
	var from []arrow.Array
	for _, name := range keyed {
		at := outcomes.Schema().FieldIndices(name)[0]
		fields, from = append(fields, outcomes.Schema().Field(at)), append(from, outcomes.Column(at))
	}
	b := array.NewRecordBuilder(memory.DefaultAllocator, arrow.NewSchema(fields, nil))
	defer b.Release()
	ids, row := outcomes.Column(0).(*array.Int64), 0
	for _, id := range nodes.Column(0).(*array.Int64).Int64Values() {
		for ids.Value(row) != id {
			row++
		}
		for i, column := range from {
			switch column := column.(type) {
			case *array.Int64:
				b.Field(i).(*array.Int64Builder).Append(column.Value(row))
			case *array.String:
				b.Field(i).(*array.StringBuilder).Append(column.Value(row))
			case *array.Timestamp:
				b.Field(i).(*array.TimestampBuilder).Append(column.Value(row))
			}
		}
	}
	return b.NewRecordBatch()
}

var hourSchema = arrow.NewSchema([]arrow.Field{
	{Name: "record", Type: schema.Integer.Arrow()},
	{Name: "hour_begins", Type: schema.Timestamp.Arrow(), Nullable: true},
	{Name: "hour_s", Type: schema.Integer.Arrow(), Nullable: true},
}, nil)

var eventTime, eventFlags = schema.Events.Index("time"), schema.Events.Index("flags")

// hours number events, and say of those that are not sure in which hour that autumn repeats they lie.
func (m *maker) hours(events arrow.RecordBatch) arrow.RecordBatch {
	b := array.NewRecordBuilder(memory.DefaultAllocator, hourSchema)
	defer b.Release()
	numbers, begins, seconds := b.Field(0).(*array.Int64Builder), b.Field(1).(*array.TimestampBuilder),
		b.Field(2).(*array.Int64Builder)
	flags, times := events.Column(eventFlags).(*array.String), events.Column(eventTime).(*array.Timestamp)
	for i := range flags.Len() {
		m.events++
		numbers.Append(m.events)
		var fold pbs.Fold
		twice := flags.IsValid(i) && slices.Contains(strings.Fields(flags.Value(i)), schema.RepeatedHour)
		if twice {
			fold, twice = pbs.FoldAt(m.zone, int64(times.Value(i))/1e6)
		}
		if !twice {
			begins.AppendNull()
			seconds.AppendNull()
			continue
		}
		begins.Append(arrow.Timestamp(fold.Begin * 1e6))
		seconds.Append(fold.Length)
	}
	return b.NewRecordBatch()
}

// ledger is the row of the log.
func (m *maker) ledger(p *ingest.Parsing) arrow.RecordBatch {
	t := m.tables[len(m.tables)-1]
	b := array.NewRecordBuilder(memory.DefaultAllocator, t.Arrow())
	defer b.Release()
	for name, text := range map[string]string{
		"log": m.log.Key, "machine": m.log.Machine, "name": m.log.Name, "time_zone": m.log.Zone,
	} {
		b.Field(t.Index(name)).(*array.StringBuilder).Append(text)
	}
	for name, n := range map[string]int64{
		"bytes": p.Bytes, "lines": p.Tally.Lines, "jobs": p.Tally.Jobs, "events": p.Tally.Events, "rejects": p.Rejects,
		"failed_values": p.Failures,
	} {
		b.Field(t.Index(name)).(*array.Int64Builder).Append(n)
	}
	for name, at := range map[string]int64{"first_time": p.FirstTime, "last_time": p.LastTime} {
		if field := b.Field(t.Index(name)).(*array.TimestampBuilder); at == 0 {
			field.AppendNull()
		} else {
			field.Append(arrow.Timestamp(at * 1e6))
		}
	}
	return b.NewRecordBatch()
}
