package schema

import "slices"

// Names of the tables of parts.
const (
	PartJobs   = "jobs"
	PartNodes  = "nodes"
	PartEvents = "events"
	PartLogs   = "logs"
)

// Parts are the tables of rows of logs that were parsed apart, each log without a look at the others: what a load would
// settle is settled later, by what they say beside the columns of the database.
func (s Site) Parts() []Table {
	outcomes := s.Outcomes()
	own := func(name string) Column { return outcomes.Columns[outcomes.Index(name)] }
	logColumn := derived("log", Text, "", "the parser",
		"Absolute path of the log without a compression suffix: its identity.").required()
	record := derived("record", Integer, "", "the parser",
		"Number of the record among those of its kind in the log, in their order; not every number is there.").required()
	place := []Column{logColumn, record, lineColumn}
	key := append(slices.Clone(place), machineColumn, own("job_id"), own("submit_time"), hashColumn)
	return []Table{
		{
			Name:    PartJobs,
			Comment: "E records of jobs as the logs have them: exact repeats are there, and all of those that claim one job.",
			Columns: append(slices.Clone(place), without(outcomes.Columns, "id", "is_job", "file_id", "line")...),
		},
		{
			Name: PartNodes, Comment: "What the run of each E record held on each node.",
			Columns: append(key, nodeColumns...),
		},
		{
			Name: PartEvents, Comment: "Every other record: exact repeats are there.",
			Columns: slices.Concat(place, without(Events.Columns, "file_id", "line", CheckName), []Column{
				derived("hour_begins", Timestamp, "", "the time zone",
					"Where flags has "+RepeatedHour+
						": when the clock passed the hour for the first time; time lies in that hour. NULL elsewhere."),
				derived("hour_s", Integer, "s", "the time zone",
					"How long that hour is. NULL as hour_begins."),
			}),
		},
		{
			Name: PartLogs, Comment: "Logs that were read to their end: the last file that is written of a log.",
			Columns: []Column{
				logColumn, machineColumn,
				derived("name", Text, "", "the parser",
					"File name without a compression suffix, e.g. 20260101.").required(),
				derived("time_zone", Text, "", "--timezone, the configuration or the system",
					"IANA time zone in which the heads were read.").required(),
				derived("bytes", Integer, "bytes", "the parser",
					"Bytes of the (decompressed) log.").required(),
				derived("lines", Integer, "", "the parser",
					"Physical lines.").required(),
				derived("jobs", Integer, "", "the parser",
					"Rows of jobs.").required(),
				derived("events", Integer, "", "the parser",
					"Rows of events.").required(),
				derived("rejects", Integer, "", "the parser",
					"Lines that are no record, and records that can't be kept as what they say they are.").required(),
				derived("failed_values", Integer, "", "the parser",
					"Values that did not convert and are NULL.").required(),
				derived("first_time", Timestamp, "", "heads of the records",
					"Earliest head of a record. NULL if the log has none."),
				derived("last_time", Timestamp, "", "heads of the records",
					"Latest head of a record. NULL if the log has none."),
			},
		},
	}
}
