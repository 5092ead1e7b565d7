package dbfile

import (
	"context"
	"errors"
	"math/rand/v2"
	"time"
)

// A Waiting is for a lock that somebody else holds.
type Waiting struct {
	For   *LockedError
	Until time.Time // when it is given up
}

type tellKey struct{}

// TellWaiting has everybody who waits with the context that it gives tell of it: once, after a second.
func TellWaiting(ctx context.Context, tell func(Waiting)) context.Context {
	return context.WithValue(ctx, tellKey{}, tell)
}

// patience is how long a lock is waited for without a word.
const patience = time.Second

// Wait tries again, at random moments, while someone else holds a lock.
func Wait(ctx context.Context, wait time.Duration, try func() error) error {
	tell, _ := ctx.Value(tellKey{}).(func(Waiting))
	start := time.Now()
	deadline := start.Add(wait)
	for {
		err := try()
		var locked *LockedError
		if err == nil || !errors.As(err, &locked) || time.Now().After(deadline) {
			return err
		}
		if tell != nil && time.Since(start) >= patience {
			tell(Waiting{For: locked, Until: deadline})
			tell = nil
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(50*time.Millisecond + rand.N(200*time.Millisecond)):
		}
	}
}
