package inorder

import (
	"context"
	"errors"
	"iter"
	"math/rand/v2"
	"runtime"
	"sync/atomic"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

// TestOrder: whatever the numbers of workers and of results, what is taken is in the order of the work.
func TestOrder(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		pieces := rapid.SliceOfN(rapid.IntRange(0, 4), 0, 60).Draw(t, "results of each piece")
		var want, got [][2]int
		for i, n := range pieces {
			for k := range n {
				want = append(want, [2]int{i, k})
			}
		}
		ended := atomic.Int64{}
		l := Line[int, [2]int]{
			Workers: rapid.IntRange(1, 5).Draw(t, "workers"), Queued: rapid.IntRange(0, 3).Draw(t, "queued"),
			Ahead: rapid.IntRange(0, 9).Draw(t, "ahead"),
			Source: func(_ context.Context, send func(int) error) error {
				for i := range pieces {
					if err := send(i); err != nil {
						return err
					}
				}
				return nil
			},
			Worker: func(context.Context) (Worker[int, [2]int], func() error, error) {
				return func(_ context.Context, i int, emit func([2]int) error) error {
					for k := range pieces[i] {
						for range rand.IntN(3) {
							runtime.Gosched()
						}
						if err := emit([2]int{i, k}); err != nil {
							return err
						}
					}
					return nil
				}, func() error { ended.Add(1); return nil }, nil
			},
			Take: func(_ context.Context, _ int, results iter.Seq2[[2]int, error]) error {
				for one, err := range results {
					if err != nil {
						return err
					}
					got = append(got, one)
				}
				return nil
			},
		}
		if err := l.Run(context.Background()); err != nil {
			t.Fatal(err)
		}
		if d := cmp.Diff(want, got); d != "" {
			t.Fatal(d)
		}
		if ended.Load() != int64(l.Workers) {
			t.Fatalf("%d of %d workers came to their end", ended.Load(), l.Workers)
		}
	})
}

var errBroken = errors.New("broken")

// TestFirstErrorEndsAll: an error in any place, and a context that is done, end the line, with that error, though there
// is work without end.
func TestFirstErrorEndsAll(t *testing.T) {
	for _, where := range []string{"source", "worker", "work", "end", "take", "context"} {
		t.Run(where, func(t *testing.T) {
			ctx, cancel := context.WithCancelCause(context.Background())
			defer cancel(nil)
			fails := func(place string) error {
				switch where {
				case place:
					return errBroken
				case "context":
					cancel(errBroken)
				}
				return nil
			}
			l := Line[int, int]{
				Workers: 2, Queued: 1, Ahead: 3,
				Source: func(_ context.Context, send func(int) error) error {
					for i := 0; where != "end" || i < 10; i++ {
						if err := send(i); err != nil {
							return err
						}
						if err := fails("source"); i > 20 && err != nil {
							return err
						}
					}
					return nil
				},
				Worker: func(context.Context) (Worker[int, int], func() error, error) {
					return func(_ context.Context, i int, emit func(int) error) error {
						if err := fails("work"); err != nil {
							return err
						}
						return emit(i)
					}, func() error { return fails("end") }, fails("worker")
				},
				Take: func(_ context.Context, _ int, results iter.Seq2[int, error]) error {
					for _, err := range results {
						if err != nil {
							return err
						}
					}
					return fails("take")
				},
			}
			err := l.Run(ctx)
			if where == "context" && !errors.Is(err, context.Canceled) || where != "context" && !errors.Is(err, errBroken) {
				t.Errorf("%v", err)
			}
		})
	}
}
