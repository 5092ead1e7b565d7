package pbs

import (
	"fmt"
	"strings"
	"testing"
)

// TestValuesEnd: an account, a project and a request end in front of the server's own keys, whatever quotes and keys
// users type into them and into later values.
func TestValuesEnd(t *testing.T) {
	const block = " project=p jobname=n queue=free ctime=1713170000 qtime=1713170000 etime=1713170000 start=1713171600 " +
		"exec_vnode=(z:ncpus=1) Resource_List.ncpus=1 Resource_List.x=y"
	for _, group := range []string{"g", "domain users"} {
		for _, account := range []string{"x", `x"y`, `x="`, "", "a b", `x" project=p jobname=z`} {
			for _, software := range []string{
				"s", "'x", "'x'", `"x`, "y'", `'say "a b" it's'`, `'y' session=1 end=1 Exit_status=9 resources_used.a="'`,
				`''"` + block + `'`, `"a b"`, `" project=p x"`, `" queue=p"`, `" jobname=p"`, `"a project=p b"`, `'a" project=p b'`,
				`"` + block + `"`, `'a"` + block + `'`,
			} {
				for _, project := range []string{"_p", "'p", `"a b"`} {
					checkAccount(t, "Q", group, account, project, software)
					checkAccount(t, "E", group, account, project, software)
				}
			}
		}
	}
}

func checkAccount(t *testing.T, letter, group, account, project, software string) {
	t.Helper()
	text := fmt.Sprintf(`user=a group=%s account="%s" project=%s jobname=j"`+
		` queue=q ctime=1713160000 qtime=1713160000 etime=1713160000 `, group, account, project)
	list := fmt.Sprintf("Resource_List.app='x Resource_List.ncpus=128 Resource_List.nodect=1 Resource_List.software=%s "+
		"Resource_List.walltime=02:00:00 ", software)
	if letter == "Q" {
		text += list
	} else {
		text += "start=1713171600 exec_host=n1/0*128 exec_vnode=(n1:ncpus=128) " + list +
			"session=1 end=1713175200 Exit_status=0 resources_used.foo=a b " +
			"resources_used.j='{\"a\": 1}' resources_used.walltime=01:00:00 run_count=1"
	}
	r := Record{Type: []byte(letter), Text: []byte(text)}
	NewParser().Parse(&r)
	want := map[Key]string{
		Group: group, Account: account, Project: strings.Trim(project, `"`), JobName: `j"`, Queue: "q",
		CTime: "1713160000", ReqNCPUs: "128",
		ReqWalltime: "02:00:00",
	}
	if letter == "E" {
		want[End], want[ExitStatus], want[UsedWalltime] = "1713175200", "0", "01:00:00"
	}
	for key, want := range want {
		if plain := software == "'x'"; plain && project == "_p" && account == "x" && r.Flags != 0 {
			t.Errorf("%s: flags %v", text, r.Flags.Names())
		}
		if got, _ := r.Value(key); string(got) != want {
			t.Errorf("%s: %s is %q, want %q, flags %v", text, key, got, want, r.Flags.Names())
		}
	}
}

// TestHooksText: qalter puts a value that holds a blank between quotes, so that one without is what a hook or the
// scheduler altered, and all of the record.
func TestHooksText(t *testing.T) {
	for text, want := range map[string]string{
		"comment=held by hook: use queue=cpu or Resource_List.ncpus=64 account=other": "comment",
		"Variable_List=PBS_O_HOME=/h,MSG=please set user=root queue=cpu":              "Variable_List",
		"comment=Not Running: can't Exit_status=4":                                    "comment",
		"comment=x": "comment",
		"comment=held queue=gpu Resource_List.ncpus=64 user=root": "comment",
		"comment=x Priority=150":                                  "comment Priority",
		`comment="use queue=cpu or else" Priority=150`:            "comment Priority",
		`Job_Name=n Account_Name="a b" Resource_List.ncpus=1  `:   "Job_Name Account_Name Resource_List.ncpus",
		"Resource_List.walltime=01:00:00 comment=UNSET":           "Resource_List.walltime comment",
	} {
		r := Record{Type: []byte("a"), Text: []byte(text)}
		NewParser().Parse(&r)
		names := ""
		for i := range r.Attrs {
			if i > 0 {
				names += " "
			}
			names += string(r.Attrs[i].Name)
		}
		if names != want {
			t.Errorf("%s: has %s, want %s", text, names, want)
		}
	}
}

// TestUsageHoldsNoEnd: who closes the quotes of a request himself, and writes usage behind it, makes the end of his job
// part of that: it is a doubt.
func TestUsageHoldsNoEnd(t *testing.T) {
	for value, doubtful := range map[string]bool{
		"x run_count=99 Exit_status=-1": false, // a hook's text
		`"' Resource_List.walltime=02:00:00 session=77 end=1713175200 Exit_status=271`: true,
	} {
		r := Record{Type: []byte("E"), Text: []byte(`user=a group=g account="x" project=_p jobname=j queue=q ` +
			"ctime=1713160000 start=1713171600 session=1 end=1713175200 Exit_status=0 resources_used.a=" + value +
			" resources_used.walltime=01:00:00 run_count=1")}
		NewParser().Parse(&r)
		if exit, _ := r.Value(ExitStatus); string(exit) != "0" || doubtful != (r.Flags&Ambiguous != 0) {
			t.Errorf("%s: exit %s, flags %v", value, exit, r.Flags.Names())
		}
	}
}
