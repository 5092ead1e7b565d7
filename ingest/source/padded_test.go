package source

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"os/exec"
	"slices"
	"testing"
)

// packedBy packs by a command with these arguments.
func packedBy(t testing.TB, content []byte, name string, args ...string) []byte {
	t.Helper()
	if _, err := exec.LookPath(name); err != nil {
		t.Skip(err)
	}
	c := exec.Command(name, append(args, "-c")...)
	c.Stdin = bytes.NewReader(content)
	out, err := c.Output()
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func readAll(t testing.TB, content []byte) ([]byte, error) {
	t.Helper()
	return io.ReadAll(open(t, t.Context(), write(t, t.TempDir(), "log", content)))
}

// TestZerosBehindGzip: blocks that a tape fills up are no damage, anything else is.
func TestZerosBehindGzip(t *testing.T) {
	want := text(3_000)
	packed := packers[Gzip](t, want)
	for _, n := range []int{1, 511, 100_000} {
		got, err := readAll(t, append(append(bytes.Clone(packed), packed...), make([]byte, n)...))
		if err != nil || !bytes.Equal(got, append(bytes.Clone(want), want...)) {
			t.Errorf("%d zeros: %d bytes, %v", n, len(got), err)
		}
	}
	for name, behind := range map[string][]byte{
		"a member behind zeros": append(make([]byte, 10), packed...),
		"text behind zeros":     append(make([]byte, 10), "text"...),
		"half a head":           packed[:5],
	} {
		var damage *CorruptError
		if _, err := readAll(t, append(bytes.Clone(packed), behind...)); !errors.As(err, &damage) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// TestLargeDictionaries: what the xz command reads is read, however large a dictionary the header asks for, and in
// memory that the length of the log bounds.
func TestLargeDictionaries(t *testing.T) {
	random := make([]byte, 150_000)
	source := rand.NewChaCha8([32]byte{1})
	_, _ = source.Read(random) // it never fails
	log := append(text(5_000), random...)
	for _, args := range [][]string{
		{"--lzma2=preset=6,dict=256MiB"}, {"--lzma2=preset=0,dict=1536MiB"}, {"--lzma2=preset=1,dict=200MiB", "--check=none"},
		{"--lzma2=preset=1,dict=200MiB", "--check=sha256"},
		{"--lzma2=preset=1,dict=192MiB", "--check=crc32", "--block-size=50000"},
		{"--x86", "--delta=dist=4", "--lzma2=preset=1,dict=256MiB"},
		{"-T2", "--block-size=100000", "--lzma2=preset=1,dict=256MiB"}, {"-9e"}, {"-0"},
	} {
		t.Run(fmt.Sprint(args), func(t *testing.T) {
			packed := packedBy(t, log, "xz", args...)
			for name, content := range map[string][]byte{
				"one": packed, "two": append(bytes.Clone(packed), packed...),
				"padded": append(append(bytes.Clone(packed), make([]byte, 8)...), packers[Xz](t, log)...),
			} {
				want := log
				if name != "one" {
					want = append(bytes.Clone(log), log...)
				}
				got, err := readAll(t, content)
				if err != nil || !bytes.Equal(got, want) {
					t.Errorf("%s: %d bytes of %d, %v", name, len(got), len(want), err)
				}
			}
			for at := 6; at < len(packed) && !slices.Contains(args, "--check=none"); at += 1 + len(packed)/6 {
				changed := bytes.Clone(packed)
				changed[at] ^= 0x10
				var damage *CorruptError
				if got, err := readAll(t, changed); !errors.As(err, &damage) && !bytes.Equal(got, log) {
					t.Errorf("byte %d changed: %d bytes, %v", at, len(got), err)
				}
			}
		})
	}
}

// TestLargeWindow: what refers further back than is kept is not called damage.
func TestLargeWindow(t *testing.T) {
	if testing.Short() {
		t.Skip("it packs 140 MB")
	}
	random := make([]byte, 1<<20)
	source := rand.NewChaCha8([32]byte{2})
	_, _ = source.Read(random) // it never fails
	log := append(append(bytes.Clone(random), make([]byte, maxWindow)...), random...)
	for _, packed := range [][]byte{
		packedBy(t, log, "xz", "--lzma2=preset=0,dict=256MiB"), packedBy(t, log, "zstd", "-q", "--long=31", "-1"),
	} {
		_, err := io.Copy(io.Discard, open(t, t.Context(), write(t, t.TempDir(), "log", packed)))
		var window *windowError
		var damage *CorruptError
		if !errors.As(err, &window) || errors.As(err, &damage) {
			t.Errorf("%v", err)
		}
		t.Log(err)
	}
}
