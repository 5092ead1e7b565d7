package schema

// Kinds of warnings. Those up to WarnUnknownCharges follow from what the tables say; the others from what a run met.
const (
	WarnTimeZone       = "time_zone"
	WarnSameDay        = "same_day"
	WarnTwoMachines    = "two_machines"
	WarnRejects        = "rejects"
	WarnFailedValues   = "failed_values"
	WarnWaiting        = "waiting"
	WarnUnknownCharges = "unknown_charges"

	WarnPackedTwin  = "packed_twin"
	WarnClock       = "clock"
	WarnFailedLog   = "failed_log"
	WarnNotLog      = "not_log"
	WarnNotSearched = "not_searched"
)

// Warnings keeps what is amiss.
var Warnings = Table{
	Name:    "warnings",
	Comment: "What is amiss with logs, or was. Those that hold have no true_until; pbsduck status shows them.",
	Columns: []Column{
		derived("kind", Text, "", "the load",
			"time_zone: heads of E records do not fit their end=. same_day: logs of one day differ. "+
				"two_machines: a log was read for two. rejects: lines that are no records. "+
				"failed_values: values that did not convert. waiting: a log ends inside a record. "+
				"unknown_charges: jobs that no rule charges. packed_twin: a packed file beside a log holds something else. "+
				"clock: it goes back within a log. failed_log: a log could not be read. "+
				"not_log: a file in a log folder is none. not_searched: a folder could not be, or lies elsewhere.").required(),
		machineColumn,
		derived("path", Text, "", "log_files.path",
			"Log, file or folder that it is about, of several the first by name. NULL: the machine as a whole."),
		derived("file_id", Integer, "", "log_files.file_id", "That log. NULL if the ledger has none."),
		derived("text", Text, "", "the load",
			"What is amiss, and what to do. It does not depend on the order in which logs were read.").required(),
		derived("first_seen", Timestamp, "", "the load", "When it was found.").required(),
		derived("last_seen", Timestamp, "", "the load",
			"When a run that wrote something last found that it holds.").required(),
		derived("true_until", Timestamp, "", "the load", "When it was found to hold no longer. NULL while it does."),
		derived("lines_hash", Integer, "", "the load",
			"Which lines a warning of kind rejects is about: their record_hash, combined by XOR. NULL for other kinds."),
		derived("acknowledged_at", Timestamp, "", "pbsduck status --acknowledge", "When somebody said that it was seen. "+
			"NULL if nobody did, or it says something else, or is about other lines, since."),
	},
}
