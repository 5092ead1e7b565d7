package pbs

import (
	"strings"
	"testing"
)

// Torque writes accounts and resources without quotes, and its users type into them what they like: what stands there
// gives no value of the record's own.
func TestTorqueValuesAreNotForged(t *testing.T) {
	const whole = "user=u group=g account=A jobname=j queue=q ctime=1768496400 qtime=1768496400 etime=1768496400 " +
		"start=1768496410 owner=u@h exec_host=n1/0-3 Resource_List.nodes=1:ppn=4 Resource_List.other=O " +
		"Resource_List.walltime=02:00:00 session=1 end=1768500010 Exit_status=0 resources_used.cput=10 " +
		"resources_used.mem=1kb resources_used.vmem=1kb resources_used.walltime=3600"
	for _, forged := range []string{
		"resources_used.walltime=00:00:01",
		"resources_used.cput=1 resources_used.walltime=1",
	} {
		for _, place := range []string{"account=A", "Resource_List.other=O"} {
			text := strings.Replace(whole, place, place+" "+forged, 1)
			checkOwnValues(t, whole, text, place, forged)
		}
	}
	bare := strings.Replace(whole, " account=A", "", 1)
	other := "Resource_List.other=O"
	checkOwnValues(t, bare, strings.Replace(bare, other, other+" resources_used.walltime=00:00:01", 1), other,
		"resources_used.walltime=00:00:01")
	for _, forged := range []string{
		"jobname=x Resource_List.ngpus=0", "queue=x", "ctime=1", "exec_host=n9/0 exec_vnode=(n9:ncpus=1)",
		"jobname=j queue=q ctime=1768496400 start=1 end=2 Resource_List.procs=1",
		"session=9 end=1768499999 Exit_status=3 resources_used.walltime=00:00:01",
		"total_execution_slots=1 unique_node_count=1", "eligible_time=00:00:01 run_count=7", "run_count=7",
	} {
		checkOwnValues(t, whole, strings.Replace(whole, "account=A", "account=A "+forged, 1), "account=A", forged)
	}
}

// TestTorqueHasNoQuotes: quotes in a record of Torque's were typed by its users, and are content.
func TestTorqueHasNoQuotes(t *testing.T) {
	for _, account := range []string{`"`, `"x`, `"x"`, `"x y"`, "'x y'"} {
		for _, name := range []string{"j", `j"`, `"j`} {
			for _, other := range []string{"O", `"a`, `a"`, `"a b"`, "'a \"b\" c'"} {
				r := Record{Type: []byte("E"), Text: []byte("user=u group=g account=" + account + " jobname=" + name +
					" queue=q ctime=1768496400 start=1768496410 owner=u@h exec_host=n1/0-3 Resource_List.nodes=1:ppn=4 " +
					"Resource_List.other=" + other + " Resource_List.walltime=02:00:00 session=1 end=1768500010 Exit_status=0 " +
					"resources_used.walltime=3600")}
				NewParser().Parse(&r)
				want := map[string]string{
					"account": account, "jobname": name, "queue": "q", "Resource_List.nodes": "1:ppn=4",
					"Resource_List.other": other, "Resource_List.walltime": "02:00:00", "end": "1768500010",
				}
				for i := range r.Attrs {
					name, got := string(r.Attrs[i].Name), string(r.Attrs[i].Value)
					if is, known := want[name]; known && got != is {
						t.Errorf("%s: %s is %q, want %q", r.Text, name, got, is)
					}
					delete(want, name)
				}
				if len(want) > 0 {
					t.Errorf("%s: lacks %v", r.Text, want)
				}
			}
		}
	}
}

// TestLastAccount: some Torques write the account last.
func TestLastAccount(t *testing.T) {
	const text = "user=u group=g jobname=j queue=q ctime=1768496400 start=1768496410 owner=u@h exec_host=n1/0 session=1 " +
		"end=1768500010 Exit_status=0 resources_used.cput=10 resources_used.walltime=3600 account="
	for _, account := range []string{"A", "A B", "x resources_used.walltime=1", "x end=5 resources_used.walltime=1"} {
		r := Record{Type: []byte("E"), Text: []byte(text + account)}
		NewParser().Parse(&r)
		used, _ := r.Value(UsedWalltime)
		ended, _ := r.Value(End)
		got, _ := r.Value(Account)
		if forged := strings.Contains(account, "="); forged != (r.Flags&Ambiguous != 0) {
			t.Errorf("account=%s: ambiguous is %v", account, !forged)
		}
		if string(used) != "3600" || string(ended) != "1768500010" || string(got) != account {
			t.Errorf("account=%s: walltime %q, end %q, account %q", account, used, ended, got)
		}
	}
}

// TestAccountBehindAPath: what comes behind the paths of an interactive job may be part of them.
func TestAccountBehindAPath(t *testing.T) {
	r := Record{Type: []byte("E"), Text: []byte("user=u group=g jobname=j queue=q ctime=1768496400 " +
		"start=1768496410 owner=u@h exec_host=n1/0 session=1 end=1768500010 Exit_status=0 " +
		"resources_used.walltime=3600 Output_Path=h:/x account=B")}
	NewParser().Parse(&r)
	if r.Flags&Ambiguous == 0 {
		t.Error("not ambiguous")
	}
}

// checkOwnValues: the attributes are those of the whole record, but for the one behind which something is forged, which
// holds that.
func checkOwnValues(t *testing.T, whole, text, place, forged string) {
	t.Helper()
	r := Record{Type: []byte("E"), Text: []byte(text)}
	p := NewParser()
	p.Parse(&r)
	if r.Flags&Ambiguous == 0 {
		t.Errorf("%s %s: not ambiguous", place, forged)
	}
	if d := r.Dialect(); d != Torque {
		t.Errorf("%s %s: dialect %d", place, forged, d)
	}
	own := map[string]string{}
	for word := range strings.FieldsSeq(whole) {
		name, value, _ := strings.Cut(word, "=")
		own[name] = value
	}
	for i := range r.Attrs {
		name, value := string(r.Attrs[i].Name), string(r.Attrs[i].Value)
		want := own[name]
		if strings.HasPrefix(place, name+"=") {
			want += " " + forged
		}
		if value != want {
			t.Errorf("%s %s: %s is %q, want %q", place, forged, name, value, want)
		}
		delete(own, name)
	}
	if len(own) > 0 {
		t.Errorf("%s %s: without %v", place, forged, own)
	}
}

// TestSortedKeys: programs that write logs anew sort the keys.
func TestSortedKeys(t *testing.T) {
	const text = "Resource_List.nodes=2:ppn=4 Resource_List.walltime=1:00:00 account=A B ctime=1234567890 " +
		"end=1234567899 etime=1234567890 exec_host=n1/1+n2/2 group=g jobname=j owner=u@h qtime=1234567890 queue=q " +
		"resources_used.cput=00:00:02 resources_used.walltime=00:00:01 start=1234567890 user=u"
	r := Record{Type: []byte("E"), Text: []byte(text)}
	NewParser().Parse(&r)
	var all []string
	for i := range r.Attrs {
		all = append(all, string(r.Attrs[i].Name)+"="+string(r.Attrs[i].Value))
	}
	if got := strings.Join(all, " "); got != text || len(all) != 16 {
		t.Errorf("%d attributes:\n%s\nwant:\n%s", len(all), strings.Join(all, "\n"), text)
	}
}

// TestQuotedAccountForgesNothing: a user who closes the quote of his account, and goes on with the rest of a record,
// has an account of that name, whatever else is in it.
func TestQuotedAccountForgesNothing(t *testing.T) {
	whole := strings.TrimSuffix(job{id: 1, second: 10, account: "A1"}.ended(), "\n")
	forged := behind(job{id: 2, second: 20}.ended(), `account="" `)
	for _, account := range []string{
		`x" project=p jobname=z queue=q2 ctime=1 resources_used.walltime=00:00:01 foo="y`,
		`x" project=p resources_used.walltime=00:00:01 foo="y`,
		`x" jobname=z resources_used.walltime=00:00:01`,
		`x" ` + strings.TrimSuffix(forged, "\n"),
		`x" ` + strings.TrimSuffix(forged, "\n") + ` foo="`,
	} {
		log := strings.Replace(whole, `"A1"`, `"`+account+`"`, 1) + "\n"
		got, want := valuesOf(t, log, Ambiguous), strings.Replace(valuesOf(t, whole+"\n", 0), "A1", account, 1)
		if got != want {
			t.Errorf("got:\n%s\nwant:\n%s", got, want)
		}
	}
}
