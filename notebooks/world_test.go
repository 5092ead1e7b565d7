package notebooks

import (
	"bytes"
	"context"
	"fmt"
	"log"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"pbsduck/duckdb"
	"pbsduck/duckdb/load"
	"pbsduck/ingest"
	"pbsduck/ingest/generate"
	"pbsduck/ingest/source"
)

// scratch is the folder of the world.
var scratch string

func TestMain(m *testing.M) {
	var err error
	if scratch, err = os.MkdirTemp("", "pbsduck-notebooks"); err != nil {
		log.Fatal(err)
	}
	code := m.Run()
	if err := os.RemoveAll(scratch); err != nil {
		log.Fatal(err)
	}
	os.Exit(code)
}

// world is what the tools are given to read. It is made once, and closed.
type world struct {
	db      string // the database, which is published, too
	parquet string // folder of its export
	bin     string // folder of the command
}

var makeWorld = sync.OnceValues(func() (world, error) {
	w := world{
		db: filepath.Join(scratch, "test.duckdb"), parquet: filepath.Join(scratch, "parquet"),
		bin: filepath.Join(scratch, "bin"),
	}
	if err := w.load(context.Background()); err != nil {
		return w, err
	}
	if err := w.build(); err != nil {
		return w, err
	}
	program := filepath.Join(w.bin, "pbsduck")
	if err := run(exec.Command(program, "publish", "--db", w.db)); err != nil {
		return w, err
	}
	return w, run(exec.Command(program, "export", "--db", w.db, w.parquet))
})

func theWorld(t *testing.T) world {
	t.Helper()
	w, err := makeWorld()
	if err != nil {
		t.Fatal(err)
	}
	return w
}

// load takes in logs as bad as generate makes them, with both codecs: Derecho's with one, Casper's with the two of
// them.
func (w world) load(ctx context.Context) error {
	dir := filepath.Join(scratch, "logs")
	if _, err := generate.Run(ctx, generate.Options{
		Dir: dir, Profiles: []string{"casper", "derecho"}, Days: 3, Jobs: 600, Seed: 1,
		Start: time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC), Hostile: true,
	}); err != nil {
		return err
	}
	db, err := duckdb.Open(ctx, w.db, duckdb.Options{Version: "test"})
	if err != nil {
		return err
	}
	defer db.Close()
	for _, l := range []struct{ machine, logs, codec string }{
		{"derecho", "derecho", ingest.CodecZstd},
		{"casper", "casper/2026010[12]", ingest.CodecZstd},
		{"casper", "casper/20260103", ingest.CodecGzip},
	} {
		if err := take(ctx, db, l.machine, l.codec, filepath.Join(dir, l.logs)); err != nil {
			return err
		}
	}
	return nil
}

func take(ctx context.Context, db *duckdb.DB, machine, codec, path string) error {
	logs, err := source.Find([]string{path}, source.FindOptions{})
	if err != nil {
		return err
	}
	summary, err := load.Run(ctx, db, logs, load.Options{Machine: machine, Zone: "America/Denver", Codec: codec})
	if err == nil && summary.Files != len(logs) {
		err = fmt.Errorf("%s: %d of %d logs loaded", path, summary.Files, len(logs))
	}
	return err
}

// build makes the command. Its sources are looked at because go test takes a result from its cache unless a file
// changed that the test itself opened.
func (w world) build() error {
	for _, pattern := range []string{"../cmd/pbsduck/*.go", "../export/*.go"} {
		names, err := filepath.Glob(pattern)
		if err != nil {
			return err
		}
		for _, name := range names {
			if _, err := os.Stat(name); err != nil {
				return err
			}
		}
	}
	return run(exec.Command(
		"go", "build", "-buildvcs=false", "-tags=duckdb_arrow", "-ldflags=-s -w", "-o", w.bin+"/", "../cmd/pbsduck",
	))
}

// run says what a command that failed had to say.
func run(cmd *exec.Cmd) error {
	if out, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("%s: %w\n%s", cmd, err, out)
	}
	return nil
}

// open opens the database as others do who only read.
func (w world) open(t *testing.T) *duckdb.DB {
	t.Helper()
	db, err := duckdb.Open(t.Context(), w.db, duckdb.Options{ReadOnly: true})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := db.Close(); err != nil {
			t.Error(err)
		}
	})
	return db
}

// tool runs another program in an empty folder, on the world, and gives what it wrote to its standard output.
func (w world) tool(t *testing.T, stdin []byte, name string, args ...string) []byte {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), name, args...)
	cmd.Dir = t.TempDir()
	cmd.Env = append(os.Environ(), "HOME="+cmd.Dir, "PBSDUCK_DB="+w.db, "PBSDUCK_PARQUET="+w.parquet,
		"PATH="+w.bin+string(os.PathListSeparator)+os.Getenv("PATH"))
	cmd.Stdin = bytes.NewReader(stdin)
	var out, complaints bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &complaints
	if err := cmd.Run(); err != nil {
		t.Fatalf("%s: %v\n%s", name, err, complaints.Bytes())
	}
	return out.Bytes()
}
