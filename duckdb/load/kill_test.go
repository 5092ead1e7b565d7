package load_test

import (
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
)

// kills is how often each kind of work is killed.
func kills(short, long int) int {
	if *torture {
		return long
	}
	return short
}

// A killer kills a process at some moment: after a while, or when so many
// changes were seen in a folder, which comes down near the beginning and the
// end of each step with files.
type killer struct {
	*rand.Rand
	usual time.Duration // that the work takes
	dead  int
}

func newKiller(seed uint64, usual time.Duration) *killer {
	return &killer{Rand: rand.New(rand.NewPCG(seed, 4)), usual: usual}
}

// kill runs the process until then, and tells the moment.
func (k *killer) kill(t *testing.T, c *exec.Cmd, dir string) string {
	t.Helper()
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	after, changes := time.Duration(k.Float64()*1.1*float64(k.usual)), 0
	moment := "after " + after.String()
	if k.IntN(2) == 0 {
		changes = 1 + k.IntN(25)
		after = 2 * k.usual
		moment = fmt.Sprintf("at change %d of the folder", changes)
	}
	start, seen := time.Now(), state(dir)
	for time.Since(start) < after {
		if now := state(dir); changes > 0 && now != seen {
			seen = now
			if changes--; changes == 0 {
				break
			}
		}
		time.Sleep(50 * time.Microsecond)
	}
	_ = c.Process.Kill()
	switch err := c.Wait(); {
	case !c.ProcessState.Exited():
		k.dead++
	case err != nil:
		t.Fatalf("it failed by itself, before it was killed %s: %v", moment, err)
	}
	return moment
}

// state is what the folder looks like.
func state(dir string) string {
	var b strings.Builder
	entries, _ := os.ReadDir(dir) // files come and go meanwhile
	for _, e := range entries {
		if info, err := e.Info(); err == nil {
			fmt.Fprintln(&b, e.Name(), info.Size(), info.ModTime().UnixNano())
		}
	}
	return b.String()
}

// tell says how many of the kills met living work.
func (k *killer) tell(t *testing.T, all int) {
	t.Helper()
	t.Logf("%d of %d equal; %d of them met work that was not done yet", all, all, k.dead)
	if k.dead < all/3 {
		t.Errorf("only %d of %d kills met living work", k.dead, all)
	}
}

// TestKilledIngest: a load that is killed leaves a database that opens, and the
// next one completes it.
func TestKilledIngest(t *testing.T) {
	_, days := logs(t, 250, true)
	dir := t.TempDir()
	undisturbed, begun := filepath.Join(dir, "undisturbed.duckdb"), filepath.Join(dir, "begun.duckdb")
	finish(t, "ingest", begun, days[0])
	usual := finish(t, "ingest", undisturbed, days...)
	wanted := contentOf(t, undisturbed)

	n := kills(6, 70)
	k := newKiller(1, usual)
	for i := range n {
		place := t.TempDir()
		path := filepath.Join(place, "x.duckdb")
		if i%3 > 0 { // else it is killed while it makes the database, too
			copyFile(t, begun, path)
		}
		moment := k.kill(t, child(t, "ingest", path, days...), place)
		finish(t, "ingest", path, days...)
		sameContent(t, "ingest killed "+moment, contentOf(t, path), wanted)
		if got := names(t, place); !slices.Equal(got, []string{"x.duckdb"}) {
			t.Errorf("killed %s, there are %v", moment, got)
		}
	}
	k.tell(t, n)
}

// TestKilledRebuild: at no moment of a rebuild is there another content than
// the right one under the database's name, and the next one clears up.
func TestKilledRebuild(t *testing.T) {
	_, days := logs(t, 250, true)
	place := t.TempDir()
	path := filepath.Join(place, "x.duckdb")
	finish(t, "ingest", path, days[2])
	finish(t, "ingest", path, days...)
	wanted := contentOf(t, path)
	usual := finish(t, "rebuild", path, days...)

	n := kills(5, 70)
	k := newKiller(2, usual)
	for range n {
		moment := k.kill(t, child(t, "rebuild", path, days...), place)
		sameContent(t, "right after a rebuild that was killed "+moment, contentOf(t, path), wanted)
		finish(t, "rebuild", path, days...)
		sameContent(t, "rebuilt after "+moment, contentOf(t, path), wanted)
		sameContent(t, "the previous one after "+moment, contentOf(t, path+".previous"), wanted)
		if got := names(t, place); !slices.Equal(got, []string{"x.duckdb", "x.duckdb.previous"}) {
			t.Errorf("killed %s, there are %v", moment, got)
		}
	}
	k.tell(t, n)
}

// TestKilledPublish: readers always find a whole copy, of before or of now, and
// the next one clears up.
func TestKilledPublish(t *testing.T) {
	_, days := logs(t, 250, true)
	place := t.TempDir()
	path, published := filepath.Join(place, "x.duckdb"), filepath.Join(place, "x.published.duckdb")
	databases := []string{filepath.Join(t.TempDir(), "one"), filepath.Join(t.TempDir(), "all")}
	finish(t, "ingest", databases[0], days[0])
	finish(t, "ingest", databases[1], days...)
	contents := [][]string{contentOf(t, databases[0]), contentOf(t, databases[1])}
	copyFile(t, databases[0], path)
	usual := finish(t, "publish", path)

	n := kills(6, 60)
	k := newKiller(3, usual)
	for i := range n {
		old, now := contents[i%2], contents[(i+1)%2]
		copyFile(t, databases[(i+1)%2], path)
		moment := k.kill(t, child(t, "publish", path), place)
		if got := contentOf(t, published); !slices.Equal(got, old) && !slices.Equal(got, now) {
			t.Fatalf("killed %s: what is published is neither the old nor the new content", moment)
		}
		finish(t, "publish", path)
		sameContent(t, "published after "+moment, contentOf(t, published), now)
		for _, name := range names(t, place) {
			if strings.HasSuffix(name, ".lock") || strings.HasSuffix(name, ".new") || strings.Contains(name, ".building") || strings.HasSuffix(name, ".wal") {
				t.Errorf("killed %s, %s is left", moment, name)
			}
		}
		if got := len(names(t, place)); got > 4 {
			t.Errorf("killed %s: %d files, want the database, a link and two generations", moment, got)
		}
	}
	k.tell(t, n)
}
