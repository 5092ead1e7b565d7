package ui

import "testing"

// What is asked for is never far from what was typed.
func TestDidYouMean(t *testing.T) {
	columns := []string{
		"job_id", "user_name", "queue", "qos", "walltime_used_s", "walltime_requested_s", "eligible_wait_s",
	}
	for _, tt := range []struct {
		typed string
		known []string
		want  string
	}{
		{"usge", []string{"usage", "days", "now"}, "; did you mean usage?"},
		{"zzz", []string{"now", "top", "days"}, ""},
		{"foo", []string{"job", "jobs"}, ""},
		{"x", []string{"r", "python"}, ""},
		{"uesr", []string{"use", "user"}, "; did you mean user?"}, // letters are swapped
		{"--formt", []string{"--from", "--format"}, "; did you mean --format?"},
		{"ab", []string{"--db"}, ""},
		{"wal", columns, "; did you mean walltime_used_s or walltime_requested_s?"},
		{"usr", columns, "; did you mean user_name?"},
		{"wait_s", columns, "; did you mean eligible_wait_s?"},
		{"QUEUE", columns, "; did you mean queue?"},
		{"", columns, ""},
		{"aa", []string{"aa1", "aa2", "aa3", "aa4"}, "; did you mean aa1, aa2 or aa3?"},
	} {
		if got := DidYouMean(tt.typed, tt.known); got != tt.want {
			t.Errorf("%s of %q: %q, not %q", tt.typed, tt.known, got, tt.want)
		}
	}
}
