package duckdbtest

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"pbsduck/duckdb"
)

// readerPause is what a reader leaves of its core to those whose work it watches.
const readerPause = 5 * time.Millisecond

// readAlong opens what is published again and again, until its standard input ends: counts may never go backwards, and
// of each log all lines are there. With keep it opens the database only once. It tells how often it looked, how many
// states it saw, and how many logs in the last.
func readAlong(ctx context.Context, path string, logDir []string, keep bool) error {
	lines := map[string]int64{}
	for _, name := range logDir {
		data, err := os.ReadFile(name)
		if err != nil {
			return err
		}
		lines[filepath.Base(name)] = int64(bytes.Count(data, []byte{'\n'}))
	}
	ended := make(chan struct{})
	go func() {
		_, _ = io.Copy(io.Discard, os.Stdin) // its end is what counts
		close(ended)
	}()
	var last lookedAt
	var db *duckdb.DB
	looks, states := 0, 0
	for {
		var err error
		if db == nil {
			db, err = duckdb.Open(ctx, path, duckdb.Options{ReadOnly: true, Threads: 1})
		}
		var now lookedAt
		if err == nil {
			now, err = lookAt(ctx, db, lines)
		}
		if err != nil {
			return fmt.Errorf("look %d: %w", looks, err)
		}
		if now.jobs < last.jobs || now.events < last.events || now.logs < last.logs {
			return fmt.Errorf("look %d: %+v after %+v", looks, now, last)
		}
		if now != last {
			states++
		}
		last = now
		if looks++; looks == 1 {
			fmt.Println("looked")
		}
		if !keep {
			err, db = db.Close(), nil
		}
		if err != nil {
			return err
		}
		select {
		case <-ended:
			fmt.Println(looks, states, last.logs)
			return nil
		case <-time.After(readerPause):
		}
	}
}

type lookedAt struct{ jobs, events, logs int64 }

func lookAt(ctx context.Context, db *duckdb.DB, lines map[string]int64) (l lookedAt, err error) {
	rows, err := db.Query(
		ctx,
		`SELECT f.name || ' ' || f.lines || ' ' || f.jobs || ' ' || count(s.job_id) || ' ' || f.events
		FROM log_files f LEFT JOIN job_sources s ON s.file_id = f.file_id GROUP BY f.name, f.lines, f.jobs, f.events`,
	)
	if err != nil {
		return l, err
	}
	defer rows.Release()
	for rows.Next() {
		column := rows.RecordBatch().Column(0)
		for i := range column.Len() {
			var name string
			var read, jobs, there, events int64
			if _, err := fmt.Sscan(column.ValueStr(i), &name, &read, &jobs, &there, &events); err != nil {
				return l, err
			}
			if read != lines[name] || there != jobs {
				return l, fmt.Errorf("%s has %d of %d lines, %d of %d jobs", name, read, lines[name], there, jobs)
			}
			l.jobs, l.events, l.logs = l.jobs+jobs, l.events+events, l.logs+1
		}
	}
	return l, rows.Err()
}

// A Reader is a reader at work.
type Reader struct {
	*exec.Cmd
	stdin      io.Closer
	stdout     *bufio.Reader
	complaints bytes.Buffer
}

// StartReader starts one, and waits until it has looked once.
func StartReader(t *testing.T, work, path string, logs []string) *Reader {
	t.Helper()
	r := &Reader{Cmd: Child(t, work, path, logs...)}
	r.Stderr = &r.complaints
	stdin, err := r.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	stdout, err := r.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	r.stdin, r.stdout = stdin, bufio.NewReader(stdout)
	if err := r.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = r.Process.Kill() })
	if _, err := r.stdout.ReadString('\n'); err != nil {
		t.Fatalf("reader: %v\n%s", r.Wait(), r.complaints.String())
	}
	return r
}

// Finish ends it, and gives how many states it saw.
func (r *Reader) Finish(t *testing.T, days int) (states int) {
	t.Helper()
	r.stdin.Close()
	text, _ := io.ReadAll(r.stdout)
	err := r.Wait()
	var looks, logs int
	if _, scanErr := fmt.Sscan(string(text), &looks, &states, &logs); err != nil || scanErr != nil {
		t.Fatalf("reader: %v\n%s", err, strings.TrimSpace(r.complaints.String()))
	}
	t.Logf("looked %d times, saw %d states of %d", looks, states, days)
	return states
}
