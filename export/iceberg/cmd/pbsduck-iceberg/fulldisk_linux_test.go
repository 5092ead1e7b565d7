package main

import (
	"os"
	"syscall"
	"testing"
)

// TestFullDisk: where there is no room in the warehouse, an error says so, tables are what they were, and no more is
// left than before; with room they are brought up to date.
func TestFullDisk(t *testing.T) {
	w := newWorld(t, 3, 60)
	w.warehouse = w.path("small")
	must(t, os.Mkdir(w.warehouse, 0o777))
	if err := syscall.Mount("tmpfs", w.warehouse, "tmpfs", 0, "size=4m"); err != nil {
		t.Skip("cannot mount a small file system, which root may: ", err)
	}
	t.Cleanup(func() { _ = syscall.Unmount(w.warehouse, 0) })
	w.take(t, w.days[0])
	w.export(t)
	w.update(t)
	h := newHistory(w)
	h.note(t)
	w.take(t, w.days...)
	w.export(t)
	filler := w.path("small", "filler")
	for _, room := range []int64{0, 8 << 10, 64 << 10, 200 << 10} {
		n := int64(64 << 10)
		for ; os.WriteFile(filler, make([]byte, n), 0o600) == nil; n += 64 << 10 {
		}
		info, err := os.Stat(filler)
		must(t, err)
		must(t, os.Truncate(filler, max(0, info.Size()-room)))
		w.refused(t, 1, "the disk is full", "update", "lake")
		h.note(t)
		if left := h.strays(t); len(left) > 0 {
			t.Errorf("with room for %d bytes, %v are left, which no table knows", room, left)
		}
		must(t, os.Remove(filler))
	}
	h.check(t)
	w.update(t)
	h.checkCurrent(t)
}
