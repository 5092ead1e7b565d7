package export

import (
	"bytes"
	"testing"
)

// TestAppendJSONAgrees holds that the fast way writes what the other one does, for every byte at every place.
func TestAppendJSONAgrees(t *testing.T) {
	for length := range 20 {
		for at := range length {
			for c := range 256 {
				text := bytes.Repeat([]byte("~"), length)
				text[at] = byte(c)
				want := string(appendJSONString(nil, string(text)))
				if got := string(AppendJSON(nil, text)); got != want {
					t.Fatalf("%q: got %s, want %s", text, got, want)
				}
				if plain := c < 0x80 && asIs[c]; allAsIs(text) != plain {
					t.Fatalf("%q: taken as plain: %v", text, !plain)
				}
			}
		}
	}
}
