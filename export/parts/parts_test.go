package parts

import (
	"os"
	"path/filepath"
	"testing"

	"pbsduck/ingest/schema"
	"pbsduck/ingest/source"
)

const record = "01/02/2026 10:00:00;E;1.server;user=u group=g queue=q ctime=1767340000 qtime=1767340000 " +
	"etime=1767340000 start=1767344400 exec_host=n1/0 exec_vnode=(n1:ncpus=1) Resource_List.ncpus=1 " +
	"Resource_List.nodect=1 end=1767348000 Exit_status=0 resources_used.walltime=01:00:00 run_count=1 \n"

// write writes the files of the log of a folder.
func write(t *testing.T, into, logs string) (*Folder, Log) {
	t.Helper()
	folder, err := Open(into, schema.Site{})
	if err != nil {
		t.Fatal(err)
	}
	found, err := source.Find([]string{logs}, source.FindOptions{})
	if err != nil || len(found) != 1 {
		t.Fatal(found, err)
	}
	log := Log{Log: found[0], Machine: "m", Zone: "UTC"}
	if done, err := folder.Write(t.Context(), log, 2); err != nil || done.Bad != nil {
		t.Fatal(err, done.Bad)
	}
	return folder, log
}

// names are the files of a table.
func names(t *testing.T, into, table string) []string {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(into, table, "*.parquet"))
	if err != nil {
		t.Fatal(err)
	}
	return files
}

// TestLogWrittenAgain: while a log's files are replaced one by one, it is not among those that are there. If the
// program ends then, the next run has it there again.
func TestLogWrittenAgain(t *testing.T) {
	logs, into := t.TempDir(), t.TempDir()
	if err := os.WriteFile(filepath.Join(logs, "20260102"), []byte(record), 0o600); err != nil {
		t.Fatal(err)
	}
	folder, log := write(t, into, logs)
	if n := len(names(t, into, "logs")); n != 1 {
		t.Fatalf("%d logs are there", n)
	}
	w, err := folder.begin(log)
	if err != nil {
		t.Fatal(err)
	}
	close(w.rows[0])
	if err := w.writeTable(t.Context(), 0); err != nil {
		t.Fatal(err)
	}
	if left := names(t, into, "logs"); len(left) > 0 {
		t.Errorf("with one file of another reading the log is there: %v", left)
	}
	write(t, into, logs)
	if n := len(names(t, into, "logs")); n != 1 {
		t.Errorf("%d logs are there in the end", n)
	}
}
