package source

import (
	"bytes"
	"context"
	"errors"
	"io"
	"os"
	"runtime"
	"strings"
	"testing"
	"testing/iotest"
	"time"
)

func open(t testing.TB, ctx context.Context, path string) *Reader {
	t.Helper()
	r, err := Log{Path: path, Key: path}.Open(ctx)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { r.Close() })
	return r
}

func TestOpenEveryCodec(t *testing.T) {
	small, large := text(10), text(60_000) // the large one fills the ring more than once
	for codec, pack := range packers {
		t.Run(codec.String(), func(t *testing.T) {
			dir := t.TempDir()
			for name, want := range map[string][]byte{
				"small": small, "large": large, "two": append(bytes.Clone(large), small...), "empty": {},
			} {
				packed := pack(t, want)
				if name == "two" { // a stream after a stream
					packed = append(pack(t, large), pack(t, small)...)
				}
				path := write(t, dir, name+".anything", packed)
				r := open(t, t.Context(), path)
				got, err := io.ReadAll(r)
				if err != nil || !bytes.Equal(got, want) {
					t.Fatalf("%s: %d bytes of %d, %v", name, len(got), len(want), err)
				}
				if (codec != Plain || name != "empty") && r.Codec() != codec {
					t.Errorf("%s: told as %v", name, r.Codec())
				}
				if r.Bytes() != int64(len(want)) || r.StoredBytes() != int64(len(packed)) {
					t.Errorf("%s: counted %d of %d stored, %d of %d unpacked",
						name, r.StoredBytes(), len(packed), r.Bytes(), len(want))
				}
				if n, err := r.Read(make([]byte, 1)); n != 0 || err != io.EOF {
					t.Errorf("%s: after the end: %d, %v", name, n, err)
				}
			}
		})
	}
}

func TestReaderObeysIOReader(t *testing.T) {
	want := text(20_000)
	for _, codec := range []Codec{Plain, Gzip} {
		path := write(t, t.TempDir(), "log", packers[codec](t, want))
		if err := iotest.TestReader(open(t, t.Context(), path), want); err != nil {
			t.Errorf("%v: %v", codec, err)
		}
	}
}

// A stream that is cut, changed, or followed by something else is an error with file, codec and place. What comes
// before the damage is what was packed.
func TestDamaged(t *testing.T) {
	want := text(5_000)
	for codec, pack := range packers {
		if codec == Plain {
			continue
		}
		t.Run(codec.String(), func(t *testing.T) {
			packed := pack(t, want)
			changed := bytes.Clone(packed)
			changed[len(packed)/2] ^= 0x55
			for name, content := range map[string][]byte{
				"cut": packed[:len(packed)-5], "head only": packed[:8], "changed": changed,
				"followed": append(bytes.Clone(packed), "01/01/2026 00:00:00;E;1.srv;\n"...),
			} {
				path := write(t, t.TempDir(), "log", content)
				_, err := io.ReadAll(open(t, t.Context(), path))
				var corrupt *CorruptError
				if !errors.As(err, &corrupt) {
					t.Errorf("%s: %v", name, err)
					continue
				}
				if corrupt.Path != path || corrupt.Codec != codec || corrupt.Offset <= 0 || corrupt.Offset > int64(len(content)) {
					t.Errorf("%s: %+v", name, corrupt)
				}
				if msg := err.Error(); strings.Contains(msg, "\n") || !strings.Contains(msg, " -t") {
					t.Errorf("%s: not one line with advice: %q", name, msg)
				}
			}
		})
	}
}

func TestReadErrorIsNotDamage(t *testing.T) {
	dir := t.TempDir()
	_, err := Log{Path: dir}.Open(t.Context()) // reading a folder fails
	var pathErr *PathError
	if !errors.As(err, &pathErr) {
		t.Errorf("opening a folder: %v", err)
	}
	r := &Reader{log: Log{Path: "log"}, codec: Gzip, ctx: t.Context(), cancel: func() {}}
	r.stored = &stored{
		ctx: t.Context(),
		in:  io.MultiReader(bytes.NewReader(packers[Gzip](t, text(10))[:15]), iotest.ErrReader(os.ErrDeadlineExceeded)),
	}
	r.ahead = readAhead(t.Context(), func() (io.ReadCloser, error) { return unpack(r.stored, Gzip) }, true)
	r.in = r.ahead
	if _, err := io.ReadAll(r); !errors.As(err, &pathErr) || !errors.Is(err, os.ErrDeadlineExceeded) {
		t.Errorf("a failing disk: %v", err)
	}
}

func TestCancel(t *testing.T) {
	before := runtime.NumGoroutine()
	for codec, pack := range packers {
		t.Run(codec.String(), func(t *testing.T) {
			path := write(t, t.TempDir(), "log", pack(t, text(70_000)))
			ctx, cancel := context.WithCancel(t.Context())
			defer cancel()
			r := open(t, ctx, path)
			if _, err := io.ReadFull(r, make([]byte, 1000)); err != nil {
				t.Fatal(err)
			}
			cancel()
			for range 3 {
				if n, err := r.Read(make([]byte, 10<<20)); n != 0 || !errors.Is(err, context.Canceled) {
					t.Fatalf("after cancel: %d bytes, %v", n, err)
				}
			}
			if err := r.Close(); err != nil {
				t.Error(err)
			}
			if _, err := (Log{Path: path}).Open(ctx); !errors.Is(err, context.Canceled) {
				t.Errorf("open after cancel: %v", err)
			}
		})
	}
	noGoroutineLeft(t, before)
}

func TestCloseEarly(t *testing.T) {
	before := runtime.NumGoroutine()
	path := write(t, t.TempDir(), "log", packers[Gzip](t, text(300_000)))
	for range 20 {
		r := open(t, t.Context(), path)
		if err := r.Close(); err != nil {
			t.Error(err)
		}
		if _, err := r.Read(make([]byte, 1)); !errors.Is(err, os.ErrClosed) {
			t.Errorf("after Close: %v", err)
		}
	}
	noGoroutineLeft(t, before)
}

func noGoroutineLeft(t *testing.T, before int) {
	t.Helper()
	for range 100 {
		if runtime.NumGoroutine() <= before {
			return
		}
		time.Sleep(10 * time.Millisecond)
	}
	buf := make([]byte, 1<<16)
	t.Errorf("%d goroutines, %d before:\n%s", runtime.NumGoroutine(), before, buf[:runtime.Stack(buf, true)])
}
