package pbs

import (
	"bytes"
	"fmt"
	"strings"
	"testing"
)

// hostsText lists what a walk yields as NAME=CPUS, then the error.
func hostsText(text string) string {
	var out strings.Builder
	h := NewHosts([]byte(text))
	for h.Next() {
		fmt.Fprintf(&out, "%s=%d ", h.Name, h.CPUs)
	}
	if h.Err() != nil {
		out.WriteString(h.Err().Error())
	}
	return out.String()
}

func TestHosts(t *testing.T) {
	for _, c := range []struct{ text, want string }{
		{"n1/0*128+n2/0*128", "n1=128 n2=128 "},
		{"n1/0", "n1=1 "},
		{"n1/7*0", "n1=0 "},
		{"n1/0+n1/1+n2/0", "n1=1 n1=1 n2=1 "},
		{"n1/0-3", "n1=4 "},
		{"n1/0-1,5,11+n2/2-2", "n1=4 n2=1 "},
		{"n1/20", "n1=1 "},
		{"n1.example.org:15002/0*2", "n1.example.org:15002=2 "},
		{"[host_1]/0-3*2", "[host_1]=8 "},
		{"n1", "n1=1 "}, {"n1+n2*2", "n1=1 n2=2 "},
		{"altix:ssinodes=2:mem=7974912kb:ncpus=4", "altix=4 "},
		{"altix:mem=8gb:ncpus=4/0+n2:ncpus=2/0*3+n3:mem=1gb/5", "altix=4 n2=3 n3=1 "},
		{"n1:ncpus=x/0+n2:1", "n1=1 n2:1=1 "},
		{"n1/0-9223372036854775806", "n1=9223372036854775807 "},

		{"", "invalid exec_host: empty value at byte 0"},
		{"/0", "invalid exec_host: malformed text at byte 0"},
		{"+n1/0", "invalid exec_host: malformed text at byte 0"},
		{"n1/0+", "n1=1 invalid exec_host: malformed text at byte 5"},
		{"n1/", "invalid exec_host: malformed text at byte 3"},
		{"n1/x", "invalid exec_host: malformed text at byte 3"},
		{"n1/0*", "invalid exec_host: malformed text at byte 5"},
		{"n1/0*x", "invalid exec_host: malformed text at byte 5"},
		{"n1/0*1x", "invalid exec_host: malformed text at byte 6"},
		{"n1/0*1*1", "invalid exec_host: malformed text at byte 6"},
		{"n1/0-", "invalid exec_host: malformed text at byte 5"},
		{"n1/3-0", "invalid exec_host: malformed text at byte 3"},
		{"n1/0,", "invalid exec_host: malformed text at byte 5"},
		{"n1/0-1-2", "invalid exec_host: malformed text at byte 6"},
		{"n1/0/1", "invalid exec_host: malformed text at byte 4"},
		{"n1/0*-1", "invalid exec_host: malformed text at byte 5"},
		{"n1/0*9223372036854775808", "invalid exec_host: number out of range at byte 5"},
		{"n1/0-1*9223372036854775807", "invalid exec_host: number out of range at byte 7"},
		{"n1/0-9223372036854775807", "invalid exec_host: number out of range at byte 3"},
		{"n1/0-9223372036854775806,0", "invalid exec_host: number out of range at byte 25"},
		{"n1/99999999999999999999", "invalid exec_host: number out of range at byte 23"},
	} {
		if got := hostsText(c.text); got != c.want {
			t.Errorf("exec_host %q\n got %s\nwant %s", c.text, got, c.want)
		}
	}
}

func TestHostsStaysAtItsEnd(t *testing.T) {
	for _, text := range []string{"n1/0", "n1/", ""} {
		h := NewHosts([]byte(text))
		for h.Next() {
		}
		if err := h.Err(); h.Next() || h.Err() != err {
			t.Errorf("%q: walks on after the end", text)
		}
	}
}

// The entries of a good text are what splitting at '+' gives.
func FuzzHosts(f *testing.F) {
	for _, s := range []string{"n1/0*128+n2/0*128", "n/0-1,5,11", "n/7*0", "n1+n2", "n/3-0", "n/", "n/0-3*2",
		"n:ncpus=2/0"} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		h := NewHosts(text)
		var names [][]byte
		for h.Next() {
			if h.CPUs < 0 {
				t.Fatalf("%q: %d cpus", text, h.CPUs)
			}
			names = append(names, h.Name)
		}
		if h.Err() != nil {
			return
		}
		parts := bytes.Split(text, []byte("+"))
		if len(names) != len(parts) {
			t.Fatalf("%q: %d entries, want %d", text, len(names), len(parts))
		}
		for i, part := range parts {
			name, _, _ := bytes.Cut(part, []byte("/"))
			name, _, _ = bytes.Cut(name, []byte("*"))
			if host, held, _ := bytes.Cut(name, []byte(":")); len(host) > 0 && bytes.IndexByte(held, '=') >= 0 {
				name = host
			}
			if !bytes.Equal(name, names[i]) {
				t.Fatalf("%q: host %q, want %q", text, names[i], name)
			}
		}
	})
}

func TestHostsDoesNotAllocate(t *testing.T) {
	in := []byte("n1/0*128+n2/0-3,5+n3+n4:mem=1gb:ncpus=4/0")
	checkNoAllocation(t, func() {
		for h := NewHosts(in); h.Next(); {
		}
	})
}

func BenchmarkHosts(b *testing.B) {
	benchmarkText(b, "n0001/0*128"+strings.Repeat("+n0002/0*128", 15), func(in []byte) {
		for h := NewHosts(in); h.Next(); {
		}
	})
}

func TestHostSlots(t *testing.T) {
	for text, want := range map[string][2]int64{
		"n1/20+n2/4": {2, 24}, "n1/0+n1/1": {2, 1}, "n1/0-3+n2/8": {5, 12}, "n1/0*16": {16, 16}, "n1/1,3": {2, 2},
		"n1": {1, 1}, "n1/4*2": {2, 2},
	} {
		var got [2]int64
		h := NewHosts([]byte(text))
		for h.Next() {
			got[0] += h.CPUs
			got[1] += h.Slots
		}
		if got != want || h.Err() != nil {
			t.Errorf("%s: %d cpus or slots, want %d; %v", text, got, want, h.Err())
		}
	}
}
