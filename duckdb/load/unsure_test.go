package load_test

import (
	"path/filepath"
	"strings"
	"testing"

	"pbsduck/duckdb/duckdbtest"
	"pbsduck/duckdb/load"
)

// TestOpenValueWaits: a log that stops behind a value that is open is read again when its end comes, also if a load
// between saw nothing of it but a part of a line.
func TestOpenValueWaits(t *testing.T) {
	const (
		open = "01/15/2026 11:00:10;E;1.srv;user=u group=g account=\"A\n"
		head = "01/15/2026 11:00:05;D;9.srv;requestor=u@h"
		rest = "\n\" jobname=j queue=q ctime=1768499010 qtime=1768499010 etime=1768499010 start=1768499410 " +
			"exec_host=n1/0*2 exec_vnode=(n1:ncpus=2) " +
			"Resource_List.ncpus=2 session=1 end=1768500010 Exit_status=0 resources_used.walltime=00:10:00 run_count=1\n"
	)
	whole := duckdbtest.New(t)
	whole.Load(load.Options{}, duckdbtest.WriteLog(t, filepath.Join(t.TempDir(), "log"), []byte(open+head+rest), false))
	wanted := whole.Content()
	if !strings.Contains(strings.Join(wanted, "\n"), "job") {
		t.Fatal("the log holds no job")
	}
	f, name := duckdbtest.New(t), filepath.Join(t.TempDir(), "log")
	for _, log := range []string{open, open + head, open + head, open + head + rest} {
		f.Load(load.Options{}, duckdbtest.WriteLog(t, name, []byte(log), false))
	}
	duckdbtest.SameContent(t, "grown", f.Content(), wanted)
}
