package export

import (
	"bytes"
	"encoding/json"
	"maps"
	"testing"

	"pgregory.net/rapid"
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

// TestMarshalJSON: what it writes is what encoding/json reads, and steers no terminal.
func TestMarshalJSON(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		want := map[string]string{
			rapid.String().Draw(t, "key"): rapid.String().Draw(t, "value"), "<&>": "\x1b\x7f\u009b\u202e\U000e0001\u2028\"\\鴨",
		}
		text, err := MarshalJSON(want)
		if err != nil {
			t.Fatal(err)
		}
		var got map[string]string
		if err := json.Unmarshal(text, &got); err != nil || !maps.Equal(got, want) {
			t.Fatalf("%q, %v; want %q", got, err, want)
		}
		if Visible(string(text)) != string(text) || !bytes.Contains(text, []byte(`"<&>"`)) {
			t.Fatalf("%q", text)
		}
	})
}
