package source

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// find returns the paths found and skipped, relative to dir.
func find(t *testing.T, dir string, o FindOptions, args ...string) (found, skipped []string) {
	t.Helper()
	rel := func(path string) string {
		return strings.TrimPrefix(filepath.Clean(path), dir+string(filepath.Separator))
	}
	o.OnSkip = func(s Skipped) {
		if s.Reason == "" {
			t.Errorf("%s skipped without a reason", s.Path)
		}
		skipped = append(skipped, rel(s.Path))
	}
	logs, err := Find(args, o)
	if err != nil {
		t.Fatal(err)
	}
	for _, l := range logs {
		found = append(found, rel(l.Path))
	}
	return found, skipped
}

func same(t *testing.T, what string, got, want any) {
	t.Helper()
	if d := cmp.Diff(want, got); d != "" {
		t.Errorf("%s (-want +got):\n%s", what, d)
	}
}

func TestFindFolder(t *testing.T) {
	dir := t.TempDir()
	for _, name := range []string{
		"b/20260103", "b/20260101.gz", "a/20260102.xz", "a/20260101", "a/20260102", "20260104.zst", "20260105.bz2", "old.log",
		".hidden", ".git/20260101", "x.duckdb", "x.duckdb.wal", "t.parquet", "20260101.truth.ndjson", "20260101.truth",
		"x.JSON.gz", "logs.tar.gz", "logs.7z",
	} {
		write(t, dir, name, []byte(name))
	}
	for link, to := range map[string]string{
		"20260106": "elsewhere", "current": "20260104.zst", "nowhere": "gone", "loop": ".",
	} {
		if err := os.Symlink(to, filepath.Join(dir, link)); err != nil {
			t.Skip(err)
		}
	}
	write(t, dir, "elsewhere", []byte("log"))
	found, skipped := find(t, dir, FindOptions{}, dir)
	same(t, "found", found, []string{"a/20260101", "b/20260101.gz", "a/20260102", "b/20260103", "20260104.zst",
		"20260105.bz2", "20260106", "old.log"})
	same(t, "skipped", skipped, []string{
		".git", ".hidden", "20260101.truth", "20260101.truth.ndjson", "logs.7z", "logs.tar.gz", "loop", "nowhere",
		"t.parquet", "x.JSON.gz", "x.duckdb", "x.duckdb.wal", "a/20260102.xz", "current", "elsewhere",
	})
}

func TestFindArguments(t *testing.T) {
	dir := t.TempDir()
	for _, name := range []string{"20260101", "20260102.gz", "20260103", "[1]", "truth.json", ".hidden", "sub/20260104"} {
		write(t, dir, name, []byte(name))
	}
	in := func(name string) string { return filepath.Join(dir, name) }
	if err := os.Link(in("20260101"), in("twin")); err != nil {
		t.Skip(err)
	}
	for _, tt := range []struct {
		name    string
		args    []string
		o       FindOptions
		found   []string
		skipped []string
	}{
		{name: "twice", args: []string{in("20260101"), dir + "/./20260101"}, found: []string{"20260101"}},
		{name: "hard link", args: []string{in("twin"), in("20260101")}, found: []string{"20260101"},
			skipped: []string{"twin"}},
		{name: "glob", args: []string{in("2026*")}, found: []string{"20260101", "20260102.gz", "20260103"}},
		{name: "glob of folders", args: []string{in("s?b")}, found: []string{"sub/20260104"}},
		{name: "a name, not a glob", args: []string{in("[1]")}, found: []string{"[1]"}},
		{name: "as the shell expands *", args: []string{in("20260103"), in("truth.json")}, found: []string{"20260103"},
			skipped: []string{"truth.json"}},
		{name: "hidden by name", args: []string{in(".hidden")}, found: []string{".hidden"}},
		{name: "since",
			args:  []string{in("2026*"), in("[1]")},
			o:     FindOptions{Since: time.Date(2026, 1, 2, 23, 0, 0, 0, time.FixedZone("", -7*3600))},
			found: []string{"20260102.gz", "20260103", "[1]"}},
		{name: "until",
			args:  []string{in("2026*")},
			o:     FindOptions{Until: time.Date(2026, 1, 2, 0, 0, 0, 0, time.UTC)},
			found: []string{"20260101", "20260102.gz"}},
		{name: "stdin twice", args: []string{"-", in("20260101"), "-"}, found: []string{"-", "20260101"}},
		{name: "nothing asked"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			found, skipped := find(t, dir, tt.o, tt.args...)
			same(t, "found", found, tt.found)
			same(t, "skipped", skipped, tt.skipped)
		})
	}
}

func TestFindErrors(t *testing.T) {
	dir := t.TempDir()
	write(t, dir, "only.json", nil)
	if err := os.Mkdir(filepath.Join(dir, "empty"), 0o755); err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		arg  string
		want error
	}{
		{"absent", fs.ErrNotExist},
		{"only.json/below", nil}, // what it is depends on the system
		{"empty", ErrNoLogs},
		{".", ErrNoLogs},
		{"*.log", ErrNoMatch},
		{"[", filepath.ErrBadPattern},
		{"only.json", ErrNotLog},
	} {
		_, err := Find([]string{filepath.Join(dir, tt.arg)}, FindOptions{})
		var pathErr *PathError
		if !errors.As(err, &pathErr) || tt.want != nil && !errors.Is(err, tt.want) {
			t.Errorf("%s: %v, want %v", tt.arg, err, tt.want)
			continue
		}
		if msg := err.Error(); strings.Contains(msg, "\n") || !strings.HasPrefix(msg, dir) || strings.Count(msg, dir) != 1 {
			t.Errorf("%s: not one clear line: %q", tt.arg, msg)
		}
	}
	_, err := Find([]string{filepath.Join(dir, "a"), filepath.Join(dir, "b")}, FindOptions{})
	if n := strings.Count(err.Error(), "\n"); n != 1 {
		t.Errorf("two wrong arguments gave %d lines", n+1)
	}
}

func TestLogFields(t *testing.T) {
	dir := t.TempDir()
	packed := write(t, dir, "20260228.gz", []byte("packed"))
	t.Chdir(dir)
	plain := write(t, dir, "sub/20260228", []byte("plain!!"))
	logs, err := Find([]string{"20260228.gz", "sub/../sub"}, FindOptions{})
	if err != nil {
		t.Fatal(err)
	}
	for i, want := range []Log{
		{Path: "20260228.gz", Key: strings.TrimSuffix(packed, ".gz"), Codec: Gzip, Size: 6},
		{Path: "sub/20260228", Key: plain, Size: 7, Found: true},
	} {
		want.Name, want.Day = "20260228", time.Date(2026, 2, 28, 0, 0, 0, 0, time.UTC)
		want.ModTime, want.Inode = logs[i].ModTime, logs[i].Inode
		same(t, want.Path, logs[i], want)
		if want.ModTime.IsZero() {
			t.Error("no time of change")
		}
	}
	for name, want := range map[string]bool{
		"20260230": false, "2026010": false, "202601011": false, "20240229": true, "log": false,
	} {
		if got := !dayOf(name).IsZero(); got != want {
			t.Errorf("%s is a day: %v", name, got)
		}
	}
}
