package main

import (
	"compress/gzip"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"pbsduck/duckdb"
)

// peak runs a command and prints its largest resident set, in MB, to the file that is named first. It is a process of
// its own: of one that a large process starts Linux counts the memory of that one, too.
func peak() {
	c := exec.Command(os.Args[2], os.Args[3:]...)
	c.Stdout, c.Stderr = os.Stdout, os.Stderr
	err := c.Run()
	if c.ProcessState != nil && c.ProcessState.ExitCode() == 3 { // done, but some lines were rejected
		err = nil
	}
	usage, ok := c.ProcessState.SysUsage().(*syscall.Rusage)
	if err == nil && ok {
		err = os.WriteFile(os.Args[1], []byte(strconv.FormatInt(usage.Maxrss/1000, 10)), 0o600)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// A memoryCase is an input that once took memory without bound, and what it may take, in MB: to load it, to verify the
// database, and to make its rows again.
type memoryCase struct {
	name  string
	make  func(t *testing.T, dir string)
	bound int
	huge  bool // only with -torture
	again bool // what is loaded is verified and made again also without -torture
}

// hostileBound is what any input may take, also bytes of rows next to each other that nothing packs, a quarter of a
// gigabyte of them, which DuckDB holds all at once.
const hostileBound = 1200

// noiseBound is what shorter texts that nothing packs may take: with -torture they are three times as long. To verify
// them all at once took 1000.
const noiseBound = 950

// longestBound is what nearly two gigabytes of such records take: DuckDB packs 2,048 rows at once. To verify them takes
// 2,700 MB, or up to 4,100, as the checks that read them fall together.
const longestBound = 4400

var memoryCases = []memoryCase{
	{"900 small logs", smallLogs(900), 500, false, false},
	{"3,000 small logs", smallLogs(3000), 500, false, false},
	{"20,000 small logs", smallLogs(20_000), 500, true, false},
	{"one job", manyRecords(246_000, recordOf(func(int) int { return 1 })), hostileBound, false, false},
	{"a gigabyte of one job", manyRecords(2_000_000, recordOf(func(int) int { return 1 })), hostileBound, true, false},
	{"every other record of one job", manyRecords(500_000, recordOf(func(i int) int { return 1 + i%2*i })),
		hostileBound, true, false},
	{"one record again and again",
		manyRecords(2_000_000, func(int) string { return recordOf(func(int) int { return 1 })(0) }),
		hostileBound, true, false},
	{"long accounts", manyRecords(12_000, longAccount(30_000)), hostileBound, true, false}, // otherwise TestLongTexts
	{"accounts that are too long", manyRecords(3_000, longAccount(120_000)), hostileBound, true, false},
	{"records that do not pack", noisy(func(i int) string { return recordOf(func(int) int { return i })(i) }, "jobname="),
		noiseBound, false, false},
	{"events that are kept as bytes",
		noisy(func(i int) string { return stamp(i) + ";a;" + strconv.Itoa(i) + ".s;Variable_List=\xff" }, "="),
		noiseBound, false, false},
	{"events of texts that do not pack",
		noisy(func(i int) string { return stamp(i) + ";a;" + strconv.Itoa(i) + ".s;Variable_List=" }, "="),
		noiseBound, false, false},
	{"rejects", noisy(rejected, "="), noiseBound, false, true},
	{"the longest records, which do not pack", func(t *testing.T, dir string) {
		manyRecords(60, noise(30_000_000, recordOf(func(i int) int { return i }), "jobname="))(t, dir)
	}, longestBound, true, false},
	{"short records", manyRecords(3_000_000, shortRecord),
		hostileBound, false, false},
}

// TestMemory holds the program to its bounds of memory.
func TestMemory(t *testing.T) {
	if runtime.GOOS != "linux" {
		t.Skip("other systems count resident memory in other units")
	}
	if underRace {
		t.Skip("the race detector takes several times the memory")
	}
	for _, c := range memoryCases {
		t.Run(c.name, func(t *testing.T) {
			if c.huge && !*torture {
				t.Skip("only with -torture")
			}
			dir := t.TempDir()
			c.make(t, dir)
			db := filepath.Join(t.TempDir(), "x.duckdb")
			steps := [][]string{
				{"ingest", "-q", "--db", db, "--machine", "m", "--timezone", "UTC", dir},
				{"verify", "-q", "--db", db},
				{"rebuild", "-q", "--from-records", "--db", db},
			}
			if !c.again && !*torture {
				steps = steps[:1]
			}
			for _, args := range steps {
				bound := c.bound
				if bound == noiseBound && *torture {
					bound = hostileBound
				}
				if got := peakOf(t, args...); got > bound {
					t.Errorf("%s takes %d MB, more than %d", args[0], got, bound)
				}
			}
		})
	}
}

// exportBound is what a Parquet file may take while it is written, in MB, however many rows it has.
const exportBound = 3000

// TestMemoryOfExport writes a file of so many rows that all of them together take more.
func TestMemoryOfExport(t *testing.T) {
	if !*torture {
		t.Skip("only with -torture")
	}
	dir, path := t.TempDir(), filepath.Join(t.TempDir(), "x.duckdb")
	manyRecords(3_000_000, shortRecord)(t, dir)
	peakOf(t, "ingest", "-q", "--db", path, "--machine", "m", "--timezone", "UTC", dir)
	db, err := duckdb.Open(t.Context(), path, duckdb.Options{})
	if err == nil {
		err = db.Exec(t.Context(), "INSERT INTO events SELECT e.* FROM events e, range(7)")
	}
	if err == nil {
		err = db.Close()
	}
	if err != nil {
		t.Fatal(err)
	}
	if got := peakOf(t, "export", "-q", "--db", path, "--table", "events", t.TempDir()); got > exportBound {
		t.Errorf("export takes %d MB, more than %d", got, exportBound)
	}
}

// peakOf is the largest resident set of a command, in MB.
func peakOf(t *testing.T, args ...string) int {
	t.Helper()
	out := t.TempDir()
	c := exec.Command("peak", append([]string{filepath.Join(out, "peak"), "pbsduck"}, args...)...)
	if said, err := c.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, said)
	}
	text, err := os.ReadFile(filepath.Join(out, "peak"))
	if err != nil {
		t.Fatal(err)
	}
	got, err := strconv.Atoi(string(text))
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("%s: %d MB", args[0], got)
	return got
}

var firstDay = time.Date(1980, 1, 1, 0, 0, 0, 0, time.UTC)

// stamp is the head's time of a record, a hundred of them in a second.
func stamp(i int) string {
	return firstDay.Add(time.Duration(i) * time.Second / 100).Format("01/02/2006 15:04:05")
}

// shortRecord makes the shortest records: they say nothing.
func shortRecord(i int) string { return stamp(i) + ";Q;" + strconv.Itoa(i) + ";\n" }

// smallLogs makes logs of a day each, with three records of a job.
func smallLogs(n int) func(*testing.T, string) {
	return func(t *testing.T, dir string) {
		for i := range n {
			day := firstDay.AddDate(0, 0, i)
			head, ctime := day.Format("01/02/2006"), day.Unix()
			log := fmt.Sprintf("%[1]s 01:00:00;Q;%[2]d.s;queue=cpu\n"+
				"%[1]s 02:00:00;S;%[2]d.s;user=u group=g queue=cpu ctime=%[3]d start=%[4]d exec_host=n1/0*4\n"+
				"%[1]s 03:00:00;E;%[2]d.s;user=u group=g queue=cpu ctime=%[3]d start=%[4]d exec_host=n1/0*4 "+
				"end=%[5]d Exit_status=0\n",
				head, i, ctime+3600, ctime+7200, ctime+10800)
			if err := os.WriteFile(filepath.Join(dir, day.Format("20060102")), []byte(log), 0o600); err != nil {
				t.Fatal(err)
			}
		}
	}
}

// manyRecords makes one packed log, of which little is on disk.
func manyRecords(n int, record func(i int) string) func(*testing.T, string) {
	return func(t *testing.T, dir string) {
		f, err := os.Create(filepath.Join(dir, "20260101.gz"))
		if err != nil {
			t.Fatal(err)
		}
		defer f.Close()
		w, err := gzip.NewWriterLevel(f, gzip.BestSpeed)
		if err != nil {
			t.Fatal(err)
		}
		for i := range n {
			if _, err := io.WriteString(w, record(i)); err != nil {
				t.Fatal(err)
			}
		}
		if err := w.Close(); err != nil {
			t.Fatal(err)
		}
	}
}

// recordOf makes different E records of some jobs.
func recordOf(job func(i int) int) func(i int) string {
	rest := " exec_vnode=(" + strings.Repeat("n1:ncpus=4)+(", 20) +
		"n2:ncpus=1) Resource_List.ncpus=81 Resource_List.nodect=21 Resource_List.place=free"
	return func(i int) string {
		return fmt.Sprintf("%s;E;%d.s;user=u group=g account=\"A%d\" queue=cpu jobname=n ctime=300000000 start=300000100 "+
			"end=%d Exit_status=0 resources_used.walltime=00:10:00%s run_count=1 session=%d\n",
			stamp(i), job(i), i%7, firstDay.Unix()+int64(i/100), rest, i)
	}
}

// rejected makes lines that are no records, behind one that is.
func rejected(i int) string {
	if i == 0 {
		return stamp(i) + ";Q;1.s;queue=q"
	}
	return "no record =" + strconv.Itoa(i)
}

// noisy makes records that have noise behind a word.
func noisy(record func(i int) string, word string) func(*testing.T, string) {
	return func(t *testing.T, dir string) {
		n, bytes := 6_000, 40_000
		if *torture {
			n, bytes = 3_000, 120_000
		}
		manyRecords(n, noise(bytes, record, word))(t, dir)
	}
}

// noise puts so many bytes that nothing packs behind a word of each record.
func noise(bytes int, record func(i int) string, word string) func(i int) string {
	const letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
	random := rand.NewChaCha8([32]byte{})
	b := make([]byte, bytes)
	return func(i int) string {
		_, _ = random.Read(b) // it never fails
		for k := range b {
			b[k] = letters[b[k]%64]
		}
		text := record(i)
		if before, after, ok := strings.Cut(text, word); ok {
			text = before + word + string(b) + after
		}
		return strings.TrimSuffix(text, "\n") + "\n"
	}
}
