package duckdbtest

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// arrayLog has an array of two elements, the array as a whole, and an array of somebody else whose elements are not
// there. No parent has usage; one says a walltime all the same.
const arrayLog = `01/15/2026 10:10:00;E;1[1].s;user=u account="A" jobname=a queue=q ` +
	`ctime=1768496400 start=1768496410 Resource_List.ncpus=2 end=1768497000 Exit_status=0 ` +
	`resources_used.mem=1048576kb resources_used.walltime=01:00:00 run_count=1
01/15/2026 10:20:00;E;1[2].s;user=u account="A" jobname=a queue=q ` +
	`ctime=1768496400 start=1768496410 Resource_List.ncpus=2 end=1768497600 Exit_status=0 ` +
	`resources_used.mem=1048576kb resources_used.walltime=00:30:00 run_count=1
01/15/2026 10:20:01;E;1[].s;user=u account="A" jobname=a queue=q ` +
	`ctime=1768496400 start=1768496410 array_indices=1-2 Resource_List.ncpus=2 session=0 end=1768497601 ` +
	`Exit_status=0 run_count=0
01/15/2026 10:20:02;E;2[].s;user=v account="B" jobname=b queue=r ` +
	`ctime=1768496400 start=1768496410 array_indices=1-2 Resource_List.ncpus=2 session=0 end=1768497602 ` +
	`Exit_status=0 resources_used.walltime=05:00:00 run_count=0
`

// ArrayLog is a log of job arrays: one of two elements with its parent, and the parent of another one.
func ArrayLog(t *testing.T) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "20260115")
	if err := os.WriteFile(path, []byte(arrayLog), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// JobsIn is a log of jobs; each line is what follows the common attributes, with an end.
func JobsIn(t *testing.T, jobs ...string) string {
	t.Helper()
	var b strings.Builder
	for i, attributes := range jobs {
		var end int64
		_, after, _ := strings.Cut(attributes, " end=")
		if _, err := fmt.Sscan(after, &end); err != nil {
			t.Fatal(err)
		}
		head := time.Unix(end, 0).In(Denver(t)).Format("01/02/2006 15:04:05")
		fmt.Fprintf(&b, "%s;E;%d.s;user=u account=\"A\" jobname=j ctime=1768490000 start=1768490010 %s run_count=1\n",
			head, i+1, attributes)
	}
	path := filepath.Join(t.TempDir(), "20260115")
	if err := os.WriteFile(path, []byte(b.String()), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}
