package ingest_test

import (
	"flag"
	"os"
	"testing"
)

// TestMain keeps the property tests short: -rapid.checks=1000 looks longer.
func TestMain(m *testing.M) {
	flag.Parse()
	asked := false
	flag.Visit(func(f *flag.Flag) { asked = asked || f.Name == "rapid.checks" })
	if !asked {
		if err := flag.Set("rapid.checks", "8"); err != nil {
			panic(err)
		}
	}
	os.Exit(m.Run())
}
