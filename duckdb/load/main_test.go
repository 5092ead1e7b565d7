package load_test

import (
	"flag"
	"fmt"
	"os"
	"testing"
)

// torture makes the tests of kills and readers as long as make torture wants
// them.
var torture = flag.Bool("torture", false, "kill 200 times, and publish 50 times under 8 readers")

// TestMain keeps the property tests short: -rapid.checks=1000 looks longer. It
// is also the process that tests start to kill it.
func TestMain(m *testing.M) {
	if len(os.Args) > 2 && os.Args[1] == childArg {
		if err := runChild(os.Args[2], os.Args[3:]); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		os.Exit(0)
	}
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
