package batch

import (
	"strings"
	"time"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/zeebo/xxh3"

	"pbsduck/ingest/pbs"
)

// A Codec packs raw records into blobs; see package codec.
type Codec interface {
	Append(dst, raw []byte) []byte
}

// Options say whose log the records are from.
type Options struct {
	Machine  string
	Location *time.Location // time zone of the server: stamps and days
	Codec    Codec          // packs raw records; nil leaves job_records empty
	Now      time.Time      // job_records.created_at
	Site     Site           // what the site decides about the rows of jobs
}

// A Builder makes batches out of records. One goroutine at a time; use one
// per worker.
type Builder struct {
	parser     *pbs.Parser
	machine    []byte
	codec      Codec
	now        int64
	clock      *pbs.Clock
	calendar   *Calendar
	column     jobColumns
	event      eventColumns
	chips      map[string]chipText // by queue
	jobsSchema *arrow.Schema
	file       int64
	path       []byte
	nextID     int64

	jobs, records, sources, nodes, events, rejects *rows

	nodeSet nodeSet
	blob    []byte
	text    []byte
	counts  Counts
}

// Counts say what became of the records of a batch. Lines are physical ones.
type Counts struct {
	Bytes, Lines, Records, Jobs, Events, Rejects, Continuations int64

	ByType map[string]int64 // records by letter

	RawBytes, PackedBytes int64 // of the E records that became jobs, before and after the codec

	FirstTime, LastTime int64 // earliest and latest head of a record, epoch seconds; 0 if there is none
	ZoneMatches         int64 // E records whose head agrees with their end= in the given time zone
	ZoneDiffers         int64 // and those that are off by a quarter of an hour or more
	ZoneOffset          int64 // of the latest of those: by how many seconds
}

// NewParser is Site.NewParser of a site without columns of its own.
func NewParser() *pbs.Parser { return Site{}.NewParser() }

// NewBuilder makes a builder; parser is the one that its records come from.
func NewBuilder(parser *pbs.Parser, o Options) *Builder {
	table := o.Site.Jobs()
	b := &Builder{
		parser: parser, machine: []byte(o.Machine), codec: o.Codec, now: o.Now.UnixMicro(),
		clock: pbs.NewClock(o.Location), calendar: NewCalendar(o.Location),
		column: findJobColumns(table), event: findEventColumns(Events), chips: chipTexts(o.Site.Queues[o.Machine]),
		jobsSchema: table.Arrow(),
		jobs:       newRows(table, parser), records: newRows(JobRecords, parser), sources: newRows(JobSources, parser),
		nodes: newRows(JobNodes, parser), events: newRows(Events, parser), rejects: newRows(Rejects, parser),
	}
	b.counts.ByType = make(map[string]int64)
	return b
}

// SetCodec changes how raw records are packed from here on.
func (b *Builder) SetCodec(c Codec) { b.codec = c }

// Start says where the next records come from, and the number of the first
// job among them: a job takes the next number.
func (b *Builder) Start(file int64, path string, firstID int64) {
	b.file, b.path, b.nextID = file, append(b.path[:0], path...), firstID
}

// Add makes the record a row.
func (b *Builder) Add(r *pbs.Record) {
	b.counts.Lines += int64(r.Lines)
	b.counts.Continuations += int64(r.Lines - 1)
	b.counts.Records++
	b.counts.Bytes += int64(len(r.Raw)) + 1
	if r.Problem != "" {
		b.reject(r, r.Problem)
		return
	}
	b.countType(r.Type)
	logged := b.logged(r)
	if r.Letter() != 'E' {
		b.addEvent(r, logged, false)
		return
	}
	if len(r.ID) == 0 {
		b.reject(r, "E record without a job id")
		return
	}
	b.addJob(r, logged)
}

func (b *Builder) countType(letter []byte) {
	if n, ok := b.counts.ByType[string(letter)]; ok {
		b.counts.ByType[string(letter)] = n + 1
	} else {
		b.counts.ByType[strings.Clone(string(letter))] = 1
	}
}

func (b *Builder) addJob(r *pbs.Record, logged int64) {
	o, problem := b.job(r)
	if problem != "" {
		b.reject(r, problem)
		return
	}
	id := b.nextID
	b.nextID++
	b.jobs.setNumber(b.column.id, id)
	foreign := r.Flags&pbs.NotUTF8 != 0
	b.jobs.flush(foreign)
	b.nodeRows(id, &o)
	b.source(id, r, logged)
	if b.codec != nil {
		b.record(id, r.Raw)
	}
	b.counts.Jobs++
}

func (b *Builder) record(id int64, raw []byte) {
	b.blob = b.codec.Append(b.blob[:0], raw)
	b.counts.RawBytes += int64(len(raw))
	b.counts.PackedBytes += int64(len(b.blob))
	v := b.records.vectors
	v[0].number(id)
	v[1].bytes(b.blob)
	v[2].number(b.now)
}

func (b *Builder) source(id int64, r *pbs.Record, logged int64) {
	v := b.sources.vectors
	v[0].number(id)
	v[1].number(b.file)
	v[2].number(r.Line)
	v[3].number(logged * microsecond)
	v[4].number(Hash(r.Raw))
}

// Hash is the record_hash of a record's bytes.
func Hash(raw []byte) int64 { return int64(xxh3.Hash(raw)) }

func (b *Builder) reject(r *pbs.Record, reason string) {
	b.counts.Rejects++
	v := b.rejects.vectors
	v[0].bytes(b.machine)
	v[1].number(b.file)
	v[2].bytes(b.rejects.utf8(b.path))
	v[3].number(r.Line)
	v[4].number(r.Offset)
	v[5].text(reason)
	v[6].bytes(r.Raw)
	v[7].number(Hash(r.Raw))
}

// logged is the instant at the head of the record, and counts whether the time
// zone fits: an E record is written within seconds of its end=.
func (b *Builder) logged(r *pbs.Record) int64 {
	near := nearest(r)
	t := b.clock.Epoch(r.Stamp, near)
	c := &b.counts
	if c.FirstTime == 0 || t < c.FirstTime {
		c.FirstTime = t
	}
	c.LastTime = max(c.LastTime, t)
	if r.Letter() == 'E' && near != 0 {
		if off := t - near; off > -quarterHour && off < quarterHour {
			c.ZoneMatches++
		} else {
			c.ZoneDiffers++
			c.ZoneOffset = off
		}
	}
	return t
}

const quarterHour = 900

// nearest is the instant, in epoch seconds, that the record names and that is
// closest to when it was written; 0 if it names none.
func nearest(r *pbs.Record) int64 {
	keys := [...]pbs.Key{pbs.End, pbs.Start, pbs.QTime, pbs.CTime}
	from := keys[:]
	switch r.Letter() {
	case 'E', 'R':
	case 'S', 's', 'T', 'c', 'B':
		from = keys[1:]
	case 'Q':
		from = keys[2:]
	default:
		return 0
	}
	for _, k := range from {
		if v, ok := r.Value(k); ok {
			if n, err := pbs.ParseEpoch(v); err == nil && n != 0 {
				return n
			}
		}
	}
	return 0
}

// Batches are the rows gathered since the last call, one record batch per
// table, in the order of Tables. The caller releases them.
type Batches struct {
	Jobs, Records, Sources, Nodes, Events, Rejects arrow.RecordBatch
	Counts                                         Counts
}

var (
	recordsSchema, sourcesSchema             = JobRecords.Arrow(), JobSources.Arrow()
	nodesSchema, eventsSchema, rejectsSchema = JobNodes.Arrow(), Events.Arrow(), Rejects.Arrow()
)

// Release gives up the batches.
func (b Batches) Release() {
	for _, rec := range b.All() {
		rec.Release()
	}
}

// Arriving are the tables that batches are for, in the order of All.
var Arriving = [6]Table{Jobs, JobRecords, JobSources, JobNodes, Events, Rejects}

// All lists the batches in the order of Arriving.
func (b Batches) All() [6]arrow.RecordBatch {
	return [...]arrow.RecordBatch{b.Jobs, b.Records, b.Sources, b.Nodes, b.Events, b.Rejects}
}

// Batches hands over what was gathered, and leaves the builder empty.
func (b *Builder) Batches() Batches {
	out := Batches{
		Jobs: b.jobs.batch(b.jobsSchema), Records: b.records.batch(recordsSchema), Sources: b.sources.batch(sourcesSchema),
		Nodes: b.nodes.batch(nodesSchema), Events: b.events.batch(eventsSchema), Rejects: b.rejects.batch(rejectsSchema),
		Counts: b.counts,
	}
	b.counts = Counts{ByType: make(map[string]int64)}
	return out
}

// Failures says, by "table.column", how many values did not convert since the
// last call.
func (b *Builder) Failures() map[string]int64 {
	out := map[string]int64{}
	for _, r := range []*rows{b.jobs, b.nodes, b.events} {
		for i, n := range r.failures {
			if n > 0 {
				out[r.table.Name+"."+r.table.Columns[i].Name] += n
				r.failures[i] = 0
			}
		}
	}
	return out
}
