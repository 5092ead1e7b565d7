package iceberg

import (
	"net"
	"strings"
	"testing"
	"time"
)

// TestNoWord: a server that takes connections and says nothing is not waited for without end.
func TestNoWord(t *testing.T) {
	mute, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = mute.Close() })
	at := mute.Addr().String()
	for _, name := range []string{"http://" + at, "postgres://me:secret@" + at + "/x"} {
		_, err := Open(t.Context(), Where{Catalog: name, Name: "pbsduck", Namespace: "pbs", Answer: 50 * time.Millisecond})
		if err == nil || !strings.Contains(err.Error(), "does not answer") || strings.Contains(err.Error(), "secret") {
			t.Errorf("%s: %v", name, err)
		}
	}
}
