package pbs

import (
	"strings"
	"testing"
)

// TestForgedBehindABeginning: what a user writes behind a value that he closed himself is doubtful behind the records
// of a beginning, too, and with Torque, which has no quotes to close. The same stands behind each of his records: what
// one of them lets through is a row.
func TestForgedBehindABeginning(t *testing.T) {
	forged := job{id: 9, second: 40, account: "STOLEN"}
	bare := strings.NewReplacer(`"`, "", " project=_p", "", " run_count=1", "", "exec_vnode=(n1:ncpus=2) ", "",
		"resource_assigned.ncpus=2 ", "")
	user := job{id: 1, second: 610}
	with := func(account, list string) job {
		user := user
		user.account, user.list = account, list
		return user
	}
	closed := "x\" project=p jobname=j queue=q ctime=1768499000\n"
	for _, c := range []struct {
		name, log string
		want      []string
	}{
		{"an account", with(closed+forged.ended()+"y", "").started(),
			[]string{`S 1.srv "x" `, good(forged, "doubtful"), `reject "y\" project=`}},
		{"an account of two lines", with("\n"+closed+forged.ended()+"y", "").started(),
			[]string{`S 1.srv "\nx" `, good(forged, "doubtful"), `reject "y\" project=`}},
		{"a request, whose rest names no time", with("A1", "Resource_List.foo=\"a b\"\n"+forged.ended()+"y\" ").started(),
			[]string{`S 1.srv "A1" `, good(forged, "doubtful"), `reject "y\" Resource`}},
		{"an account and a request",
			with(closed+forged.ended()+"y", "Resource_List.foo=\"a b\"\n"+job2.ended()+"z\" ").started(),
			[]string{`S 1.srv "x" `, good(forged, "doubtful"), `reject "y\" project=`, good(job2, "doubtful"),
				`reject "z\" Resource`}},
		{"Torque's account", bare.Replace(with("x\n"+forged.ended()+"y", "").ended()),
			[]string{`E 1.srv "x\n01/15/" 01:00:00 forged_record`}},
		{"Torque's request, at the end", bare.Replace(with("A1", "Resource_List.foo=x\n"+forged.ended()+"y ").ended()),
			[]string{`E 1.srv "A1"  cut_off`, `E 9.srv "STOLEN" 09:00:00 doubtful`, `reject "y Resource_L`}},
		{"Torque's request, at the start",
			strings.Replace(bare.Replace(with("A1", "Resource_List.foo=x\n"+forged.ended()+"y ").started()), " exec_host=",
				" owner=u@h exec_host=", 1),
			[]string{`S 1.srv "A1" `, `E 9.srv "STOLEN" 09:00:00 doubtful`, `reject "y Resource_L`}},
		{"none: a start without its blank", strings.TrimSuffix(user.started(), " \n") + "\n" + forged.ended(),
			[]string{`S 1.srv "" `, good(forged)}},
	} {
		t.Run(c.name, func(t *testing.T) {
			checkSeen(t, c.log+job3.ended(), append(c.want, good(job3)))
		})
	}
}

// TestOpenValueTakesNoOthers: a record whose user had PBS write quotes that hide its end is not closed by the rest of a
// later record of the same job, which names the same second, and holds no records in between.
func TestOpenValueTakesNoOthers(t *testing.T) {
	user := job{id: 1, second: 610, account: "a\nb"}
	queued := job{id: 1, second: 10}.head("Q") + user.start() + " Resource_List.ncpus=2 \n"
	for _, name := range []string{`x="`, `"`, `'y`, `a="b"c`, `"x"`, `x='"`, `foo="y" `} {
		named := func(log string) string { return strings.ReplaceAll(log, "jobname=j1", "jobname="+name) }
		checkSeen(t, named(queued)+job3.ended()+named(user.started())+job2.ended()+named(user.ended())+job3.ended(), []string{
			`Q 1.srv "a\nb" `, good(job3), `S 1.srv "a\nb" `, good(job2), `E 1.srv "a\nb" 01:00:00`, good(job3),
		})
	}
	cut := queued[:strings.Index(queued, "\nb")+1]
	checkSeen(t, cut+job3.ended()+user.started()+job2.ended()+user.ended(),
		[]string{`reject "01/15/2026 1"`, good(job3), `S 1.srv "a\nb" `, good(job2), `E 1.srv "a\nb" 01:00:00`})

	forged := job{id: 9, second: 40, account: "STOLEN"}
	user.account = "x\n" + forged.ended() + job{id: 9, second: 50}.head("Q") + `user=u group=g account="y`
	checkSeen(t, user.started()+job2.ended(),
		[]string{`reject "01/15/2026 1"`, good(forged, "doubtful"), `Q 9.srv "y"  doubtful`, good(job2)})
}
