package dbfile

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strconv"
	"testing"
	"time"
)

// TestLock: a lock has one holder, who can be told; the next one learns what a dead one was making, and a file that is
// no lock is left as it is.
func TestLock(t *testing.T) {
	path := filepath.Join(t.TempDir(), "x.lock")
	if err := os.WriteFile(path, []byte("4711\nx-3.building\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	lock, err := TakeLock(t.Context(), path, "x", 0)
	if err != nil || lock.Left() != "x-3.building" {
		t.Fatalf("lock %+v (%v)", lock, err)
	}
	_, err = TakeLock(t.Context(), path, "x", 0)
	var locked *LockedError
	if !errors.As(err, &locked) || *locked != (LockedError{Path: "x", Holder: "pbsduck", PID: strconv.Itoa(os.Getpid())}) {
		t.Errorf("a second lock: %v", err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := TakeLock(ctx, path, "x", time.Hour); !errors.Is(err, context.Canceled) {
		t.Errorf("a lock that nobody waits for any more: %v", err)
	}
	if err := lock.Release(); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte("somebody's"), 0o600); err != nil {
		t.Fatal(err)
	}
	_, err = TakeLock(t.Context(), path, "x", 0)
	if text, _ := os.ReadFile(path); err == nil || errors.As(err, &locked) || string(text) != "somebody's" {
		t.Errorf("a file of somebody else: %v, it holds %q", err, text)
	}
}
