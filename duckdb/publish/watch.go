package publish

import (
	"context"
	"fmt"
	"os"
	"time"

	"pbsduck/duckdb"
	"pbsduck/duckdb/dbfile"
)

// room is about how many bytes the copy takes: as many as the database does. It is an error if the disk has less.
func (p *publishing) room(ctx context.Context, source *duckdb.DB) (int64, error) {
	needs, err := source.UsedBytes(ctx)
	if err != nil {
		return 0, p.failed(err)
	}
	if err := dbfile.Room(p.options.Name, "a copy", needs); err != nil {
		return 0, fmt.Errorf("%w; what was published before stays", err)
	}
	return needs, nil
}

// watch tells how far the copy came by the size of its file, until the function that it gives is called: the copy is
// one statement. It never tells that all is done, as what comes behind the rows takes its time.
func (p *publishing) watch(making string) (stop func()) {
	if p.options.Progress == nil {
		return func() {}
	}
	p.options.Progress(0, p.bytes)
	end, ended := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(ended)
		tick := time.NewTicker(100 * time.Millisecond)
		defer tick.Stop()
		for {
			select {
			case <-end:
				return
			case <-tick.C:
				if info, err := os.Stat(making); err == nil {
					p.options.Progress(min(info.Size(), p.bytes-p.bytes/100), p.bytes)
				}
			}
		}
	}()
	return func() {
		close(end)
		<-ended
	}
}
