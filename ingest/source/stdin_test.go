package source

import (
	"bytes"
	"context"
	"errors"
	"io"
	"os"
	"runtime"
	"testing"
)

// stdin puts a pipe in the place of the standard input and returns its other end.
func stdin(t *testing.T) *os.File {
	t.Helper()
	in, out, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	was := os.Stdin
	os.Stdin = in
	t.Cleanup(func() { os.Stdin = was; in.Close(); out.Close() })
	return out
}

func stdinReader(t *testing.T, ctx context.Context) *Reader {
	t.Helper()
	logs, err := Find([]string{Stdin}, FindOptions{})
	if err != nil || len(logs) != 1 {
		t.Fatal(logs, err)
	}
	r, err := logs[0].Open(ctx)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func TestStdin(t *testing.T) {
	want := text(50_000)
	for _, codec := range []Codec{Plain, Gzip, Zstd} {
		out := stdin(t)
		go func() {
			out.Write(packers[codec](t, want))
			out.Close()
		}()
		r := stdinReader(t, t.Context())
		got, err := io.ReadAll(r)
		if err != nil || !bytes.Equal(got, want) || r.Codec() != codec {
			t.Errorf("%v: %d bytes of %d, told as %v, %v", codec, len(got), len(want), r.Codec(), err)
		}
		if err := r.Close(); err != nil {
			t.Error(err)
		}
	}
}

// What has been written to a pipe is there to be read, without waiting for more.
func TestStdinIsNotHeldBack(t *testing.T) {
	out := stdin(t)
	r := stdinReader(t, t.Context())
	defer r.Close()
	for _, line := range []string{"first line\n", "second line\n"} {
		if _, err := out.WriteString(line); err != nil {
			t.Fatal(err)
		}
		got := make([]byte, len(line))
		if _, err := io.ReadFull(r, got); err != nil || string(got) != line {
			t.Fatalf("%q, %v", got, err)
		}
	}
}

func TestCancelWhileStdinBlocks(t *testing.T) {
	before := runtime.NumGoroutine()
	stdin(t)
	ctx, cancel := context.WithCancel(t.Context())
	r := stdinReader(t, ctx)
	go cancel()
	if _, err := r.Read(make([]byte, 1)); !errors.Is(err, context.Canceled) {
		t.Errorf("Read of a silent pipe: %v", err)
	}
	if err := r.Close(); err != nil {
		t.Error(err)
	}
	noGoroutineLeft(t, before)
}
