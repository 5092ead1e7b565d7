package pbs

import (
	"strings"
	"testing"
)

// TestStrayBehindTheBlock: a record that was cut off is in no block as long as its rest may follow, however near to the
// end of what was read.
func TestStrayBehindTheBlock(t *testing.T) {
	forged := job{id: 99, second: 5, account: "STOLEN"}.ended()
	user := job{id: 1, second: 10, account: "x\" project=p\n" + strings.Repeat(forged, maxLook/len(forged)-1)}.ended()
	rest := strings.LastIndex(user, "\n\"") + 1
	if rest > maxLook || rest < maxLook-2*len(forged) {
		t.Fatalf("the rest begins at %d", rest)
	}
	var f Framer
	for _, end := range []int{rest - 10, rest + 10, len(user) - 1} {
		if cut := f.Cut([]byte(user[:end])); cut != 0 {
			t.Errorf("cut at %d of %d, where the rest begins at %d", cut, end, rest)
		}
	}
	log := user + job2.ended() + job3.ended()
	if cut := f.Cut([]byte(log)); cut != len(log)-len(job3.ended()) {
		t.Errorf("cut at %d of %d", cut, len(log))
	}
}

// TestStraysLinear: records that were cut off don't have what lies far behind them looked through again and again.
func TestStraysLinear(t *testing.T) {
	cut := job1.ended()[:70] + "\" project=p\n"
	far := "x " + strings.Repeat(strings.TrimSuffix(job2.ended(), "\n"), maxLook/2/len(job2.ended()))
	log := strings.Repeat(cut, 100_000) + strings.Repeat(job3.ended(), (maxLook-100_000*len(cut))/len(job3.ended())) + far
	n := 0
	scanAll([]byte(log), len(log)+1, func(*Record) { n++ })
	if n < 190_000 {
		t.Errorf("%d records", n)
	}
}
