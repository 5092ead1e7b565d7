package charge_test

import (
	"testing"

	"pbsduck/duckdb/duckdbtest"
)

// TestMain keeps tests that draw histories short.
func TestMain(m *testing.M) { duckdbtest.Main(m) }
