package pbs

import "testing"

func TestParseMPP(t *testing.T) {
	for _, c := range []struct {
		width, depth, perNode, nodes string
		want                         MPP
	}{
		{width: "64", want: MPP{CPUs: 64}},
		{width: "64", perNode: "2", want: MPP{64, 32}},
		{width: "65", perNode: "2", want: MPP{65, 33}},
		{width: "3", perNode: "32", want: MPP{3, 1}},
		{width: "16", depth: "2", perNode: "8", want: MPP{32, 2}},
		{width: "24", depth: "0", nodes: "-1", want: MPP{CPUs: 24}},
		{width: "24", perNode: "5", nodes: "4", want: MPP{24, 4}},
		{width: "0", perNode: "24", want: MPP{}},
		{width: "9223372036854775807", perNode: "2", want: MPP{9223372036854775807, 4611686018427387904}},
	} {
		got, err := ParseMPP([]byte(c.width), bytesOrNil(c.depth), bytesOrNil(c.perNode), bytesOrNil(c.nodes))
		if err != nil || got != c.want {
			t.Errorf("%+v: %+v, %v", c, got, err)
		}
	}
	for _, c := range [][2]string{{"", ""}, {"-1", ""}, {"x", ""}, {"4", "x"}, {"9223372036854775807", "2"}} {
		if got, err := ParseMPP([]byte(c[0]), bytesOrNil(c[1]), nil, nil); err == nil || got != (MPP{}) {
			t.Errorf("%q: %+v, %v", c, got, err)
		}
	}
}

func bytesOrNil(s string) []byte {
	if s == "" {
		return nil
	}
	return []byte(s)
}
