package duckdbtest

import (
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"
)

// Kills is how often each kind of work is killed.
func Kills(short, long int) int {
	if *Torture {
		return long
	}
	return short
}

// A Killer kills a process at some moment: after a while, or when so many changes were seen in a folder, which comes
// down near the beginning and the end of each step with files.
type Killer struct {
	*rand.Rand
	usual time.Duration // that the work takes
	dead  int
}

// NewKiller is one for work that usually takes so long.
func NewKiller(seed uint64, usual time.Duration) *Killer {
	return &Killer{Rand: rand.New(rand.NewPCG(seed, 4)), usual: usual}
}

// Kill runs the process until then, and tells the moment.
func (k *Killer) Kill(t *testing.T, c *exec.Cmd, dir string) string {
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

// Tell says how many of the kills met living work.
func (k *Killer) Tell(t *testing.T, all int) {
	t.Helper()
	t.Logf("%d of %d equal; %d of them met work that was not done yet", all, all, k.dead)
	if k.dead < all/3 {
		t.Errorf("only %d of %d kills met living work", k.dead, all)
	}
}
