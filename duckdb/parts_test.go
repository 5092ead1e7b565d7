package duckdb_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"testing"

	"pbsduck/duckdb"
)

// TestInParts sums values that nothing packs, where DuckDB may not take as much memory as all of them need: each is
// asked for once, and what is asked for together fits.
func TestInParts(t *testing.T) {
	ctx := context.Background()
	path := filepath.Join(t.TempDir(), "x.duckdb")
	const rows, size = 40, 2 << 20
	db, err := duckdb.Connect(ctx, path, duckdb.Options{})
	if err != nil {
		t.Fatal(err)
	}
	if err := db.Exec(ctx, "CREATE TABLE long (number BIGINT, bytes BLOB USING COMPRESSION uncompressed)"); err != nil {
		t.Fatal(err)
	}
	random, noise := rand.NewChaCha8([32]byte{}), make([]byte, size)
	for i := range rows {
		_, _ = random.Read(noise) // it never fails
		if err := db.Exec(ctx, "INSERT INTO long VALUES (?, ?)", i, noise); err != nil {
			t.Fatal(err)
		}
	}
	if err := db.Exec(ctx, "CHECKPOINT"); err != nil {
		t.Fatal(err)
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	db, err = duckdb.Connect(ctx, path, duckdb.Options{Memory: 48})
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	const question = "SELECT sum(octet_length(bytes)) FROM long WHERE number BETWEEN %d AND %d"
	if _, err := db.Number(ctx, fmt.Sprintf(question, 0, rows)); !duckdb.IsOutOfMemory(err) {
		t.Fatalf("all at once: %v", err)
	}
	sum, asked := int64(0), 0
	if err := db.InParts(ctx, "long", "number", func(first, last int64) error {
		part, err := db.Number(ctx, fmt.Sprintf(question, first, last))
		if err == nil {
			sum, asked = sum+part, asked+1
		}
		return err
	}); err != nil {
		t.Fatal(err)
	}
	if sum != rows*size || asked < 2 {
		t.Errorf("%d bytes in %d parts, of %d", sum, asked, rows*size)
	}
	// what fails otherwise, or is a single value, fails
	for _, question := range []string{"SELECT error('no')", "SELECT sum(octet_length(bytes)) FROM long"} {
		if err := db.InParts(ctx, "long", "number", func(_, _ int64) error {
			_, err := db.Number(ctx, question)
			return err
		}); err == nil {
			t.Errorf("%s: no error", question)
		}
	}
}
