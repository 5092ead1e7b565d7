package pbs

import (
	"strings"
	"testing"
)

// hostile are shapes of input that a user, or a damaged disk, can make as long as he likes; each writes about n bytes.
var hostile = map[string]func(n int) string{
	"open values": func(n int) string { return fill(n, job1.head("E")+"user=a account=\"x\n") },
	"open values, then ends": func(n int) string {
		return fill(n/2, job1.head("E")+"user=a account=\"x\n") + fill(n/2, job1.ended())
	},
	"open and closed in turn": func(n int) string { return fill(n, job1.head("E")+"user=a account=\"x\n"+job2.ended()) },
	"one open value":          func(n int) string { return job1.ended()[:70] + "\n" + fill(n, job2.ended()) },
	"open, and what closes it in turn": func(n int) string {
		return fill(n,
			job1.head("E")+"user=a account=\"x\n"+job2.ended()+"y\" project=p jobname=j queue=q ctime=1 end=9 run_count=1\n")
	},
	"quotes behind an open value": func(n int) string {
		return job1.ended()[:70] + "\n" + fill(n, `" project="`) + "\n" + job2.ended()
	},
	"keys behind an open value": func(n int) string {
		return job1.ended()[:70] + "\n" + fill(n, `" jobname=x project=`) + "\n" + job2.ended()
	},
	"resources behind an open value": func(n int) string {
		return job1.ended()[:70] + "\n" + fill(n, `" Resource_List.a="b c`) + "\n" + job2.ended()
	},
	"many values with newlines": func(n int) string {
		return job1.head("E") + job1.start() + fill(n, " Resource_List.a=\"b c\nd\"") + job1.tail() + "\n"
	},
	"heads in a line":  func(n int) string { return fill(n, job1.head("E")+"user=a ") + "\n" },
	"stamps in a line": func(n int) string { return job1.head("D") + fill(n, "01/15/2026 11:00:10;") + "\n" },
	"semicolons":       func(n int) string { return job1.head("U") + fill(n, ";") + "\n" },
	"garbage lines":    func(n int) string { return job1.ended() + fill(n, "x\n") + job2.ended() },
	"blank lines":      func(n int) string { return job1.ended() + fill(n, " \n") + job2.ended() },
	"lines of a hook's text": func(n int) string {
		return job1.head("a") + "comment=x\n" + fill(n, "y z\n") + job2.ended()
	},
	"wrapped lines": func(n int) string {
		return job1.head("E") + job1.start() + fill(n, "\nResource_List.a=1") + "\n" + job2.ended()
	},
	"lines behind a used text": func(n int) string {
		return strings.TrimSuffix(job1.ended(), " run_count=1\n") + " resources_used.foo=x\n" +
			fill(n, "y resources_used.z=1\n") + job2.ended()
	},
	"values that are closed and opened in a line": func(n int) string {
		return job1.head("a") + "comment=\"" + fill(n, "\" y=\"\n") + "\"\n" + job2.ended()
	},
	"NULs":                   func(n int) string { return fill(n, "x\x00") + "\n" + fill(n, job1.ended()[:70]+"\x00\n") },
	"heads of syslog":        func(n int) string { return fill(n, "<13>1 2026-01-15T11:00:10Z ;;;;;;;;;;;;;;;;;;\n") },
	"heads that are cut off": func(n int) string { return fill(n, "01/15/2026 11:00:10;E;1\n") },
}

func fill(n int, part string) string { return strings.Repeat(part, n/len(part)+1) }

// TestHostileIsLinear: work grows with the input, not with its square, which would take a megabyte beyond the time that
// a test may take.
func TestHostileIsLinear(t *testing.T) {
	for name, write := range hostile {
		t.Run(name, func(t *testing.T) {
			log := []byte(write(1 << 20))
			var f Framer
			if f.Cut(log) > len(log) || f.Unsure(log) >= len(log) {
				t.Error("beyond the end")
			}
			bytes := 0
			scanAll(log, len(log)+1, func(r *Record) { bytes += len(r.Raw) })
			if bytes > len(log) {
				t.Errorf("records of %d bytes in a log of %d", bytes, len(log))
			}
		})
	}
}
