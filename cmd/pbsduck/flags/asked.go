package flags

import (
	"maps"
	"slices"
	"strings"

	"pbsduck/cmd/pbsduck/ui"
	"pbsduck/duckdb/report"
)

// Asked gives the command that asks a report, whose further words say which jobs are meant.
func Asked(words []string) func(name string, by []string, set map[string]string) string {
	return func(name string, by []string, set map[string]string) string {
		command := []string{"pbsduck", "report", name}
		if len(by) > 0 {
			command = append(command, "--by", strings.Join(by, ","))
		}
		for _, choice := range slices.Sorted(maps.Keys(set)) {
			command = append(command, "--"+report.Flag(choice), ui.ShellWord(set[choice]))
		}
		return strings.Join(append(command, words...), " ")
	}
}
