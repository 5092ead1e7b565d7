package export

import (
	"fmt"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"
)

// nested handles the types that hold other types. Within them everything is JSON, whatever the style.
func (s style) nested(arr arrow.Array) (appendFunc, error) {
	switch a := arr.(type) {
	case *array.Null:
		return func(dst []byte, _ int) []byte { return dst }, nil
	case *array.Dictionary:
		values, err := s.column(a.Dictionary())
		return func(dst []byte, i int) []byte { return values.append(dst, a.GetValueIndex(i)) }, err
	case array.ExtensionArray:
		c, err := s.column(a.Storage())
		return c.append, err
	case *array.Struct:
		return s.structObjects(a)
	case *array.Map:
		return s.mapObjects(a)
	case array.ListLike:
		return s.listArrays(a)
	case array.Union:
		return s.unions(a)
	}
	return nil, fmt.Errorf("values of type %s cannot be written as text: cast the column to VARCHAR", arr.DataType())
}

// jsonAppender is like column, with NULL as null.
func (s style) jsonAppender(arr arrow.Array) (appendFunc, error) {
	s.json = true
	c, err := s.column(arr)
	if err != nil || c.null == nil {
		return c.append, err
	}
	return func(dst []byte, i int) []byte {
		if c.null(i) {
			return append(dst, "null"...)
		}
		return c.append(dst, i)
	}, nil
}

func (s style) listArrays(a array.ListLike) (appendFunc, error) {
	value, err := s.jsonAppender(a.ListValues())
	if err != nil {
		return nil, err
	}
	return func(dst []byte, i int) []byte {
		dst = append(dst, '[')
		start, end := a.ValueOffsets(i)
		for j := start; j < end; j++ {
			if j > start {
				dst = append(dst, ',')
			}
			dst = value(dst, int(j))
		}
		return append(dst, ']')
	}, nil
}

func (s style) structObjects(a *array.Struct) (appendFunc, error) {
	t := a.DataType().(*arrow.StructType)
	keys := make([][]byte, a.NumField())
	values := make([]appendFunc, a.NumField())
	for f := range values {
		var err error
		if values[f], err = s.jsonAppender(a.Field(f)); err != nil {
			return nil, fmt.Errorf("field %q: %w", t.Field(f).Name, err)
		}
		keys[f] = jsonKey(f, t.Field(f).Name)
	}
	return func(dst []byte, i int) []byte {
		dst = append(dst, '{')
		for f, value := range values {
			dst = value(append(dst, keys[f]...), i)
		}
		return append(dst, '}')
	}, nil
}

// mapObjects writes an object. Keys that are not strings are quoted, since JSON has no others.
func (s style) mapObjects(a *array.Map) (appendFunc, error) {
	asJSON := style{json: true, loc: s.loc}
	key, err := asJSON.column(a.Keys())
	if err != nil {
		return nil, err
	}
	value, err := s.jsonAppender(a.Items())
	if err != nil {
		return nil, err
	}
	return func(dst []byte, i int) []byte {
		dst = append(dst, '{')
		start, end := a.ValueOffsets(i)
		for j := int(start); j < int(end); j++ {
			if j > int(start) {
				dst = append(dst, ',')
			}
			dst = value(append(appendMapKey(dst, key.append, j), ':'), j)
		}
		return append(dst, '}')
	}, nil
}

func appendMapKey(dst []byte, key appendFunc, i int) []byte {
	start := len(dst)
	dst = key(dst, i)
	if len(dst) > start && dst[start] == '"' {
		return dst
	}
	text := string(dst[start:])
	return appendJSONString(dst[:start], text)
}

// unions writes the value of the member that a row holds; the member's name is not shown.
func (s style) unions(a array.Union) (appendFunc, error) {
	members := make([]column, a.NumFields())
	for m := range members {
		var err error
		if members[m], err = s.column(a.Field(m)); err != nil {
			return nil, err
		}
	}
	return func(dst []byte, i int) []byte {
		m, at := unionMember(a, i)
		return members[m].append(dst, at)
	}, nil
}

// unionNulls asks the members, for unions have no NULLs of their own.
func unionNulls(a array.Union) func(int) bool {
	members := make([]func(int) bool, a.NumFields())
	for m := range members {
		members[m] = nullsOf(a.Field(m))
	}
	return func(i int) bool {
		m, at := unionMember(a, i)
		return members[m] != nil && members[m](at)
	}
}

// unionMember says which member row i is, and where in it: dense unions keep an offset for each row, sparse ones the
// row itself.
func unionMember(a array.Union, i int) (member, at int) {
	if dense, ok := a.(*array.DenseUnion); ok {
		return a.ChildID(i), int(dense.ValueOffset(i))
	}
	return a.ChildID(i), i
}
