package load_test

import (
	"bytes"
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"pbsduck/duckdb"
	"pbsduck/duckdb/charge"
	"pbsduck/duckdb/duckdbtest"
	"pbsduck/duckdb/load"
	"pbsduck/duckdb/rebuild"
	"pbsduck/ingest/pbs"
	"pbsduck/ingest/site"
)

// A life is what may befall a database and its logs. Each step leaves logs that may be read again, and a database that
// may lag behind them.
type life struct {
	t    *testing.T
	rt   *rapid.T
	m    *material
	path string
	logs []*livingLog
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

// lifeRules are rules that a site may have had by and by, the last ones in the end.
var lifeRules = []string{
	"[[machines]]\nname = 'm'\n[[machines.rules]]\nversion = '1'\ncpu_hours = 'ncpus'\n",
	"[[machines]]\nname = 'm'\n[[machines.rules]]\nversion = '2'\ngpu_hours = 'nodect * 4'\nqos = 'queue'\n" +
		"[[machines.qos]]\nversion = '1'\nfactors = { cpu = 1.5 }\n",
}

// TestAnyLife: whatever befell logs and database, in the end, all jobs charged by the last rules, the database says
// what one says that was made afresh of the logs.
func TestAnyLife(t *testing.T) {
	t.Parallel()
	m := newMaterial(t)
	rapid.Check(t, func(rt *rapid.T) { m.live(t, rt) })
}

// live lives one life.
func (m *material) live(t *testing.T, rt *rapid.T) {
	dir := t.TempDir()
	l := &life{t: t, rt: rt, m: m, path: filepath.Join(t.TempDir(), "x.duckdb")}
	for i := range rapid.IntRange(1, 4).Draw(rt, "logs") {
		l.logs = append(l.logs, &livingLog{path: filepath.Join(dir, fmt.Sprintf("202611%02d", i+1)), whole: m.log(rt)})
	}
	defer func() {
		if t.Failed() {
			t.Log(strings.Join(l.told, "; "))
		}
	}()
	l.step("append")
	for _, step := range rapid.SliceOfN(rapid.SampledFrom(likely), 4, 10).Draw(rt, "steps") {
		l.step(step)
	}
	for _, log := range l.logs {
		log.set(t, len(log.whole))
	}
	l.load()
	last := duckdbtest.Config(t, lifeRules[len(lifeRules)-1])
	l.charge(last, duckdb.Filter{}) // and verify
	want := duckdbtest.New(t)
	want.Load(load.Options{Config: last}, l.paths()...)
	duckdbtest.SameContent(t, "after all", duckdbtest.ContentOf(t, l.path), want.Content())
}

// steps are what may befall; likely has them as often as they do.
var (
	steps = map[string]func(*life){
		"append": (*life).grow, "trickle": (*life).trickle, "copy": (*life).copy, "move": (*life).move,
		"compress": (*life).compress, "load": (*life).load, "overwrite": (*life).overwrite, "kill": (*life).kill,
		"rebuild": (*life).rebuild, "records": (*life).records, "recalculate": (*life).recalculate,
	}
	likely = append(slices.Sorted(maps.Keys(steps)), "append", "load")
)

func (l *life) step(name string) {
	l.tell("%s", name)
	steps[name](l)
}

// set makes the log n bytes long.
func (g *livingLog) set(t *testing.T, n int) {
	t.Helper()
	g.n = n
	duckdbtest.WriteLog(t, g.path, g.whole[:n], g.packed)
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
	l.growTo(g, rapid.IntRange(g.n, len(g.whole)).Draw(l.rt, "to"))
}

func (l *life) growTo(g *livingLog, n int) {
	if !pbs.HasHead(g.whole[:n]) { // a first line of junk alone is taken for no log
		n = len(g.whole)
	}
	l.tell("%s to %d of %d", filepath.Base(g.path), n, len(g.whole))
	g.set(l.t, n)
}

// trickle lets a log grow by little, and loads it each time.
func (l *life) trickle() {
	g := l.some()
	for _, by := range rapid.SliceOfN(rapid.IntRange(0, 300), 2, 6).Draw(l.rt, "by") {
		l.growTo(g, min(g.n+by, len(g.whole)))
		l.load()
	}
}

// copy has a further log that holds some of another's lines.
func (l *life) copy() {
	from := l.some()
	g := &livingLog{path: filepath.Join(l.t.TempDir(), filepath.Base(from.path)), whole: part(l.rt, from.whole)}
	if len(g.whole) == 0 || len(l.logs) > 6 {
		return
	}
	l.tell("%d bytes of %s", len(g.whole), filepath.Base(from.path))
	l.logs = append(l.logs, g)
	l.growTo(g, rapid.IntRange(0, len(g.whole)).Draw(l.rt, "to"))
}

func (l *life) load() {
	db := duckdbtest.Open(l.t, l.path)
	defer db.DB.Close()
	if s := db.Load(load.Options{Workers: rapid.IntRange(1, 3).Draw(l.rt, "workers")}, l.paths()...); len(s.Failed) > 0 {
		l.t.Fatal(s.Failed)
	}
	for _, g := range l.logs {
		g.moved = false
	}
}

// compress packs what there is of a log, as a site does when its day is over; late records make it grow all the same.
func (l *life) compress() {
	g := l.some()
	if g.packed || g.n == 0 {
		return
	}
	g.packed = true
	l.tell("%s", filepath.Base(g.path))
	g.set(l.t, g.n)
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
		if err := os.Rename(g.path+suffix, filepath.Join(dir, filepath.Base(g.path)+suffix)); err != nil &&
			!os.IsNotExist(err) {
			l.t.Fatal(err)
		}
	}
	g.path, g.moved = filepath.Join(dir, filepath.Base(g.path)), true
}

// kill ends a load or a rebuild at some moment.
func (l *life) kill() {
	work := rapid.SampledFrom([]string{"ingest", "ingest", "rebuild"}).Draw(l.rt, "work")
	l.tell("%s", work)
	c := duckdbtest.Child(l.t, work, l.path, l.paths()...)
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

// overwrite has another log in a log's place, and says so: the place is where the database knows it, or it would be a
// log of its own.
func (l *life) overwrite() {
	g := l.some()
	if g.moved {
		l.load()
	}
	g.whole = l.m.log(l.rt)
	l.tell("%s by %d bytes, was %d", filepath.Base(g.path), len(g.whole), g.n)
	g.set(l.t, len(g.whole))
	db := duckdbtest.Open(l.t, l.path)
	defer db.DB.Close()
	name := g.path
	if g.packed {
		name += ".gz"
	}
	s := db.Load(load.Options{Overwrite: true}, name)
	l.tell("%d loaded, %v failed", s.Files, s.Failed)
}

// recalculate charges some days again by rules that the site has then: loads go on with them.
func (l *life) recalculate() {
	first := time.Date(2026, 10, 29, 0, 0, 0, 0, time.UTC)
	r := duckdb.Filter{Since: first.AddDate(0, 0, rapid.IntRange(0, 5).Draw(l.rt, "since"))}
	if rapid.Bool().Draw(l.rt, "until") {
		r.Until = r.Since.AddDate(0, 0, rapid.IntRange(0, 3).Draw(l.rt, "days"))
	}
	l.charge(duckdbtest.Config(l.t, rapid.SampledFrom(lifeRules).Draw(l.rt, "rules")), r)
}

func (l *life) charge(rules *site.Config, r duckdb.Filter) {
	db := duckdbtest.Open(l.t, l.path)
	defer db.DB.Close()
	if _, err := charge.Recalculate(l.t.Context(), db.DB, rules, r); err != nil {
		l.t.Fatal(err)
	}
	db.Verify()
}

func (l *life) rebuild() {
	if err := duckdbtest.Rebuild(l.t.Context(), l.path, l.paths()); err != nil {
		l.t.Fatal(err)
	}
}

// records makes the rows again from the raw records.
func (l *life) records() {
	o := rebuild.RecordsOptions{Options: duckdbtest.OneThread, Workers: 1}
	o.Verify.Quick = true
	if _, err := rebuild.FromRecords(l.t.Context(), l.path, o); err != nil && !errors.Is(err, duckdb.ErrNoDatabase) {
		l.t.Fatal(err)
	}
}
