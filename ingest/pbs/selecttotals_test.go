package pbs

import (
	"fmt"
	"testing"
)

// totalsText spells the set parts of a summary.
func totalsText(s SelectSummary) string {
	text := fmt.Sprintf("chunks=%d", s.Chunks)
	for _, f := range []struct {
		name  string
		value int64
		set   bool
	}{
		{"ranks", s.MPIProcs, s.HasMPIProcs}, {"threads", s.OMPThreads, s.HasOMPThreads},
		{"cpus", s.NCPUs, s.HasNCPUs}, {"gpus", s.NGPUs, s.HasNGPUs},
	} {
		if f.set {
			text += fmt.Sprintf(" %s=%d", f.name, f.value)
		} else if f.value != 0 {
			text += fmt.Sprintf(" %s is not set but %d", f.name, f.value)
		}
	}
	for _, f := range []struct {
		name string
		bad  bool
	}{{"chunks", s.BadChunks}, {"ranks", s.BadMPIProcs}, {"threads", s.BadOMPThreads}, {"cpus", s.BadNCPUs},
		{"gpus", s.BadNGPUs}} {
		if f.bad {
			text += " bad " + f.name
		}
	}
	if s.CPUType != nil || s.GPUType != nil {
		text += fmt.Sprintf(" %s/%s", s.CPUType, s.GPUType)
	}
	return text
}

func TestSelectTotals(t *testing.T) {
	for _, c := range []struct{ text, want string }{
		{"4:ncpus=128:mpiprocs=2:ompthreads=64+1:ncpus=128:mpiprocs=1", "chunks=5 ranks=9 threads=64 cpus=640"},
		{"1:ncpus=1", "chunks=1 cpus=1"},
		{"7", "chunks=7"},
		{"1:ncpus=1:mpiprocs=0", "chunks=1 ranks=0 cpus=1"},
		{"2:ncpus=4:mpiprocs=4+3:ncpus=1", "chunks=5 ranks=11 cpus=11"},
		{"2:ncpus=4:mpiprocs=4+3", "chunks=5 ranks=11 cpus=8"},
		{"2:ncpus=4:mpiprocs=4+3:ncpus=0:ngpus=1", "chunks=5 ranks=8 cpus=8 gpus=3"},
		{"1:ncpus=1+1:ncpus=1:mpiprocs=5", "chunks=2 ranks=6 cpus=2"},
		{"1:ompthreads=2+1:ompthreads=8+1:ompthreads=4", "chunks=3 threads=8"},
		{"2:ngpus=4:gpu_type=a100:cpu_type=milan+1:ngpus=1:gpu_type=h100", "chunks=3 gpus=9 milan/a100"},
		{"1:ncpus=1+1:cpu_type=genoa", "chunks=2 cpus=1 genoa/"},
		{`1:ncpus=2:note="mpiprocs=9+9:ncpus=9"`, "chunks=1 cpus=2"},
		{"0:ncpus=5:mpiprocs=5", "chunks=0 ranks=0 cpus=0"},
		{"9223372036854775807:ncpus=1", "chunks=9223372036854775807 cpus=9223372036854775807"},

		// What is wrong with one resource leaves the others.
		{"1:ncpus=", "chunks=1 bad cpus"},
		{"1:ncpus=x:mpiprocs=2", "chunks=1 ranks=2 bad cpus"},
		{"1:ncpus=-1+1:ncpus=2", "chunks=2 bad cpus"},
		{"2:ngpus=1.5:ncpus=4", "chunks=2 cpus=8 bad gpus"},
		{"1:ncpus=4+1:mpiprocs=4x", "chunks=2 cpus=4 bad ranks"},
		{"1:ompthreads=99999999999999999999:mpiprocs=3", "chunks=1 ranks=3 bad threads"},
		{"2:ompthreads=4:mpiprocs=9223372036854775807", "chunks=2 threads=4 bad ranks"},
		{"9223372036854775807:ncpus=2", "chunks=9223372036854775807 bad cpus"},
		{"1:ncpus=9223372036854775807+1:ncpus=1:mpiprocs=1", "chunks=2 ranks=2 bad cpus"},
		{"9223372036854775807+1:ompthreads=2", "chunks=0 threads=2 bad chunks"},
	} {
		got, err := SelectTotals([]byte(c.text))
		if err != nil || totalsText(got) != c.want {
			t.Errorf("SelectTotals(%q) = %s, %v; want %s", c.text, totalsText(got), err, c.want)
		}
	}
	for text, reason := range map[string]error{
		"": ErrEmpty, "1:": ErrSyntax, "1:ncpus=4+": ErrSyntax, "99999999999999999999:ncpus=1": ErrOverflow,
	} {
		got, err := SelectTotals([]byte(text))
		checkReason(t, text, err, reason)
		if text := totalsText(got); text != "chunks=0" {
			t.Errorf("%s beside the error", text)
		}
	}
}

// The parts of a request add up to the whole, defaulted ranks apart.
func FuzzSelectTotals(f *testing.F) {
	f.Add([]byte("4:ncpus=128:mpiprocs=2"), []byte("1:ncpus=0:ngpus=1"))
	f.Add([]byte("3"), []byte(`ompthreads=4:foo="a+b"`))
	f.Fuzz(func(t *testing.T, left, right []byte) {
		a, errA := SelectTotals(left)
		b, errB := SelectTotals(right)
		both, err := SelectTotals([]byte(string(left) + "+" + string(right)))
		bad := func(s SelectSummary) bool {
			return s.BadChunks || s.BadMPIProcs || s.BadOMPThreads || s.BadNCPUs || s.BadNGPUs
		}
		if errA != nil || errB != nil || err != nil || bad(a) || bad(b) || bad(both) {
			return
		}
		if both.Chunks != a.Chunks+b.Chunks || both.NCPUs != a.NCPUs+b.NCPUs || both.NGPUs != a.NGPUs+b.NGPUs ||
			both.OMPThreads != max(a.OMPThreads, b.OMPThreads) || both.HasNCPUs != (a.HasNCPUs || b.HasNCPUs) ||
			both.HasMPIProcs != (a.HasMPIProcs || b.HasMPIProcs) ||
			a.HasMPIProcs && b.HasMPIProcs && both.MPIProcs != a.MPIProcs+b.MPIProcs {
			t.Fatalf("%q: %s\n%q: %s\nboth: %s", left, totalsText(a), right, totalsText(b), totalsText(both))
		}
	})
}

func TestSelectTotalsDoesNotAllocate(t *testing.T) {
	in := []byte("4:ncpus=128:mpiprocs=2:ngpus=4:gpu_type=a100+1:ncpus=128:mpiprocs=1")
	checkNoAllocation(t, func() { _, _ = SelectTotals(in) })
}

func BenchmarkSelectTotals(b *testing.B) {
	benchmarkText(b, "4:ncpus=128:mpiprocs=2:ompthreads=64+1:ncpus=128:mpiprocs=1",
		func(in []byte) { _, _ = SelectTotals(in) })
}

func TestSelectMemory(t *testing.T) {
	for text, want := range map[string]int64{
		"2:ncpus=4:mem=3gb+1:ncpus=1:mem=1kb": 6<<30 + 1024, "1:MEM=12.5kb": 12800, "4:mem=3W": 96, "1:mem='10kb'": 10240,
		"0:mem=1kb": 0,
	} {
		if got, ok, err := SelectMemory([]byte(text)); got != want || !ok || err != nil {
			t.Errorf("SelectMemory(%q) = %d, %v, %v; want %d", text, got, ok, err, want)
		}
	}
	if got, ok, err := SelectMemory([]byte("2:ncpus=4")); got != 0 || ok || err != nil {
		t.Errorf("of none: %d, %v, %v", got, ok, err)
	}
	for text, reason := range map[string]error{
		"1:mem=big": ErrSyntax, "1:mem=1kb+2:mem=": ErrEmpty, "2:mem=8191pb": ErrOverflow, "1:mem=9000pb": ErrOverflow,
		"1:mem=1kb+": ErrSyntax,
	} {
		_, ok, err := SelectMemory([]byte(text))
		checkReason(t, text, err, reason)
		if ok {
			t.Errorf("SelectMemory(%q) says it is one", text)
		}
	}
}
