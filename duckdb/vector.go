package duckdb

import (
	"encoding/binary"
	"errors"
	"reflect"
	"unsafe"

	duck "github.com/duckdb/duckdb-go/v2"
	"github.com/duckdb/duckdb-go/v2/mapping"
)

// The driver's functions over whole vectors read and write texts only. What else DuckDB's C interface can do is in its
// package mapping, which needs the vector's handle; and where each text costs a call, the layout of a string, which
// DuckDB's header lays down (duckdb_string_t):
//
//	length, 4 bytes | up to 12 bytes of it
//	length, 4 bytes | the first 4 bytes of it | where it is, 8 bytes

// handleOf is the handle of a vector, which the driver keeps to itself.
func handleOf(v duck.Vector) (mapping.Vector, error) {
	if inner := reflect.ValueOf(v).FieldByName("v"); inner.Kind() == reflect.Pointer && !inner.IsNil() {
		if handle := inner.Elem().FieldByName("vec"); handle.IsValid() &&
			handle.Type() == reflect.TypeFor[mapping.Vector]() {
			return mapping.Vector{Ptr: handle.FieldByName("Ptr").UnsafePointer()}, nil
		}
	}
	return mapping.Vector{}, errors.New("this version of the DuckDB driver keeps vectors in another way")
}

const (
	stringSize   = 16
	stringInline = 12
)

type stringSlot = [stringSize]byte

// slots are the strings of a vector of n of them.
func slots(v mapping.Vector, n int) []stringSlot {
	return unsafe.Slice((*stringSlot)(mapping.VectorGetData(v)), n)
}

// stringIn is what a slot says. Its bytes are DuckDB's, and not to be changed.
func stringIn(slot *stringSlot) []byte {
	n := binary.NativeEndian.Uint32(slot[:4])
	if n <= stringInline {
		return slot[4 : 4+n]
	}
	return unsafe.Slice(*(**byte)(unsafe.Pointer(&slot[8])), n)
}

// putString has a slot say text, of which DuckDB holds a copy at that address.
func putString(slot *stringSlot, text []byte, address uintptr) {
	*slot = stringSlot{}
	binary.NativeEndian.PutUint32(slot[:4], uint32(len(text)))
	if len(text) <= stringInline {
		copy(slot[4:], text)
		return
	}
	copy(slot[4:8], text)
	*(*uintptr)(unsafe.Pointer(&slot[8])) = address
}

// putStrings puts pieces of a text, which lie one behind the other from start on, into slots of a vector, from first
// on, and gives where the last of them ends. DuckDB gets them as one, so that it costs one call and one copy, and each
// points into it. Ends says where in the text each piece ends. All of it is UTF-8.
func putStrings(v mapping.Vector, to []stringSlot, first int, text []byte, start int, ends []int) int {
	if len(ends) == 0 {
		return start
	}
	end := ends[len(ends)-1]
	mapping.VectorAssignStringElementLen(v, mapping.IdxT(first), text[start:end])
	address := uintptr(
		unsafe.Pointer(unsafe.SliceData(stringIn(&to[first]))),
	) // of no use where all are short, and not used
	from := start
	for i, until := range ends {
		putString(&to[first+i], text[from:until], address+uintptr(from-start))
		from = until
	}
	return end
}

// A validity tells which rows of a vector are not NULL; nil: all.
type validity struct{ mask unsafe.Pointer }

func validityOf(v mapping.Vector) validity { return validity{mapping.VectorGetValidity(v)} }

func (v validity) has(row int) bool {
	return v.mask == nil || mapping.ValidityRowIsValid(v.mask, mapping.IdxT(row))
}

// listEntries are the lists of a vector of n of them.
func listEntries(v mapping.Vector, n int) []mapping.ListEntry {
	return unsafe.Slice((*mapping.ListEntry)(mapping.VectorGetData(v)), n)
}
