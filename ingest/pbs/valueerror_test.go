package pbs

import (
	"errors"
	"testing"
)

func TestValueErrorNamesKindReasonAndPlace(t *testing.T) {
	_, err := ParseSize([]byte("12xb"))
	if want := "invalid size: malformed text at byte 2"; err == nil || err.Error() != want {
		t.Errorf("got %v, want %q", err, want)
	}
}

// checkReason fails unless err is a ValueError whose offset lies within the text and whose reason is want (nil: none).
func checkReason(t *testing.T, text string, err, want error) {
	t.Helper()
	if !errors.Is(err, want) || (err == nil) != (want == nil) {
		t.Errorf("%.60q: error %v, want %v", text, err, want)
		return
	}
	var valueErr *ValueError
	if err != nil && (!errors.As(err, &valueErr) || valueErr.Offset < 0 || valueErr.Offset > len(text)) {
		t.Errorf("%.60q: %#v is no ValueError within the text", text, err)
	}
}

func checkNoAllocation(t *testing.T, f func()) {
	t.Helper()
	if n := testing.AllocsPerRun(100, f); n != 0 {
		t.Errorf("%v allocations, want none", n)
	}
}

// benchmarkText measures f over one text.
func benchmarkText(b *testing.B, text string, f func([]byte)) {
	in := []byte(text)
	b.SetBytes(int64(len(in)))
	b.ReportAllocs()
	for b.Loop() {
		f(in)
	}
}
