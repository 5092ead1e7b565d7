package pbs

import (
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"pbsduck/ingest/corpus"
)

// corpusLines calls f with every line of the real logs under the given folder of the corpus.
func corpusLines(t *testing.T, folder string, f func(line string)) {
	t.Helper()
	err := filepath.WalkDir(filepath.Join(corpus.Dir(t), folder), func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || strings.HasSuffix(path, ".md") || strings.HasSuffix(path, ".json") {
			return err
		}
		data, err := os.ReadFile(path)
		for line := range strings.Lines(string(data)) {
			f(strings.TrimRight(line, "\r\n"))
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

// attributes splits the text of a record at blanks, which is good enough for values that hold none.
func attributes(text string) map[string]string {
	attrs := map[string]string{}
	for field := range strings.FieldsSeq(text) {
		key, value, _ := strings.Cut(field, "=")
		attrs[key] = value
	}
	return attrs
}

// Every value of the real logs decodes, and the ways of saying how many cpus a job has agree.
func TestRealValues(t *testing.T) {
	decoders := map[string]func([]byte) error{
		"ctime": epochError, "qtime": epochError, "etime": epochError, "start": epochError, "end": epochError,
		"Exit_status": intError, "run_count": intError, "session": intError, "resources_used.cpupercent": intError,
		"Resource_List.walltime": durationError, "resources_used.walltime": durationError,
		"resources_used.cput": durationError, "eligible_time": durationError, "Resource_List.mem": sizeError,
		"resources_used.mem": sizeError, "resources_used.vmem": sizeError,
		"Resource_List.nodes": func(b []byte) error { _, err := ParseNodes(b); return err },
	}
	seen := map[string]int{}
	for _, folder := range []string{"ncar", "torque-dipc", "torque-hannover", "torque-vpac"} {
		corpusLines(t, folder, func(line string) {
			head := strings.SplitN(line, ";", 4)
			if len(head) < 4 {
				return
			}
			if _, err := ParseID([]byte(head[2])); err != nil {
				t.Errorf("%s: id %q: %v", folder, head[2], err)
			}
			attrs := attributes(head[3])
			for key, decode := range decoders {
				value, ok := attrs[key]
				if !ok || head[1] == "a" { // altered attributes are free text, UNSET included
					continue
				}
				seen[key]++
				if err := decode([]byte(value)); err != nil {
					t.Errorf("%s: %s=%q: %v", folder, key, value, err)
				}
			}
		})
	}
	for key := range decoders {
		if seen[key] == 0 {
			t.Errorf("no %s in the logs", key)
		}
	}
}

func epochError(b []byte) error    { _, err := ParseEpoch(b); return err }
func intError(b []byte) error      { _, err := ParseInt(b); return err }
func durationError(b []byte) error { _, err := ParseDuration(b); return err }
func sizeError(b []byte) error     { _, err := ParseSize(b); return err }

// On OpenPBS exec_host, exec_vnode, select and Resource_List count the same cpus, ranks and chunks.
func TestRealPlacementsAgree(t *testing.T) {
	jobs := 0
	for _, log := range []string{"ncar/derecho", "ncar/casper/20260101"} { // casper/20260130 was made by hand
		corpusLines(t, log, func(line string) {
			head := strings.SplitN(line, ";", 4)
			if len(head) < 4 || head[1] != "E" {
				return
			}
			attrs := attributes(head[3])
			checkSelect(t, head[2], attrs)
			if attrs["exec_host"] != "" {
				checkPlacement(t, head[2], attrs)
				jobs++
			}
		})
	}
	if jobs < 500 {
		t.Errorf("only %d jobs with exec_host", jobs)
	}
}

func checkSelect(t *testing.T, job string, attrs map[string]string) {
	t.Helper()
	totals, err := SelectTotals([]byte(attrs["Resource_List.select"]))
	if err != nil {
		t.Errorf("%s: %v", job, err)
	}
	checkSum(t, job, attrs, "Resource_List.nodect", totals.Chunks)
	if totals.HasMPIProcs {
		checkSum(t, job, attrs, "Resource_List.mpiprocs", totals.MPIProcs)
	}
	if totals.HasNCPUs {
		checkSum(t, job, attrs, "Resource_List.ncpus", totals.NCPUs)
	}
	if totals.HasNGPUs {
		checkSum(t, job, attrs, "Resource_List.ngpus", totals.NGPUs)
	}
}

func checkPlacement(t *testing.T, job string, attrs map[string]string) {
	t.Helper()
	var hostCPUs, vnodeCPUs, vnodeGPUs int64
	h := NewHosts([]byte(attrs["exec_host"]))
	for h.Next() {
		hostCPUs += h.CPUs
	}
	v := vnodesOf([]byte(attrs["exec_vnode"]))
	for v.Next() {
		vnodeCPUs += v.NCPUs
		vnodeGPUs += v.NGPUs
	}
	if h.Err() != nil || v.Err() != nil {
		t.Errorf("%s: %v, %v", job, h.Err(), v.Err())
	}
	checkSum(t, job, attrs, "Resource_List.ncpus", hostCPUs)
	checkSum(t, job, attrs, "Resource_List.ncpus", vnodeCPUs)
	checkSum(t, job, attrs, "Resource_List.ngpus", vnodeGPUs)
}

// checkSum compares a sum with what the record says itself, if it does.
func checkSum(t *testing.T, job string, attrs map[string]string, key string, sum int64) {
	t.Helper()
	if said, err := ParseInt([]byte(attrs[key])); err == nil && said != sum {
		t.Errorf("%s: counted %d, but %s=%d", job, sum, key, said)
	}
}
