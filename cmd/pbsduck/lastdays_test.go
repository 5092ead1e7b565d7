package main

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// TestLastDaysOfTheMachine: --last counts to the day that it is at the machine, whose time zone the database knows, not
// to that of the system, on which it is never the same day.
func TestLastDaysOfTheMachine(t *testing.T) {
	there, err := time.LoadLocation("Pacific/Pago_Pago")
	if err != nil {
		t.Fatal(err)
	}
	for day := ""; day != time.Now().In(there).Format("20060102"); { // once more if midnight came
		day = time.Now().In(there).Format("20060102")
		dir := t.TempDir()
		run := func(args ...string) string {
			c := exec.Command("pbsduck", args...)
			c.Dir, c.Env = dir, append(os.Environ(), "PBSDUCK_DB=", "PBSDUCK_CONFIG=", "TZ=Pacific/Kiritimati")
			out, err := c.CombinedOutput()
			if err != nil {
				t.Fatalf("%v: %v\n%s", args, err, out)
			}
			return strings.TrimSpace(string(out))
		}
		now := time.Now().In(there)
		record := fmt.Sprintf("%s;E;%%d.srv;user=u ctime=%d end=%d run_count=1\n",
			now.Format("01/02/2006 15:04:05"), now.Unix()-10, now.Unix())
		for i, name := range []string{"20200101", day} {
			if err := os.WriteFile(filepath.Join(dir, name), fmt.Appendf(nil, record, i), 0o666); err != nil {
				t.Fatal(err)
			}
		}
		run("ingest", "-q", "--machine", "m", "--timezone", there.String(), "20200101")
		run("ingest", "-q", "--machine", "m", "--last", "1d", "20200101", day)
		if logs := run("query", "--format", "csv", "SELECT count(*) FROM log_files"); !strings.HasSuffix(logs, "\n2") {
			t.Errorf("the log of today was not found: %s", logs)
		}
		if jobs := run("jobs", "--last", "1d", "--count"); jobs != "2" {
			t.Errorf("jobs that ended today: %s", jobs)
		}
	}
}
