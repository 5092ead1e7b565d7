package duckdbtest

import (
	"encoding/base64"
	"encoding/json"
	"os"
	"slices"
	"strings"
	"testing"
)

// TruthKey is how jobs of a truth file are known.
func TruthKey(job map[string]any) string {
	return job["job_id"].(string) + " " + job["submit_time"].(string)
}

// Decoded reads a JSON object.
func Decoded(t testing.TB, text string) map[string]any {
	t.Helper()
	var job map[string]any
	if err := json.Unmarshal([]byte(text), &job); err != nil {
		t.Fatal(err)
	}
	return job
}

// Truth reads a truth file, by job.
func Truth(t testing.TB, path string) map[string]map[string]any {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	jobs := map[string]map[string]any{}
	for line := range strings.Lines(string(text)) {
		job := Decoded(t, line)
		if packed, ok := job["raw_base64"].(string); ok {
			raw, err := base64.StdEncoding.DecodeString(packed)
			if err != nil {
				t.Fatal(err)
			}
			job["raw"] = string(raw)
			delete(job, "raw_base64")
		}
		list := job["nodes"].([]any)
		slices.SortFunc(list, func(a, b any) int {
			return strings.Compare(a.(map[string]any)["node"].(string), b.(map[string]any)["node"].(string))
		})
		jobs[TruthKey(job)] = job
	}
	return jobs
}
