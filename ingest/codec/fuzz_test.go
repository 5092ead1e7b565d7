package codec

import (
	"bytes"
	"testing"
)

func FuzzRoundTrip(f *testing.F) {
	encoders, d := everyEncoder(f)
	for _, r := range records(20, 3) {
		f.Add(r)
	}
	f.Add([]byte(nil))
	f.Fuzz(func(t *testing.T, raw []byte) {
		for name, e := range encoders {
			checkRoundTrip(t, name, e, d, raw)
		}
	})
}

// FuzzDecode feeds a Decoder with anything. What it accepts must have been a whole blob.
func FuzzDecode(f *testing.F) {
	encoders, d := everyEncoder(f)
	for _, e := range encoders {
		for _, r := range records(21, 2) {
			f.Add(e.Append(nil, r))
		}
		f.Add(e.Append(nil, nil))
	}
	f.Fuzz(func(t *testing.T, blob []byte) {
		kept := []byte("kept")
		got, err := d.Append(kept, blob)
		if !bytes.HasPrefix(got, kept) || err != nil && len(got) != len(kept) {
			t.Fatalf("%d bytes and %v", len(got), err)
		}
		DictID(blob)
	})
}

// FuzzDictionary: whatever ParseDictionary accepts, packs and inflates.
func FuzzDictionary(f *testing.F) {
	f.Add(trained(f, 1).Bytes())
	raw := records(22, 1)[0]
	f.Fuzz(func(t *testing.T, content []byte) {
		dict, err := ParseDictionary(content)
		if err != nil {
			return
		}
		checkRoundTrip(t, "fuzzed dictionary", zstdEncoder(t, dict, 1), NewDecoder(dict), raw)
	})
}
