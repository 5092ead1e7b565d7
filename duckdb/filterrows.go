package duckdb

import (
	"fmt"

	"pbsduck/ingest/schema"
)

// ofJob says how rows of tables tell whose they are: the condition that the job of a row j is one of those that a
// question, which gives their ids, finds.
var ofJob = map[string]string{
	schema.JobRecords.Name: "j.job_id IN (%s)",
	schema.JobNodes.Name:   "j.job_id IN (%s)",
	schema.JobCharges.Name: "j.job_id IN (%s)",
	schema.JobSources.Name: "j.job_id IN (%s)",
	schema.JobRuns.Name:    "j.id IN (%s)",
	"superseded": "(j.machine, j.job_id, j.submit_time) IN (SELECT (machine, job_id, submit_time) FROM jobs " +
		"WHERE id IN (%s))",
}

// Rows is the condition that a row j of a table or view is what it means: of a job that it means, or, if it asks for
// nothing but machines and days, on one of these days. Of an event, which has no day, it is the machine's local day of
// its time. An error says that rows of that table can't be told so.
func (f Filter) Rows(table string, machines []Machine) (string, error) {
	if condition, ok := ofJob[table]; ok && !f.All() {
		return fmt.Sprintf(condition, "SELECT j.id FROM jobs j WHERE "+f.Jobs()), nil
	}
	switch {
	case table == schema.Jobs.Name || table == "job_details" || f.All():
		return f.Jobs(), nil
	case !f.OnlyDays():
		return "", fmt.Errorf("%s tells of more than single jobs, and can't be written of some of them: leave it out, "+
			"or tell no more than machines and days", table)
	case table == schema.DailySummary.Name:
		return f.On("j.machine", "j.day"), nil
	case table == schema.Events.Name:
		return f.onDaysOf("j.machine", "j.time", machines), nil
	}
	return "", fmt.Errorf("rows of %s are not of jobs or days: leave it out, or write it without a filter", table)
}

// onDaysOf is what it says of machines, and that an instant is on one of the days there. Which day an instant is on
// takes long to tell: that is asked near the first and the last day only.
func (f Filter) onDaysOf(machine, instant string, machines []Machine) string {
	day := fmt.Sprintf("timezone(%s, %s)::DATE", ZoneOf(machine, machines), instant)
	condition := Filter{Machines: f.Machines}.On(machine, day)
	if !f.Since.IsZero() {
		condition += fmt.Sprintf(" AND %[1]s >= (%[2]s - 2)::TIMESTAMPTZ"+
			" AND (%[1]s >= (%[2]s + 2)::TIMESTAMPTZ OR %[3]s >= %[2]s)", instant, Date(f.Since), day)
	}
	if !f.Until.IsZero() {
		condition += fmt.Sprintf(" AND %[1]s < (%[2]s + 3)::TIMESTAMPTZ"+
			" AND (%[1]s < (%[2]s - 1)::TIMESTAMPTZ OR %[3]s <= %[2]s)", instant, Date(f.Until), day)
	}
	return condition
}

// ZoneOf is the time zone of a machine that a column names, in SQL.
func ZoneOf(column string, machines []Machine) string {
	zone, same := "CASE "+column, len(machines) > 0
	for _, m := range machines {
		same = same && m.Zone == machines[0].Zone
		if m.Zone != "" {
			zone += " WHEN " + Literal(m.Name) + " THEN " + Literal(m.Zone)
		}
	}
	switch {
	case same && machines[0].Zone != "":
		return Literal(machines[0].Zone)
	case zone == "CASE "+column:
		return "'UTC'"
	}
	return zone + " ELSE 'UTC' END"
}
