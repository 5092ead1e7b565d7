package main

import (
	"math/rand/v2"
	"path/filepath"
	"testing"
	"time"
)

// TestKilled: logs come, change and go, and updates are killed at whatever moment: every snapshot is readable and has
// the rows that the database had, and after a run that ends, the current one has those that it has.
func TestKilled(t *testing.T) {
	lives := 4
	if *torture {
		lives = 30
	}
	w := newWorld(t, 6, 30)
	h := newHistory(w)
	random := rand.New(rand.NewPCG(1, uint64(lives)))
	took := 500 * time.Millisecond
	for life := range lives {
		day := w.days[random.IntN(len(w.days))]
		machine := filepath.Base(filepath.Dir(day))
		switch random.IntN(4) {
		case 0:
			if life > 2 {
				w.pbsduck(t, "forget", "-q", "--machine", machine, "--all")
				break
			}
			fallthrough
		case 1:
			w.take(t, day, w.days[random.IntN(len(w.days))])
		case 2:
			w.take(t, day)
			w.export(t, "--rewrite")
		default:
			w.pbsduck(t, "ingest", "-q", "--config", "logs/pbsduck.toml", "--overwrite", day)
		}
		w.export(t)
		for range 1 + random.IntN(2) {
			run := w.program(t, "update", "lake")
			must(t, run.Start())
			time.Sleep(time.Duration(random.Float64() * 1.3 * float64(took)))
			_ = run.Process.Kill()
			_ = run.Wait()
			h.noteIfAny(t)
		}
		start := time.Now()
		w.update(t)
		if life == 0 {
			took = time.Since(start)
		}
		h.note(t)
		h.checkCurrent(t)
	}
	h.check(t)
	all := 0
	for _, snapshots := range w.snapshots(t) {
		all += len(snapshots)
	}
	t.Logf("%d snapshots after %d lives are what the database was", all, lives)
}

// noteIfAny takes down the snapshots of a run that was killed, perhaps before there was a catalog.
func (h *history) noteIfAny(t *testing.T) {
	t.Helper()
	if said := h.iceberg(t, "list"); said.code == 0 {
		h.note(t)
	}
}
