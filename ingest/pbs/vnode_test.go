package pbs

import (
	"bytes"
	"fmt"
	"strings"
	"testing"
)

// vnodesText lists what a walk yields as NAME cpus gpus mem, "-" for what is not set, then the error.
func vnodesText(text string) string {
	var out strings.Builder
	field := func(n any, set bool) {
		if !set {
			n = "-"
		}
		fmt.Fprintf(&out, " %v", n)
	}
	v := vnodesOf([]byte(text))
	for v.Next() {
		out.Write(v.Name)
		field(v.NCPUs, v.HasNCPUs)
		field(v.NGPUs, v.HasNGPUs)
		field(v.MemBytes, v.HasMem)
		out.WriteString("; ")
	}
	if v.Err() != nil {
		out.WriteString(v.Err().Error())
	}
	return out.String()
}

func TestVnodes(t *testing.T) {
	for _, c := range []struct{ text, want string }{
		{"(n1:ncpus=1:mem=10kb:ngpus=1)", "n1 1 1 10240; "},
		{"(n1:ncpus=128)+(n2:ncpus=64)", "n1 128 - -; n2 64 - -; "},
		{"(a[1]:mem=1kb:ngpus=2:ncpus=24+a[0]:ngpus=2:ncpus=24)+(b.c-d)", "a[1] 24 2 1024; a[0] 24 2 -; b.c-d - - -; "},
		{"([h_2][1]:ncpus=1)", "[h_2][1] 1 - -; "},
		{"(n1:aoe=osA:ncpus=2:mps=0)", "n1 2 - -; "},
		{`(n1:foo="a+b):":ncpus=2)`, "n1 2 - -; "},
		{"(n1:ncpus=0:mem=0b:ngpus=0)", "n1 0 0 0; "},
		{"n1:ncpus=2+(n2:ncpus=1)+n3", "n1 2 - -; n2 1 - -; n3 - - -; "},

		{"", "invalid exec_vnode: empty value at byte 0"},
		{"()", "invalid exec_vnode: malformed text at byte 1"},
		{"(n1", "invalid exec_vnode: malformed text at byte 3"},
		{"n1)", "invalid exec_vnode: malformed text at byte 2"},
		{"(n1)(n2)", "invalid exec_vnode: malformed text at byte 4"},
		{"((n1))", "invalid exec_vnode: malformed text at byte 1"},
		{"(n1)+", "n1 - - -; invalid exec_vnode: malformed text at byte 5"},
		{"(n1+)", "n1 - - -; invalid exec_vnode: malformed text at byte 4"},
		{"(n1:)", "invalid exec_vnode: malformed text at byte 4"},
		{"(n1:ncpus)", "invalid exec_vnode: malformed text at byte 4"},
		{"(ncpus=1)", "invalid exec_vnode: malformed text at byte 1"},
		{"(n1:ncpus=x)", "invalid exec_vnode: malformed text at byte 4"},
		{"(n1:ncpus=)", "invalid exec_vnode: empty value at byte 4"},
		{"(n1:mem=-1kb)", "invalid exec_vnode: malformed text at byte 4"},
		{"(n1:ngpus=99999999999999999999)", "invalid exec_vnode: number out of range at byte 4"},
		{"(n1:mem=16384pb)", "invalid exec_vnode: number out of range at byte 4"},
	} {
		if got := vnodesText(c.text); got != c.want {
			t.Errorf("exec_vnode %q\n got %s\nwant %s", c.text, got, c.want)
		}
	}
}

func TestVnodesStaysAtItsEnd(t *testing.T) {
	for _, text := range []string{"(n1)", "(n1", ""} {
		v := vnodesOf([]byte(text))
		for v.Next() {
		}
		if err := v.Err(); v.Next() || v.Err() != err {
			t.Errorf("%q: walks on after the end", text)
		}
	}
}

// Without quotes the vnodes of a good text are what splitting at '+' gives, once the parentheses are gone.
func FuzzVnodes(f *testing.F) {
	for _, s := range []string{
		"(a[1]:mem=1kb:ncpus=24+b:ngpus=2)+(c)", "n1:ncpus=2", "((n1))", `(a:f="+)")`, "(a)+", "()",
	} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		v := vnodesOf(text)
		var names [][]byte
		for v.Next() {
			names = append(names, v.Name)
			if v.NCPUs < 0 || v.NGPUs < 0 || len(v.Name) == 0 {
				t.Fatalf("%q: %+v", text, v.Vnode)
			}
		}
		if v.Err() != nil || bytes.ContainsAny(text, `"'`) {
			return
		}
		parts := bytes.Split(text, []byte("+"))
		if len(parts) != len(names) {
			t.Fatalf("%q: %d vnodes, want %d", text, len(names), len(parts))
		}
		for i, part := range parts {
			name, _, _ := bytes.Cut(part, []byte(":"))
			if name = bytes.Trim(name, "()"); !bytes.Equal(name, names[i]) {
				t.Fatalf("%q: vnode %q, want %q", text, names[i], name)
			}
		}
	})
}

func TestVnodesDoesNotAllocate(t *testing.T) {
	in := []byte("(n1:ncpus=128:mem=251658240kb:ngpus=4+n2:ncpus=1)+(n3:ncpus=128)")
	checkNoAllocation(t, func() {
		for v := vnodesOf(in); v.Next(); {
		}
	})
}

func BenchmarkVnodes(b *testing.B) {
	text := "(n0001:ncpus=128:mem=251658240kb:ngpus=0)"
	benchmarkText(b, text+strings.Repeat("+"+text, 15), func(in []byte) {
		for v := vnodesOf(in); v.Next(); {
		}
	})
}

func vnodesOf(text []byte) *Vnodes {
	v := new(Vnodes)
	v.Reset(text)
	return v
}
