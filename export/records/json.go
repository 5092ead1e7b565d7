// Package records writes PBS records for people and programs: as JSON, one line each, or as a list of attributes.
//
// What enters: records as package pbs reads them. What leaves: text.
//
// Promise: strings are exact. Those of a record with bytes that are not UTF-8 are written as Latin-1, each byte as the
// character of its number, so that the bytes can be had back; the flag not_utf8 says so. Characters that would steer a
// terminal are escapes.
package records

import (
	"hash/maphash"
	"math/bits"
	"strconv"
	"time"
	"unicode/utf8"

	"pbsduck/export"
	"pbsduck/ingest/batch"
	"pbsduck/ingest/pbs"
)

// UnknownOffset is that of a record whose place in bytes is not known.
const UnknownOffset = -1

// JSON writes records as JSON, one line each. It reuses what it holds, so nothing is allocated per record; one
// goroutine at a time.
type JSON struct {
	clock *pbs.Clock
	file  []byte // {"file":"..." of the log at hand
	names nameIndex

	isLatin1 bool   // the record at hand is no UTF-8
	latin1   []byte // scratch
}

// NewJSON writes records whose heads are in a time zone.
func NewJSON(location *time.Location) *JSON {
	return &JSON{clock: pbs.NewClock(location), names: newNameIndex()}
}

// SetZone says in which time zone the heads of the next records are.
func (j *JSON) SetZone(location *time.Location) { j.clock = pbs.NewClock(location) }

// SetFile says from which log the next records are.
func (j *JSON) SetFile(path string) {
	j.isLatin1 = !utf8.ValidString(path)
	j.file = j.append(append(j.file[:0], `{"file":`...), []byte(path))
}

// AppendLine appends the record with a newline.
func (j *JSON) AppendLine(dst []byte, r *pbs.Record) []byte {
	j.isLatin1 = r.Flags&pbs.NotUTF8 != 0
	dst = append(dst, j.file...)
	dst = strconv.AppendInt(append(dst, `,"line":`...), r.Line, 10)
	if r.Offset != UnknownOffset {
		dst = strconv.AppendInt(append(dst, `,"offset":`...), r.Offset, 10)
	}
	dst = j.appendTime(append(dst, `,"time":`...), r)
	dst = j.appendKnown(append(dst, `,"type":`...), r.Type)
	dst = j.appendKnown(append(dst, `,"id":`...), r.ID)
	switch {
	case r.Problem != "":
		dst = j.append(append(dst, `,"text":`...), r.Raw)
		dst = export.AppendJSON(append(dst, `,"problem":`...), []byte(r.Problem))
	case len(r.Attrs) == 0:
		dst = j.append(append(dst, `,"text":`...), r.Text)
	default:
		dst = j.appendAttributes(append(dst, `,"attributes":`...), r.Attrs)
	}
	return append(appendFlags(dst, r.Flags), '}', '\n')
}

func (j *JSON) appendTime(dst []byte, r *pbs.Record) []byte {
	if r.Problem != "" {
		return append(dst, "null"...)
	}
	t := time.Unix(batch.Logged(j.clock, r), 0).UTC()
	return append(t.AppendFormat(append(dst, '"'), time.RFC3339), '"')
}

// appendKnown appends a part of the head; a line without a head has none.
func (j *JSON) appendKnown(dst, part []byte) []byte {
	if part == nil {
		return append(dst, "null"...)
	}
	return j.append(dst, part)
}

// appendAttributes appends an object, in the order of the record. Of a name that comes twice the values are an array,
// at the place of the first.
func (j *JSON) appendAttributes(dst []byte, attrs []pbs.Attr) []byte {
	j.names.build(attrs)
	dst = append(dst, '{')
	for i := range attrs {
		if j.names.repeats[i] {
			continue
		}
		if i > 0 {
			dst = append(dst, ',')
		}
		dst = append(j.append(dst, attrs[i].Name), ':')
		again := j.names.next[i]
		if again < 0 {
			dst = j.append(dst, attrs[i].Value)
			continue
		}
		dst = j.append(append(dst, '['), attrs[i].Value)
		for ; again >= 0; again = j.names.next[again] {
			dst = j.append(append(dst, ','), attrs[again].Value)
		}
		dst = append(dst, ']')
	}
	return append(dst, '}')
}

// append appends a string of the record.
func (j *JSON) append(dst, s []byte) []byte {
	if j.isLatin1 {
		j.latin1 = batch.AppendLatin1(j.latin1[:0], s)
		s = j.latin1
	}
	return export.AppendJSON(dst, s)
}

func appendFlags(dst []byte, f pbs.Flags) []byte {
	if f == 0 {
		return dst
	}
	dst = append(dst, `,"flags":["`...)
	for i, name := range f.Names() {
		if i > 0 {
			dst = append(dst, `","`...)
		}
		dst = append(dst, name...)
	}
	return append(dst, `"]`...)
}

// A nameIndex finds attributes of one record that have the same name, in time that does not grow faster than their
// number.
type nameIndex struct {
	seed    maphash.Seed
	slots   []int32 // 1 + index of the latest attribute with a name of that hash; 0 is free
	next    []int32 // by attribute: the next one of the same name, or -1
	repeats []bool  // by attribute: an earlier one has the same name
}

func newNameIndex() nameIndex { return nameIndex{seed: maphash.MakeSeed()} }

func (x *nameIndex) build(attrs []pbs.Attr) {
	x.reset(len(attrs))
	mask := len(x.slots) - 1
	for i := range attrs {
		slot := int(maphash.Bytes(x.seed, attrs[i].Name)) & mask
		for x.slots[slot] != 0 && string(attrs[x.slots[slot]-1].Name) != string(attrs[i].Name) {
			slot = (slot + 1) & mask
		}
		if before := x.slots[slot]; before != 0 {
			x.next[before-1], x.repeats[i] = int32(i), true
		}
		x.slots[slot] = int32(i + 1)
	}
}

// reset makes room for n attributes.
func (x *nameIndex) reset(n int) {
	if size := max(256, 1<<bits.Len(uint(2*n))); len(x.slots) < size || len(x.slots) > 16*size {
		x.slots = make([]int32, size)
	}
	if cap(x.next) < n {
		x.next, x.repeats = make([]int32, n), make([]bool, n)
	}
	x.next, x.repeats = x.next[:n], x.repeats[:n]
	clear(x.slots)
	clear(x.repeats)
	for i := range x.next {
		x.next[i] = -1
	}
}
