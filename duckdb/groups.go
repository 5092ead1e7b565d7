package duckdb

import (
	"fmt"
	"strings"
)

// Kinds of groups of names: of accounts, and of queues (the table name_groups).
const (
	FacilityGroup = "facility"
	QueueGroup    = "queue_group"
)

// A NamePattern gathers the names that fit it under one.
type NamePattern struct{ Pattern, Name string }

// GroupFunction is the SQL that makes the function of a kind of groups, which is stored in the database and tells the
// group of a name: facility_of(account) is NULL where no pattern fits, queue_group_of(queue) the queue itself.
//
// The patterns are written into it, and not looked up: so a question over all jobs takes as long with it as without.
func GroupFunction(kind string, patterns []NamePattern) string {
	name, argument, otherwise := "facility_of", "account", "NULL::VARCHAR"
	if kind == QueueGroup {
		name, argument, otherwise = "queue_group_of", "queue", "queue"
	}
	var b strings.Builder
	fmt.Fprintf(&b, "CREATE OR REPLACE MACRO %s(%s) AS ", name, argument)
	if len(patterns) == 0 {
		return b.String() + otherwise
	}
	b.WriteString("CASE")
	for _, p := range patterns {
		fmt.Fprintf(&b, " WHEN %s GLOB %s THEN %s", argument, Quote(p.Pattern), Quote(p.Name))
	}
	fmt.Fprintf(&b, " ELSE %s END", otherwise)
	return b.String()
}
