package pbs

import (
	"bytes"
	"fmt"
	"slices"
	"strings"
	"testing"
)

// show writes a record as a test can compare it: type, id, attributes or text, flags.
func show(r *Record) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s %s", r.Type, r.ID)
	for _, a := range r.Attrs {
		fmt.Fprintf(&b, " {%s=%s}", a.Name, a.Value)
	}
	if len(r.Attrs) == 0 {
		fmt.Fprintf(&b, " %q", r.Text)
	}
	if r.Flags != 0 {
		fmt.Fprintf(&b, " %v", r.Flags.Names())
	}
	if r.Problem != "" {
		b.WriteString(" problem")
	}
	return b.String()
}

const at = "01/02/2026 03:04:05;"

// jobTail is what follows the account in a short but whole job data block.
const jobTail = `project=_p jobname=j queue=q ctime=1 qtime=2 etime=3`

const shownTail = `{project=_p} {jobname=j} {queue=q} {ctime=1} {qtime=2} {etime=3}`

func TestScan(t *testing.T) {
	for _, c := range []struct{ name, log, want string }{
		{"empty text", at + "C;1.s;\n", `C 1.s ""`},
		{"free text", at + "A;1.s;Job deleted, execution node X=1 down\n", `A 1.s "Job deleted, execution node X=1 down"`},
		{"unknown letter", at + "X;1.s;foo=1 bar\n", `X 1.s {foo=1 bar}`},
		{"two letters", at + "YA;1;a=1 b=\n", `YA 1 {a=1} {b=}`},
		{"licence", at + "L;license;floating license hour:1 day:2\n", `L license "floating license hour:1 day:2"`},
		{"no text at all", at + "S;1.s;the_rest\n", `S 1.s "the_rest"`},
		{"semicolons", at + "U;S1.s;requestor=a@b recurrence_rrule=FREQ=DAILY;COUNT=3 timezone=UTC\n",
			`U S1.s {requestor=a@b} {recurrence_rrule=FREQ=DAILY;COUNT=3} {timezone=UTC}`},
		{"CRLF", at + "D;1.s;requestor=a@b\r\n", `D 1.s {requestor=a@b}`},
		{"torn", at + "D;1.s;requestor=a", `D 1.s {requestor=a} [torn]`},
		{"prefix", "20260102:" + at + "Q;1.s;queue=b\n", `Q 1.s {queue=b} [prefixed]`},
		{"syslog", "Jan  2 03:04:05 host torque: " + at + "Q;1.s;queue=b\n", `Q 1.s {queue=b} [prefixed]`},
		{"impossible date", "02/30/2026 03:04:05;Q;1.s;queue=b\n", `Q 1.s {queue=b} problem`},
		{"orphan", "junk\nmore\n" + at + "C;1.s;\n", "  \"junk\" [orphan] problem\n  \"more\" [orphan] problem\nC 1.s \"\""},

		{"quoted account", at + `Q;1.s;user=u group=g account="a b" ` + jobTail + " \n",
			`Q 1.s {user=u} {group=g} {account=a b} ` + shownTail},
		{"injected key", at + `Q;1.s;user=u group=g account="a" evil="b" ` + jobTail + "\n",
			`Q 1.s {user=u} {group=g} {account=a" evil="b} ` + shownTail},
		{"injected project", at + `Q;1.s;user=u group=g account="a" project=x jobname=y" ` + jobTail + "\n",
			`Q 1.s {user=u} {group=g} {account=a" project=x jobname=y} ` + shownTail},
		{"injected block",
			at + `Q;1.s;user=u group=g account="a" project=x jobname=y queue=z ctime=9 qtime=9" ` + jobTail + "\n",
			`Q 1.s {user=u} {group=g} {account=a" project=x jobname=y queue=z ctime=9 qtime=9} ` + shownTail + " [ambiguous]"},
		{"lone quote", at + `Q;1.s;user=u group=g account="x"y" ` + jobTail + "\n",
			`Q 1.s {user=u} {group=g} {account=x"y} ` + shownTail},
		{"blank in group", at + `Q;1.s;user=u group=domain users ` + jobTail + "\n",
			`Q 1.s {user=u} {group=domain users} ` + shownTail},
		{"quoted project", at + `Q;1.s;user=u group=g account="a" project="my p" jobname=j queue=q ctime=1 ` + "\n",
			`Q 1.s {user=u} {group=g} {account=a} {project=my p} {jobname=j} {queue=q} {ctime=1}`},
		{"quotes that are content",
			at + `Q;1.s;user=u ctime=1 Resource_List.a="b" Resource_List.c='he said "x y" it's' Resource_List.d=1` + "\n",
			`Q 1.s {user=u} {ctime=1} {Resource_List.a="b"} {Resource_List.c=he said "x y" it's} {Resource_List.d=1}`},
		{"injected resource",
			at + `Q;1.s;user=u ctime=1 Resource_List.a='x' Resource_List.walltime=9 a="b' Resource_List.walltime=1` + "\n",
			`Q 1.s {user=u} {ctime=1} {Resource_List.a=x' Resource_List.walltime=9 a="b} {Resource_List.walltime=1} ` +
				`[ambiguous]`},
		{"newline", at + "Q;1.s;user=u group=g account=\"a\r\nb\" " + jobTail + "\n",
			"Q 1.s {user=u} {group=g} {account=a\r\nb} " + shownTail},
		{"forged", at + "Q;1.s;user=u group=g account=\"x\n" + at +
			`E;9.s;user=m account="y" jobname=f queue=q ctime=1 run_count=1" ` + jobTail + "\n" + at + "D;1.s;requestor=u@h\n",
			"Q 1.s {user=u} {group=g} {account=x\n" + at + `E;9.s;user=m account="y" jobname=f queue=q ctime=1 run_count=1} ` +
				shownTail + " [forged_record]\nD 1.s {requestor=u@h}"},
		{"crash fragment",
			at + "Q;1.s;user=u group=g account=\"x\n" + at + `Q;2.s;user=v group=g account="y" ` + jobTail + "\n",
			`  "` + at + `Q;1.s;user=u group=g account=\"x" [orphan] problem` + "\n" +
				`Q 2.s {user=v} {group=g} {account=y} ` + shownTail},

		{"blanks in a used string", at + "E;1.s;user=u ctime=1 session=0 end=2 Exit_status=0 resources_used.cput=1 " +
			"resources_used.s=Tue Sep 03 resources_used.walltime=2 eligible_time=3 run_count=1\n",
			`E 1.s {user=u} {ctime=1} {session=0} {end=2} {Exit_status=0} {resources_used.cput=1} {resources_used.s=Tue Sep ` +
				`03} {resources_used.walltime=2} {eligible_time=3} {run_count=1}`},
		{"fake keys in a used string", at + "E;1.s;user=u ctime=1 end=2 Exit_status=0 resources_used.s=x run_count=99 " +
			"Exit_status=-1 resources_used.walltime=9 resources_used.t=1 resources_used.walltime=2 run_count=1\n",
			`E 1.s {user=u} {ctime=1} {end=2} {Exit_status=0} {resources_used.s=x run_count=99 Exit_status=-1 ` +
				`resources_used.walltime=9} {resources_used.t=1} {resources_used.walltime=2} {run_count=1} [ambiguous]`},
		{"JSON", at + `E;1.s;user=u ctime=1 end=2 resources_used.j='{"a": "it's", "b": 1}' ` +
			`resources_used.l="x,y","z" run_count=1` + "\n",
			`E 1.s {user=u} {ctime=1} {end=2} {resources_used.j={"a": "it's", "b": 1}} ` +
				`{resources_used.l="x,y","z"} {run_count=1}`},
		{"phase", at + "u;1.s;user=u ctime=1 session=4 run_count=1  resources_used.cput=1 resources_used.s=a b run_count=7\n",
			`u 1.s {user=u} {ctime=1} {session=4} {run_count=1} {resources_used.cput=1} {resources_used.s=a b run_count=7}`},
		{"hyphens", at + "E;1.s;ctime=1 end=2 resources_used.x-site-energy=5 resources_used.x_site_energy=6 run_count=1\n",
			`E 1.s {ctime=1} {end=2} {resources_used.x-site-energy=5} {resources_used.x_site_energy=6} {run_count=1}`},
		{"altered", at + `a;1.s;Resource_List.walltime=01:00:00 comment="a; and = b "c""` + "\n",
			`a 1.s {Resource_List.walltime=01:00:00} {comment=a; and = b "c"}`},
		{"altered by a hook", at + "a;1.s;Variable_List=HOME=/h,FOO=b a;r=1\n", `a 1.s {Variable_List=HOME=/h,FOO=b a;r=1}`},
		{"Torque", at + "E;1.s;user=u group=g jobname=j queue=q ctime=1 qtime=1 etime=1 start=2 owner=u@h " +
			"exec_host=n/0 Resource_List.nodes=nodes=1:ppn=1 session=3 end=4 Exit_status=0 resources_used.cput=1 " +
			"Error_Path=/dev/pts/0 account=a\n",
			`E 1.s {user=u} {group=g} {jobname=j} {queue=q} {ctime=1} {qtime=1} {etime=1} {start=2} {owner=u@h} ` +
				`{exec_host=n/0} {Resource_List.nodes=nodes=1:ppn=1} {session=3} {end=4} {Exit_status=0} {resources_used.cput=1} ` +
				`{Error_Path=/dev/pts/0} {account=a} [ambiguous]`},
		{"Torque 6", at + "E;1.s;user=u ctime=1 Resource_Request_2.0=-L tasks=1:lprocs=1 -L tasks=2:place=node session=3 " +
			"end=4 Exit_status=0 resources_used.walltime=5\n",
			`E 1.s {user=u} {ctime=1} {Resource_Request_2.0=-L tasks=1:lprocs=1 -L tasks=2:place=node} {session=3} {end=4} ` +
				`{Exit_status=0} {resources_used.walltime=5}`},
		{"suspended", at + "z;1.s;resources_used.cput=1 resources_used.walltime=2 resources_released=(n:ncpus=2)\n",
			`z 1.s {resources_used.cput=1} {resources_used.walltime=2} {resources_released=(n:ncpus=2)}`},
		{"not UTF-8", at + "z;1.s;\"\x9f\xf1\n", "z 1.s \"\\\"\\x9f\\xf1\" [not_utf8]"},
	} {
		t.Run(c.name, func(t *testing.T) {
			var got []string
			scanAll([]byte(c.log), len(c.log), func(r *Record) { got = append(got, show(r)) })
			if all := strings.Join(got, "\n"); all != c.want {
				t.Errorf("got:\n%s\nwant:\n%s", all, c.want)
			}
		})
	}
}

func TestTruncatedHook(t *testing.T) {
	text := "Variable_List=" + strings.Repeat("z", maxHookText-len("Variable_List="))
	scanAll([]byte(at+"a;1.s;"+text+"\n"), 1<<20, func(r *Record) {
		if r.Flags != Truncated {
			t.Error(r.Flags.Names())
		}
	})
}

// TestScanAllocatesNothing: on the straight way a block costs nothing per record.
func TestScanAllocatesNothing(t *testing.T) {
	data := derechoLike(100)
	s := NewScanner(NewParser())
	var r Record
	scan := func() {
		s.Reset(data, 1, 0)
		for s.Next(&r) {
		}
	}
	scan()
	if n := testing.AllocsPerRun(10, scan); n > 0 {
		t.Errorf("%.1f allocations in %d records", n, 300)
	}
}

// FuzzScan: nothing panics or is lost, and the records are the same wherever Cut parts the log.
func FuzzScan(f *testing.F) {
	f.Add([]byte(at+"Q;1.s;user=u group=g account=\"x\n"+at+`E;9.s;user=m run_count=1" `+jobTail+"\n"+
		at+"D;1.s;requestor=u@h\n"), 40)
	f.Add([]byte("junk\n"+at+`E;1.s;account="a" b="c" `+jobTail+" resources_used.s=x y run_count=1\r\n"), 30)
	f.Add(derechoLike(1), 500)
	f.Fuzz(func(t *testing.T, data []byte, size int) {
		if size < 1 {
			size = 1
		}
		var whole, parts []string
		checkLossless(t, "log", data, len(data)+1)
		scanAll(data, len(data)+1, func(r *Record) { whole = append(whole, fmt.Sprint(r.Line, r.Offset, r.Lines, show(r))) })
		scanAll(data, size, func(r *Record) { parts = append(parts, fmt.Sprint(r.Line, r.Offset, r.Lines, show(r))) })
		if !slices.Equal(whole, parts) {
			t.Fatalf("in blocks of %d: %q\nwhole: %q", size, parts, whole)
		}
	})
}

// FuzzSplit: a record that is read by itself, as it is kept in the database, has the attributes it had in its log.
func FuzzSplit(f *testing.F) {
	f.Add([]byte(at + `E;1.s;user=u group=g account="a" ` + jobTail + "\n"))
	f.Add([]byte(at + "Q;1.s;user=u account=\"x\n" + at + `E;9.s;user=m run_count=1" ` + jobTail + "\n"))
	f.Fuzz(func(t *testing.T, data []byte) {
		s := NewScanner(NewParser())
		scanAll(data, len(data)+1, func(r *Record) {
			if r.Problem != "" || r.Flags&Torn != 0 {
				return
			}
			var alone Record
			s.Split(bytes.Clone(r.Raw), &alone)
			r.Flags &^= Context
			if show(&alone) != show(r) {
				t.Fatalf("alone %s\nin log %s", show(&alone), show(r))
			}
		})
	})
}
