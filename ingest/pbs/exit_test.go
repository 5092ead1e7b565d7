package pbs

import (
	"math"
	"strings"
	"testing"
)

func TestClassifyExit(t *testing.T) {
	type span struct {
		first, last int64
		want        ExitClass
	}
	both := []span{
		{0, 0, ExitOK},
		{1, 127, ExitProgram},
		{128, 192, ExitShellSignal},
		{193, 255, ExitProgram},
		{256, math.MaxInt64, ExitSignal},
	}
	for dialect, spans := range map[Dialect][]span{
		OpenPBS: {{math.MinInt64, -33, ExitPBSOther}, {-32, -32, ExitPBSOther}, {-31, -31, ExitPBSLimit},
			{-30, -30, ExitPBSOther},
			{-29, -24, ExitPBSLimit}, {-23, -1, ExitPBSOther}},
		Torque: {{math.MinInt64, -13, ExitPBSOther}, {-12, -10, ExitPBSLimit}, {-9, -1, ExitPBSOther}},
	} {
		for _, s := range append(spans, both...) {
			for _, status := range []int64{s.first, s.last} {
				if got := dialect.ClassifyExit(status); got != s.want {
					t.Errorf("dialect %d: %d is %s, want %s", dialect, status, got, s.want)
				}
			}
		}
	}
}

func TestExitMeaning(t *testing.T) {
	for status, want := range map[int64]string{
		0: "success", 1: "program exit 1", 126: "command not executable", 127: "command not found", 128: "program exit 128",
		255: "program exit 255", 143: "SIGTERM to a command of the script", 137: "SIGKILL to a command of the script",
		256: "signal 0", 265: "SIGKILL", 271: "SIGTERM (qdel)", 300: "signal 44",
		-11: "rerun (requeued)", -27: "mem exceeded", -29: "walltime exceeded", -99: "ended by PBS, code -99",
	} {
		if got := OpenPBS.ExitMeaning(status); got != want {
			t.Errorf("ExitMeaning(%d) = %q, want %q", status, got, want)
		}
	}
	for status, want := range map[int64]string{
		-10: "mem exceeded", -11: "walltime exceeded", -12: "cput exceeded", -29: "ended by PBS, code -29",
		271: "SIGTERM (qdel)",
	} {
		if got := Torque.ExitMeaning(status); got != want {
			t.Errorf("Torque: ExitMeaning(%d) = %q, want %q", status, got, want)
		}
	}
}

func TestLimitsAreTheCodesThatSayExceeded(t *testing.T) {
	for dialect, meanings := range map[Dialect]map[int64]string{OpenPBS: pbsExits, Torque: torqueExits} {
		for status := range meanings {
			says := strings.Contains(dialect.ExitMeaning(status), "exceeded")
			if says != (dialect.ClassifyExit(status) == ExitPBSLimit) {
				t.Errorf("dialect %d, %d: class %s, meaning %q",
					dialect, status, dialect.ClassifyExit(status), dialect.ExitMeaning(status))
			}
		}
	}
}

func FuzzExit(f *testing.F) {
	for _, status := range []int64{0, -1, -29, 127, 128, 255, 256, 271, math.MinInt64, math.MaxInt64} {
		f.Add(status, false)
	}
	f.Fuzz(func(t *testing.T, status int64, torque bool) {
		d := Dialect(0)
		if torque {
			d = Torque
		}
		class, meaning := d.ClassifyExit(status), d.ExitMeaning(status)
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
		_ = OpenPBS.ClassifyExit(271)
		_ = Torque.ExitMeaning(-11)
	})
}

func BenchmarkClassifyExit(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		OpenPBS.ClassifyExit(271)
	}
}
