package source

import (
	"bytes"
	"context"
	"errors"
	"io"
	"strings"
	"testing"
	"testing/iotest"

	"pgregory.net/rapid"
)

func TestDigestKnown(t *testing.T) {
	// xxhsum -H2 of nothing and of "a".
	for in, want := range map[string]string{
		"": "99aa06d3014798d86001c324468d497f", "a": "a96faf705af16834e6c632b61e964e1f",
	} {
		var d Digest
		io.WriteString(&d, in)
		if got := d.Sum(); got != want || d.Len() != int64(len(in)) {
			t.Errorf("digest of %q: %s, want %s", in, got, want)
		}
	}
}

// A log that is read in any parts, with its prefix proved in between, has the digest of the whole.
func TestDigestOfParts(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		log := rapid.SliceOfN(rapid.Byte(), 0, 5000).Draw(t, "log")
		cut := rapid.IntRange(0, len(log)).Draw(t, "cut")
		r := bytes.NewReader(log)
		var d, whole Digest
		if err := d.ReadPrefix(context.Background(), iotest.OneByteReader(r), int64(cut)); err != nil {
			t.Fatal(err)
		}
		prefix, err := digestPrefix(context.Background(), bytes.NewReader(log), int64(cut))
		if err != nil || prefix != d.Sum() {
			t.Fatalf("prefix: %s, want %s, %v", prefix, d.Sum(), err)
		}
		if _, err := io.Copy(&d, r); err != nil {
			t.Fatal(err)
		}
		whole.Write(log)
		if d.Sum() != whole.Sum() {
			t.Fatal("the digest depends on the parts")
		}
	})
}

func TestReadPrefixErrors(t *testing.T) {
	_, err := digestPrefix(t.Context(), strings.NewReader("12345"), 6)
	if !errors.Is(err, ErrShrunk) || !strings.Contains(err.Error(), "5 bytes are left of the 6") {
		t.Errorf("a log that shrank: %v", err)
	}
	if _, err := digestPrefix(t.Context(), iotest.ErrReader(io.ErrClosedPipe), 1); !errors.Is(err, io.ErrClosedPipe) {
		t.Errorf("a read that fails: %v", err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := digestPrefix(ctx, strings.NewReader("12345"), 5); !errors.Is(err, context.Canceled) {
		t.Errorf("cancelled: %v", err)
	}
}

// A log that was packed since it was read last is proved by the same digest.
func TestDigestOfPackedLog(t *testing.T) {
	content := text(5000)
	dir := t.TempDir()
	want, err := digestPrefix(t.Context(), open(t, t.Context(), write(t, dir, "plain", content)), 100_000)
	if err != nil {
		t.Fatal(err)
	}
	r := open(t, t.Context(), write(t, dir, "packed", packers[Gzip](t, content)))
	got, err := digestPrefix(t.Context(), r, 100_000)
	if err != nil || got != want {
		t.Errorf("packed: %s, plain: %s, %v", got, want, err)
	}
	if rest, err := io.ReadAll(r); err != nil || !bytes.Equal(rest, content[100_000:]) {
		t.Errorf("what follows the prefix is not what is read next: %v", err)
	}
}

// digestPrefix is the digest of the next n bytes of r.
func digestPrefix(ctx context.Context, r io.Reader, n int64) (string, error) {
	var d Digest
	err := d.ReadPrefix(ctx, r, n)
	return d.Sum(), err
}
