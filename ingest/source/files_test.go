package source

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/klauspost/compress/gzip"
	"github.com/klauspost/compress/zstd"
)

// text is a log of n lines.
func text(n int) []byte {
	var b bytes.Buffer
	for i := range n {
		fmt.Fprintf(&b, "01/01/2026 00:00:00;E;%d.srv;user=user%04d queue=cpu end=%d\n", i, i*i%97, i*7919)
	}
	return b.Bytes()
}

// write makes a file below dir, with the folders that lead to it, and returns its path.
func write(t testing.TB, dir, name string, content []byte) string {
	t.Helper()
	path := filepath.Join(dir, name)
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, content, 0o644); err != nil {
		t.Fatal(err)
	}
	return path
}

// packers pack bytes; those that need a command which is not here skip the test.
var packers = map[Codec]func(testing.TB, []byte) []byte{
	Plain: func(_ testing.TB, b []byte) []byte { return b },
	Gzip: func(t testing.TB, b []byte) []byte {
		var out bytes.Buffer
		z := gzip.NewWriter(&out)
		if _, err := z.Write(b); err != nil || z.Close() != nil {
			t.Fatal("gzip")
		}
		return out.Bytes()
	},
	Zstd: func(t testing.TB, b []byte) []byte {
		z, err := zstd.NewWriter(nil)
		if err != nil {
			t.Fatal(err)
		}
		return z.EncodeAll(b, nil)
	},
	Xz:    byCommand("xz"),
	Bzip2: byCommand("bzip2"),
}

func byCommand(name string) func(testing.TB, []byte) []byte {
	return func(t testing.TB, b []byte) []byte {
		path, err := exec.LookPath(name)
		if err != nil {
			t.Skipf("no %s command here", name)
		}
		cmd := exec.Command(path, "-c", "-1")
		cmd.Stdin = bytes.NewReader(b)
		out, err := cmd.Output()
		if err != nil {
			t.Fatal(err)
		}
		return out
	}
}
