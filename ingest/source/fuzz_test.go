package source

import (
	"bytes"
	"context"
	"errors"
	"io"
	"testing"
	"time"
)

// FuzzOpen opens anything. It ends with io.EOF or a *CorruptError, and a plain file is what it was.
func FuzzOpen(f *testing.F) {
	for _, codec := range []Codec{Plain, Gzip, Zstd} {
		f.Add(packers[codec](f, text(20)))
	}
	// xz and bzip2 of "a\n".
	f.Add([]byte("\xfd7zXZ\x00\x00\x04\xe6\xd6\xb4F\x04\xc0\x06\x02!\x01\x16\x00\x00\x00\x00\x00\x00\x00\x00\x00" +
		"\x01\x00\x01a\n\x00\x00\x00\x00\x00\x00"))
	f.Add([]byte("BZh91AY&SY\x63\x3e\xd6\xe2\x00\x00\x00\xc1\x00\x00\x10\x20\x00\x20\x00\x21\x00\x82\xb1\x77\x24\x53" +
		"\x85\x09\x06\x33\xed\x6e\x20"))
	f.Add([]byte("(\xb5/\xfdA\x900000")) // a window of more than 128 MiB
	f.Fuzz(func(t *testing.T, content []byte) {
		ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
		defer cancel()
		r := open(t, ctx, write(t, t.TempDir(), "log", content))
		got, err := io.ReadAll(io.LimitReader(r, 64<<20))
		var corrupt *CorruptError
		var window *windowError
		if err != nil && !errors.As(err, &corrupt) && !errors.As(err, &window) {
			t.Fatal(err)
		}
		if r.Codec() == Plain && !bytes.Equal(got, content) {
			t.Fatal("a plain file came back as other bytes")
		}
		if err := r.Close(); err != nil {
			t.Fatal(err)
		}
	})
}

func BenchmarkOpen(b *testing.B) {
	content := text(200_000)
	for codec, pack := range packers {
		b.Run(codec.String(), func(b *testing.B) {
			path := write(b, b.TempDir(), "log", pack(b, content))
			b.SetBytes(int64(len(content)))
			b.ReportAllocs()
			buf := make([]byte, 256<<10)
			for b.Loop() {
				r := open(b, b.Context(), path)
				for {
					if _, err := r.Read(buf); err == io.EOF {
						break
					} else if err != nil {
						b.Fatal(err)
					}
				}
				r.Close()
			}
		})
	}
}
