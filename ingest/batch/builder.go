package batch

import (
	"time"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"
	"github.com/zeebo/xxh3"

	"pbsduck/ingest/pbs"
	"pbsduck/ingest/schema"
)

// A Codec packs raw records into blobs; see package codec.
type Codec interface {
	Append(dst, raw []byte) []byte
}

// Options say whose log the records are from.
type Options struct {
	Machine  string
	Location *time.Location // time zone of the server: stamps and days
	Codec    Codec          // packs raw records; nil leaves outcome_records empty
	Now      time.Time      // outcome_records.created_at
	// events of one letter side by side, which a database packs better; else in the order of the log
	ByLetter bool
	Site     schema.Site // what the site decides about the rows of jobs
}

// A Builder makes batches out of records. One goroutine at a time; use one per worker.
type Builder struct {
	parser     *pbs.Parser
	machine    []byte
	codec      Codec
	now        int64
	clock      *pbs.Clock
	calendar   *Calendar
	column     jobColumns
	source     sourceColumns
	event      eventColumns
	chips      map[string]schema.Chip // by queue
	outcomes   *arrow.Schema
	jobsSchema *arrow.Schema
	file       int64
	path       []byte
	nextID     int64

	jobs, records, nodes, rejects *rows // jobs: rows of outcomes

	events   []*rows // by eventClass; only one if they stay in order
	byLetter bool

	nodeSet nodeSet
	blob    []byte
	text    []byte
	counts  Counts
	folds   []pbs.Fold
	undated int64
	letters [256]int64 // records by letter, until they are handed over

	straggler step // the last record, if it is early
}

// Counts say what became of the records of a batch. Lines are physical ones.
type Counts struct {
	Tally // Superseded, Repeats and FailedValues are none yet

	Bytes, Records int64

	RecordsCheck int64 // log_files.records_check, of these records

	ByType map[string]int64 // records by letter

	RawBytes, PackedBytes int64 // of the E records that became jobs, before and after the codec

	FirstTime, LastTime int64 // earliest and latest head of a record, epoch seconds; 0 if there is none
	ZoneMatches         int64 // E records whose head agrees with their end= in the given time zone
	ZoneDiffers         int64 // and those that are off by a quarter of an hour or more
	ZoneOffset          int64 // of the latest of those: by how many seconds

	// where two heads in a row are first earlier than one before them, by how many seconds: a minute or more
	BackLine, BackBy int64
}

// NewParser is Site.NewParser of a site without columns of its own.
func NewParser() *pbs.Parser { return schema.Site{}.NewParser() }

// NewBuilder makes a builder; parser is the one that its records come from.
func NewBuilder(parser *pbs.Parser, o Options) *Builder {
	jobs, outcomes, nodes := o.Site.Jobs(), o.Site.Outcomes(), schema.OutcomeNodes
	outcomeSchema := outcomes.Arrow()
	outcomes.Name, nodes.Name = jobs.Name, schema.JobNodes.Name // under which failures are told
	b := &Builder{
		parser: parser, machine: []byte(o.Machine), codec: o.Codec, now: o.Now.UnixMicro(),
		clock: pbs.NewClock(o.Location), calendar: NewCalendar(o.Location),
		column: findJobColumns(outcomes), source: findSourceColumns(outcomes), event: findEventColumns(schema.Events),
		chips:    o.Site.Queues[o.Machine],
		outcomes: outcomeSchema, jobsSchema: jobs.Arrow(),
		jobs: newRows(outcomes, parser), records: newRows(schema.OutcomeRecords, parser),
		nodes: newRows(nodes, parser), rejects: newRows(schema.Rejects, parser), byLetter: o.ByLetter,
	}
	for range eventClasses {
		b.events = append(b.events, newRows(schema.Events, parser))
	}
	if !o.ByLetter {
		b.events = b.events[:1]
	}
	b.counts.ByType = make(map[string]int64)
	return b
}

// SetCodec changes how raw records are packed from here on.
func (b *Builder) SetCodec(c Codec) { b.codec = c }

// Start says where the next records come from, and the number of the first job among them: a job takes the next number.
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
	b.countType(r)
	logged, sure := b.logged(r)
	if r.Letter() != 'E' {
		b.addEvent(r, logged, sure)
		return
	}
	if len(r.ID) == 0 {
		b.reject(r, "E record without a job id")
		return
	}
	b.addJob(r, logged)
}

func (b *Builder) countType(r *pbs.Record) {
	if letter := r.Letter(); letter != 0 {
		b.letters[letter]++
	} else {
		b.counts.ByType[string(r.Type)]++
	}
}

// fullRows is from how many rows of a table on a builder is full, and fullNodes of outcome_nodes, which are narrow.
const (
	fullRows  = 1 << 14
	fullNodes = 1 << 18
)

// Full tells whether what is gathered takes as much memory as a batch may. Short records make rows that are many times
// as long.
func (b *Builder) Full() bool {
	rows := max(b.jobs.row, b.rejects.row)
	for _, e := range b.events {
		rows = max(rows, e.row)
	}
	return rows >= fullRows || b.nodes.row >= fullNodes
}

// TakeCounts hands over the counts and begins new ones, for the next log.
func (b *Builder) TakeCounts() Counts {
	c := b.counts
	for letter, n := range b.letters {
		if n > 0 {
			c.ByType[string([]byte{byte(letter)})] = n
		}
	}
	b.counts, b.letters, b.straggler = Counts{ByType: make(map[string]int64)}, [256]int64{}, step{}
	return c
}

func (b *Builder) addJob(r *pbs.Record, logged int64) {
	o, doubts, problem := b.job(r, logged)
	if problem != "" {
		b.reject(r, problem)
		return
	}
	id := b.nextID
	b.nextID++
	doubts |= b.nodeRows(id, &o, r.Flags&pbs.NotUTF8 != 0)
	b.jobs.setNumber(b.column.id, id)
	if r.Flags != 0 || doubts != 0 {
		b.text = appendFlags(b.text[:0], r.Flags, doubts)
		b.jobs.setText(b.column.flags, b.text)
	}
	b.origin(r, logged)
	b.jobs.end()
	if b.codec != nil {
		b.record(id, r.Raw)
	}
	b.counts.Jobs++
}

func (b *Builder) record(id int64, raw []byte) {
	b.blob = b.codec.Append(b.blob[:0], raw)
	b.counts.RawBytes += int64(len(raw))
	b.counts.PackedBytes += int64(len(b.blob))
	b.records.begin(false)
	b.records.setNumber(0, id)
	b.records.setText(1, b.blob)
	b.records.setNumber(2, b.now)
	b.records.setNumber(3, 1)
	b.records.end()
}

// sourceColumns are the places of the columns of outcomes that say what it was made of.
type sourceColumns struct{ isJob, file, line, logged, hash, flags, attributes int }

func findSourceColumns(t schema.Table) sourceColumns {
	return sourceColumns{
		isJob: t.Index("is_job"), file: t.Index("file_id"), line: t.Index("line"), logged: t.Index("logged_time"),
		hash: t.Index("record_hash"), flags: t.Index("source_flags"), attributes: t.Index("attributes"),
	}
}

// origin fills the cells of an outcome that say where it is from. Every one is a job, until a load knows better.
func (b *Builder) origin(r *pbs.Record, logged int64) {
	j, c := b.jobs, &b.source
	j.setNumber(c.isJob, 1)
	j.setNumber(c.file, b.file)
	j.setNumber(c.line, r.Line)
	j.setNumber(c.logged, logged*microsecond)
	j.setNumber(c.hash, b.hash(r, r.Flags))
	if context := r.Flags & pbs.Context; context != 0 {
		b.text = context.AppendNames(b.text[:0])
		j.setText(c.flags, b.text)
	}
	j.setNumber(c.attributes, int64(len(r.Attrs)))
}

// hash is the record_hash of a record with these flags; it goes into the check of the log's records.
func (b *Builder) hash(r *pbs.Record, flags pbs.Flags) int64 {
	h := Hash(r.Raw, flags)
	b.stands(r, h)
	return h
}

// stands takes a record into the check of the log's records.
func (b *Builder) stands(r *pbs.Record, hash int64) { b.counts.RecordsCheck += (2*r.Line + 1) * hash }

// Hash is the record_hash of a record with these bytes and flags: that of its bytes, and where what stands around them
// casts doubt on them another one, as it is another record then.
func Hash(raw []byte, flags pbs.Flags) int64 {
	if context := flags & pbs.Context; context != 0 {
		return int64(xxh3.HashSeed(raw, uint64(context)))
	}
	return int64(xxh3.Hash(raw))
}

// RejectHash is the record_hash of bytes that were rejected for a reason, as they may be rejected for another one, or
// be a record, where something else stands around them.
func RejectHash(raw []byte, reason string) int64 {
	return int64(xxh3.HashSeed(raw, xxh3.HashString(reason)))
}

func (b *Builder) reject(r *pbs.Record, reason string) {
	b.counts.Rejects++
	rows := b.rejects
	rows.begin(true)
	rows.setText(0, b.machine)
	rows.setNumber(1, b.file)
	rows.setText(2, b.path)
	rows.setNumber(3, r.Line)
	rows.setNumber(4, r.Offset)
	rows.setText(5, []byte(reason))
	rows.setText(6, r.Raw)
	hash := RejectHash(r.Raw, reason)
	b.stands(r, hash)
	rows.setNumber(7, hash)
	rows.end()
}

// Batches are the rows gathered since the last call, one record batch per table. The caller releases them.
type Batches struct {
	Outcomes, Records, Nodes, Rejects arrow.RecordBatch

	Jobs, JobNodes arrow.RecordBatch // the columns of Outcomes and Nodes that jobs and job_nodes show

	Events []arrow.RecordBatch // one, or with Options.ByLetter one per class of letters

	Folds   []pbs.Fold // in which records lie: hours that autumn repeats
	Undated int64      // events in such an hour that do not tell which of two it is; they are flagged repeated_hour
}

// Size is how many bytes of memory the rows of all tables take.
func (b Batches) Size() (n int64) {
	for _, rec := range b.all() {
		n += Size(rec)
	}
	return n
}

// Size is how many bytes of memory the rows of a batch take.
func Size(rec arrow.RecordBatch) (n int64) {
	for _, column := range rec.Columns() {
		for _, buffer := range column.Data().Buffers() {
			if buffer != nil {
				n += int64(buffer.Len())
			}
		}
	}
	return n
}

func (b Batches) all() []arrow.RecordBatch {
	return append([]arrow.RecordBatch{b.Outcomes, b.Records, b.Nodes, b.Rejects}, b.Events...)
}

var (
	recordsSchema, nodesSchema  = schema.OutcomeRecords.Arrow(), schema.OutcomeNodes.Arrow()
	jobNodesSchema              = schema.JobNodes.Arrow()
	eventsSchema, rejectsSchema = schema.Events.Arrow(), schema.Rejects.Arrow()
)

// Release gives up the batches.
func (b Batches) Release() {
	for _, rec := range b.all() {
		rec.Release()
	}
	b.Jobs.Release()
	b.JobNodes.Release()
}

// Batches hands over the rows that were gathered, and leaves the builder without any.
func (b *Builder) Batches() Batches {
	out := Batches{
		Outcomes: b.jobs.batch(b.outcomes), Records: b.records.batch(recordsSchema),
		Nodes: b.nodes.batch(nodesSchema), Rejects: b.rejects.batch(rejectsSchema),
		Folds: b.folds, Undated: b.undated,
	}
	out.Jobs, out.JobNodes = prefix(out.Outcomes, b.jobsSchema), prefix(out.Nodes, jobNodesSchema)
	b.folds, b.undated = nil, 0
	for _, e := range b.events {
		out.Events = append(out.Events, e.batch(eventsSchema))
	}
	return out
}

// prefix is the first columns of a batch, under other names.
func prefix(rec arrow.RecordBatch, as *arrow.Schema) arrow.RecordBatch {
	return array.NewRecordBatch(as, rec.Columns()[:as.NumFields()], rec.NumRows())
}

// Failures says, by "table.column", how many values did not convert since the last call.
func (b *Builder) Failures() map[string]int64 {
	out := map[string]int64{}
	for _, r := range append([]*rows{b.jobs, b.nodes}, b.events...) {
		for i, n := range r.failures {
			if n > 0 {
				out[r.table.Name+"."+r.table.Columns[i].Name] += n
				r.failures[i] = 0
			}
		}
	}
	return out
}
