package pbs

import (
	"bytes"
	"fmt"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"pbsduck/ingest/damage"
)

// TestGrownAndCutAlike: a log that is damaged has the same records wherever it is cut into blocks, and however it grew,
// if it is read again from its beginning where Unsure and the first new line ask for that.
func TestGrownAndCutAlike(t *testing.T) {
	var whole []byte
	for i := range 40 {
		j := job{id: i, second: 600 + 5*(i/3), account: fmt.Sprintf("A%d", i%7)}
		whole = append(whole, j.started()+j.ended()+j.head("D")+"requestor=user@host\n"+j.head("a")+
			"comment=\"a b\" Resource_List.walltime=01:00:00\n"...)
	}
	rapid.Check(t, func(rt *rapid.T) {
		log := damage.Draw(rt, whole)
		want := places(log)
		checkLossless(t, "log", log, len(log)+1)
		checkAlone(t, log)
		for _, size := range []int{100, 700, 3000} {
			var got []string
			scanAll(log, size, func(r *Record) { got = append(got, place(r)) })
			if !slices.Equal(got, want) {
				rt.Fatalf("in blocks of %d: %s", size, firstDifference(got, want))
			}
		}
		ends := rapid.SliceOfN(rapid.IntRange(0, len(log)), 1, 6).Draw(rt, "ends")
		slices.Sort(ends)
		if got := grown(log, append(ends, len(log))); !slices.Equal(got, want) {
			rt.Fatalf("grown to %d: %s", ends, firstDifference(got, want))
		}
	})
}

func firstDifference(got, want []string) string {
	for i := range got {
		if i >= len(want) || got[i] != want[i] {
			return fmt.Sprintf("record %d is %q, and not %q", i, got[i], want[min(i, len(want)-1)])
		}
	}
	return fmt.Sprintf("%d records, and not %d", len(got), len(want))
}

func place(r *Record) string { return fmt.Sprint(r.Line, r.Offset, r.Lines, len(r.Raw), show(r)) }

func places(log []byte) (all []string) {
	scanAll(log, len(log)+1, func(r *Record) { all = append(all, place(r)) })
	return all
}

// grown reads a log that grows as a load does: on from where it stopped.
func grown(log []byte, ends []int) (all []string) {
	read, unsure := 0, -1
	for _, end := range ends {
		whole := Whole(log[:end])
		if whole <= read || !HasHead(log[:whole]) { // nothing new, or nothing of a log
			continue
		}
		if unsure >= 0 || !IsHead(log[read:]) {
			read, all = 0, nil
		}
		var f Framer
		s, r := NewScanner(NewParser()), Record{}
		s.Reset(log[read:whole], int64(1+bytes.Count(log[:read], []byte("\n"))), int64(read))
		for s.Next(&r) {
			all = append(all, place(&r))
		}
		unsure = f.Unsure(log[read:whole])
		read = whole
	}
	return all
}

// TestPlain: in a plain block the quick framing finds what the careful one does.
func TestPlain(t *testing.T) {
	var log []byte
	for i := range 20 {
		log = append(log, job{id: i, second: 600 + i, account: "A 1"}.ended()...)
	}
	plains := 0
	rapid.Check(t, func(rt *rapid.T) {
		damaged := log
		if rapid.Bool().Draw(rt, "damaged") {
			damaged = damage.Draw(rt, log)
		}
		var f Framer
		if f.Unsure(damaged); !f.Plain().Is {
			return
		}
		plains++
		var got []string
		var lines, ends int64
		s, r := NewScanner(NewParser()), Record{}
		for s.ResetPlain(damaged, 1, 0); s.Next(&r); lines++ {
			got = append(got, place(&r))
			if r.Letter() == 'E' {
				ends++
			}
		}
		if want := (Plain{true, lines, ends}); f.Plain() != want {
			rt.Fatalf("counted %v, not %v", f.Plain(), want)
		}
		if want := places(damaged); !slices.Equal(got, want) {
			rt.Fatal(firstDifference(got, want))
		}
	})
	if plains == 0 {
		t.Error("no log was plain")
	}
}
