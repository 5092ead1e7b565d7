package pbs

import (
	"math"
	"strings"
	"testing"
)

func TestClassifyExit(t *testing.T) {
	for _, c := range []struct {
		first, last int64
		want        ExitClass
	}{
		{math.MinInt64, -33, ExitPBSOther}, {-32, -32, ExitPBSOther}, {-31, -31, ExitPBSLimit}, {-30, -30, ExitPBSOther},
		{-29, -24, ExitPBSLimit}, {-23, -1, ExitPBSOther}, {0, 0, ExitOK}, {1, 127, ExitProgram},
		{128, 255, ExitShellSignal}, {256, math.MaxInt64, ExitSignal},
	} {
		for _, status := range []int64{c.first, c.last} {
			if got := ClassifyExit(status); got != c.want {
				t.Errorf("ClassifyExit(%d) = %s, want %s", status, got, c.want)
			}
		}
	}
}

func TestExitMeaning(t *testing.T) {
	for status, want := range map[int64]string{
		0: "success", 1: "program exit 1", 126: "command not executable", 127: "command not found", 128: "program exit 128", 255: "program exit 255",
		143: "SIGTERM to a command of the script", 137: "SIGKILL to a command of the script",
		256: "signal 0", 265: "SIGKILL", 271: "SIGTERM (qdel)", 300: "signal 44",
		-11: "rerun (requeued)", -27: "mem exceeded", -29: "walltime exceeded", -99: "ended by PBS, code -99",
	} {
		if got := ExitMeaning(status); got != want {
			t.Errorf("ExitMeaning(%d) = %q, want %q", status, got, want)
		}
	}
}

func TestLimitsAreTheCodesThatSayExceeded(t *testing.T) {
	for status := range pbsExits {
		if says := strings.Contains(ExitMeaning(status), "exceeded"); says != (ClassifyExit(status) == ExitPBSLimit) {
			t.Errorf("%d: class %s, meaning %q", status, ClassifyExit(status), ExitMeaning(status))
		}
	}
}

func FuzzExit(f *testing.F) {
	for _, status := range []int64{0, -1, -29, 127, 128, 255, 256, 271, math.MinInt64, math.MaxInt64} {
		f.Add(status)
	}
	f.Fuzz(func(t *testing.T, status int64) {
		class, meaning := ClassifyExit(status), ExitMeaning(status)
		if (class == ExitOK) != (status == 0) || (class == ExitPBSLimit || class == ExitPBSOther) != (status < 0) {
			t.Errorf("%d is %s", status, class)
		}
		if meaning == "" || (meaning == "success") != (status == 0) {
			t.Errorf("%d means %q", status, meaning)
		}
	})
}

func TestExitDoesNotAllocate(t *testing.T) {
	checkNoAllocation(t, func() {
		_ = ClassifyExit(271)
		_ = ExitMeaning(-29)
	})
}

func BenchmarkClassifyExit(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		ClassifyExit(271)
	}
}
