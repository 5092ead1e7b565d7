package main

import (
	"slices"
	"strings"
)

// asking are questions to the large database, about all that there is where they do not say something else.
var asking = slices.Concat(reports("allocations", "charges", "concurrency", "days", "efficiency", "energy", "failures",
	"hours", "memory", "now", "people", "queue-depth", "queues", "requeues", "runtimes", "shapes", "sizes", "slowdown",
	"top", "usage", "utilisation", "utilisation --by month", "utilisation --by week,queue_group",
	"utilisation --queue cpu", "hours --walltime 1h..", "waits", "walltime"),
	[]step{
		question("report charges by project, which no sum tells", "report charges --by project"),
		question("page of 30 days", "report -q --since 2026-01-01 --until 2026-01-30 --html page.html"),
		question("page of all time", "report -q --html page.html"),
		question("jobs of a day", "jobs --since 2026-01-10 --until 2026-01-10 --limit 50"),
		question("jobs of users", "jobs --user user00* --limit 50"),
		question("jobs of a node", "jobs --node dec0123 --limit 50"),
		question("jobs of a node, at an instant", "jobs --node dec0123 --at 2026-01-10T12:00:00Z"),
		question("jobs of a name", "jobs --name *lagoon* --limit 50"),
		question("jobs of a number", "jobs --job 4529327"),
		question("jobs that failed", "jobs --exit-class program,signal --limit 50"),
		question("jobs that used much walltime", "jobs --elapsed 10h.. --limit 50"),
		question("jobs that used much walltime, counted", "jobs --elapsed 10h.. --count"),
		question("jobs that waited long", "jobs --wait 12h.. --limit 50"),
		question("jobs that wasted memory", "jobs --mem-wasted 100GB.. --limit 50"),
		question("the longest of all jobs", "jobs --sort walltime_used_s:desc --limit 50"),
	})

// reports ask reports, as they are usual or by something else.
func reports(names ...string) (all []step) {
	for _, name := range names {
		all = append(all, question("report "+name, "report "+name))
	}
	return all
}

// question is a command that reads the large database. The page is written into the workspace.
func question(title, command string) step {
	return step{name: command, title: title, unit: "jobs", rows: func(w *workspace) int64 { return w.Asked },
		command: func(w *workspace) []string {
			args := append([]string{w.program}, strings.Fields(command)...)
			if i := slices.Index(args, "page.html"); i >= 0 {
				args[i] = w.path("page.html")
			}
			return append(args, "--db", w.path("asked.duckdb"))
		}}
}
