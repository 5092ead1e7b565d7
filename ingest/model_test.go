package ingest_test

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"pbsduck/duckdb"
	"pbsduck/ingest"
	"pbsduck/ingest/pbs"
	"pbsduck/ingest/site"
)

// A life is what may befall a database and its logs. Each step leaves logs that
// may be read again, and a database that may lag behind them.
type life struct {
	t    *testing.T
	rt   *rapid.T
	path string
	logs []*livingLog
	all  []byte   // what logs are made of
	told []string // what befell so far, told if it ends badly
}

// tell notes what befalls.
func (l *life) tell(format string, args ...any) {
	l.told = append(l.told, fmt.Sprintf(format, args...))
}

// A livingLog is a log that grows up to what it will be.
type livingLog struct {
	path   string
	whole  []byte
	n      int // how much of it there is; 0: no such file yet
	packed bool
	moved  bool // and the database may not know yet
}

// lifeRules are rules that a site may have had by and by, the last ones in the
// end.
var lifeRules = []string{
	"[[machines]]\nname = 'm'\n[[machines.rules]]\nversion = '1'\ncpu_hours = 'ncpus'\n",
	"[[machines]]\nname = 'm'\n[[machines.rules]]\nversion = '2'\ngpu_hours = 'nodect * 4'\nqos = 'queue'\n[[machines.qos]]\nversion = '1'\nfactors = { cpu = 1.5 }\n",
}

// TestAnyLife: whatever befell logs and database, in the end, all jobs charged
// by the last rules, the database says what one says that was made afresh of
// the logs.
func TestAnyLife(t *testing.T) {
	_, days := logs(t, 100, true)
	var wholes [][]byte
	for _, day := range days {
		data, err := os.ReadFile(day)
		if err != nil {
			t.Fatal(err)
		}
		wholes = append(wholes, data)
	}
	rapid.Check(t, func(rt *rapid.T) {
		dir := t.TempDir()
		l := &life{t: t, rt: rt, path: filepath.Join(t.TempDir(), "x.duckdb"), all: bytes.Join(wholes, nil)}
		for i, whole := range wholes {
			l.logs = append(l.logs, &livingLog{path: filepath.Join(dir, filepath.Base(days[i])), whole: whole})
		}
		steps := map[string]func(){
			"append": l.grow, "move": l.move, "load": l.load, "compress": l.compress, "kill": l.kill, "overwrite": l.overwrite, "rebuild": l.rebuild,
			"recalculate": l.recalculate,
		}
		order := rapid.SliceOfN(rapid.SampledFrom([]string{"append", "append", "load", "compress", "move", "kill", "overwrite", "rebuild", "recalculate"}), 4, 10).Draw(rt, "steps")
		defer func() {
			if t.Failed() {
				t.Log(strings.Join(l.told, "; "))
			}
		}()
		for _, step := range append([]string{"append"}, order...) {
			l.tell("%s", step)
			steps[step]()
		}
		for _, log := range l.logs {
			log.set(t, len(log.whole))
		}
		l.load()
		last := parse(t, lifeRules[len(lifeRules)-1])
		l.charge(last, duckdb.Range{})
		want := newFixture(t)
		want.load(ingest.Options{Config: last}, l.paths()...)
		sameContent(t, "after all", contentOf(t, l.path), want.content())
	})
}

// set makes the log n bytes long.
func (g *livingLog) set(t *testing.T, n int) {
	t.Helper()
	g.n = n
	write(t, g.path, g.whole[:n], g.packed)
}

// paths are the logs there are.
func (l *life) paths() (paths []string) {
	for _, g := range l.logs {
		if _, err := os.Stat(g.path); err == nil {
			paths = append(paths, g.path)
		} else if g.packed {
			paths = append(paths, g.path+".gz")
		}
	}
	return paths
}

func (l *life) some() *livingLog { return rapid.SampledFrom(l.logs).Draw(l.rt, "log") }

// grow lets a log grow, or begin, in the midst of a line as it happens.
func (l *life) grow() {
	g := l.some()
	if g.packed {
		return
	}
	n := rapid.IntRange(g.n, len(g.whole)).Draw(l.rt, "to")
	if !pbs.HasHead(g.whole[:n]) { // a first line of junk alone is taken for no log
		n = len(g.whole)
	}
	l.tell("%s to %d of %d", filepath.Base(g.path), n, len(g.whole))
	g.set(l.t, n)
}

func (l *life) load() {
	db := openFixture(l.t, l.path)
	defer db.db.Close()
	if s := db.load(ingest.Options{Workers: rapid.IntRange(1, 3).Draw(l.rt, "workers")}, l.paths()...); len(s.Failed) > 0 {
		l.t.Fatal(s.Failed)
	}
	for _, g := range l.logs {
		g.moved = false
	}
}

// compress packs a log that is whole, as a site does when its day is over.
func (l *life) compress() {
	g := l.some()
	if g.packed {
		return
	}
	g.packed = true
	l.tell("%s", filepath.Base(g.path))
	g.set(l.t, len(g.whole))
	if err := os.Remove(g.path); err != nil && !os.IsNotExist(err) {
		l.t.Fatal(err)
	}
}

// move takes a log to another folder.
func (l *life) move() {
	g := l.some()
	dir := l.t.TempDir()
	l.tell("%s", filepath.Base(g.path))
	for _, suffix := range []string{"", ".gz"} {
		if err := os.Rename(g.path+suffix, filepath.Join(dir, filepath.Base(g.path)+suffix)); err != nil && !os.IsNotExist(err) {
			l.t.Fatal(err)
		}
	}
	g.path, g.moved = filepath.Join(dir, filepath.Base(g.path)), true
}

// kill ends a load or a rebuild at some moment.
func (l *life) kill() {
	work := rapid.SampledFrom([]string{"ingest", "ingest", "rebuild"}).Draw(l.rt, "work")
	l.tell("%s", work)
	c := child(l.t, work, l.path, l.paths()...)
	var complaints bytes.Buffer
	c.Stderr = &complaints
	if err := c.Start(); err != nil {
		l.t.Fatal(err)
	}
	time.Sleep(time.Duration(rapid.IntRange(0, 400).Draw(l.rt, "ms")) * time.Millisecond)
	_ = c.Process.Kill()
	if err := c.Wait(); err != nil && c.ProcessState.Exited() {
		l.t.Fatalf("%s: %v\n%s", work, err, complaints.String())
	}
}

// overwrite has another log in a log's place, and says so: the place is where
// the database knows it, or it would be a log of its own.
func (l *life) overwrite() {
	g := l.some()
	if g.moved {
		l.load()
	}
	g.whole = part(l.rt, l.all)
	l.tell("%s by %d bytes, was %d", filepath.Base(g.path), len(g.whole), g.n)
	g.set(l.t, len(g.whole))
	db := openFixture(l.t, l.path)
	defer db.db.Close()
	name := g.path
	if g.packed {
		name += ".gz"
	}
	s := db.load(ingest.Options{Overwrite: true}, name)
	l.tell("%d loaded, %v failed", s.Files, s.Failed)
}

// recalculate charges some days again by rules that the site has then: loads
// go on with them.
func (l *life) recalculate() {
	first := time.Date(2026, 10, 29, 0, 0, 0, 0, time.UTC)
	r := duckdb.Range{Since: first.AddDate(0, 0, rapid.IntRange(0, 5).Draw(l.rt, "since"))}
	if rapid.Bool().Draw(l.rt, "until") {
		r.Until = r.Since.AddDate(0, 0, rapid.IntRange(0, 3).Draw(l.rt, "days"))
	}
	l.charge(parse(l.t, rapid.SampledFrom(lifeRules).Draw(l.rt, "rules")), r)
}

func (l *life) charge(rules *site.Config, r duckdb.Range) {
	db := openFixture(l.t, l.path)
	defer db.db.Close()
	if _, err := db.db.Recalculate(l.t.Context(), rules, r); err != nil {
		l.t.Fatal(err)
	}
	db.verify()
}

func (l *life) rebuild() {
	if err := rebuildFrom(l.t.Context(), l.path, l.paths()); err != nil {
		l.t.Fatal(err)
	}
}
