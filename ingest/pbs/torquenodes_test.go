package pbs

import (
	"bytes"
	"strings"
	"testing"
)

func TestParseNodes(t *testing.T) {
	const unset = -1
	for _, c := range []struct {
		text              string
		count, cpus, gpus int64
	}{
		{"2:ppn=8", 2, 16, unset}, {"1", 1, unset, unset}, {"4", 4, unset, unset},
		{"1:ppn=28:gpus=1:default", 1, 28, 1}, {"3:gpus=2", 3, unset, 6}, {"1:sb:ppn=16", 1, 16, unset},
		{"nodeA+nodeB:ppn=2", 2, 3, unset}, {"node-01.example:ppn=4", 1, 4, unset}, {"2:ppn=8+3:ppn=1", 5, 19, unset},
		{"nodes=1:ppn=1", 1, 1, unset}, {"1pn=4", 1, 4, unset}, {"nodes=1pn=4", 1, 4, unset}, {"2pn=4:ib", 2, 8, unset},
		{"ppn=8", 1, 8, unset}, {"2:ppn=4#shared", 2, 8, unset}, {"1:myrinet", 1, unset, unset}, {"2node:ppn=2", 1, 2, unset},
		{"0:ppn=4", 0, 0, unset}, {"1:gpu=x:ppn=2", 1, 2, unset}, {"2:gpu=4:ppn=2:gpu", 2, 4, 8},
		{"2:ppn=2:gpus", 2, 4, unset}, {"2:ppn=4:ppn=9", 2, 8, unset},
		{"99999999999999999999x:ppn=3", 1, 3, unset},
	} {
		got, err := ParseNodes([]byte(c.text))
		want := Nodes{Count: c.count, CPUs: max(c.cpus, 0), GPUs: max(c.gpus, 0),
			HasCPUs: c.cpus != unset, HasGPUs: c.gpus != unset}
		if err != nil || got != want {
			t.Errorf("ParseNodes(%q) = %+v, %v; want %+v", c.text, got, err, want)
		}
	}
	for text, reason := range map[string]error{
		"": ErrEmpty, "nodes=": ErrSyntax, "+": ErrSyntax, "1+": ErrSyntax, "1:": ErrSyntax, ":ppn=1": ErrSyntax,
		"1::ppn=1": ErrSyntax, "1:ppn=": ErrEmpty, "1:ppn=x": ErrSyntax, "1:ppn=-1": ErrSyntax, "1:gpus=1.5": ErrSyntax,
		"1:=3": ErrSyntax, "#shared": ErrSyntax, "1pn=": ErrEmpty, "99999999999999999999": ErrOverflow,
		"9223372036854775807:ppn=2": ErrOverflow, "1:ppn=99999999999999999999": ErrOverflow,
		"9223372036854775807+1": ErrOverflow,
	} {
		got, err := ParseNodes([]byte(text))
		checkReason(t, text, err, reason)
		if got != (Nodes{}) {
			t.Errorf("ParseNodes(%q) = %+v beside the error", text, got)
		}
	}
}

// Two requests joined by '+' add up.
func FuzzParseNodes(f *testing.F) {
	f.Add([]byte("2:ppn=8"), []byte("nodeA:gpus=1"))
	f.Add([]byte("1pn=4"), []byte("9223372036854775807"))
	f.Add([]byte("nodes=1:ppn=1"), []byte("3"))
	f.Fuzz(func(t *testing.T, left, right []byte) {
		a, errA := ParseNodes(left)
		b, errB := ParseNodes(right)
		if bytes.ContainsRune(left, '#') || bytes.HasPrefix(right, []byte("nodes=")) {
			return
		}
		both, err := ParseNodes([]byte(string(left) + "+" + string(right)))
		if errA != nil || errB != nil {
			if err == nil {
				t.Fatalf("%q: %v, %q: %v, but both: %+v", left, errA, right, errB, both)
			}
			return
		}
		sum := Nodes{Count: a.Count + b.Count, GPUs: a.GPUs + b.GPUs,
			HasCPUs: a.HasCPUs || b.HasCPUs, HasGPUs: a.HasGPUs || b.HasGPUs}
		if sum.HasCPUs {
			sum.CPUs = cpusWithDefault(a) + cpusWithDefault(b)
		}
		overflow := sum.Count < 0 || sum.CPUs < 0 || sum.GPUs < 0
		if overflow != (err != nil) || !overflow && both != sum {
			t.Fatalf("%q: %+v, %q: %+v, both: %+v, %v", left, a, right, b, both, err)
		}
	})
}

func cpusWithDefault(n Nodes) int64 {
	if n.HasCPUs {
		return n.CPUs
	}
	return n.Count
}

func TestParseNodesDoesNotAllocate(t *testing.T) {
	in := []byte("nodes=2:ppn=8:ib+nodeA:gpus=1")
	checkNoAllocation(t, func() { _, _ = ParseNodes(in) })
}

func BenchmarkParseNodes(b *testing.B) {
	benchmarkText(b, strings.Repeat("nodeA:ppn=8+", 3)+"2:ppn=8:gpus=1", func(in []byte) { _, _ = ParseNodes(in) })
}
