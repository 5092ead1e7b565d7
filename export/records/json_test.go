package records

import (
	"bytes"
	"encoding/json"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"

	"pbsduck/ingest/batch"
	"pbsduck/ingest/pbs"
)

// parsed is a line of JSON, read again.
type parsed struct {
	File, Type, ID string
	Line, Offset   int64
	Time           *time.Time
	Attributes     map[string]any
	Text           *string
	Problem        string
	Flags          []string
}

// FuzzJSON compares the line with what encoding/json reads out of it.
func FuzzJSON(f *testing.F) {
	const head = "01/15/2026 08:00:01;"
	f.Add([]byte(head + `E;7.srv;user=user0001 account="a b" Resource_List.x=1 Resource_List.x=2`))
	f.Add([]byte(head + "Q;\xff;user=\x1b[31m\x80\n\u202e jobname=\U0001f986\U000e0001"))
	f.Add([]byte(head + "L;license;\t\r\x00\x7f\"\\"))
	f.Add([]byte("99" + head[2:] + "D;1;x=y"))
	f.Add([]byte("noise\xc3\x28"))
	scanner, lines := pbs.NewScanner(pbs.NewParser()), NewJSON(time.UTC)
	lines.SetFile("log")
	f.Fuzz(func(t *testing.T, raw []byte) {
		var r pbs.Record
		scanner.Reset(raw, 1, 0)
		for scanner.Next(&r) {
			checkLine(t, lines.AppendLine(nil, &r), &r)
		}
	})
}

func checkLine(t *testing.T, line []byte, r *pbs.Record) {
	t.Helper()
	var got parsed
	if err := json.Unmarshal(line, &got); err != nil {
		t.Fatalf("%v in %q", err, line)
	}
	text := func(b []byte) string {
		if r.Flags&pbs.NotUTF8 != 0 {
			return string(batch.AppendLatin1(nil, b))
		}
		return string(b)
	}
	want := parsed{
		File: "log", Type: text(r.Type), ID: text(r.ID), Line: r.Line, Offset: r.Offset, Time: got.Time, Problem: r.Problem,
		Flags: r.Flags.Names(),
	}
	whole := text(r.Text)
	switch {
	case r.Problem != "":
		whole = text(r.Raw)
		want.Text = &whole
	case len(r.Attrs) == 0:
		want.Text = &whole
	default:
		want.Attributes = attributes(r.Attrs, text)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Fatal(diff)
	}
	if !utf8.Valid(line) ||
		bytes.IndexFunc(line[:len(line)-1], func(r rune) bool { return r < ' ' || r >= 0x7f && r < 0xa0 }) >= 0 {
		t.Fatalf("control characters or broken UTF-8 in %q", line)
	}
	if (got.Time == nil) != (r.Problem != "") {
		t.Fatalf("time %v of a record with the problem %q", got.Time, r.Problem)
	}
}

// attributes is the object that attributes make, the slow way.
func attributes(attrs []pbs.Attr, text func([]byte) string) map[string]any {
	m := map[string]any{}
	for _, a := range attrs {
		name, value := text(a.Name), text(a.Value)
		switch before := m[name].(type) {
		case nil:
			m[name] = value
		case string:
			m[name] = []any{before, value}
		case []any:
			m[name] = append(before, value)
		}
	}
	return m
}

const benchRecord = `01/15/2026 09:00:00;E;4551566.srv;user=user0001 group=staff account="PROJ0001" ` +
	`project=_pbs_project_default jobname=column-subset queue=cpu ctime=1768489200 qtime=1768489200 etime=1768489200 ` +
	`start=1768489300 exec_host=n0415/0*128 exec_vnode=(n0415:ncpus=128:mem=246415360kb:ngpus=0) ` +
	`Resource_List.job_priority=premium Resource_List.mem=235gb Resource_List.ncpus=128 Resource_List.nodect=1 ` +
	`Resource_List.place=scatter:exclhost Resource_List.select=1:ncpus=128:mpiprocs=128:ompthreads=1 ` +
	`Resource_List.walltime=24:00:00 session=245226 end=1768492800 Exit_status=0 resources_used.cpupercent=13248 ` +
	`resources_used.cput=3102:09:59 resources_used.mem=107470911kb resources_used.ncpus=128 ` +
	`resources_used.vmem=75150665kb resources_used.walltime=00:58:20 eligible_time=00:13:56 run_count=1` + "\n"

func TestJSONAllocatesNothing(t *testing.T) {
	scanner, lines := pbs.NewScanner(pbs.NewParser()), NewJSON(time.UTC)
	var r pbs.Record
	var out []byte
	block := []byte(benchRecord)
	n := testing.AllocsPerRun(100, func() {
		scanner.Reset(block, 1, 0)
		for scanner.Next(&r) {
			out = lines.AppendLine(out[:0], &r)
		}
	})
	if n != 0 {
		t.Errorf("%v allocations per record", n)
	}
}

func BenchmarkJSON(b *testing.B) {
	scanner, lines := pbs.NewScanner(pbs.NewParser()), NewJSON(time.UTC)
	var r pbs.Record
	var out []byte
	block := []byte(benchRecord)
	b.SetBytes(int64(len(block)))
	b.ReportAllocs()
	for b.Loop() {
		scanner.Reset(block, 1, 0)
		for scanner.Next(&r) {
			out = lines.AppendLine(out[:0], &r)
		}
	}
}
