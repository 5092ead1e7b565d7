package pbs

import (
	"fmt"
	"strings"
	"testing"
)

// TestNothingIsHidden: what a user types into values of two records hides none that stands between them: it is a record
// by itself, and in doubt if the first value may hold it.
func TestNothingIsHidden(t *testing.T) {
	altered := func(value string) string { return job1.head("a") + value + "\n" }
	odd := func(list string) string { return job{id: 4, second: 130, account: "A4", list: list}.ended() }
	began := func(list string) string { return job{id: 5, second: 800, account: "A5"}.startedWith(list) }
	const reject = `reject "01/15/2026 1"`
	for _, c := range []struct {
		name, log string
		want      []string
	}{
		{"qalter twice", altered(`Account_Name="x`) + job2.ended() + altered(`Account_Name=y"`) + job3.ended(),
			[]string{reject, good(job2, "doubtful"), `a 1.srv ""  doubtful`, good(job3)}},
		{"qalter twice, another attribute", altered(`Job_Name='x`) + job2.ended() + altered(`comment=can't do 'it'`),
			[]string{reject, good(job2, "doubtful"), `a 1.srv ""  doubtful`}},
		{"qalter twice, a newline", altered(`Account_Name="x`) + job2.ended() + altered("Account_Name=a\nb\"") + job3.ended(),
			[]string{reject, good(job2, "doubtful"), `a 1.srv ""  doubtful`, good(job3)}},
		{"qalter, and a job's name", altered(`Account_Name="x`) + job2.ended() +
			strings.Replace(job3.ended(), "jobname=j3", `jobname=j3"`, 1),
			[]string{`a 1.srv ""  unclosed_quote`, good(job2), good(job3)}},
		{"qalter, and a job's request", altered(`Account_Name="x`) + job2.ended() +
			strings.Replace(odd("Resource_List.foo=y\" "), ";E;", ";S;", 1),
			[]string{reject, good(job2, "doubtful"), `S 4.srv "A4" 04:00:00 doubtful`}},
		{"qalter, never closed", altered(`Account_Name="x`) + job2.ended(),
			[]string{`a 1.srv ""  unclosed_quote`, good(job2)}},
		{"qalter, newlines", altered("Account_Name=\"x\ny z\"") + job2.ended(), []string{`a 1.srv "" `, good(job2)}},
		{"qalter, behind a torn record", job1.ended()[:70] + "\n" + altered(`Account_Name="x`) + job2.ended() +
			altered(`Account_Name=y"`) + job3.ended(),
			[]string{reject, reject, good(job2, "doubtful"), `a 1.srv ""  doubtful`, good(job3)}},
		{"a hook, and JSON in usage", altered(`comment='gpu' queue is full`) + job2.ended() +
			strings.Replace(job3.ended(), " resources_used.mem", ` resources_used.j='{"a": 1}' resources_used.mem`, 1),
			[]string{`a 1.srv ""  unclosed_quote`, good(job2), good(job3)}},
		{"a hook, and a start of two lines", altered(`comment='gpu' queue is full`) + job2.ended() +
			job{id: 4, second: 730, account: "a\nb", list: `Resource_List.foo='say "x" it's' `}.started() + job3.ended(),
			[]string{reject, good(job2, "doubtful"), "S 4.srv \"a\\nb\"  doubtful", good(job3)}},
		{"a start that is cut off", began("Resource_List.foo=\"a b\n") + job2.ended() + began("Resource_List.foo=b\" \n"),
			[]string{`S 5.srv "A5"  unclosed_quote`, good(job2, "doubtful"), `S 5.srv "A5"  doubtful`}},
		{"quotes on lines of their own", began("Resource_List.foo='\n") + "x Resource_List.ncpus=2 \n" + job2.ended() +
			began("Resource_List.foo=\n") + "' Resource_List.ncpus=2 \n" + job3.ended(),
			[]string{`S 5.srv "A5"  unclosed_quote`, `reject "x Resource_L"`, good(job2, "doubtful"),
				`S 5.srv "A5"  doubtful`, good(job3)}},
	} {
		t.Run(c.name, func(t *testing.T) { checkSeen(t, c.log, c.want) })
	}
}

// TestOddRecordsHideNothing: that records read oddly makes none of them the end of another, also if they end a multiple
// of a quarter of an hour apart.
func TestOddRecordsHideNothing(t *testing.T) {
	odd := func(id, second int, app, software string) string {
		list := fmt.Sprintf("Resource_List.app=%s Resource_List.software=%s ", app, software)
		return strings.Replace(job{id: id, second: second, account: "A", list: list}.ended(), " resources_used.mem",
			` resources_used.j='{"a": 1}' resources_used.mem`, 1)
	}
	const forged = `'y' session=1 end=1 Exit_status=9 resources_used.a="'`
	log := odd(1, 0, "'x", "s") + job2.ended() + odd(3, 1800, "'x", forged) +
		odd(4, 2700, "x", "y'") + odd(5, 3600, `"x`, `" queue=p"`)
	got := seen(log)
	for i, want := range []string{"E 1.srv", good(job2), "E 3.srv", "E 4.srv", "E 5.srv"} {
		if i >= len(got) || !strings.HasPrefix(got[i], want) || strings.Contains(got[i], "forged_record") {
			t.Fatalf("got:\n%s", strings.Join(got, "\n"))
		}
	}
}

// TestTorqueHidesNothing: Torque puts nothing between quotes, so that two jobs whose accounts hold one each hide none
// that ends between them, whatever else they hold, and however far apart they end.
func TestTorqueHidesNothing(t *testing.T) {
	ended := func(id, second int, account, name string) string {
		return fmt.Sprintf("01/15/2026 11:%02d:%02d;E;%d.srv;user=u group=g account=%s jobname=%s queue=q "+
			"ctime=%d qtime=%[6]d etime=%[6]d start=%[6]d owner=u@h exec_host=n1/0 Resource_List.nodes=1 session=1 "+
			"end=%d Exit_status=0 resources_used.cput=00:10:00 resources_used.walltime=0%d:00:00\n",
			second/60, second%60, id, account, name, evening-4000, evening+second, id)
	}
	for _, account := range []string{"x", "x user=y", "x jobname=y queue=q"} {
		for _, apart := range []int{7, 900} {
			log := ended(1, 0, `"`, "j") + ended(2, 5, "A2", "j") + ended(3, apart, account, `a"`) + ended(4, 907, "A4", "j")
			got := seen(log)
			if len(got) != 4 || got[1] != `E 2.srv "A2" 02:00:00` || got[3] != `E 4.srv "A4" 04:00:00` ||
				!strings.HasPrefix(got[0], `E 1.srv "\""`) || !strings.HasPrefix(got[2], "E 3.srv ") {
				t.Errorf("account %q, %d seconds apart:\n%s", account, apart, strings.Join(got, "\n"))
			}
		}
	}
}
