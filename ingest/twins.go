package ingest

import (
	"context"
	"errors"
	"io"

	"pbsduck/ingest/source"
)

// unlikeTwins are the packed files beside the log that was just read that are whole and hold something else. One that
// can't be read to its end is perhaps being packed just now; nothing of it is needed as long as the plain log is there.
func (r *reader) unlikeTwins(ctx context.Context) (unlike []string) {
	for _, twin := range r.log.Twins {
		if same, err := r.sameAs(ctx, twin); err == nil && !same {
			unlike = append(unlike, twin.File())
		}
	}
	return unlike
}

// sameAs tells whether a file holds what was read, and nothing more but a record that is not finished.
func (r *reader) sameAs(ctx context.Context, twin source.Log) (bool, error) {
	in, err := twin.Open(ctx)
	if err != nil {
		return false, err
	}
	var digest source.Digest
	err = digest.ReadPrefix(ctx, in, r.digest.Len())
	same := err == nil && digest.Sum() == r.digest.Sum()
	if errors.Is(err, source.ErrShrunk) {
		err = nil
	}
	if same && err == nil {
		var more int64
		more, err = io.Copy(io.Discard, in)
		same = more == r.log.Waiting
	}
	return same, errors.Join(err, in.Close())
}
