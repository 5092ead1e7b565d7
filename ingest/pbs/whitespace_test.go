package pbs

import (
	"strings"
	"testing"
)

// White space alone changes no value, wherever it stands between them.
func TestWhitespaceChangesNoValue(t *testing.T) {
	whole := job{id: 1, second: 10, account: "A1"}.ended()
	want := valuesOf(t, whole, 0)
	broken := func(by string) string {
		return strings.NewReplacer(" queue=", by+"queue=", " end=", by+"end=").Replace(whole)
	}
	for _, c := range []struct {
		name, log string
		flags     Flags
	}{
		{"a tab at the end", strings.TrimSuffix(whole, "\n") + "\t\n", 0},
		{"tabs and blanks at the end", strings.TrimSuffix(whole, "\n") + " \t \v\f \r\n", 0},
		{"broken in front of a blank", broken("\n "), Wrapped},
		{"broken, and indented", broken(" \n    "), Wrapped},
		{"broken, and indented by a tab", broken("\n\t"), Wrapped},
		{"broken behind a tab", broken(" \t\r\n "), Wrapped},
		{"broken at an empty line", broken("\n \n "), Wrapped},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := valuesOf(t, c.log, c.flags); got != want {
				t.Errorf("got:\n%s\nwant:\n%s", got, want)
			}
		})
	}
}

func TestTorqueEndsInATab(t *testing.T) {
	whole := job{id: 1, second: 10, account: "A1"}.endedTorque()
	if got, want := valuesOf(t, strings.TrimSuffix(whole, "\n")+"\t\n", 0), valuesOf(t, whole, 0); got != want {
		t.Errorf("got:\n%s\nwant:\n%s", got, want)
	}
}

// valuesOf are the attributes of a log's only record, and of what is kept of its bytes, whose flags must be those.
func valuesOf(t *testing.T, log string, flags Flags) string {
	t.Helper()
	var values, again string
	scanAll([]byte(log), len(log)+1, func(r *Record) {
		if r.Problem != "" || r.Flags != flags || values != "" {
			t.Errorf("%q: flags %v, problem %q", r.Raw, r.Flags.Names(), r.Problem)
		}
		values = attributesOf(r)
		var kept Record
		NewScanner(NewParser()).Split(r.Raw, &kept)
		if again = attributesOf(&kept); kept.Flags != flags {
			t.Errorf("%q: kept with flags %v", r.Raw, kept.Flags.Names())
		}
	})
	if again != values {
		t.Errorf("its bytes give:\n%s\nthe log gave:\n%s", again, values)
	}
	return values
}

func attributesOf(r *Record) string {
	var b strings.Builder
	for i := range r.Attrs {
		b.WriteString(string(r.Attrs[i].Name) + "=" + string(r.Attrs[i].Value) + "\n")
	}
	return b.String()
}

func TestNewlinesWherePBSWritesNone(t *testing.T) {
	whole := job{id: 1, second: 10, account: "A1", project: "p"}.ended()
	for _, c := range []struct {
		name, old, new string
		flags          Flags
	}{
		{"a line gets into a name", "jobname=j1 ", "jobname=j1\npbs_server: out of disk\n ", Ambiguous | Wrapped},
		{"a key is broken behind a project", " jobname=j1", " jobn\name=j1", Ambiguous},
		{"a key is broken behind place", " Resource_List.select", " Resource_\nList.select", Ambiguous},
		{"a request is broken", "select=1:ncpus", "select=1:nc\npus", Ambiguous},
		{"a number stands on the next line", "Resource_List.ncpus=2", "Resource_List.ncpus=\n2", Ambiguous},
		{"a newline in a project", "project=p", "project=p\nq", 0},
		{"a newline in an account", "account=\"A1", "account=\"A\n1", 0},
		{"a newline in a resource", "Resource_List.place=", "Resource_List.note=a\nb Resource_List.place=", 0},
	} {
		t.Run(c.name, func(t *testing.T) {
			log := strings.Replace(whole, c.old, c.new, 1)
			if log == whole {
				t.Fatal("nothing was replaced")
			}
			valuesOf(t, log, c.flags)
		})
	}
}

// TestManyNewlinesAreLinear: a record with runs of newlines in a value takes time that grows with its length, not with
// the square of theirs.
func TestManyNewlinesAreLinear(t *testing.T) {
	run := strings.Repeat("\n", 1<<20)
	note := "Resource_List.note=a" + run + "x" + run + "y"
	log := strings.Replace(job{id: 1, second: 10}.ended(), "Resource_List.place=", note+"\nResource_List.place=", 1)
	if !strings.Contains(valuesOf(t, log, Wrapped), "\n"+note+"\nResource_List.place=pack\n") {
		t.Error("the note has other newlines")
	}
}
