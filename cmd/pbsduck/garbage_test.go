package main

import (
	"fmt"
	"math/rand"
	"os"
	"slices"
	"strings"
	"testing"

	"pbsduck/cmd/pbsduck/ui"
	"pbsduck/duckdb/report"
)

// garbage are values that daemons wrote where a number, a time or a size should be, and the borders of those.
var garbage = []string{
	"0", "0", "0", "0", "0", "1", "-1", "2147483647", "2147483648", "4294967295", "-2147483648",
	"9007199254740993", "9223372036", "9223372036854", "9223372036855", "9223372036854775806",
	"9223372036854775807", "253402300799", "253402214400", "99999:59:59", "596523:14:07", "-01:00:00",
	"2562047788015215:30:06", "1kb", "9007199254740992kb", "8388607tb", "7eb", "1.5", "abc", "31536000000",
}

// garbled is a record of which each number, time and size is garbage, one time in three.
func garbled(rnd *rand.Rand, record string) string {
	fields := strings.Split(record, " ")
	for i, f := range fields {
		key, value, _ := strings.Cut(f, "=")
		if i > 1 && value != "" && '0' <= value[0] && value[0] <= '9' && rnd.Intn(3) == 0 {
			fields[i] = key + "=" + garbage[rnd.Intn(len(garbage))]
		}
	}
	return strings.Join(fields, " ")
}

// garbledLog is a log of jobs with all kinds of lives.
func garbledLog(rnd *rand.Rand) string {
	lives := []string{"QSE", "QE", "QSRSE", "QSzrE", "QScuE", "QS", "Q", "QSD", "QSsE", "QaSaE", "QSCTE", "EE"}
	const asked = " Resource_List.mem=8kb Resource_List.mpiprocs=8 Resource_List.ncpus=8 Resource_List.ngpus=1 " +
		"Resource_List.nodect=2 Resource_List.select=2:ncpus=4:mem=4kb Resource_List.walltime=01:00:00"
	const used = " session=7 end=1768402000 Exit_status=0 resources_used.cpupercent=90 resources_used.cput=00:30:00 " +
		"resources_used.mem=4kb resources_used.ncpus=8 resources_used.vmem=4kb resources_used.walltime=00:30:00 " +
		"eligible_time=00:01:00 run_count=1"
	const held = " exec_vnode=(n1:ncpus=4)+(n2:ncpus=4)"
	var log strings.Builder
	for job := range 24 {
		for i, letter := range lives[rnd.Intn(len(lives))] {
			text := "user=u group=g jobname=j queue=q ctime=1768399000 qtime=1768399000 etime=1768399000"
			switch letter {
			case 'Q':
				text += asked
			case 'S', 'T', 's', 'c':
				text += " start=1768399200" + held + asked
			case 'z', 'r':
				text += " start=1768399200" + held + asked + " resources_released=(n1:ncpus=4)"
			case 'E', 'R', 'u':
				text += " start=1768399200" + held + asked + used
			case 'a':
				text = "Priority=0 Resource_List.walltime=1 Resource_List.ncpus=1"
			default:
				text = ""
			}
			record := fmt.Sprintf("01/14/2026 %02d:%02d:%02d;%c;%d.srv;%s", 14+i, job, i, letter, job+1, text)
			log.WriteString(garbled(rnd, record) + "\n")
		}
	}
	return log.String()
}

// TestGarbledValues: whatever a record says where a number should be, it is loaded, and nothing that can be asked of
// the database fails for it.
func TestGarbledValues(t *testing.T) {
	all, err := report.All("")
	if err != nil {
		t.Fatal(err)
	}
	seeds := []int64{8, 9, 10} // by 8 a walltime overflows of which a start is worked out
	if testing.Short() {
		seeds = seeds[:1]
	}
	for _, seed := range seeds {
		rnd := rand.New(rand.NewSource(seed))
		zone := []string{"UTC", "Pacific/Kiritimati", "America/Denver"}[seed%3]
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			t.Chdir(t.TempDir())
			if err := os.WriteFile("20260114", []byte(garbledLog(rnd)), 0o600); err != nil {
				t.Fatal(err)
			}
			ask := func(may []int, line ...string) {
				t.Helper()
				if code, said := runHere(t, line...); !slices.Contains(may, code) {
					t.Fatalf("%s: exit code %d: %s", strings.Join(line, " "), code, said)
				}
			}
			ask([]int{0, ui.ExitRejects}, "ingest", "-q", "--machine", "m", "--timezone", zone, "20260114")
			for _, r := range all {
				if r.Name != "allocations" { // which are loaded first
					ask([]int{0}, "report", "--format", "json", "-o", "rows.json", r.Name)
				}
			}
			ask([]int{0}, "report", "--html", "page.html")
			for _, view := range []string{
				"jobs", "job_details", "job_runs", "job_charges", "events", "daily_summary", "unfinished_jobs",
				"unfinished_phases", "suspensions", "users", "accounts", "queues", "superseded",
			} {
				ask([]int{0}, "query", "--format", "json", "-o", "rows.json", "FROM "+view)
			}
			for job := range 24 {
				ask([]int{0, ui.ExitError}, "job", fmt.Sprintf("%d.srv", job+1))
			}
			ask([]int{0}, "jobs", "--wide", "--local")
			ask([]int{0}, "export", "--dataset", "dataset")
			ask([]int{0}, "export", "--format", "swf", "workload")
			ask([]int{0}, "rebuild", "-q", "--from-records")
			ask([]int{0}, "verify", "-q")
		})
	}
}
