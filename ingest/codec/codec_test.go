package codec

import (
	"bytes"
	"errors"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// everyEncoder is one of each kind; two dictionaries, with and without, both codecs.
func everyEncoder(t testing.TB) (map[string]Encoder, *Decoder) {
	a, b := trained(t, 1), trained(t, 2)
	if a.ID() == b.ID() {
		t.Fatalf("two dictionaries with id %d", a.ID())
	}
	d := NewDecoder(a)
	if err := d.AddDictionary(b.ID(), b.Bytes()); err != nil {
		t.Fatal(err)
	}
	return map[string]Encoder{
		"zstd a": zstdEncoder(t, a, 1),
		"zstd b": zstdEncoder(t, b, 19),
		"zstd":   zstdEncoder(t, nil, 3),
		"gzip":   gzipEncoder(t, 6),
	}, d
}

func checkRoundTrip(t interface{ Fatalf(string, ...any) }, name string, e Encoder, d *Decoder, raw []byte) {
	before := []byte("before")
	blob := e.Append(bytes.Clone(before), raw)
	if !bytes.HasPrefix(blob, before) {
		t.Fatalf("%s: the bytes before the blob changed", name)
	}
	got, err := d.Append(bytes.Clone(before), blob[len(before):])
	if err != nil {
		t.Fatalf("%s: %d bytes: %v", name, len(raw), err)
	}
	if !bytes.Equal(got, append(before, raw...)) {
		t.Fatalf("%s: %d bytes came back as others", name, len(raw))
	}
}

func TestRoundTrip(t *testing.T) {
	encoders, d := everyEncoder(t)
	inputs := append(records(3, 50), nil, []byte{0}, []byte("\r\n;\xff"), bytes.Repeat([]byte("x"), 1<<20))
	noise := make([]byte, 300<<10)
	rand.NewChaCha8([32]byte{}).Read(noise)
	inputs = append(inputs, noise, noise[:128<<10], noise[:31], noise[:32], noise[:33], noise[:255], noise[:256])
	for name, e := range encoders {
		for _, raw := range inputs {
			checkRoundTrip(t, name, e, d, raw)
		}
	}
}

func TestRoundTripProperty(t *testing.T) {
	encoders, d := everyEncoder(t)
	rapid.Check(t, func(t *rapid.T) {
		raw := rapid.SliceOf(rapid.Byte()).Draw(t, "raw")
		for name, e := range encoders {
			checkRoundTrip(t, name, e, d, raw)
		}
	})
}

// Bytes in a small array of the caller must survive: gozstd hands their address to C as a number, and the stack of a
// fresh goroutine moves when it grows.
func TestBytesOfSmallArrays(t *testing.T) {
	dict := trained(t, 1)
	e, d := zstdEncoder(t, dict, 1), NewDecoder(dict)
	for n := range 200 {
		done := make(chan error)
		go func() {
			var raw, blob, back [128]byte
			for i := range raw {
				raw[i] = byte(i + n)
			}
			got, err := d.Append(back[:0], e.Append(blob[:0], raw[:]))
			if err == nil && !bytes.Equal(got, raw[:]) {
				err = errors.New("other bytes came back")
			}
			done <- err
		}()
		if err := <-done; err != nil {
			t.Fatal(err)
		}
	}
}

func TestNoAllocation(t *testing.T) {
	encoders, d := everyEncoder(t)
	raw := records(4, 1)[0]
	for name, e := range encoders {
		blob := e.Append(nil, raw)
		out := make([]byte, 0, 4096)
		if n := testing.AllocsPerRun(100, func() { out = e.Append(out[:0], raw) }); n >= 1 {
			t.Errorf("%s: packing allocates %v times", name, n)
		}
		decode := func() {
			var err error
			if out, err = d.Append(out[:0], blob); err != nil {
				t.Fatal(err)
			}
		}
		if n := testing.AllocsPerRun(100, decode); n >= 1 {
			t.Errorf("%s: inflating allocates %v times", name, n)
		}
	}
}

// A changed bit is an error, or one of the few that carry nothing and leave the record as it was.
func TestEveryChangedBit(t *testing.T) {
	encoders, d := everyEncoder(t)
	for name, e := range encoders {
		for _, raw := range records(5, 5) {
			blob := e.Append(nil, raw)
			unseen := 0
			for bit := range len(blob) * 8 {
				blob[bit/8] ^= 1 << (bit % 8)
				got, err := d.Append(nil, blob)
				blob[bit/8] ^= 1 << (bit % 8)
				switch {
				case err != nil && len(got) != 0:
					t.Fatalf("%s: bit %d: an error and %d bytes", name, bit, len(got))
				case err == nil && !bytes.Equal(got, raw):
					t.Fatalf("%s: bit %d changed the record and nobody noticed", name, bit)
				case err == nil:
					unseen++
				}
			}
			if unseen > len(blob)*8/100 {
				t.Errorf("%s: %d of %d changed bits unseen", name, unseen, len(blob)*8)
			}
		}
	}
}

func TestCutOrFollowed(t *testing.T) {
	encoders, d := everyEncoder(t)
	raw := records(6, 1)[0]
	for name, e := range encoders {
		blob := e.Append(nil, raw)
		for n := range blob {
			if _, err := d.Append(nil, blob[:n]); err == nil {
				t.Errorf("%s: cut to %d of %d bytes: no error", name, n, len(blob))
			}
		}
		for _, tail := range [][]byte{{0}, blob, []byte("x")} {
			if _, err := d.Append(nil, append(bytes.Clone(blob), tail...)); !errors.Is(err, ErrCorrupt) {
				t.Errorf("%s: followed by %d bytes: %v", name, len(tail), err)
			}
		}
	}
}

func TestDecoderErrors(t *testing.T) {
	dict := trained(t, 1)
	blob := zstdEncoder(t, dict, 3).Append(nil, []byte("a record"))
	if id, ok := DictID(blob); !ok || id != dict.ID() {
		t.Errorf("DictID = %d, %v; want %d", id, ok, dict.ID())
	}
	for _, b := range [][]byte{nil, []byte("text"), zstdEncoder(t, nil, 3).Append(nil, []byte("x"))} {
		if id, ok := DictID(b); ok {
			t.Errorf("DictID(%q) = %d", b, id)
		}
	}
	var unknown *UnknownDictionaryError
	if _, err := NewDecoder().Append(nil, blob); !errors.As(err, &unknown) || unknown.ID != dict.ID() {
		t.Errorf("without the dictionary: %v", err)
	}
	for _, tt := range []struct {
		name, blob string
		want       error
	}{
		{"text", "01/01/2026 00:00:00;E;1.srv;", ErrUnknownMagic},
		{"empty", "", ErrCorrupt},
		{"half a magic", zstdMagic[:3], ErrCorrupt},
		{"no content size", zstdMagic + "\x04\x00\x01\x00\x00\x99\xe9\xd8\x51", ErrCorrupt},
		{"claims 1 TiB", zstdMagic + "\xe4\x00\x00\x00\x00\x00\x01\x00\x00\x01\x00\x00\x00\x00\x00\x00", ErrCorrupt},
		{"claims 64 MiB", zstdMagic + "\xa4\x00\x00\x00\x04\x01\x00\x00\x00\x00\x00\x00", ErrCorrupt},
		{"skippable", "\x50\x2a\x4d\x18\x00\x00\x00\x00", ErrUnknownMagic},
		{"gzip with a name",
			"\x1f\x8b\x08\x08\x00\x00\x00\x00\x00\xffa\x00\x03\x00\x00\x00\x00\x00\x00\x00\x00\x00", ErrCorrupt},
		{"gzip claims 4 GiB", gzipHeader + "\x03\x00\x00\x00\x00\x00\xff\xff\xff\xff", ErrCorrupt},
	} {
		if got, err := NewDecoder(dict).Append([]byte("kept"), []byte(tt.blob)); !errors.Is(err, tt.want) ||
			string(got) != "kept" {
			t.Errorf("%s: %q, %v; want %v", tt.name, got, err, tt.want)
		}
	}
}

func TestDictionaryErrors(t *testing.T) {
	a, b := trained(t, 1), trained(t, 2)
	d := NewDecoder(a)
	if err := d.AddDictionary(a.ID()+1, a.Bytes()); !errors.Is(err, ErrNotDictionary) {
		t.Errorf("filed under another id: %v", err)
	}
	same := bytes.Clone(b.Bytes())
	copy(same[:dictHeader], a.Bytes())
	if err := d.AddDictionary(a.ID(), same); err == nil || !strings.Contains(err.Error(), "two different") {
		t.Errorf("second dictionary with the same id: %v", err)
	}
	damaged := bytes.Clone(a.Bytes())
	for i := dictHeader; i < 100; i++ {
		damaged[i] = 0xff
	}
	for name, content := range map[string][]byte{
		"nothing": nil, "text": []byte("not a dictionary"), "only a header": a.Bytes()[:dictHeader],
		"tables cut": a.Bytes()[:40], "tables damaged": damaged, "id 0": []byte(dictMagic + "\x00\x00\x00\x00rest"),
	} {
		if _, err := ParseDictionary(content); !errors.Is(err, ErrNotDictionary) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestLevels(t *testing.T) {
	for _, level := range []int{-1, 0, 20} {
		if _, err := NewZstdEncoder(nil, level); err == nil {
			t.Errorf("zstd level %d: no error", level)
		}
		if _, err := NewGzipEncoder(level); err == nil {
			t.Errorf("gzip level %d: no error", level)
		}
	}
}

// Published test values of XXH64 with seed 0; longer inputs are checked against libzstd by every round trip.
func TestXXH64(t *testing.T) {
	for in, want := range map[string]uint64{
		"": 0xef46db3751d8e999, "a": 0xd24ec4f1a98c6e5b, "abc": 0x44bc2cf5ad770999,
	} {
		if got := xxh64([]byte(in)); got != want {
			t.Errorf("xxh64(%q) = %x, want %x", in, got, want)
		}
	}
}

// TestLongBlobsArePackedHarder: what would not be kept inline at the usual level is as a higher one packs it; all else
// stays as it is.
func TestLongBlobsArePackedHarder(t *testing.T) {
	dict := trained(t, 1)
	usual, hard := zstdEncoder(t, dict, DefaultLevel), zstdEncoder(t, dict, hardLevel)
	plain, err := dict.forLevel(DefaultLevel)
	if err != nil {
		t.Fatal(err)
	}
	nodes := []byte("exec_vnode=")
	for r := rand.New(rand.NewPCG(1, 2)); len(nodes) < 100<<10; {
		nodes = fmt.Appendf(nodes, "(dec%04d:ncpus=128:mem=%dkb:ngpus=0)+", r.IntN(2488), 246415360+r.IntN(4))
	}
	for _, raw := range [][]byte{nodes, records(3, 1)[0]} {
		easy := usual.append(nil, raw, plain)
		want := easy
		if len(easy) >= inline {
			want = hard.Append(nil, raw)
		}
		if got := usual.Append(nil, raw); !bytes.Equal(got, want) || len(got) > len(easy) {
			t.Errorf("%d bytes: packed to %d, at the usual level %d", len(raw), len(got), len(easy))
		}
	}
	if len(usual.append(nil, nodes, plain)) < inline {
		t.Error("the list of nodes is not long enough to test it")
	}
}
