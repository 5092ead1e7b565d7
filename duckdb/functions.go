package duckdb

import (
	"context"
	"crypto/md5"
	"errors"
	"fmt"
	"sync"
	"unicode/utf8"

	duck "github.com/duckdb/duckdb-go/v2"
	"github.com/duckdb/duckdb-go/v2/mapping"

	"pbsduck/export/records"
	"pbsduck/ingest/batch"
	"pbsduck/ingest/codec"
)

// The functions that questions may use besides DuckDB's. They read a raw record from its blob, and nothing else:
//
//	pbs_record(BLOB) -> VARCHAR                  the record, as the log had it
//	pbs_attributes(BLOB) -> MAP(VARCHAR, VARCHAR)   its attributes by name
//
// NULL gives NULL. Text with bytes that are not UTF-8 is read as Latin-1, as in the tables: the whole of it, which is
// the record there, and a value here. A blob that can't be inflated is an error, which DuckDB's TRY(...) makes NULL.

const (
	recordFunction     = "pbs_record"
	attributesFunction = "pbs_attributes"
)

// addFunctions makes the functions known to all sessions.
func (db *DB) addFunctions() error {
	text, err := duck.NewTypeInfo(duck.TYPE_VARCHAR)
	if err != nil {
		return err
	}
	attributes, err := duck.NewMapInfo(text, text)
	if err != nil {
		return err
	}
	readers := &recordReaders{db: db}
	return errors.Join(
		duck.RegisterScalarUDF(db.conn, recordFunction,
			&blobFunction{recordFunction, text, readers, (*recordReader).fillRecords}),
		duck.RegisterScalarUDF(db.conn, attributesFunction,
			&blobFunction{attributesFunction, attributes, readers, (*recordReader).fillAttributes}))
}

// A blobFunction is a function of a vector of blobs.
type blobFunction struct {
	name    string
	result  duck.TypeInfo
	readers *recordReaders
	fill    func(*recordReader, mapping.Vector) error
}

func (f *blobFunction) Config() duck.ScalarFuncConfig {
	blob, err := duck.NewTypeInfo(duck.TYPE_BLOB)
	if err != nil {
		panic(err) // it is for types that need more than a name
	}
	return duck.ScalarFuncConfig{InputTypeInfos: []duck.TypeInfo{blob}, ResultTypeInfo: f.result}
}

func (f *blobFunction) Executor() duck.ScalarFuncExecutor {
	return duck.ScalarFuncExecutor{ChunkContextExecutor: f.execute}
}

// execute fills the result of a chunk, on a thread of DuckDB's: several of them may at the same time.
func (f *blobFunction) execute(ctx context.Context, chunk *duck.ChunkIteratorState) error {
	input, err := chunk.GetInputChunk().GetVector(0)
	if err != nil {
		return err
	}
	blobs, err := handleOf(input)
	if err != nil {
		return err
	}
	result, err := handleOf(chunk.GetResultVector())
	if err != nil {
		return err
	}
	r, err := f.readers.take(ctx)
	if err != nil {
		return fmt.Errorf("%s: the dictionaries can't be read: %w", f.name, err)
	}
	defer f.readers.free.Put(r)
	r.blobs, r.known = slots(blobs, chunk.GetInputChunk().GetSize()), validityOf(blobs)
	if err := f.fill(r, result); err != nil {
		return fmt.Errorf("%s: %w", f.name, err)
	}
	return nil
}

// recordReaders are shared by the sessions of a database, whose dictionaries they look up once, when the first record
// is read. It is open for reading: there will be no others.
type recordReaders struct {
	db   *DB
	free sync.Pool // *recordReader

	mu           sync.Mutex
	known        bool
	dictionaries []*codec.Dictionary
}

func (r *recordReaders) take(ctx context.Context) (*recordReader, error) {
	if free, ok := r.free.Get().(*recordReader); ok {
		return free, nil
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if !r.known {
		if err := r.lookUp(ctx); err != nil {
			return nil, err
		}
	}
	return &recordReader{decoder: codec.NewDecoder(r.dictionaries...), attributes: records.NewAttributes()}, nil
}

// lookUp reads the dictionaries by a session of its own: that of the question is at work.
func (r *recordReaders) lookUp(ctx context.Context) error {
	session, err := r.db.Session(ctx)
	if err != nil {
		return err
	}
	defer session.Close()
	r.dictionaries, err = session.Dictionaries(ctx)
	r.known = err == nil
	return err
}

// Dictionaries are those of the raw records. A damaged one is left out: only the records that need it can't be read
// then, and verify tells.
func (db *DB) Dictionaries(ctx context.Context) ([]*codec.Dictionary, error) {
	rows, err := db.conn.QueryContext(ctx, "SELECT dictionary_id, dictionary FROM record_dictionaries")
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var all []*codec.Dictionary
	for rows.Next() {
		var id int64
		var content []byte
		if err := rows.Scan(&id, &content); err != nil {
			return nil, err
		}
		if d, err := codec.ParseDictionary(content); err == nil && int64(d.ID()) == id {
			all = append(all, d)
		}
	}
	return all, rows.Err()
}

// A recordReader reads the records of a chunk. It reuses what it holds.
type recordReader struct {
	decoder    *codec.Decoder
	attributes *records.Attributes

	blobs []stringSlot
	known validity

	raw, text     []byte
	counts        []int  // of attributes, by row
	names, values []byte // of all rows, one behind the other
	nameEnds      []int
	valueEnds     []int
}

// inflate gives the raw record of a row.
func (r *recordReader) inflate(row int) (err error) {
	blob := stringIn(&r.blobs[row])
	if r.raw, err = r.decoder.Append(r.raw[:0], blob); err != nil {
		return fmt.Errorf("%w, that whose md5(compressed_data) is '%x': %w", ErrBadRecord, md5.Sum(blob), err)
	}
	return nil
}

func (r *recordReader) fillRecords(result mapping.Vector) error {
	for row := range r.blobs {
		if !r.known.has(row) {
			continue
		}
		if err := r.inflate(row); err != nil {
			return err
		}
		text := r.raw
		if !utf8.Valid(text) {
			r.text = batch.AppendLatin1(r.text[:0], text)
			text = r.text
		}
		mapping.VectorAssignStringElementLen(result, mapping.IdxT(row), text)
	}
	return nil
}

// fillAttributes fills a vector of maps, which are lists of names and values.
func (r *recordReader) fillAttributes(result mapping.Vector) error {
	r.counts, r.names, r.values = r.counts[:0], r.names[:0], r.values[:0]
	r.nameEnds, r.valueEnds = r.nameEnds[:0], r.valueEnds[:0]
	for row := range r.blobs {
		before := len(r.nameEnds)
		if r.known.has(row) {
			if err := r.inflate(row); err != nil {
				return err
			}
			r.gather()
		}
		r.counts = append(r.counts, len(r.nameEnds)-before)
	}
	total := mapping.IdxT(len(r.nameEnds))
	if mapping.ListVectorReserve(result, total) != mapping.StateSuccess ||
		mapping.ListVectorSetSize(result, total) != mapping.StateSuccess {
		return fmt.Errorf("DuckDB has no room for %d attributes", total)
	}
	pairs := mapping.ListVectorGetChild(result)
	names, values := mapping.StructVectorGetChild(pairs, 0), mapping.StructVectorGetChild(pairs, 1)
	entries := listEntries(result, len(r.blobs))
	nameSlots, valueSlots := slots(names, len(r.nameEnds)), slots(values, len(r.valueEnds))
	first, nameStart, valueStart := 0, 0, 0
	for row, n := range r.counts {
		entries[row] = mapping.NewListEntry(uint64(first), uint64(n))
		nameStart = putStrings(names, nameSlots, first, r.names, nameStart, r.nameEnds[first:first+n])
		valueStart = putStrings(values, valueSlots, first, r.values, valueStart, r.valueEnds[first:first+n])
		first += n
	}
	return nil
}

// gather takes the attributes of the record at hand.
func (r *recordReader) gather() {
	r.attributes.Visit(r.raw, func(name, value []byte) {
		r.names, r.values = append(r.names, name...), append(r.values, value...)
		r.nameEnds, r.valueEnds = append(r.nameEnds, len(r.names)), append(r.valueEnds, len(r.values))
	})
}
