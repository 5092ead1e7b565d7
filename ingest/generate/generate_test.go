package generate

import (
	"bufio"
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"
)

var winter = time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)

// run generates into a fresh folder.
func run(t *testing.T, o Options) (dir string, sum Summary) {
	t.Helper()
	o.Dir = t.TempDir()
	if o.Profiles == nil {
		o.Profiles = Profiles()
	}
	if o.Start.IsZero() {
		o.Start = winter
	}
	sum, err := Run(context.Background(), o)
	if err != nil {
		t.Fatal(err)
	}
	return o.Dir, sum
}

// digests hashes every file below dir.
func digests(t *testing.T, dir string) map[string][32]byte {
	t.Helper()
	out := map[string][32]byte{}
	err := filepath.WalkDir(dir, func(path string, e os.DirEntry, err error) error {
		if err != nil || e.IsDir() {
			return err
		}
		data, err := os.ReadFile(path)
		rel, _ := filepath.Rel(dir, path)
		out[rel] = sha256.Sum256(data)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func TestSameOptionsSameBytes(t *testing.T) {
	o := Options{Days: 3, Jobs: 700, Seed: 7, Hostile: true, Workers: 1}
	one, _ := run(t, o)
	o.Workers = 5
	five, _ := run(t, o)
	if !maps.Equal(digests(t, one), digests(t, five)) {
		t.Error("the number of workers changes what is written")
	}
	o.Seed = 8
	other, _ := run(t, o)
	if maps.Equal(digests(t, one), digests(t, other)) {
		t.Error("the seed changes nothing")
	}
}

func TestMoreDaysLeaveEarlierFilesAlone(t *testing.T) {
	short, _ := run(t, Options{Days: 2, Jobs: 600, Seed: 3})
	long, _ := run(t, Options{Days: 4, Jobs: 600, Seed: 3})
	a, b := digests(t, short), digests(t, long)
	for name := range a {
		if !strings.Contains(name, "truth") && a[name] != b[name] {
			t.Errorf("%s differs when two days are added", name)
		}
	}
}

func TestRefusesFolderOfAnotherRun(t *testing.T) {
	dir, _ := run(t, Options{Days: 3, Jobs: 50, Seed: 1, Profiles: []string{"casper"}})
	o := Options{Dir: dir, Days: 2, Jobs: 50, Seed: 1, Profiles: []string{"casper"}, Start: winter}
	if _, err := Run(context.Background(), o); err == nil || !strings.Contains(err.Error(), "20260103") {
		t.Errorf("two days over three: error is %v, want one that names 20260103", err)
	}
	o.Days = 3
	if _, err := Run(context.Background(), o); err != nil {
		t.Errorf("the same run again: %v", err)
	}
}

func TestBadOptions(t *testing.T) {
	good := Options{Dir: t.TempDir(), Profiles: []string{"casper"}, Days: 1, Jobs: 1, Start: winter}
	for name, spoil := range map[string]func(*Options){
		"no folder":       func(o *Options) { o.Dir = "" },
		"no profile":      func(o *Options) { o.Profiles = nil },
		"unknown profile": func(o *Options) { o.Profiles = []string{"cray"} },
		"profile twice":   func(o *Options) { o.Profiles = []string{"casper", "casper"} },
		"no days":         func(o *Options) { o.Days = 0 },
		"negative jobs":   func(o *Options) { o.Jobs = -1 },
		"no start":        func(o *Options) { o.Start = time.Time{} },
	} {
		o := good
		spoil(&o)
		if _, err := Run(context.Background(), o); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
}

func TestCancel(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	o := Options{Dir: t.TempDir(), Profiles: []string{"casper"}, Days: 50, Jobs: 200, Start: winter, Workers: 2}
	o.Progress = func(done, total int64) {
		if done == 30 {
			cancel()
		}
	}
	if _, err := Run(ctx, o); err == nil || !strings.Contains(err.Error(), "canceled") {
		t.Errorf("error is %v, want that of the context", err)
	}
}

// record is one logical record of a file, with its continuation lines.
type record struct {
	letter   byte
	id, text string
	raw      []byte
	file     string
}

var header = regexp.MustCompile(`^\d\d/\d\d/\d{4} \d\d:\d\d:\d\d;[A-Za-z];[^;\n]*;`)

// records splits the files of a profile; in hostile logs forged lines count as continuations if the account before is
// open.
func records(t *testing.T, dir, profile string) (all []record, orphans, torn int) {
	t.Helper()
	names, err := filepath.Glob(filepath.Join(dir, profile, "*"))
	if err != nil || len(names) == 0 {
		t.Fatalf("no files of %s: %v", profile, err)
	}
	for _, name := range names {
		data, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		first := len(all)
		for _, line := range bytes.SplitAfter(data, newline) {
			switch {
			case len(line) == 0:
			case !bytes.HasSuffix(line, newline):
				torn++
			case header.Match(line) && (len(all) == first || !openAccount(all[len(all)-1].raw)):
				p := strings.SplitN(string(line[:len(line)-1]), ";", 4)
				all = append(all, record{letter: p[1][0], id: p[2], text: p[3], raw: line[:len(line)-1], file: filepath.Base(name)})
			case len(all) == first:
				orphans++
			default:
				r := &all[len(all)-1]
				r.raw = append(bytes.Clone(r.raw), '\n')
				r.raw = append(r.raw, line[:len(line)-1]...)
				r.text = strings.SplitN(string(r.raw), ";", 4)[3]
			}
		}
	}
	return all, orphans, torn
}

func openAccount(raw []byte) bool {
	i := bytes.Index(raw, []byte(` account="`))
	return i >= 0 && !bytes.Contains(raw[i:], []byte(" project="))
}

// truth reads a profile's truth file.
func truth(t *testing.T, dir, profile string) (rows []map[string]any) {
	t.Helper()
	f, err := os.Open(filepath.Join(dir, profile+".truth.ndjson"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	in := bufio.NewScanner(f)
	in.Buffer(nil, 16<<20)
	for in.Scan() {
		var row map[string]any
		if err := json.Unmarshal(in.Bytes(), &row); err != nil {
			t.Fatalf("truth line %d: %v", len(rows)+1, err)
		}
		rows = append(rows, row)
	}
	if err := in.Err(); err != nil {
		t.Fatal(err)
	}
	return rows
}

func readCounts(t *testing.T, dir, profile string) (c counts) {
	t.Helper()
	data, err := os.ReadFile(filepath.Join(dir, profile+".truth-counts.json"))
	if err == nil {
		err = json.Unmarshal(data, &c)
	}
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func BenchmarkRun(b *testing.B) {
	for _, profile := range Profiles() {
		for _, noTruth := range []bool{true, false} {
			b.Run(fmt.Sprintf("%s/truth=%v", profile, !noTruth), func(b *testing.B) {
				o := Options{
					Dir: b.TempDir(), Profiles: []string{profile}, Days: 2, Jobs: 20000, Seed: 1, Start: winter, Workers: 1,
					NoTruth: noTruth,
				}
				for b.Loop() {
					sum, err := Run(context.Background(), o)
					if err != nil {
						b.Fatal(err)
					}
					b.SetBytes(sum.Profiles[0].Bytes)
				}
			})
		}
	}
}
