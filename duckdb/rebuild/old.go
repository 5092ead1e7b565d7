package rebuild

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"

	"pbsduck/duckdb"
	"pbsduck/duckdb/dbfile"
)

// hold keeps writers from the database that is there, and has it opened for reading.
func (b *building) hold(ctx context.Context, open func(ctx context.Context, file string) (*duckdb.DB, error)) error {
	return dbfile.Wait(ctx, b.options.Wait, func() (err error) {
		if b.writing, err = dbfile.LockWriting(b.Place, b.Place); err != nil {
			return err
		}
		if _, err := os.Stat(b.Place); errors.Is(err, fs.ErrNotExist) {
			return nil
		}
		if b.old, err = open(ctx, b.Place); err == nil {
			b.oldFile, err = os.Stat(b.Place)
		}
		if err != nil {
			return errors.Join(err, b.letGo())
		}
		return nil
	})
}

// letGo lets others write again.
func (b *building) letGo() (err error) {
	if b.old != nil {
		err = b.old.Close()
	}
	if b.writing != nil {
		err = errors.Join(err, b.writing.Release())
	}
	b.old, b.writing, b.oldFile = nil, nil, nil
	return err
}

// unchanged makes sure that the database whose place is to be taken is what it was when it was looked at last: others
// than pbsduck know nothing of its lock.
func (b *building) unchanged() error {
	now, err := os.Stat(b.Place)
	switch {
	case b.oldFile == nil && errors.Is(err, fs.ErrNotExist):
		return nil
	case b.oldFile != nil && err == nil && sameState(b.oldFile, now):
		return nil
	}
	return fmt.Errorf("%s: %w: nothing was changed; run it again", b.Place, duckdb.ErrReplaced)
}

// sameState tells whether a file is the same one, and nobody wrote to it.
func sameState(before, now fs.FileInfo) bool {
	return os.SameFile(before, now) && before.Size() == now.Size() && before.ModTime().Equal(now.ModTime())
}

// takeInLog has a write-ahead log that a dead process left taken into the file: the new database must not find it.
func takeInLog(ctx context.Context, file string) error {
	if len(dbfile.Logs(file)) == 0 {
		return nil
	}
	db, err := duckdb.Connect(ctx, file, duckdb.Options{Threads: 1})
	if err != nil {
		return err
	}
	return db.Close()
}

// openAnyVersion opens a database for reading whose tables may be of an earlier version.
func openAnyVersion(ctx context.Context, path string) (*duckdb.DB, error) {
	db, err := duckdb.Connect(ctx, path, duckdb.Options{ReadOnly: true, Threads: 1})
	if err != nil {
		return nil, err
	}
	version, err := db.SchemaVersion(ctx)
	if err == nil && version > duckdb.SchemaVersion {
		err = &duckdb.NewerError{Path: path, Schema: version}
	}
	if err != nil {
		return nil, errors.Join(db.ReadError(err), db.Close())
	}
	return db, nil
}
