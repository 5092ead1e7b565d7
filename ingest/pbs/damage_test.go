package pbs

import (
	"bytes"
	"fmt"
	"strings"
	"testing"
)

// A job is what a test's record says; its head is in the second of its end.
type job struct {
	id, second int // of 2026-01-15, from 18:00 UTC
	account    string
	project    string
	list       string // further Resource_List attributes
}

const evening = 1768500000 // 2026-01-15 18:00 UTC; the server is at UTC-7

func (j job) head(letter string) string {
	return fmt.Sprintf("01/15/2026 %02d:%02d:%02d;%s;%d.srv;", 11+j.second/3600, j.second/60%60, j.second%60, letter, j.id)
}

func (j job) start() string {
	project := j.project
	if project == "" {
		project = "_p"
	}
	return fmt.Sprintf(`user=user%04d group=grp account="%s" project=%s jobname=j%d queue=q ctime=%d qtime=%d etime=%d`,
		j.id, j.account, project, j.id, evening-1000, evening+j.second-600, evening-1000)
}

func (j job) rest() string {
	return fmt.Sprintf(` start=%d exec_host=n1/0*2 exec_vnode=(n1:ncpus=2) %sResource_List.ncpus=2 `+
		`Resource_List.place=pack Resource_List.select=1:ncpus=2 Resource_List.walltime=02:00:00`,
		evening+j.second-600, j.list)
}

func (j job) tail() string {
	return fmt.Sprintf(` session=1 end=%d Exit_status=0 resources_used.cput=00:10:00 resources_used.mem=1024kb `+
		`resources_used.walltime=0%d:00:00 run_count=1`,
		evening+j.second, j.id%10)
}

func (j job) ended() string { return j.head("E") + j.start() + j.rest() + j.tail() + "\n" }

// endedTorque is the record without what Torque does not write.
func (j job) endedTorque() string {
	absent := []string{`"`, "", " project=_p", "", " run_count=1", "", "exec_vnode=(n1:ncpus=2) ", ""}
	return strings.NewReplacer(absent...).Replace(j.ended())
}

func (j job) started() string {
	j.second -= 600
	head := j.head("S")
	j.second += 600
	return head + j.start() + j.rest() + " resource_assigned.ncpus=2 \n"
}

// startedWith is a start whose last request is this.
func (j job) startedWith(list string) string {
	whole, _, _ := strings.Cut(j.started(), "Resource_List.")
	return whole + list
}

// seen is what a scan gives of each record: type, number, account, walltime and flags, or the bytes of a reject.
func seen(log string) []string {
	var all []string
	scanAll([]byte(log), len(log)+1, func(r *Record) {
		if r.Problem != "" {
			all = append(all, fmt.Sprintf("reject %.12q", r.Raw))
			return
		}
		account, _ := r.Value(Account)
		used, _ := r.Value(UsedWalltime)
		words := []string{string(r.Type), string(r.ID), fmt.Sprintf("%.8q", account), string(used)}
		all = append(all, strings.Join(append(words, r.Flags.Names()...), " "))
	})
	return all
}

// behind is what stands in a text behind a word.
func behind(text, word string) string {
	_, after, _ := strings.Cut(text, word)
	return after
}

func good(j job, flags ...string) string {
	words := []string{"E", fmt.Sprintf("%d.srv", j.id), fmt.Sprintf("%.8q", j.account), fmt.Sprintf("0%d:00:00", j.id%10)}
	return strings.Join(append(words, flags...), " ")
}

var (
	job1 = job{id: 1, second: 10, account: "A1"}
	job2 = job{id: 2, second: 70, account: "A2"}
	job3 = job{id: 3, second: 130, account: "A3"}
)

// TestCutAnywhere: wherever a record is cut off, with or without a newline, it takes nothing of those behind it, and
// they are what they are.
func TestCutAnywhere(t *testing.T) {
	for name, write := range map[string]func(job) string{"OpenPBS": job.ended, "Torque": job.endedTorque} {
		for _, second := range []int{10, 70} { // the second job1 is in the second of the record behind it
			first := write(job{id: 1, second: second, account: "A1"})
			behind := write(job2) + write(job3)
			want := seen(behind)
			for cut := range len(first) {
				for _, newline := range []string{"", "\n"} {
					got := seen(first[:cut] + newline + behind)
					n := len(got) - len(want)
					if n < 0 || n > 1 {
						t.Fatalf("%s, cut at %d: %q", name, cut, got)
					}
					for i := range want {
						if rest := strings.TrimSuffix(got[n+i], " doubtful"); rest != want[i] || second == 10 && rest != got[n+i] {
							t.Errorf("%s, cut at %d %q: %q", name, cut, first[max(0, cut-30):cut]+newline, got)
							break
						}
					}
					if n == 1 && !strings.HasPrefix(got[0], "reject") && newline == "" && cut < len(first)-2 {
						t.Errorf("%s, cut at %d %q: the first is %q", name, cut, first[max(0, cut-30):cut], got[0])
					}
				}
			}
		}
	}
}

// TestCutOffSaysSo: an E record that is cut off in front of a newline is a reject, or flagged, or lacks nothing but its
// count of runs, or all usage.
func TestCutOffSaysSo(t *testing.T) {
	for name, whole := range map[string]string{
		"OpenPBS": job1.ended(),
		"Torque":  job1.endedTorque(),
	} {
		for cut := strings.Index(whole, "user="); cut < len(whole)-1; cut++ {
			scanAll([]byte(whole[:cut]+"\n"+job2.ended()), 1<<20, func(r *Record) {
				wall, _ := r.Value(UsedWalltime)
				cput, _ := r.Value(UsedCPUTime)
				// as if it had never run
				never := strings.HasSuffix(whole[:cut], "Exit_status=0") || strings.HasSuffix(whole[:cut], "Exit_status=0 ")
				if r.Line == 1 && r.Problem == "" && len(r.Attrs) > 0 && r.Flags&CutOff == 0 && !never &&
					(string(wall) != "01:00:00" || string(cput) != "00:10:00") {
					t.Errorf("%s, cut at %d %q: walltime %q, CPU time %q, flags %v",
						name, cut, whole[max(0, cut-30):cut], wall, cput, r.Flags.Names())
				}
				if r.Line == 1 && len(wall) > 0 && string(wall) != "01:00:00" {
					t.Errorf("%s, cut at %d: walltime %q", name, cut, wall)
				}
			})
		}
	}
}

func TestDamage(t *testing.T) {
	forged := job{id: 99, second: 5, account: "STOLEN"}
	many := strings.Repeat(forged.ended(), 40)
	crlf := strings.NewReplacer(
		" queue=", "\r\nqueue=", " session=", "\r\nsession=", " resources_used.mem", "\r\nresources_used.mem",
	)
	for _, c := range []struct {
		name, log string
		want      []string
	}{
		{"NULs", job1.ended() + strings.Repeat("\x00", 64) + job2.ended() + job3.ended(),
			[]string{good(job1), `reject "\x00\x00\x00`, good(job2), good(job3)}},
		{"garbage in front", job1.ended() + "\xff\xfe;;x" + job2.ended(),
			[]string{good(job1), `reject "\xff\xfe;;x"`, good(job2)}},
		{"garbage lines", job1.ended() + "pbs_server: out of disk\n\x01\x02\n" + job2.ended(),
			[]string{good(job1), `reject "pbs_server: `, `reject "\x01\x02"`, good(job2)}},
		{"a head that is cut off", job1.ended() + "01/15/2026 11:00:11;S;2.s\n" + job2.ended(),
			[]string{good(job1), `reject "01/15/2026 1"`, good(job2)}},
		{"white space", job1.ended() + "  \n\n\t\r\n" + job2.ended() + "\n", []string{good(job1), good(job2)}},
		{"white space first", "\n \n" + job2.ended(), []string{good(job2)}},
		{"byte order mark", "\xef\xbb\xbf" + job1.ended() + job2.ended(), []string{good(job1, "prefixed"), good(job2)}},
		{"daemon", "torque: " + job1.ended() + "pbs_server[123]: " + job2.ended(),
			[]string{good(job1, "prefixed"), good(job2, "prefixed")}},
		{"syslog", "Jan 15 11:00:10 host torque: " + job1.ended() + "Jan  5 11:00:10 host torque[1]: " + job2.ended(),
			[]string{good(job1, "prefixed"), good(job2, "prefixed")}},
		{"RFC 5424", "<13>1 2026-01-15T11:00:10.123456-07:00 host torque 123 - - " +
			job1.ended() + "<190>1 - host torque - - - " + job2.ended(),
			[]string{good(job1, "prefixed"), good(job2, "prefixed")}},
		{"ISO 8601", "2026-01-15T11:00:10-07:00 host torque: " + job1.ended() + "2026-01-15 11:00:10 " + job2.ended(),
			[]string{good(job1, "prefixed"), good(job2, "prefixed")}},
		{"without a newline", strings.TrimSuffix(job1.ended(), "\n") + job2.ended(),
			[]string{good(job1, "torn"), good(job2)}},

		{"hard-wrapped", strings.ReplaceAll(job1.ended(), " queue=", "\nqueue=") + job2.ended(),
			[]string{good(job1, "wrapped"), good(job2)}},
		{"hard-wrapped often, CRLF", crlf.Replace(job1.ended()) + job2.ended(),
			[]string{good(job1, "wrapped"), good(job2)}},
		{"a line of an earlier key", strings.ReplaceAll(job1.ended(), " session=", "\nqueue=x\n session=") + job2.ended(),
			[]string{`E 1.srv "A1"  cut_off`, `reject "queue=x"`, `reject " session=1 e`, good(job2)}},

		{"newline in an account", strings.ReplaceAll(job1.ended(), "A1", "A\n1") + job2.ended(),
			[]string{"E 1.srv \"A\\n1\" 01:00:00", good(job2)}},
		{"newlines in accounts, same second", strings.ReplaceAll(job1.ended()+job1.ended(), "A1", "A\n1"),
			[]string{"E 1.srv \"A\\n1\" 01:00:00", "E 1.srv \"A\\n1\" 01:00:00"}},
		{"newline at an account's end", strings.ReplaceAll(job1.ended(), "A1", "A1\n") + job2.ended(),
			[]string{"E 1.srv \"A1\\n\" 01:00:00", good(job2)}},
		{"newlines in job2 values",
			job{id: 1, second: 10, account: "A\n1", list: "Resource_List.foo=\"a\nb c\" "}.ended() + job2.ended(),
			[]string{"E 1.srv \"A\\n1\" 01:00:00", good(job2)}},
		{"newlines in job2 values of a start",
			job{id: 1, second: 610, account: "A\n1", list: "Resource_List.foo=\"a\nb c\" "}.started() + job2.ended(),
			[]string{"S 1.srv \"A\\n1\" ", good(job2)}},
		{"a project that is not quoted", strings.ReplaceAll(job1.ended(), "=_p ", "=_\np ") + job2.ended(),
			[]string{good(job1), good(job2)}},
		{"a text of a hook", strings.ReplaceAll(job1.ended(), " resources_used.mem", " resources_used.foo=x\n"+
			"y z resources_used.mem") + job2.ended(), []string{good(job1), good(job2)}},

		{"forged in an account", job{id: 1, second: 10, account: "x\n" + many + "y"}.ended() + job2.ended(),
			[]string{`E 1.srv "x\n01/15/" 01:00:00 forged_record`, good(job2)}},
		{"forged in its last line",
			job{id: 1, second: 10, account: "x\n" + many + strings.TrimSuffix(forged.ended(), "\n")}.ended() + job2.ended(),
			[]string{`E 1.srv "x\n01/15/" 01:00:00 forged_record`, good(job2)}},
		{"forged in the same second",
			job{id: 1, second: 5, account: "x\n" + many + strings.TrimSuffix(forged.ended(), "\n")}.ended() + job2.ended(),
			[]string{`E 1.srv "x\n01/15/" 01:00:00 forged_record`, good(job2)}},
		{"forged in the same line",
			job{id: 1, second: 10, account: "x" + strings.TrimSuffix(forged.ended(), "\n")}.ended() + job2.ended(),
			[]string{`E 1.srv "x01/15/2" 01:00:00 forged_record`, good(job2)}},
		{"forged in a project",
			job{id: 1, second: 10, account: "A1", project: "\"x y\n" + many + "\""}.ended() + job2.ended(),
			[]string{good(job1, "forged_record"), good(job2)}},
		{"forged in a resource",
			job{id: 1, second: 10, account: "A1", list: "Resource_List.foo=\"x y\n" + many + "\" "}.ended() + job2.ended(),
			[]string{good(job1, "forged_record"), good(job2)}},
		{"forged in a resource, single quotes",
			job{id: 1, second: 10, account: "A1", list: "Resource_List.foo='x \"y\n" + many + "' "}.ended() + job2.ended(),
			[]string{good(job1, "forged_record"), good(job2)}},
		{"forged in a start", job{id: 1, second: 610, account: "x\n" + many + "y"}.started() + job2.ended(),
			[]string{`S 1.srv "x\n01/15/"  forged_record`, good(job2)}},
		{"forged by qalter",
			job1.head("a") + "Account_Name=\"x y\n" + many + strings.TrimSuffix(forged.ended(), "\n") + "\"\n" + job2.ended(),
			[]string{`a 1.srv ""  forged_record`, good(job2)}},
		{"forged by qalter, a variable",
			job1.head("a") + "Variable_List=\"A=x y\n" + many + ",B=1\" Resource_List.walltime=01:00:00\n" + job2.ended(),
			[]string{`a 1.srv ""  forged_record`, good(job2)}},
		{"forged, and the quote is closed with an unknown key",
			job{id: 1, second: 10, account: "x\" foo=\"\n" + many + "y"}.ended() + job2.ended(),
			[]string{`E 1.srv "x\" foo=\"" 01:00:00 forged_record`, good(job2)}},
		{"forged behind a closed quote", job{id: 1, second: 10, account: "x\"\n" + many + "y"}.ended() + job2.ended(),
			[]string{`E 1.srv "x\"\n01/15" 01:00:00 forged_record`, good(job2)}},
		{"forged, with the end of the real job1 in its second", job{id: 1, second: 5,
			account: "x\n" + many + forged.head("E") + `user=victim group=g account="STOLEN`}.ended() + job2.ended(),
			append([]string{`reject "01/15/2026 1"`},
				append(repeated(40, good(forged, "doubtful")), `E 99.srv "STOLEN" 01:00:00 doubtful`, good(job2))...)},
		{"forged, and the line that closes it opens another value",
			job{id: 1, second: 10, account: "x\n" + forged.head("E") + "user=victim group=g account=\"STOLEN\ny",
				list: "Resource_List.foo=\"a\nb c\" "}.ended() + job2.ended(),
			[]string{`reject "01/15/2026 1"`, `E 99.srv "STOLEN\ny" 01:00:00 doubtful`, good(job2)}},
		{"forged, and qalter's value is closed first", job{id: 1, second: 10,
			account: "x\n" + forged.head("a") + "comment=\"y\nz", project: "\"a\nb c\""}.ended() + job2.ended(),
			[]string{`reject "01/15/2026 1"`, `a 99.srv "" 01:00:00 run_count=1 ambiguous doubtful`, good(job2)}},
		{"forged, and the user closes the quote himself",
			job{id: 1, second: 10, account: "x\" project=p\n" + many}.ended() + job2.ended(),
			append(append([]string{`E 1.srv "x"  cut_off`}, repeated(40, good(forged, "doubtful"))...),
				`reject "\" project=_p"`, good(job2))},
		{"forged, and the user closes the quote and goes on to the end", job{id: 1, second: 10,
			account: "x\" project=p jobname=j queue=q ctime=1768499000 start=1768499410 end=17\n" + many}.ended() + job2.ended(),
			append(append([]string{`E 1.srv "x"  cut_off`}, repeated(40, good(forged, "doubtful"))...),
				`reject "\" project=_p"`, good(job2))},
		{"forged in a start, and the user closes the quote himself",
			job{id: 1, second: 610, account: "x\" project=p\n" + many}.started() + job2.ended(),
			append(append([]string{`S 1.srv "x"  cut_off`}, repeated(40, good(forged, "doubtful"))...),
				`reject "\" project=_p"`, good(job2))},
		{"forged in a resource whose quote the user closes himself",
			job{id: 1, second: 10, account: "A1",
				list: "Resource_List.foo=\"x y\" Resource_List.goo=1\n" + many + "\" "}.ended() + job2.ended(),
			append(append([]string{`E 1.srv "A1"  cut_off`}, repeated(40, good(forged, "doubtful"))...),
				`reject "\" Resource_L"`, good(job2))},
		{"forged, the user closes the quote himself, and opens another",
			job{id: 1, second: 10, account: "x\" project=\"p\n" + many}.ended() + job2.ended(),
			append(append([]string{`reject "01/15/2026 1"`}, repeated(40, good(forged, "doubtful"))...),
				`reject "\" project=_p"`, good(job2))},
		{"forged in the same line, and the user closes the quote himself",
			job{id: 1, second: 10, account: "x\" project=p " + many}.ended() + job2.ended(),
			append(append([]string{`reject "01/15/2026 1"`}, repeated(40, good(forged, "doubtful"))...),
				`reject "\" project=_p"`, good(job2))},
		{"forged, and the last line opens a value that hides the quote",
			job{id: 1, second: 10, account: "x\n" + forged.ended() + forged.head("E") + "z='"}.ended() + job2.ended(),
			[]string{`reject "01/15/2026 1"`, good(forged, "doubtful"), `E 99.srv "" 01:00:00 doubtful`, good(job2)}},
		{"forged, and the last line is a start that has usage",
			job{id: 1, second: 10, account: "A1", list: "Resource_List.foo=\"x y\n" + forged.ended() + forged.head("S") +
				"user=u queue=q ctime=1768492800 resources_used.z=y\" "}.ended() + job2.ended(),
			[]string{good(job1, "forged_record"), good(job2)}},
		{"two requests with quotes, and a newline",
			job{id: 1, second: 10, account: "A1", list: "Resource_List.foo=\" Resource_List.goo=\"a b\nc\" "}.ended() +
				job2.ended(), []string{good(job1, "ambiguous"), good(job2)}},
		{"cut off, and a rest that names no second",
			"01/15/2026 11:15:00;S;1.srv;user=u group=g account=\"A1\" project=p\n" + job3.ended() +
				"01/15/2026 11:20:00;Q;4.srv;user=u group=g account=\"a\nb\" queue=q ctime=1768500000\n",
			[]string{`S 1.srv "A1"  cut_off`, good(job3), "Q 4.srv \"a\\nb\" "}},
		{"cut off, and a stray rest of another second",
			job1.ended()[:95] + "\n" + job3.ended() + `" project=` + behind(job2.ended(), `" project=`) + job2.ended(),
			[]string{`E 1.srv "A1"  cut_off`, good(job3), `reject "\" project=_p"`, good(job2)}},
		{"cut off, and an honest quote much later",
			job1.ended()[:70] + "\n" + job3.ended() + job{id: 4, second: 200, account: "a\nb"}.ended(),
			[]string{`reject "01/15/2026 1"`, good(job3), "E 4.srv \"a\\nb\" 04:00:00"}},
		{"cut off, and a strange account later",
			job1.ended()[:70] + "\n" + job3.ended() + job{id: 4, second: 200, account: `a" project="b`}.ended(),
			[]string{`reject "01/15/2026 1"`, good(job3), good(job{id: 4, account: `a" project="b`})}},
		{"cut off, and a damaged head later", job1.ended()[:70] + "\n" + job3.ended() + "x" + job2.ended()[1:],
			[]string{`reject "01/15/2026 1"`, good(job3), `reject "x1/15/2026 1"`}},
	} {
		t.Run(c.name, func(t *testing.T) {
			checkSeen(t, c.log, c.want)
		})
	}
}

// checkSeen: that is what a scan gives, wherever the log is cut into blocks; of rejects their beginning counts.
func checkSeen(t *testing.T, log string, want []string) {
	t.Helper()
	got := seen(log)
	for i := range got {
		if i < len(want) && strings.HasPrefix(want[i], "reject") && strings.HasPrefix(got[i], want[i]) {
			got[i] = want[i]
		}
	}
	if strings.Join(got, "\n") != strings.Join(want, "\n") {
		t.Errorf("got:\n%s\nwant:\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
	checkLossless(t, "log", []byte(log), len(log)+1)
	for _, size := range []int{100, 1000} {
		checkLossless(t, "log", []byte(log), size)
	}
	checkAlone(t, []byte(log))
}

func repeated(n int, s string) []string {
	all := make([]string, n)
	for i := range all {
		all[i] = s
	}
	return all
}

// checkAlone: a record that is read by itself has the attributes it had in its log.
func checkAlone(t *testing.T, data []byte) {
	t.Helper()
	s := NewScanner(NewParser())
	scanAll(data, len(data)+1, func(r *Record) {
		if r.Problem != "" {
			return
		}
		var alone Record
		s.Split(bytes.Clone(r.Raw), &alone)
		alone.Flags |= r.Flags & (Torn | Doubtful)
		if show(&alone) != show(r) {
			t.Fatalf("alone %s\nin log %s", show(&alone), show(r))
		}
	})
}
