package pbs

import (
	"fmt"
	"strings"
	"testing"
)

// hostileTexts are records that users can write, of about so many bytes, which once took time that grew with the square
// of their length: letter and text.
func hostileTexts(size int) map[string][2]string {
	head := `user=u group=g account="`
	many := func(format string) string {
		var b strings.Builder
		for i := 0; b.Len() < size; i++ {
			fmt.Fprintf(&b, format, i)
		}
		return b.String()
	}
	times := func(s string) string { return strings.Repeat(s, size/len(s)) }
	return map[string][2]string{
		"project in account":    {"Q", head + times(`" project="`) + `" queue=q ctime=1`},
		"quotes in an a record": {"a", `comment="` + times(`a" b="`) + `"`},
		"distinct keys":         {"a", many("k%d=1 ")},
		"distinct resources":    {"E", head + `a" ` + many("Resource_List.r%d='a b' ") + "run_count=1"},
		"distinct usage":        {"E", head + `a" b" queue=q ctime=1 ` + many("resources_used.r%d=a b ") + "run_count=1"},
		"usage that comes again": {"E",
			head + `a" b" queue=q ctime=1 ` + many("resources_used.r%d=a b ") + many("resources_used.r%d=a b ") + "run_count=1"},
		"backward usage": {"E",
			head + `a" b" queue=q ctime=1 ` + times("resources_used.b=1 resources_used.a=1 ") + "run_count=1"},
		"open accounts":        {"Q", times(`account="x `) + "queue=q ctime=1"},
		"bare accounts":        {"E", times("account=x jobname=y ctime=1 ") + "end=1"},
		"bare accounts alone":  {"E", times("account=x ") + "account=y end=1"},
		"bare and long":        {"E", "account=x " + times("a=1 ") + "jobname=y ctime=1 end=1"},
		"usage in front":       {"E", "account=x " + times("Resource_List.a=1 resources_used.a=1 session=1 ") + "end=1"},
		"quotes alone":         {"Q", head + times(`" '`) + ` queue=q ctime=1`},
		"blanks":               {"Q", head + times(" ") + `"` + times(" ") + "queue=q"},
		"names without values": {"Q", head + times("a ") + times("b.") + `" queue=q ctime=1`},
		"groups":               {"Q", times("group=a x=1 ") + "queue=q"},
		"requests":             {"E", times("Resource_Request_2.0=-L x=1 ") + "run_count=1"},
		"resources in quotes":  {"Q", "ctime=1 " + times(`Resource_List.a='x' Resource_List.b=1 c="d' `)},
		"JSON":                 {"E", "ctime=1 end=2 " + many(`resources_used.r%d='{"a": "it's"}' `) + "run_count=1"},
	}
}

// TestLinear: the time that a record takes grows with its length, not with the square of it: megabytes end within the
// patience of go test, which they exceeded by hours.
func TestLinear(t *testing.T) {
	for name, one := range hostileTexts(4 << 20) {
		t.Run(name, func(t *testing.T) {
			r := Record{Type: []byte(one[0]), Text: []byte(one[1])}
			NewParser().Parse(&r)
			if len(r.Attrs) == 0 || len(r.Attrs) > maxPlaces+1 {
				t.Errorf("%d attributes", len(r.Attrs))
			}
			written := 0
			for i := range r.Attrs {
				written += len(r.Attrs[i].Written())
			}
			if written > len(r.Text) {
				t.Errorf("attributes of %d bytes in a text of %d", written, len(r.Text))
			}
		})
	}
}
