package codec

import (
	"bytes"
	stdgzip "compress/gzip"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/klauspost/compress/zstd"
)

func TestReadByOtherZstd(t *testing.T) {
	dict := trained(t, 1)
	r, err := zstd.NewReader(nil, zstd.WithDecoderDicts(dict.Bytes()))
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	for level := minLevel; level <= maxLevel; level++ {
		e := zstdEncoder(t, dict, level)
		for _, raw := range append(records(7, 5), nil, bytes.Repeat([]byte("long "), 100_000)) {
			if got, err := r.DecodeAll(e.Append(nil, raw), nil); err != nil || !bytes.Equal(got, raw) {
				t.Fatalf("level %d, %d bytes: %v", level, len(raw), err)
			}
		}
	}
}

func TestReadByZstdCommand(t *testing.T) {
	command, err := exec.LookPath("zstd")
	if err != nil {
		t.Skip("no zstd command here")
	}
	dict, raw := trained(t, 1), records(8, 1)[0]
	file := filepath.Join(t.TempDir(), "dictionary")
	if err := os.WriteFile(file, dict.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(command, "-d", "-c", "-D", file)
	cmd.Stdin = bytes.NewReader(zstdEncoder(t, dict, DefaultLevel).Append(nil, raw))
	got, err := cmd.Output()
	if err != nil || !bytes.Equal(got, raw) {
		t.Fatalf("zstd -D: %v, %d bytes of %d", err, len(got), len(raw))
	}
}

func TestReadByOtherGzip(t *testing.T) {
	raw := records(9, 1)[0]
	for level := 1; level <= 9; level++ {
		z, err := stdgzip.NewReader(bytes.NewReader(gzipEncoder(t, level).Append(nil, raw)))
		if err != nil {
			t.Fatal(err)
		}
		if got, err := io.ReadAll(z); err != nil || !bytes.Equal(got, raw) {
			t.Fatalf("level %d: %v", level, err)
		}
	}
}
