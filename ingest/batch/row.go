package batch

import (
	"math"
	"slices"
	"unicode/utf8"

	"pbsduck/ingest/pbs"
	"pbsduck/ingest/schema"
)

// A rows gathers the rows of one table. The row at hand is written straight into the vectors, behind those that are
// complete.
type rows struct {
	table    schema.Table
	vectors  []vector
	row      int      // the row at hand: as many are complete
	room     int      // rows that the vectors have room for
	before   int      // rows of the last batch
	targets  []target // by pbs.Key
	shared   []sharedColumn
	failures []int64 // by column: values that did not convert
	foreign  bool    // the record of the row at hand holds bytes that are not UTF-8
	repeated bool    // an attribute of the row at hand came twice
	texts    int     // bytes of texts that attributes gave the row at hand
	latin1   []byte  // scratch
}

// mostTexts is how many bytes of attributes that are texts a row takes at most, all together. DuckDB reads and packs
// 2,048 rows at a time, and holds all their texts, however little memory it may take.
const mostTexts = 32 << 10

// A target is the column that an attribute fills, and how; schema.AsNone if there is none.
type target struct {
	column int16
	decode schema.Decoding
}

func newRows(t schema.Table, parser *pbs.Parser) *rows {
	r := &rows{table: t, failures: make([]int64, len(t.Columns)), targets: make([]target, 1)}
	for i, c := range t.Columns {
		r.vectors = append(r.vectors, newVector(c.Type))
		if c.Decode == schema.AsNone {
			continue
		}
		key := parser.Key(c.Source)
		r.targets = append(r.targets, make([]target, max(0, int(key)+1-len(r.targets)))...)
		if r.targets[key].decode != schema.AsNone || slices.Contains(ruledKeys, key) {
			r.shared = append(r.shared, sharedColumn{key, target{int16(i), c.Decode}})
			continue
		}
		r.targets[key] = target{int16(i), c.Decode}
	}
	return r
}

// fewRows is what there is room for at first: the columns of all tables take some hundred bytes for each.
const fewRows = 1 << 7

// begin starts a row; foreign says that its record holds bytes that are not UTF-8.
func (r *rows) begin(foreign bool) {
	r.foreign, r.repeated, r.texts = foreign, false, 0
	if r.row == r.room {
		r.reserve(max(fewRows, 2*r.room, r.before+r.before/8))
	}
}

func (r *rows) reserve(room int) {
	r.room = room
	for i := range r.vectors {
		r.vectors[i].reserve(room)
	}
}

// end completes the row at hand.
func (r *rows) end() { r.row++ }

// drop takes the row at hand back.
func (r *rows) drop() {
	for i := range r.vectors {
		r.vectors[i].unset(r.row)
	}
}

func (r *rows) has(column int) bool { return r.vectors[column].has(r.row) }

func (r *rows) number(column int) int64 { return r.vectors[column].numbers[r.row] }

func (r *rows) text(column int) []byte { return r.vectors[column].text(r.row) }

func (r *rows) setNumber(column int, n int64) (again bool) {
	return r.vectors[column].setNumber(r.row, n)
}

func (r *rows) setText(column int, b []byte) (again bool) {
	v := &r.vectors[column]
	if r.foreign && v.typ == schema.Text {
		b = r.utf8(b)
	}
	return v.setText(r.row, b)
}

// setLimited is setText for what users may have typed: a text with which those of the row would be longer than
// mostTexts does not convert.
func (r *rows) setLimited(column int, b []byte) (again bool) {
	if r.texts+len(b) > mostTexts {
		again = r.has(column)
		r.fail(column)
		return again
	}
	r.texts += len(b)
	return r.setText(column, b)
}

// setString sets a text that is not the record's.
func (r *rows) setString(column int, s string) { r.vectors[column].setText(r.row, []byte(s)) }

func (r *rows) fail(column int) {
	r.vectors[column].unset(r.row)
	r.failures[column]++
}

// take decodes an attribute into its column. It returns false if the attribute has none, or did not convert. Of one
// that comes twice the last counts.
func (r *rows) take(a *pbs.Attr) bool {
	if int(a.Key) >= len(r.targets) {
		return false
	}
	t := r.targets[a.Key]
	return t.decode != schema.AsNone && r.set(t, a.Value)
}

// doubtRepeats flags a record of which an attribute came twice, with a column or among the others: PBS writes each
// once, so bytes are missing in between, and what follows is of another record.
func (r *rows) doubtRepeats(record *pbs.Record, o *others) {
	if r.repeated = r.repeated || o.repeated; r.repeated {
		record.Flags |= pbs.Ambiguous
	}
}

// set decodes an attribute's value into its column. It returns false if it does not convert.
func (r *rows) set(t target, value []byte) bool {
	column := int(t.column)
	if t.decode == schema.AsText {
		r.repeated = r.setLimited(column, value) || r.repeated
		return true
	}
	n, known, err := decode(t.decode, value)
	if err == nil && known {
		r.repeated = r.setNumber(column, n) || r.repeated
		return true
	}
	r.repeated = r.has(column) || r.repeated
	r.vectors[column].unset(r.row)
	if err != nil {
		r.failures[column]++
	}
	return err == nil
}

// decode turns a text into a number; known is false for an epoch of 0, by which PBS says that it does not know.
func decode(d schema.Decoding, value []byte) (n int64, known bool, err error) {
	switch d {
	case schema.AsEpoch:
		n, err = pbs.ParseEpoch(value)
		return n * microsecond, n != 0, err
	case schema.AsDuration:
		n, err = pbs.ParseDuration(value)
	case schema.AsSize:
		var size uint64
		size, err = pbs.ParseSize(value)
		n = int64(size)
		if n < 0 {
			err = pbs.ErrOverflow
		}
	case schema.AsCount:
		n, err = pbs.ParseCount(value)
	case schema.AsFloat:
		var f float64
		f, err = pbs.ParseFloat(value)
		n = int64(math.Float64bits(f))
	case schema.AsBoolean:
		var b bool
		b, err = pbs.ParseBool(value)
		n = truth(b)
	default:
		n, err = pbs.ParseInt(value)
	}
	return n, true, err
}

// utf8 gives text as UTF-8. Bytes that are none are read as Latin-1, all of the value, so that no two of them look the
// same.
func (r *rows) utf8(b []byte) []byte {
	if utf8.Valid(b) {
		return b
	}
	r.latin1 = AppendLatin1(r.latin1[:0], b)
	return r.latin1
}

// AppendLatin1 appends bytes, each read as the character of its number, as UTF-8.
func AppendLatin1(dst, b []byte) []byte {
	for _, c := range b {
		dst = utf8.AppendRune(dst, rune(c))
	}
	return dst
}

// A sharedColumn takes an attribute that fills another column too, or that a rule reads.
type sharedColumn struct {
	key    pbs.Key
	target target
}

// takeShared fills the shared columns of the record's row.
func (r *rows) takeShared(record *pbs.Record) {
	for _, s := range r.shared {
		if v, ok := record.Value(s.key); ok {
			r.set(s.target, v)
		}
	}
}
