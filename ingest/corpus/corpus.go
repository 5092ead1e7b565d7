// Package corpus finds the real logs that tests read where they are.
//
// The logs hold real people's names and stay outside the repository, in shared/corpus beside it or where PBSDUCK_CORPUS
// says. Tests only; they skip where there are none.
package corpus

import (
	"os"
	"path/filepath"
	"testing"
)

// Dir is the folder of real logs. Without one it skips the test.
func Dir(t testing.TB) string {
	t.Helper()
	if dir := os.Getenv("PBSDUCK_CORPUS"); dir != "" {
		return dir
	}
	dir, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	for ; dir != filepath.Dir(dir); dir = filepath.Dir(dir) {
		found := filepath.Join(dir, "shared", "corpus")
		if info, err := os.Stat(found); err == nil && info.IsDir() {
			return found
		}
	}
	t.Skip("no shared/corpus above this folder, and PBSDUCK_CORPUS is not set: the real logs are not here")
	return ""
}

// File reads one of the logs, by its path in the folder. Without it the test is skipped.
func File(t testing.TB, name string) []byte {
	t.Helper()
	data, err := os.ReadFile(filepath.Join(Dir(t), name))
	if err != nil {
		t.Skip(err)
	}
	return data
}
