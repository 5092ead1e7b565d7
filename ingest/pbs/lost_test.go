package pbs

import (
	"strings"
	"testing"
)

// TestCutOffValues: the last value of a record that is cut off inside it is not taken, where it shows.
func TestCutOffValues(t *testing.T) {
	requeued := strings.Replace(job1.ended(), ";E;", ";R;", 1)
	start := strings.TrimSuffix(job{id: 1, second: 610, account: "A1"}.started(), "resource_assigned.ncpus=2 \n")
	for _, c := range []struct{ log, ends string }{
		{requeued, " end=176"}, {requeued, ".cput=00:1"}, {requeued, ".mem=10"}, {requeued, ".walltime=01"},
		{requeued, "run_count="}, {job1.ended(), "run_count="},
		{strings.Replace(job1.ended(), "run_count", "eligible_time=00:20:00 run_count", 1), "eligible_time=00:2"},
		{start, " ctime="}, {start, " ctime=17"}, {start, " qtime="}, {start, " start=1768"},
		{start, ".walltime=02:00:0"}, {start, ".walltime=02"},
	} {
		before, _, found := strings.Cut(c.log, c.ends)
		if !found {
			t.Fatalf("no %q", c.ends)
		}
		scanAll([]byte(before+c.ends+"\n"+job2.ended()), 1<<20, func(r *Record) {
			name := strings.TrimPrefix(c.ends[:strings.IndexByte(c.ends, '=')], " ")
			if n := len(r.Attrs); r.Line == 1 && (r.Flags != CutOff || strings.HasSuffix(string(r.Attrs[n-1].Name), name)) {
				t.Errorf("%q: %s", c.ends, show(r))
			}
		})
	}
	torque, _, _ := strings.Cut(job1.endedTorque(), " resources_used.walltime=")
	negative := torque + " resources_used.walltime=-342359:-42:-21\n" // which Torque writes, and lacks nothing
	for _, whole := range []string{start + "\n", negative} {
		scanAll([]byte(whole), 1<<20, func(r *Record) {
			if r.Flags != 0 {
				t.Errorf("a whole one: %s", show(r))
			}
		})
	}
}

// TestLostAndLeft: what crashes leave within lines, and what stands in front of heads.
func TestLostAndLeft(t *testing.T) {
	nuls := strings.Repeat("\x00", 300)
	end := strings.TrimSuffix
	torque := strings.NewReplacer(`"`, "", " project=_p", "", " run_count=1", "", "exec_vnode=(n1:ncpus=2) ", "")
	start := job{id: 1, second: 610, account: "A1"}.started()
	syslog := "<13>1 2026-01-15T11:00:10Z host torque - ID [a@1 x=\"y; z\"][b@2 k=\"" + strings.Repeat("v", 300) + "\"] "
	for _, c := range []struct {
		name, log string
		want      []string
	}{
		{"an account of two lines, and a record behind the record's last value",
			end(strings.ReplaceAll(job1.ended(), "A1", "A\n1"), "\n") + job2.ended(),
			[]string{`E 1.srv "A\n1" 01:00:00 torn`, good(job2)}},
		{"an account of two lines, and a record within the record's usage",
			strings.Split(strings.ReplaceAll(job1.ended(), "A1", "A\n1"), ".walltime=01")[0] + job2.ended(),
			[]string{`reject "01/15/2026 1"`, good(job2)}},
		{"white space in front", job1.ended() + " \t" + job2.ended() + " " + job3.ended(),
			[]string{good(job1), good(job2), good(job3)}},
		{"RFC 5424 with all there is", syslog + "\xef\xbb\xbf" + job1.ended() + job2.ended(),
			[]string{good(job1, "prefixed"), good(job2)}},
		{"grep", "log/20260115:12:" + job1.ended() + "acct-20260115.gz:" + job2.ended() + "today.log:" + job3.ended(),
			[]string{good(job1, "prefixed"), good(job2, "prefixed"), good(job3, "prefixed")}},
		{"NULs over the end of a record and the beginning of the next",
			job1.ended()[:400] + nuls + job2.ended()[200:] + job3.ended(),
			[]string{`reject "01/15/2026 1"`, `reject "\x00\x00\x00`, good(job3)}},
		{"NULs in an account", strings.ReplaceAll(job1.ended(), "A1", "A\x00\x001") + job2.ended(),
			[]string{`reject "01/15/2026 1"`, `reject "\x00\x001`, good(job2)}},
		{"NULs in lines of an account", strings.ReplaceAll(job1.ended(), "A1", "A\nx\x00\n1") + job2.ended(),
			[]string{`reject "01/15/2026 1"`, `reject "x"`, `reject "\x00"`, `reject "1\" project=`, good(job2)}},
		{"NULs behind a record", end(job1.ended(), "\n") + "\x00\x00\n" + job2.ended(),
			[]string{good(job1, "torn"), `reject "\x00\x00"`, good(job2)}},
		{"a head that is cut off behind a hook's text",
			job1.head("a") + "comment=x y\nz\n01/15/2026 11:00:11;S;2.s\n01/15/20\n" + job2.ended(),
			[]string{`a 1.srv "" `, `reject "01/15/2026 1"`, `reject "01/15/20"`, good(job2)}},
		{"a start that is cut off in quotes, and a record in its line",
			end(start, "\n") + "Resource_List.foo=\"a " + job2.ended(),
			[]string{`reject "01/15/2026 1"`, good(job2)}},
		{"a line of a key that was there", torque.Replace(job1.ended()) + "resources_used.walltime=99:00:00\n" + job2.ended(),
			[]string{good(job1), `reject "resources_us`, good(job2)}},
		{"an outcome behind a start", start + "Exit_status=1\n" + job2.ended(),
			[]string{`S 1.srv "A1" `, `reject "Exit_status=`, good(job2)}},
	} {
		t.Run(c.name, func(t *testing.T) {
			checkSeen(t, c.log, c.want)
		})
	}
}
