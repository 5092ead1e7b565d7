package load_test

import (
	"testing"

	"pbsduck/duckdb/duckdbtest"
)

// TestMain is also the process that tests start to kill it.
func TestMain(m *testing.M) { duckdbtest.Main(m) }
