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
			command = append(command, Choice(choice, set[choice]))
		}
		return strings.Join(append(command, words...), " ")
	}
}

// Choice is how a choice of a report is made on a command line: by a flag, where a report of pbsduck's own has it.
func Choice(name, value string) string {
	own, err := report.Choices()
	if err != nil || !slices.ContainsFunc(own, func(c report.Choice) bool { return c.Name == name }) {
		return "--set " + ui.ShellWord(name+"="+value)
	}
	return "--" + report.Flag(name) + " " + ui.ShellWord(value)
}
