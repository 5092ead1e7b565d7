// Package inorder shares work out among goroutines, and hands on what they made of it in the order of the work.
//
// What enters: pieces of work, from one goroutine. What leaves: their results, to one goroutine, in the order of the
// work, and those of one piece in the order in which they were made. Promises: no more than Ahead pieces wait to be
// taken; a worker goes on only when all but the last of its results were taken, so that memory is bounded; the first
// error ends everything, and Run comes back when all goroutines are done.
package inorder

import (
	"cmp"
	"context"
	"iter"

	"golang.org/x/sync/errgroup"
)

// A Worker makes results of a piece of work and gives each to emit. It is one goroutine's own. An error of emit is to
// be returned at once.
type Worker[W, R any] func(ctx context.Context, work W, emit func(R) error) error

// A Line is a source of work, workers, and one who takes the results.
type Line[W, R any] struct {
	// Source sends the pieces of work. An error of send is to be returned at once.
	Source func(ctx context.Context, send func(W) error) error

	// Workers is how many goroutines work; Worker is called at the beginning of each, in it. What it returns besides, if
	// it is not nil, is called at its end.
	Workers int
	Worker  func(ctx context.Context) (Worker[W, R], func() error, error)

	// Take is called for each piece of work, in order, with its results as they come, all of which it is to take; an error
	// among them is the last.
	Take func(ctx context.Context, work W, results iter.Seq2[R, error]) error

	Queued int // pieces of work that may wait for a worker
	Ahead  int // pieces of work that may wait to be taken, those that are worked on among them
}

// A task is a piece of work on its way: workers take it from one channel, who takes its results waits for it in the
// other.
type task[W, R any] struct {
	work    W
	results chan R
}

// Run works until all is taken, or something failed. Take is called in the goroutine that calls Run.
func (l *Line[W, R]) Run(ctx context.Context) error {
	queue := make(chan *task[W, R], l.Queued)
	order := make(chan *task[W, R], l.Ahead)
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	group, ctx := errgroup.WithContext(ctx)
	group.Go(func() error {
		defer close(queue)
		defer close(order)
		return l.Source(ctx, func(work W) error {
			t := &task[W, R]{work, make(chan R, 1)}
			if err := put(ctx, queue, t); err != nil {
				return err
			}
			return put(ctx, order, t)
		})
	})
	for range l.Workers {
		group.Go(func() error { return l.work(ctx, queue) })
	}
	err := l.take(ctx, order)
	if ctx.Err() != nil { // something else failed, and ended the taking
		return cmp.Or(group.Wait(), err)
	}
	if err != nil {
		cancel()
	}
	return cmp.Or(err, group.Wait())
}

// work is a worker's goroutine.
func (l *Line[W, R]) work(ctx context.Context, queue <-chan *task[W, R]) (err error) {
	worker, end, err := l.Worker(ctx)
	if err != nil {
		return err
	}
	if end != nil {
		defer func() {
			if e := end(); err == nil {
				err = e
			}
		}()
	}
	for {
		t, open, err := get(ctx, queue)
		if err != nil || !open {
			return err
		}
		err = worker(ctx, t.work, func(result R) error { return put(ctx, t.results, result) })
		if err != nil {
			return err
		}
		close(t.results)
	}
}

func (l *Line[W, R]) take(ctx context.Context, order <-chan *task[W, R]) error {
	for {
		t, open, err := get(ctx, order)
		if err != nil || !open {
			return err
		}
		if err := l.Take(ctx, t.work, t.all(ctx)); err != nil {
			return err
		}
	}
}

// all gives the results of a piece of work until there are no more.
func (t *task[W, R]) all(ctx context.Context) iter.Seq2[R, error] {
	return func(yield func(R, error) bool) {
		for {
			result, open, err := get(ctx, t.results)
			if err == nil && !open || !yield(result, err) || err != nil {
				return
			}
		}
	}
}

func put[T any](ctx context.Context, c chan<- T, one T) error {
	select {
	case c <- one:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// get gives false when the channel is closed, and an error when ctx is done.
func get[T any](ctx context.Context, c <-chan T) (one T, open bool, err error) {
	select {
	case one, open = <-c:
		return one, open, nil
	case <-ctx.Done():
		return one, false, ctx.Err()
	}
}
