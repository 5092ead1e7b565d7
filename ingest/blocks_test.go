package ingest

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"
	"testing/iotest"

	"pbsduck/ingest/pbs"
)

// logOf makes a log of about size bytes, with accounts that span lines.
func logOf(size int) []byte {
	var b bytes.Buffer
	for i := 0; b.Len() < size; i++ {
		fmt.Fprintf(&b, "01/15/2026 08:00:01;Q;%d.srv;user=user0001 account=\"%s\" queue=q ctime=1\n",
			i, strings.Repeat("x\n", i%4))
	}
	return b.Bytes()
}

func TestBlocksArePartsOfTheLog(t *testing.T) {
	whole := logOf(3 * blockSize)
	torn := append(bytes.Clone(whole), "01/15/2026 08:00:02;D;1.srv;reque"...)
	tests := map[string]struct {
		log     []byte
		growing bool
		waiting int
	}{
		"whole":            {whole, false, 0},
		"whole, growing":   {whole, true, 0},
		"torn":             {torn, false, 0},
		"torn, growing":    {torn, true, len(torn) - len(whole)},
		"empty":            {nil, false, 0},
		"empty, growing":   {nil, true, 0},
		"one torn":         {torn[len(whole):], false, 0},
		"one torn growing": {torn[len(whole):], true, len(torn) - len(whole)},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			b := NewBlocks("log", iotest.HalfReader(bytes.NewReader(test.log)))
			b.growing = test.growing
			if err := b.Sniff(); err != nil {
				t.Fatal(err)
			}
			got, err := join(t, b)
			if err != nil {
				t.Fatal(err)
			}
			if want := test.log[:len(test.log)-test.waiting]; !bytes.Equal(got, want) {
				t.Errorf("blocks have %d bytes, want %d", len(got), len(want))
			}
			if b.Waiting() != int64(test.waiting) {
				t.Errorf("%d bytes wait, want %d", b.Waiting(), test.waiting)
			}
		})
	}
}

// join reads all blocks, and checks where they say they lie.
func join(t *testing.T, b *Blocks) ([]byte, error) {
	t.Helper()
	var all []byte
	for {
		block, err := b.Next()
		if err == io.EOF {
			return all, nil
		}
		if err != nil {
			return all, err
		}
		line := int64(1 + bytes.Count(all, []byte{'\n'}))
		if block.Offset != int64(len(all)) || block.Line != line {
			t.Errorf("block at %d, line %d; want %d, %d", block.Offset, block.Line, len(all), line)
		}
		all = append(all, block.Bytes...)
		b.Release(block)
	}
}

func TestBlocksRefuse(t *testing.T) {
	var notLog *NotLogError
	b := NewBlocks("letter", strings.NewReader("Dear operator,\n"))
	if err := b.Sniff(); !errors.As(err, &notLog) {
		t.Errorf("a letter: %v", err)
	}
	b = NewBlocks("log", io.MultiReader(bytes.NewReader(logOf(100)), iotest.ErrReader(io.ErrUnexpectedEOF)))
	if _, err := join(t, b); err != io.ErrUnexpectedEOF {
		t.Errorf("a read error: %v", err)
	}
}

// TestBeginIsLost: a log whose beginning was lost is one, however long that was.
func TestBeginIsLost(t *testing.T) {
	for _, lost := range []string{
		strings.Repeat("\x00", sniffSize+1), strings.Repeat("\x00", 2*blockSize+1), strings.Repeat("\n", sniffSize+1),
	} {
		b := NewBlocks("log", strings.NewReader(lost+string(logOf(1000))))
		if err := b.Sniff(); err != nil {
			t.Fatal(err)
		}
		all, err := join(t, b)
		if err != nil || !bytes.HasSuffix(all, logOf(1000)) {
			t.Errorf("behind %d bytes that were lost: %d bytes, %v", len(lost), len(all), err)
		}
	}
	for _, size := range []int{2*blockSize + 1, pbs.MaxRecord + blockSize} {
		var notLog *NotLogError
		b := NewBlocks("lost", strings.NewReader(strings.Repeat("\x00", size)))
		if err := b.Sniff(); !errors.As(err, &notLog) {
			t.Errorf("%d NULs alone: %v", size, err)
		}
	}
}

// TestLongLine: of a line that is too long for a record only the beginning is kept, and the log goes on behind it.
func TestLongLine(t *testing.T) {
	long := strings.Repeat("x", pbs.MaxRecord+1<<20)
	for name, log := range map[string]string{
		"in the middle": string(logOf(100)) + "01/15/2026 08:00:01;D;1.srv;" + long + "\n" + string(logOf(200)),
		"at the end":    string(logOf(100)) + long,
	} {
		t.Run(name, func(t *testing.T) {
			var passed bytes.Buffer
			b := NewBlocks("log", strings.NewReader(log))
			b.passed = &passed
			s := pbs.NewScanner(pbs.NewParser())
			var r pbs.Record
			end := int64(0)
			for {
				block, err := b.Next()
				if err == io.EOF {
					break
				}
				if err != nil {
					t.Fatal(err)
				}
				if block.Offset != end || block.Line != 1+int64(strings.Count(log[:end], "\n")) {
					t.Errorf("block at %d, line %d, want %d", block.Offset, block.Line, end)
				}
				end += max(int64(len(block.Bytes)), block.Long)
				rejects := 0
				for block.Scan(s); s.Next(&r); {
					if r.Problem != "" {
						rejects++
					}
				}
				if want := min(block.Long, 1); int64(rejects) != want {
					t.Errorf("%d rejects in a block of %d bytes", rejects, block.Long)
				}
				if block.Long > 0 && len(block.Bytes) != keptOfLong {
					t.Errorf("%d bytes of %d are kept", len(block.Bytes), block.Long)
				}
			}
			if passed.String() != log {
				t.Errorf("%d bytes passed, want %d", passed.Len(), len(log))
			}
		})
	}
}
