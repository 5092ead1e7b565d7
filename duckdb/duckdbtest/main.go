package duckdbtest

import (
	"flag"
	"fmt"
	"os"
	"testing"
)

// Torture makes tests of kills, readers and damage as long as make torture wants them.
var Torture = flag.Bool(
	"torture", false, "kill 200 times, publish 50 times under 8 readers, damage every block of a database",
)

// Main is TestMain of packages whose tests start processes (Child), which it is, too, or draw histories, of which it
// keeps them to 3: -rapid.checks=1000 looks longer.
func Main(m *testing.M) {
	if len(os.Args) > 2 && os.Args[1] == childArg {
		if err := runChild(os.Args[2], os.Args[3:]); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		os.Exit(0)
	}
	flag.Parse()
	asked := flag.Lookup("rapid.checks") == nil
	flag.Visit(func(f *flag.Flag) { asked = asked || f.Name == "rapid.checks" })
	if !asked {
		if err := flag.Set("rapid.checks", "3"); err != nil {
			panic(err)
		}
	}
	os.Exit(m.Run())
}
