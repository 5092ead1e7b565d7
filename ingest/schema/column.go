package schema

import "pbsduck/ingest/pbs"

// A Type is what a column holds, in Arrow, DuckDB and Parquet alike.
type Type uint8

// The types of columns. Instants are UTC; a date is the site's local day.
const (
	Text Type = iota
	Integer
	Float
	Boolean
	Timestamp
	Date
	Bytes
)

// SQL is the type's name in DuckDB.
func (t Type) SQL() string {
	return [...]string{Text: "VARCHAR", Integer: "BIGINT", Float: "DOUBLE", Boolean: "BOOLEAN", Timestamp: "TIMESTAMPTZ",
		Date: "DATE", Bytes: "BLOB"}[t]
}

// A Column is one column of a table: the only place where its name, type, unit, source and meaning are written down.
type Column struct {
	Name    string
	Type    Type
	Unit    string // s, bytes, hours, %; empty for names, counts and instants
	Source  string // PBS attribute or rule that it comes from
	Comment string // meaning, and what NULL means
	NotNull bool
	Storage Storage // how DuckDB is told to store the values, where its own choice is poor

	Category bool // texts of which there are few, each on many rows: readers of a dataset get categories

	Decode Decoding // how the attribute's text becomes a value; AsNone if a rule sets the column
	Moves  bool     // whether the value changes when the record is found in another log
}

// Storage is a compression of DuckDB's that a column asks for. Where it asks for none, DuckDB tries several and takes
// the smallest.
type Storage string

// Packed is for long texts, which DuckDB does not pack by itself; Plain is for what is packed already, on which its
// trials are wasted.
const (
	Packed Storage = "zstd"
	Plain  Storage = "uncompressed"
)

// A Table is a table of the database.
type Table struct {
	Name    string
	Comment string
	Columns []Column
}

// Decoding is a rule from an attribute's text to a value.
type Decoding uint8

// Ways to read an attribute. AsCount is of integers that are not negative, AsEpoch of seconds since 1970, where 0 means
// unknown; durations are [[H:]M:]S, sizes bytes with a suffix.
const (
	AsNone Decoding = iota
	AsText
	AsInteger
	AsCount
	AsEpoch
	AsDuration
	AsSize
	AsPercent
	AsFloat
	AsBoolean
)

// attr is a column that an attribute fills.
func attr(name string, key pbs.Key, d Decoding, comment string) Column {
	c := Column{Name: name, Source: key.String(), Comment: comment, Decode: d}
	switch d {
	case AsText:
		c.Type = Text
	case AsEpoch:
		c.Type = Timestamp
	case AsDuration:
		c.Type, c.Unit = Integer, "s"
	case AsSize:
		c.Type, c.Unit = Integer, "bytes"
	case AsPercent:
		c.Type, c.Unit = Integer, "%"
	default:
		c.Type = Integer
	}
	return c
}

// derived is a column that a rule fills.
func derived(name string, t Type, unit, source, comment string) Column {
	return Column{Name: name, Type: t, Unit: unit, Source: source, Comment: comment}
}

func (c Column) required() Column {
	c.NotNull = true
	return c
}

func (c Column) category() Column {
	c.Category = true
	return c
}

func (c Column) moving() Column {
	c.Moves = true
	return c
}

func (c Column) stored(s Storage) Column {
	c.Storage = s
	return c
}

// withNote adds to a column's comment what holds in one table only.
func withNote(c Column, note string) Column {
	c.Comment += note
	return c
}
