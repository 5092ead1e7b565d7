package duckdb

import (
	"fmt"
	"slices"

	"pbsduck/ingest/pbs"
)

// JobIDs is true of the jobs that ids mean, as PBS writes them, with their server or without:
//
//	123      the job of that number, and if that is an array, the array with its elements
//	123[]    the array with its elements
//	123[7]   that element
type JobIDs []string

// SQL implements Term.
func (ids JobIDs) SQL() string {
	var numbers, others []int64
	var parts, odd []string
	for _, text := range ids {
		id, err := pbs.ParseID([]byte(text))
		switch {
		case err != nil || id.Base < 0: // which may be what a record says all the same
			odd = append(odd, "j.job_id = "+Literal(text))
		case id.Kind == pbs.IDJob && id.Server == nil:
			numbers = append(numbers, id.Base)
		default:
			others = append(others, id.Base)
			parts = append(parts, theJob(text, id))
		}
	}
	if numbers != nil {
		odd = append(odd, "j.short_id IN "+literals(numbers))
	}
	if others != nil { // few rows have one of the numbers, and only of those is more asked
		slices.Sort(others)
		odd = append(odd, "j.short_id IN "+literals(slices.Compact(others))+" AND "+either(parts))
	}
	return either(odd)
}

// IDs is true of jobs that one of the ids which are wanted means, if any are, and none of those which are not.
type IDs struct{ Wanted, Unwanted JobIDs }

// SQL implements Term. A job whose id begins with no number is another one than any of a number.
func (n IDs) SQL() string {
	var wanted, unwanted string
	if n.Wanted != nil {
		wanted = n.Wanted.SQL()
	}
	if n.Unwanted != nil {
		unwanted = n.Unwanted.SQL() + " IS NOT TRUE"
	}
	return both(wanted, unwanted)
}

// theJob is what tells a job from others of its number.
func theJob(text string, id pbs.ID) string {
	server := ""
	if id.Server != nil {
		server = "." + string(id.Server)
	}
	switch {
	case id.Kind == pbs.IDArrayParent:
		ofServer := ""
		if server != "" {
			ofServer = " AND ends_with(j.job_id, " + Literal(server) + ")"
		}
		return fmt.Sprintf(
			"(j.short_id = %d AND (j.is_array_parent OR j.array_index IS NOT NULL)%s)", id.Base, ofServer,
		)
	case id.Kind == pbs.IDArrayElement && server == "":
		return fmt.Sprintf("(j.short_id = %d AND j.array_index = %d)", id.Base, id.Index)
	}
	return "j.job_id = " + Literal(text)
}
