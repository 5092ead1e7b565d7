package pbs

import (
	"bytes"
	"fmt"
	"strings"
	"testing"
)

// selectText lists what a walk yields: COUNT{name=value ...} for the given names, then the error.
func selectText(text string, names ...string) string {
	var out strings.Builder
	s := NewSelect([]byte(text))
	for s.Next() {
		fmt.Fprintf(&out, "%d{", s.Count)
		for _, name := range names {
			if v, ok := s.Resource(name); ok {
				fmt.Fprintf(&out, "%s=%s;", name, v)
			}
		}
		out.WriteString("}")
	}
	if s.Err() != nil {
		out.WriteString(" " + s.Err().Error())
	}
	return out.String()
}

func TestSelect(t *testing.T) {
	for _, c := range []struct{ text, want string }{
		{"1:ncpus=1", "1{ncpus=1;}"},
		{"4:ncpus=128:mem=10GB+1:ncpus=1", "4{ncpus=128;mem=10GB;}1{ncpus=1;}"},
		{"3", "3{}"},
		{"2:mem=10GB+1", "2{mem=10GB;}1{}"},
		{"ncpus=1+ncpus=2", "1{ncpus=1;}1{ncpus=2;}"},
		{"0:ncpus=1", "0{ncpus=1;}"},
		{"1:NCPUS=4", "1{ncpus=4;}"},
		{"1:ncpus=4:ncpus=8", "1{ncpus=4;}"},
		{"1:foo=a b:ncpus=1", "1{ncpus=1;foo=a b;}"},
		{`1:foo="a:b+c=d e":ncpus=1+2`, "1{ncpus=1;foo=a:b+c=d e;}2{}"},
		{`1:foo='say "a+b"':ncpus=1`, `1{ncpus=1;foo=say "a+b";}`},
		{`1:foo=it's:ncpus=1`, "1{ncpus=1;foo=it's;}"},
		{`1:foo="":ncpus=1`, "1{ncpus=1;foo=;}"},
		{"1:foo=:ncpus=1", "1{ncpus=1;foo=;}"},
		{"1:foo=a=b", "1{foo=a=b;}"},
		{"node01+node02:ncpus=2", "1{}1{ncpus=2;}"},
		{"2node:ncpus=2", "1{ncpus=2;}"},
		{"1:node01:ncpus=2", "1{ncpus=2;}"},
		{"9223372036854775807:ncpus=1", "9223372036854775807{ncpus=1;}"},

		{"", " invalid select: empty value at byte 0"},
		{"+", " invalid select: malformed text at byte 0"},
		{"1+", "1{} invalid select: malformed text at byte 2"},
		{"1:", " invalid select: malformed text at byte 2"},
		{"1::ncpus=1", " invalid select: malformed text at byte 2"},
		{"1:=1", " invalid select: malformed text at byte 2"},
		{"1:ncpus=1+2:", "1{ncpus=1;} invalid select: malformed text at byte 12"},
		{`1:foo="a+b`, " invalid select: malformed text at byte 10"},
		{`1:foo="a"b`, " invalid select: malformed text at byte 9"},
		{"9223372036854775808:ncpus=1", " invalid select: number out of range at byte 0"},
	} {
		if got := selectText(c.text, "ncpus", "mem", "foo"); got != c.want {
			t.Errorf("select %q\n got %s\nwant %s", c.text, got, c.want)
		}
	}
}

func TestSelectStaysAtItsEnd(t *testing.T) {
	for _, text := range []string{"1", "1:", ""} {
		s := NewSelect([]byte(text))
		for s.Next() {
		}
		if err := s.Err(); s.Next() || s.Err() != err {
			t.Errorf("%q: walks on after the end", text)
		}
		if _, ok := s.Resource("ncpus"); ok {
			t.Errorf("%q: a resource after the end", text)
		}
	}
}

// Without quotes a walk is what splitting at '+' and ':' gives.
func FuzzSelect(f *testing.F) {
	for _, s := range []string{
		"4:ncpus=128:mpiprocs=2+1:ncpus=1", "3", "ncpus=1+ncpus=2", `1:foo="a:b+c"`, "n1+n2", "1::", "+",
	} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		s := NewSelect(text)
		var chunks [][]byte
		for s.Next() {
			chunks = append(chunks, s.chunk)
			if s.Count < 0 {
				t.Fatalf("%q: count %d", text, s.Count)
			}
		}
		if s.Err() != nil || bytes.ContainsAny(text, `"'`) {
			return
		}
		want := bytes.Split(text, []byte("+"))
		if len(chunks) != len(want) {
			t.Fatalf("%q: %d chunks, want %d", text, len(chunks), len(want))
		}
		for i, w := range want {
			if !bytes.HasSuffix(w, chunks[i]) {
				t.Fatalf("%q: chunk %q, want the end of %q", text, chunks[i], w)
			}
		}
	})
}

func TestSelectDoesNotAllocate(t *testing.T) {
	in := []byte(`4:ncpus=128:foo="a b":mpiprocs=2+1:ncpus=128`)
	checkNoAllocation(t, func() {
		for s := NewSelect(in); s.Next(); {
			_, _ = s.Resource("mpiprocs")
		}
	})
}

func BenchmarkSelect(b *testing.B) {
	benchmarkText(b, "4:ncpus=128:mpiprocs=2:ompthreads=64+1:ncpus=128:mpiprocs=1", func(in []byte) {
		for s := NewSelect(in); s.Next(); {
			_, _ = s.Resource("mpiprocs")
		}
	})
}
