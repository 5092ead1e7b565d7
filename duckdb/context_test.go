package duckdb_test

import (
	"os"
	"strings"
	"testing"

	"pbsduck/ingest/pbs"
)

// TestSQLKnowsTheContext: the questions that tell a sound E record in events
// from one that something around it casts doubt on know all such doubts.
func TestSQLKnowsTheContext(t *testing.T) {
	want := "['" + strings.Join(pbs.Context.Names(), "', '") + "']"
	for _, file := range []string{"sql/find_promoted.sql", "sql/verify/winners.sql"} {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if !strings.Contains(string(text), want) {
			t.Errorf("%s does not say %s", file, want)
		}
	}
}
