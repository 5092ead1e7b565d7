package schema

import (
	"slices"

	"github.com/apache/arrow-go/v18/arrow"
)

// rowName is what a dataset calls the number of a job's row, which is jobs.id: so that it is not taken for the job's
// id.
const rowName = "job_row"

// DatasetNames are what stands in a dataset, or the questions that it is written by, beside the columns of jobs.
var DatasetNames = []string{rowName, "year", "month", "ordered_by"}

// Dataset are the tables of a hive-partitioned dataset. Rows of jobs, and what is theirs, have the job's key (machine,
// job_id, submit_time), and its row's number besides. The machine is in the names of folders, and first in the list.
func (s Site) Dataset(records bool) []Table {
	jobs := s.Jobs()
	row := derived(rowName, Integer, "", "jobs.id", "Number of the job's row in the database that the dataset was "+
		"written from, which rebuilding changes: (machine, job_id, submit_time) is what stays.").required()
	key := []Column{machineColumn, row, jobs.Columns[jobs.Index("job_id")], jobs.Columns[jobs.Index("submit_time")]}
	ofJob := func(name string, of Table, columns []Column) Table {
		return Table{
			Name: name, Comment: of.Comment, Columns: slices.Concat(key, []Column{withNote(endColumn, " As in jobs.")}, columns),
		}
	}
	maybe := withNote(row, " NULL while the job has none: its E record was not read.")
	maybe.NotNull = false
	all := []Table{
		{Name: "jobs", Comment: jobs.Comment,
			Columns: append([]Column{machineColumn, row}, without(jobs.Columns, "id", "machine")...)},
		{Name: "runs", Comment: JobRuns.Comment,
			Columns: append([]Column{machineColumn, maybe}, without(JobRuns.Columns, "id", "machine")...)},
		ofJob("charges", JobCharges, JobCharges.Columns[1:]),
		ofJob("nodes", JobNodes, JobNodes.Columns[1:]),
		{Name: "events", Comment: Events.Comment,
			Columns: without(Events.Columns, "file_id", "line", "record_hash", CheckName)},
		{Name: "daily_summary", Comment: DailySummary.Comment,
			Columns: append([]Column{machineColumn}, without(DailySummary.Columns, "machine")...)},
	}
	if records {
		text := derived("record", Text, "", "the E record",
			"The raw record, as the log has it; bytes that are not UTF-8 are read as Latin-1.").required()
		all = append(all, ofJob("records", JobRecords, []Column{text}))
	}
	return all
}

func without(columns []Column, names ...string) []Column {
	return slices.DeleteFunc(slices.Clone(columns), func(c Column) bool { return slices.Contains(names, c.Name) })
}

// DatasetField is the column as readers of a dataset get it.
func (c Column) DatasetField() arrow.Field {
	f := c.Field()
	if c.Category {
		f.Type = &arrow.DictionaryType{IndexType: arrow.PrimitiveTypes.Int32, ValueType: arrow.BinaryTypes.String}
	}
	return f
}
