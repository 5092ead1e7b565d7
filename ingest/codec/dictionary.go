package codec

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"sync"

	"github.com/valyala/gozstd"
)

// dictMagic begins every zstd dictionary; the id follows it, little endian (RFC 8878, 5).
const (
	dictMagic  = "\x37\xa4\x30\xec"
	dictHeader = len(dictMagic) + 4
)

// ErrNotDictionary marks bytes that are not a usable zstd dictionary.
var ErrNotDictionary = errors.New("not a zstd dictionary")

// A Dictionary is a trained zstd dictionary, ready for use. Safe for concurrent use.
type Dictionary struct {
	id      uint32
	content []byte
	inflate *gozstd.DDict

	mu      sync.Mutex
	deflate map[int]*gozstd.CDict // by level
}

// ParseDictionary takes the bytes of a dictionary, as Train returns them and as `zstd --train` writes them. It keeps a
// copy. The error is ErrNotDictionary with the reason.
func ParseDictionary(b []byte) (*Dictionary, error) {
	if len(b) < dictHeader || string(b[:len(dictMagic)]) != dictMagic {
		return nil, fmt.Errorf("%w: %d bytes that do not begin with its magic", ErrNotDictionary, len(b))
	}
	d := &Dictionary{
		id:      binary.LittleEndian.Uint32(b[len(dictMagic):]),
		content: bytes.Clone(b),
		deflate: make(map[int]*gozstd.CDict),
	}
	if d.id == 0 {
		return nil, fmt.Errorf("%w: its id is 0", ErrNotDictionary)
	}
	var err error
	if d.inflate, err = gozstd.NewDDict(d.content); err != nil {
		return nil, fmt.Errorf("%w: %w", ErrNotDictionary, err)
	}
	if err := d.probe(); err != nil {
		return nil, err
	}
	return d, nil
}

// ID is the id in the dictionary's header; every frame made with it carries it.
func (d *Dictionary) ID() uint32 { return d.id }

// Bytes is the dictionary as it is stored. The caller must not change it.
func (d *Dictionary) Bytes() []byte { return d.content }

// probe finds out whether libzstd took the dictionary: gozstd does not look at the null pointer it gets for one with
// damaged tables. Such a dictionary fails on an empty frame that names it, and panics on the first use for packing.
func (d *Dictionary) probe() (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("%w: %d: its tables are damaged", ErrNotDictionary, d.id)
		}
	}()
	frame := binary.LittleEndian.AppendUint32([]byte(zstdMagic+"\x23"), d.id)
	frame = append(frame, 0, 1, 0, 0)
	onHeap(frame)
	if _, err := gozstd.DecompressDict(nil, frame, d.inflate); err != nil {
		return fmt.Errorf("%w: %d: its tables are damaged", ErrNotDictionary, d.id)
	}
	e := ZstdEncoder{level: DefaultLevel}
	if e.dict, err = d.forLevel(DefaultLevel); err == nil {
		e.Append(nil, []byte("probe"))
	}
	return err
}

// forLevel returns the tables for packing at a level; they are built once and shared.
func (d *Dictionary) forLevel(level int) (*gozstd.CDict, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if cd, ok := d.deflate[level]; ok {
		return cd, nil
	}
	cd, err := gozstd.NewCDictLevel(d.content, level)
	if err != nil {
		return nil, fmt.Errorf("zstd dictionary %d at level %d: %w", d.id, level, err)
	}
	d.deflate[level] = cd
	return cd, nil
}
