package ui

import (
	"context"
	"errors"
	"os"
	"os/signal"
	"syscall"
	"time"
)

// errTerminated is the cause of a context that SIGTERM ended.
var errTerminated = errors.New("terminated")

// twice is how long a second signal may be the same one again: timeout(1) sends its own twice.
const twice = time.Second

// UntilSignal is a context that Ctrl-C and SIGTERM end. A later Ctrl-C ends the program at once, which loses nothing
// but what it was about to do.
func UntilSignal() (ctx context.Context, stop func()) {
	ctx, cancel := context.WithCancelCause(context.Background())
	signals := make(chan os.Signal, 1)
	signal.Notify(signals, os.Interrupt, syscall.SIGTERM)
	go func() {
		if <-signals == syscall.SIGTERM {
			cancel(errTerminated)
		}
		cancel(nil)
		time.Sleep(twice)
		signal.Reset(os.Interrupt)
	}()
	return ctx, func() { signal.Stop(signals) }
}

// Stopped is the outcome of something endless that a signal ended: nil if a service manager asked for it, which is the
// good end.
func Stopped(ctx context.Context) error {
	if errors.Is(context.Cause(ctx), errTerminated) {
		return nil
	}
	return ctx.Err()
}
