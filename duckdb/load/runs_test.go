package load_test

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"pbsduck/duckdb/duckdbtest"
	"pbsduck/duckdb/load"
	"pbsduck/ingest/corpus"
)

const runRows = `SELECT kind || ' ' || run || '.' || phase
	|| ' ' || coalesce((epoch(start_time) - %d)::BIGINT::VARCHAR, '?') || '-' || (epoch(end_time) - %[1]d)::BIGINT
	|| ' held ' || coalesce(held_s::VARCHAR, '?') || ' used ' || coalesce(walltime_used_s::VARCHAR, '?')
	|| ' ncpus ' || ncpus || ' nodect ' || nodect || ' gb ' || (mem_requested_bytes >> 30)
	|| ' exit ' || coalesce(exit_status::VARCHAR, '?') || ' ' || coalesce(ended, '?')
	|| CASE WHEN id IS NULL THEN ' no job' ELSE '' END
	FROM job_runs WHERE user_name = 'u' AND account = 'A' AND queue = 'q' ORDER BY run, phase`

// TestJobRuns has the rows that records of a job give, in whatever order their logs are read.
func TestJobRuns(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name    string
		records []string
		want    []string
	}{
		{"one run", []string{
			duckdbtest.RunEntry(10, "S", duckdbtest.RunHeld(10, 4)),
			duckdbtest.RunEntry(30, "E", duckdbtest.RunHeld(10, 4)+duckdbtest.RunEnded(30, 0, 19, 1)),
		}, []string{"last 1.1 10-30 held 20 used 19 ncpus 4 nodect 2 gb 4 exit 0 ok"}},
		{"an array as a whole holds nothing", []string{
			strings.ReplaceAll(duckdbtest.RunEntry(20, "R", duckdbtest.RunHeld(10, 4)+duckdbtest.RunEnded(20, -11, 9, 1)),
				"1.srv", "1[].srv"),
			strings.ReplaceAll(duckdbtest.RunEntry(30, "E", duckdbtest.RunHeld(10, 4)+duckdbtest.RunEnded(30, 0, 19, 1)),
				"1.srv", "1[].srv"),
		}, nil},
		{"requeued, of which the second R lacks usage", []string{
			duckdbtest.RunEntry(10, "S", duckdbtest.RunHeld(10, 4)),
			duckdbtest.RunEntry(20, "R", duckdbtest.RunHeld(10, 4)+duckdbtest.RunEnded(20, -11, 9, 1)),
			duckdbtest.RunEntry(23, "R", duckdbtest.RunHeld(10, 4)+duckdbtest.RunEnded(23, -11, -1, 1)),
			duckdbtest.RunEntry(40, "E", duckdbtest.RunHeld(30, 2)+duckdbtest.RunEnded(40, 1, 8, 2)),
		}, []string{
			"requeued 1.1 10-20 held 10 used 9 ncpus 4 nodect 2 gb 4 exit -11 requeued",
			"last 2.1 30-40 held 10 used 8 ncpus 2 nodect 1 gb 2 exit 1 program",
		}},
		{"an R without an E yet, and one that never ran", []string{
			duckdbtest.RunEntry(5, "R",
				strings.Replace(duckdbtest.RunHeld(0, 4), "start=@0", "start=0", 1)+duckdbtest.RunEnded(5, -3, -1, 0)),
			duckdbtest.RunEntry(20, "R", duckdbtest.RunHeld(10, 4)+duckdbtest.RunEnded(20, -11, 9, 1)),
		}, []string{"requeued 1.1 10-20 held 10 used 9 ncpus 4 nodect 2 gb 4 exit -11 requeued no job"}},
		{"a job without a number", []string{
			strings.ReplaceAll(duckdbtest.RunEntry(10, "S", duckdbtest.RunHeld(10, 4))+duckdbtest.RunEntry(20, "R", ""),
				"1.srv", "odd.srv"),
			strings.ReplaceAll(duckdbtest.RunEntry(40, "E", duckdbtest.RunHeld(31, 6)+duckdbtest.RunEnded(40, 0, 8, 3)),
				"1.srv", "odd.srv"),
		}, []string{
			"requeued 1.1 10-20 held 10 used ? ncpus 4 nodect 2 gb 4 exit ? requeued",
			"last 2.1 31-40 held 9 used 8 ncpus 6 nodect 3 gb 6 exit 0 ok",
		}},
		{"Torque: R says nothing, S all", []string{
			duckdbtest.RunEntry(10, "S", duckdbtest.RunHeld(10, 4)), duckdbtest.RunEntry(20, "R", ""),
			duckdbtest.RunEntry(22, "R", ""), duckdbtest.RunEntry(22, "S", duckdbtest.RunHeld(22, 2)),
			duckdbtest.RunEntry(30, "R", ""), duckdbtest.RunEntry(31, "S", duckdbtest.RunHeld(31, 6)),
			duckdbtest.RunEntry(40, "E", duckdbtest.RunHeld(31, 6)+duckdbtest.RunEnded(40, 0, 8, 3)),
		}, []string{
			"requeued 1.1 10-20 held 10 used ? ncpus 4 nodect 2 gb 4 exit ? requeued",
			"requeued 2.1 22-30 held 8 used ? ncpus 2 nodect 1 gb 2 exit ? requeued",
			"last 3.1 31-40 held 9 used 8 ncpus 6 nodect 3 gb 6 exit 0 ok",
		}},
		{"an R without an S says nothing", []string{
			duckdbtest.RunEntry(20, "R", ""),
			duckdbtest.RunEntry(40, "E", duckdbtest.RunHeld(31, 6)+duckdbtest.RunEnded(40, 0, 8, 3)),
		}, []string{"last 1.1 31-40 held 9 used 8 ncpus 6 nodect 3 gb 6 exit 0 ok"}},
		{"checkpointed and restarted", []string{
			duckdbtest.RunEntry(10, "S", duckdbtest.RunHeld(10, 4)), duckdbtest.RunEntry(20, "C", ""),
			duckdbtest.RunEntry(25, "T", ""), duckdbtest.RunEntry(30, "C", ""), duckdbtest.RunEntry(35, "T", ""),
			duckdbtest.RunEntry(40, "E", duckdbtest.RunHeld(35, 4)+duckdbtest.RunEnded(40, 0, 25, 1)),
		}, []string{
			"checkpointed 1.1 10-20 held 10 used ? ncpus 4 nodect 2 gb 4 exit ? checkpointed",
			"checkpointed 2.1 25-30 held 5 used ? ncpus 4 nodect 2 gb 4 exit ? checkpointed",
			"last 3.1 35-40 held 5 used 25 ncpus 4 nodect 2 gb 4 exit 0 ok",
		}},
		{"an R that is told late, when the next run has begun", []string{
			duckdbtest.RunEntry(35, "R", duckdbtest.RunHeld(10, 4)+duckdbtest.RunEnded(35, -11, 9, 1)),
			duckdbtest.RunEntry(40, "E", duckdbtest.RunHeld(30, 2)+duckdbtest.RunEnded(40, 0, 8, 2)),
		}, []string{
			"requeued 1.1 10-30 held 20 used 9 ncpus 4 nodect 2 gb 4 exit -11 requeued",
			"last 2.1 30-40 held 10 used 8 ncpus 2 nodect 1 gb 2 exit 0 ok",
		}},
		{"superseded: an earlier run, told by an R too, and one that is the last run itself", []string{
			duckdbtest.RunEntry(20, "E", duckdbtest.RunHeld(10, 4)+duckdbtest.RunEnded(20, 271, 9, 1)),
			duckdbtest.RunEntry(20, "R", duckdbtest.RunHeld(10, 4)+duckdbtest.RunEnded(20, -11, 9, 1)),
			duckdbtest.RunEntry(39, "E", duckdbtest.RunHeld(30, 2)+duckdbtest.RunEnded(39, 0, 7, 2)),
			duckdbtest.RunEntry(40, "E", duckdbtest.RunHeld(30, 2)+duckdbtest.RunEnded(40, 0, 8, 2)),
		}, []string{
			"superseded 1.1 10-20 held 10 used 9 ncpus 4 nodect 2 gb 4 exit 271 signal",
			"last 2.1 30-40 held 10 used 8 ncpus 2 nodect 1 gb 2 exit 0 ok",
		}},
		{"superseded: of two that overlap, the better", []string{
			duckdbtest.RunEntry(20, "E", duckdbtest.RunHeld(10, 4)+duckdbtest.RunEnded(20, 271, 9, 1)),
			duckdbtest.RunEntry(22, "E", duckdbtest.RunHeld(15, 4)+duckdbtest.RunEnded(22, 1, 6, 2)),
			duckdbtest.RunEntry(40, "E", duckdbtest.RunHeld(30, 2)+duckdbtest.RunEnded(40, 0, 8, 3)),
		}, []string{
			"superseded 1.1 15-22 held 7 used 6 ncpus 4 nodect 2 gb 4 exit 1 program",
			"last 2.1 30-40 held 10 used 8 ncpus 2 nodect 1 gb 2 exit 0 ok",
		}},
		{"nodes are given back twice", []string{
			duckdbtest.RunEntry(10, "S", duckdbtest.RunHeld(10, 8)),
			duckdbtest.RunEntry(20, "u", duckdbtest.RunHeld(10, 8)+"session=1 run_count=1  resources_used.walltime=3"),
			duckdbtest.RunEntry(20, "c", duckdbtest.RunHeld(10, 4)),
			duckdbtest.RunEntry(25, "u", duckdbtest.RunHeld(10, 4)+"session=1 run_count=1  resources_used.walltime=99"),
			duckdbtest.RunEntry(25, "c", duckdbtest.RunHeld(10, 2)),
			duckdbtest.RunEntry(40, "e", duckdbtest.RunHeld(10, 2)+"session=1 run_count=1  resources_used.walltime=14"),
			duckdbtest.RunEntry(40, "E", duckdbtest.RunHeld(10, 8)+duckdbtest.RunEnded(40, 0, 29, 1)),
		}, []string{
			"last 1.1 10-20 held 10 used 10 ncpus 8 nodect 4 gb 8 exit 0 released",
			"last 1.2 20-25 held 5 used 5 ncpus 4 nodect 2 gb 4 exit 0 released",
			"last 1.3 25-40 held 15 used 14 ncpus 2 nodect 1 gb 2 exit 0 ok",
		}},
		{"spare nodes pruned, given back, and requeued: R has what is left", []string{
			duckdbtest.RunEntry(10, "S", duckdbtest.RunHeld(10, 8)), duckdbtest.RunEntry(14, "s", duckdbtest.RunHeld(10, 6)),
			duckdbtest.RunEntry(20, "c", duckdbtest.RunHeld(10, 2)),
			duckdbtest.RunEntry(30, "R", duckdbtest.RunHeld(10, 2)+duckdbtest.RunEnded(30, -11, 15, 1)),
		}, []string{
			"requeued 1.1 10-14 held 4 used 0 ncpus 8 nodect 4 gb 8 exit -11 pruned no job",
			"requeued 1.2 14-20 held 6 used 6 ncpus 6 nodect 3 gb 6 exit -11 released no job",
			"requeued 1.3 20-30 held 10 used 9 ncpus 2 nodect 1 gb 2 exit -11 requeued no job",
		}},
		{"more is used than lies between start and end; a phase of another run or after the end is none", []string{
			duckdbtest.RunEntry(12, "c", duckdbtest.RunHeld(10, 4)), duckdbtest.RunEntry(25, "c", duckdbtest.RunHeld(20, 4)),
			duckdbtest.RunEntry(41, "c", duckdbtest.RunHeld(20, 2)),
			duckdbtest.RunEntry(40, "E", duckdbtest.RunHeld(20, 8)+duckdbtest.RunEnded(40, 0, 100, 1)),
		}, []string{
			"last 1.1 20-25 held 5 used 5 ncpus 8 nodect 4 gb 8 exit 0 released",
			"last 1.2 25-40 held 15 used 95 ncpus 4 nodect 2 gb 4 exit 0 ok",
		}},
		{"how much of its walltime a run used is not known of its phases either", []string{
			duckdbtest.RunEntry(14, "s", duckdbtest.RunHeld(10, 6)), duckdbtest.RunEntry(25, "c", duckdbtest.RunHeld(10, 2)),
			duckdbtest.RunEntry(40, "E", duckdbtest.RunHeld(10, 8)+duckdbtest.RunEnded(40, 0, -1, 1)),
		}, []string{
			"last 1.1 10-14 held 4 used ? ncpus 8 nodect 4 gb 8 exit 0 pruned",
			"last 1.2 14-25 held 11 used ? ncpus 6 nodect 3 gb 6 exit 0 released",
			"last 1.3 25-40 held 15 used ? ncpus 2 nodect 1 gb 2 exit 0 ok",
		}},
		{"suspended twice: told once more, and in one second both", []string{
			duckdbtest.RunEntry(15, "z", "resources_used.walltime=5 resources_released=(n:ncpus=4:mem=4194304kb)"),
			duckdbtest.RunEntry(16, "z", ""), duckdbtest.RunEntry(20, "r", ""), duckdbtest.RunEntry(21, "r", ""),
			duckdbtest.RunEntry(22, "z", ""), duckdbtest.RunEntry(22, "r", ""), duckdbtest.RunEntry(27, "z", ""),
			duckdbtest.RunEntry(30, "E", duckdbtest.RunHeld(10, 4)+duckdbtest.RunEnded(30, 0, 12, 1)),
		}, []string{
			"last 1.1 10-15 held 5 used 5 ncpus 4 nodect 2 gb 4 exit 0 suspended",
			"last 1.2 15-20 held 5 used 0 ncpus 0 nodect 0 gb 0 exit 0 resumed",
			"last 1.3 20-27 held 7 used 7 ncpus 4 nodect 2 gb 4 exit 0 suspended",
			"last 1.4 27-30 held 3 used 0 ncpus 0 nodect 0 gb 0 exit 0 ok",
		}},
		{"suspended where the server takes CPUs alone, and where it takes memory alone", []string{
			duckdbtest.RunEntry(15, "z", "resources_released=(n:ncpus=4)+(m:ncpus=0)"), duckdbtest.RunEntry(20, "r", ""),
			duckdbtest.RunEntry(25, "z", "resources_released=(n:ncpus=0:mem=1kb)"),
			duckdbtest.RunEntry(30, "E", duckdbtest.RunHeld(10, 4)+duckdbtest.RunEnded(30, 0, 10, 1)),
		}, []string{
			"last 1.1 10-15 held 5 used 5 ncpus 4 nodect 2 gb 4 exit 0 suspended",
			"last 1.2 15-20 held 5 used 0 ncpus 0 nodect 0 gb 4 exit 0 resumed",
			"last 1.3 20-25 held 5 used 5 ncpus 4 nodect 2 gb 4 exit 0 suspended",
			"last 1.4 25-30 held 5 used 0 ncpus 4 nodect 2 gb 0 exit 0 ok",
		}},
		{"requeued while it was suspended; nodes were given back meanwhile; what lies in no run", []string{
			duckdbtest.RunEntry(9, "z", ""), duckdbtest.RunEntry(11, "r", ""), duckdbtest.RunEntry(14, "z", ""),
			duckdbtest.RunEntry(20, "R", duckdbtest.RunHeld(10, 4)+duckdbtest.RunEnded(20, -11, 4, 1)),
			duckdbtest.RunEntry(25, "r", ""), duckdbtest.RunEntry(33, "z", ""),
			duckdbtest.RunEntry(35, "c", duckdbtest.RunHeld(30, 2)), duckdbtest.RunEntry(36, "r", ""),
			duckdbtest.RunEntry(40, "E", duckdbtest.RunHeld(30, 4)+duckdbtest.RunEnded(40, 0, 8, 2)),
			duckdbtest.RunEntry(41, "z", ""),
		}, []string{
			"requeued 1.1 10-14 held 4 used 4 ncpus 4 nodect 2 gb 4 exit -11 suspended",
			"requeued 1.2 14-20 held 6 used 0 ncpus 0 nodect 0 gb 0 exit -11 requeued",
			"last 2.1 30-33 held 3 used 3 ncpus 4 nodect 2 gb 4 exit 0 suspended",
			"last 2.2 33-35 held 2 used 0 ncpus 0 nodect 0 gb 0 exit 0 released",
			"last 2.3 35-36 held 1 used 0 ncpus 0 nodect 0 gb 0 exit 0 resumed",
			"last 2.4 36-40 held 4 used 5 ncpus 2 nodect 1 gb 2 exit 0 ok",
		}},
		{"suspended to the end, having used a second more than it worked; resources_used tells of nothing released", []string{
			duckdbtest.RunEntry(20, "z", "resources_used.x=a:ncpus=9 resources_released=(n:ncpus=0:mem=1kb)"),
			duckdbtest.RunEntry(30, "E", duckdbtest.RunHeld(10, 4)+duckdbtest.RunEnded(30, 0, 11, 1)),
		}, []string{
			"last 1.1 10-20 held 10 used 11 ncpus 4 nodect 2 gb 4 exit 0 suspended",
			"last 1.2 20-30 held 10 used 0 ncpus 4 nodect 2 gb 0 exit 0 ok",
		}},
		{"nothing is used in any phase before an s record", []string{
			duckdbtest.RunEntry(12, "c", duckdbtest.RunHeld(10, 2)), duckdbtest.RunEntry(16, "s", duckdbtest.RunHeld(10, 2)),
			duckdbtest.RunEntry(30, "E", duckdbtest.RunHeld(10, 4)+duckdbtest.RunEnded(30, 0, 20, 1)),
		}, []string{
			"last 1.1 10-12 held 2 used 0 ncpus 4 nodect 2 gb 4 exit 0 released",
			"last 1.2 12-16 held 4 used 0 ncpus 2 nodect 1 gb 2 exit 0 pruned",
			"last 1.3 16-30 held 14 used 20 ncpus 2 nodect 1 gb 2 exit 0 ok",
		}},
		{"an R whose end is told in the next run, which no record with usage ended", []string{
			duckdbtest.RunEntry(10, "S", duckdbtest.RunHeld(10, 4)), duckdbtest.RunEntry(30, "S", duckdbtest.RunHeld(30, 2)),
			duckdbtest.RunEntry(35, "R", duckdbtest.RunHeld(10, 4)+duckdbtest.RunEnded(35, -11, 9, 1)),
			duckdbtest.RunEntry(40, "C", ""),
		}, []string{
			"requeued 1.1 10-30 held 20 used 9 ncpus 4 nodect 2 gb 4 exit -11 requeued no job",
			"checkpointed 2.1 30-40 held 10 used ? ncpus 2 nodect 1 gb 2 exit ? checkpointed no job",
		}},
		{"suspended before its E record was there: one job, for which nothing else speaks", []string{
			duckdbtest.RunEntry(10, "S", duckdbtest.RunHeld(10, 4)), duckdbtest.RunEntry(15, "z", ""),
			duckdbtest.RunEntry(20, "r", ""),
		}, nil},
		{"a start that nobody knows", []string{
			duckdbtest.RunEntry(20, "R", duckdbtest.RunHeld(10, 4)+duckdbtest.RunEnded(20, -11, 9, 1)),
			duckdbtest.RunEntry(40, "E",
				strings.Replace(duckdbtest.RunHeld(0, 2), "start=@0", "start=0", 1)+duckdbtest.RunEnded(40, 0, -1, 2)),
		}, []string{
			"requeued 1.1 10-20 held 10 used 9 ncpus 4 nodect 2 gb 4 exit -11 requeued",
			"last 2.1 ?-40 held ? used ? ncpus 2 nodect 1 gb 2 exit 0 ok",
		}},
	} {
		t.Run(c.name, func(t *testing.T) {
			dir := t.TempDir()
			var logs []string
			for i, r := range c.records {
				logs = append(logs, duckdbtest.WriteLog(t, filepath.Join(dir, fmt.Sprint(i)), []byte(r), false))
			}
			for _, order := range []string{"forwards", "backwards"} {
				f := duckdbtest.New(t)
				for _, log := range logs {
					f.Load(load.Options{}, log)
				}
				if diff := cmp.Diff(c.want, f.Rows(fmt.Sprintf(runRows, duckdbtest.RunsZero))); diff != "" {
					t.Errorf("read %s (-want +got):\n%s", order, diff)
				}
				if order == "backwards" { // the rows are the same
					f.Verify()
				}
				slices.Reverse(logs)
			}
		})
	}
}

// TestJobRunsOfAServer has the runs of jobs that an OpenPBS server suspended, ran again, took nodes from, checkpointed,
// and could not provision.
func TestJobRunsOfAServer(t *testing.T) {
	dir := corpus.Dir(t)
	f := duckdbtest.New(t)
	f.Load(load.Options{Zone: "UTC"}, filepath.Join(dir, "openpbs-live", "server1"))
	got := f.Rows(`SELECT job_id, kind, run, phase, strftime(start_time, '%H:%M:%S'), strftime(end_time, '%H:%M:%S'),
			held_s, walltime_used_s, ncpus, nodect, exit_status, ended
		FROM job_runs WHERE regexp_extract(job_id, '^[0-9]+') IN ('26', '27', '56', '58', '59', '60', '63')
			OR job_id = '28[4].pbssrv' ORDER BY job_id, run, phase`)
	want := []string{
		"26.pbssrv|requeued|1|1|14:56:36|14:56:37|1|1|2|1|-11|suspended",
		"26.pbssrv|requeued|1|2|14:56:37|14:56:39|2|0|0|0|-11|resumed",
		"26.pbssrv|requeued|1|3|14:56:39|14:56:41|2|2|2|1|-11|suspended",
		"26.pbssrv|requeued|1|4|14:56:41|14:56:43|2|0|0|0|-11|resumed",
		"26.pbssrv|requeued|1|5|14:56:43|14:56:45|2|1|2|1|-11|requeued",
		"26.pbssrv|requeued|2|1|14:56:45|14:56:47|2|0|2|1|-11|requeued",
		"26.pbssrv|last|3|1|14:56:47|14:56:52|5|3|2|1|271|signal",
		"27.pbssrv|last|1|1|14:56:51|14:56:52|1|1|1|1|271|suspended",
		"27.pbssrv|last|1|2|14:56:52|14:56:54|2|0|0|0|271|resumed",
		"27.pbssrv|last|1|3|14:56:54|14:56:55|1|1|1|1|271|signal",
		"28[4].pbssrv|requeued|1|1|14:56:55|14:56:57|2|2|1|1|-11|requeued",
		"28[4].pbssrv|last|2|1|14:56:57|14:57:00|3|2|1|1|271|signal",
		"56.pbssrv|last|1|1|15:01:45|15:01:49|4|4|3|2|0|released",
		"56.pbssrv|last|1|2|15:01:49|15:02:00|11|10|1|1|0|ok",
		"58.pbssrv|last|1|1|15:01:51|15:01:55|4|0|4|2|0|pruned",
		"58.pbssrv|last|1|2|15:01:55|15:02:04|9|5|2|1|0|ok",
		"59.pbssrv|last|1|1|15:01:51|15:01:55|4|3|2|2|0|released",
		"59.pbssrv|last|1|2|15:01:55|15:01:55|0|0|1|1|0|ok",
		"60.pbssrv|checkpointed|1|1|15:02:52|15:02:56|4|(null)|1|1|(null)|checkpointed",
		"60.pbssrv|last|2|1|15:03:01|15:03:15|14|6|1|1|265|signal",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	f.Verify()
}

// TestJobRunsOfGeneratedLogs reads the R, c, z and r records of generated logs by itself, and counts what they say was
// held beside the jobs.
func TestJobRunsOfGeneratedLogs(t *testing.T) {
	dir, days := duckdbtest.Logs(t, 2000, false)
	f := duckdbtest.New(t)
	f.Load(load.Options{Machine: "derecho"}, filepath.Join(dir, "derecho"))
	var want, parted, halted []string
	ended := map[string]bool{}
	for _, line := range linesOf(t, days) {
		fields := strings.SplitN(line, ";", 4)
		value := func(key string) string {
			_, rest, _ := strings.Cut(" "+fields[3], " "+key+"=")
			v, _, _ := strings.Cut(rest, " ")
			return v
		}
		job := fields[2] + " " + value("ctime") + " " + value("start")
		switch {
		case fields[1] == "R" && value("start") != "0" && value("resources_used.walltime") != "":
			want = append(want,
				strings.Join([]string{job, value("end"), value("Resource_List.ncpus"), value("Exit_status")}, " "))
		case fields[1] == "c":
			parted = append(parted, job+" "+value("Resource_List.ncpus"))
		case fields[1] == "E":
			ended[fields[2]] = true
		case fields[1] == "z", fields[1] == "r":
			halted = append(halted, strings.Join([]string{fields[2], fields[0], fields[1]}, " "))
		}
	}
	halted = slices.DeleteFunc(halted, func(h string) bool { return !ended[strings.Fields(h)[0]] })
	row := func(columns string) string {
		return `SELECT concat_ws(' ', job_id, epoch(submit_time)::BIGINT, epoch(start_time)::BIGINT, ` +
			columns + `) FROM job_runs `
	}
	got := f.Rows(row("epoch(end_time)::BIGINT, ncpus, exit_status") + "WHERE kind = 'requeued'")
	marked := `FROM (
		SELECT *, lag(ended) OVER in_run AS mark, first_value(start_time) OVER in_run AS run_start
		FROM job_runs
		WINDOW in_run AS (PARTITION BY machine, job_id, submit_time, run ORDER BY phase)) `
	gotParted := f.Rows(`SELECT concat_ws(' ', job_id, epoch(submit_time)::BIGINT, epoch(run_start)::BIGINT, ncpus) ` +
		marked + `WHERE mark = 'released'`)
	gotHalted := f.Rows(`SELECT concat_ws(' ', job_id,
			strftime(start_time AT TIME ZONE 'America/Denver', '%m/%d/%Y %H:%M:%S'), CASE ncpus WHEN 0 THEN 'z' ELSE 'r' END) ` +
		marked + `WHERE mark IN ('suspended', 'resumed')`)
	for _, list := range [][]string{want, parted, halted, got, gotParted, gotHalted} {
		slices.Sort(list)
	}
	if len(want) < 10 || len(parted) == 0 || len(halted) == 0 {
		t.Fatalf("the logs have %d requeued runs, %d phases, and %d times that a job was suspended or resumed",
			len(want), len(parted), len(halted))
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error("requeued", diff)
	}
	if diff := cmp.Diff(parted, gotParted); diff != "" {
		t.Error("phases", diff)
	}
	if diff := cmp.Diff(halted, gotHalted); diff != "" {
		t.Error("suspended", diff)
	}
	rows := f.Rows(`SELECT count(*) - (SELECT count(*) FROM jobs WHERE NOT is_array_parent) FROM job_runs ` +
		`WHERE kind = 'last' AND phase = 1`)
	if rows[0] != "0" {
		t.Error("last runs beyond jobs:", rows)
	}
	f.Verify()
}

func linesOf(t *testing.T, paths []string) (all []string) {
	t.Helper()
	for _, path := range paths {
		text, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, strings.Split(strings.TrimSpace(string(text)), "\n")...)
	}
	return all
}
