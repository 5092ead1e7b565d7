package pbs

import (
	"bytes"
	"fmt"
	"testing"
)

func TestParseID(t *testing.T) {
	for _, c := range []struct {
		text        string
		kind        IDKind
		base, index int64
		rang, srv   string
	}{
		{"123.srv", IDJob, 123, -1, "", "srv"},
		{"0.srv", IDJob, 0, -1, "", "srv"},
		{"6", IDJob, 6, -1, "", ""},
		{"123456789012.srv.example.org", IDJob, 123456789012, -1, "", "srv.example.org"},
		{"3073070.[host_1]", IDJob, 3073070, -1, "", "[host_1]"},
		{"123[].srv", IDArrayParent, 123, -1, "", "srv"},
		{"123[]", IDArrayParent, 123, -1, "", ""},
		{"123[5].srv", IDArrayElement, 123, 5, "", "srv"},
		{"123[0]", IDArrayElement, 123, 0, "", ""},
		{"123[5].[host_1]", IDArrayElement, 123, 5, "", "[host_1]"},
		{"123-5.srv", IDArrayElement, 123, 5, "", "srv"},
		{"123-5", IDArrayElement, 123, 5, "", ""},
		{"123[1-10].srv", IDArrayRange, 123, -1, "1-10", "srv"},
		{"123[1-10:2,15,20-22].srv", IDArrayRange, 123, -1, "1-10:2,15,20-22", "srv"},
		{"123[1,3].srv", IDArrayRange, 123, -1, "1,3", "srv"},
		{"R1.srv", IDAdvanceReservation, 1, -1, "", "srv"},
		{"S54.srv", IDStandingReservation, 54, -1, "", "srv"},
		{"S54[2].srv", IDStandingReservation, 54, 2, "", "srv"},
		{"M7", IDMaintenanceReservation, 7, -1, "", ""},
		{"license", IDLicense, -1, -1, "", ""},
	} {
		got, err := ParseID([]byte(c.text))
		if err != nil || got.Kind != c.kind || got.Base != c.base || got.Index != c.index ||
			string(got.Range) != c.rang || string(got.Server) != c.srv {
			t.Errorf("ParseID(%q) = %s %+v, %v", c.text, got.Kind, got, err)
		}
	}
}

func TestParseIDRejects(t *testing.T) {
	for text, reason := range map[string]error{
		"": ErrEmpty, "srv": ErrSyntax, ".srv": ErrSyntax, "123.": ErrSyntax, "123srv": ErrSyntax, "-5.srv": ErrSyntax,
		"123[": ErrSyntax, "123[5": ErrSyntax, "123[5]x": ErrSyntax, "123[x].srv": ErrSyntax, "123[1-].srv": ErrSyntax,
		"123[-1].srv": ErrSyntax, "123[1-2:].srv": ErrSyntax, "123[,].srv": ErrSyntax, "123[1:2].srv": ErrSyntax,
		"123[1,].srv": ErrSyntax, "123[1-99999999999999999999].srv": ErrSyntax,
		"123-.srv": ErrSyntax, "123-x.srv": ErrSyntax, "R.srv": ErrSyntax, "R1-5.srv": ErrSyntax, "R1[1-2].srv": ErrSyntax,
		"r1.srv": ErrSyntax, "License": ErrSyntax, "licenses": ErrSyntax, "12 3.srv": ErrSyntax, "123.s rv": ErrSyntax,
		"123.srv\n": ErrSyntax, "123.\x1b[31m": ErrSyntax, "123.\x7f": ErrSyntax, "123[5][6].srv": ErrSyntax,
		"99999999999999999999.srv": ErrOverflow, "123[99999999999999999999].srv": ErrOverflow,
		"123-99999999999999999999.srv": ErrOverflow, "R1[].srv": ErrEmpty,
	} {
		got, err := ParseID([]byte(text))
		checkReason(t, text, err, reason)
		if got.Kind != IDOther || got.Base != -1 || got.Index != -1 || got.Server != nil || got.Range != nil {
			t.Errorf("ParseID(%q) = %+v beside the error", text, got)
		}
	}
}

// spell writes an id as PBS does.
func spell(id ID) string {
	var s string
	switch id.Kind {
	case IDLicense:
		return "license"
	case IDArrayParent:
		s = fmt.Sprintf("%d[]", id.Base)
	case IDArrayRange:
		s = fmt.Sprintf("%d[%s]", id.Base, id.Range)
	default:
		letter := map[IDKind]string{
			IDAdvanceReservation: "R", IDStandingReservation: "S", IDMaintenanceReservation: "M",
		}[id.Kind]
		s = fmt.Sprintf("%s%d", letter, id.Base)
		if id.Index >= 0 {
			s += fmt.Sprintf("[%d]", id.Index)
		}
	}
	if id.Server != nil {
		s += "." + string(id.Server)
	}
	return s
}

func FuzzParseID(f *testing.F) {
	for _, s := range []string{
		"123.srv", "123[].srv", "123[5].srv", "123[1-10:2,15].srv", "123-5.srv", "R1.srv", "S1[2].srv", "license", "6",
		"1.[h]",
	} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, in []byte) {
		id, err := ParseID(in)
		if err != nil {
			if id.Kind != IDOther || id.Base != -1 {
				t.Fatalf("%q: %+v beside %v", in, id, err)
			}
			return
		}
		if id.Server != nil && !bytes.HasSuffix(in, id.Server) {
			t.Fatalf("%q: server %q", in, id.Server)
		}
		text := spell(id)
		again, err := ParseID([]byte(text))
		if err != nil || fmt.Sprint(again) != fmt.Sprint(id) {
			t.Fatalf("%q -> %+v -> %q -> %+v, %v", in, id, text, again, err)
		}
	})
}

func TestIDKindNames(t *testing.T) {
	seen := map[string]bool{}
	for k := IDOther; k <= IDLicense; k++ {
		seen[k.String()] = true
	}
	if len(seen) != int(IDLicense)+1 || seen[""] || IDKind(200).String() != "other" {
		t.Errorf("names %v", seen)
	}
}

func TestParseIDDoesNotAllocate(t *testing.T) {
	in := []byte("123[1-10:2,15].srv")
	checkNoAllocation(t, func() { _, _ = ParseID(in) })
}

func BenchmarkParseID(b *testing.B) {
	benchmarkText(b, "4779496[12].desched1", func(in []byte) { _, _ = ParseID(in) })
}
