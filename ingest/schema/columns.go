package schema

import (
	"slices"

	"pbsduck/ingest/pbs"
)

var (
	userColumn = attr("user_name", pbs.User, AsText,
		"Owner of the job. NULL if the record names none."+
			emptyText).category()
	groupColumn = attr("group_name", pbs.Group, AsText,
		"Unix group the job runs as. NULL if the record names none."+
			emptyText).category()
	accountColumn = attr("account", pbs.Account, AsText,
		"Account that is charged (qsub -A), without quotes; may hold any bytes that a user typed. "+
			"NULL if the record names none."+
			emptyText).category()
	projectColumn = attr("project", pbs.Project, AsText,
		"PBS project (qsub -P). NULL if the record names none."+
			emptyText).category()
	queueColumn = attr("queue", pbs.Queue, AsText,
		"Queue the job ran from. NULL if the record names none."+
			emptyText).category()
	sessionColumn = attr("session", pbs.Session, AsInteger,
		"Session id of the job's processes on its first node; 0 for very short jobs. NULL if the record has none.")
	exitColumn = attr("exit_status", pbs.ExitStatus, AsInteger,
		"0 is success; below 0 PBS ended the job (the codes of OpenPBS and Torque differ: see exit_class); "+
			"1-127 and 193-255 the program's own status; 128-192 a shell's 128+signal; from 256 on killed by signal n-256. "+
			"NULL if the record has none.")
	runCountColumn = attr("run_count", pbs.RunCount, AsInteger,
		"How often the job was run; above 1 it was requeued and start_time is that of the last run. Torque: start_count. "+
			"NULL if the record has neither.")
	selectColumn = attr("select_spec", pbs.ReqSelect, AsText,
		"The chunks that were asked for, as the user wrote them. NULL if the record has none (Torque uses nodes)."+
			emptyText)
	placeColumn = attr("place", pbs.ReqPlace, AsText,
		"How the chunks were to be placed (free, pack, scatter, ...). NULL if the record has none."+
			emptyText).category()

	submitColumn = attr("submit_time", pbs.CTime, AsEpoch,
		"When the job was submitted (elements of an array: when the array was). PBS never resets it.")
	queuedColumn = attr("queued_time", pbs.QTime, AsEpoch,
		"When the job entered its present queue; reset by routing. NULL if the record has none.")
	eligibleColumn = attr("became_eligible_time", pbs.ETime, AsEpoch,
		"When the job became eligible to run; reset by queue moves and holds.")
	startColumn = attr("start_time", pbs.Start, AsEpoch,
		"When the job, or its last run, started.")
	endColumn = attr("end_time", pbs.End, AsEpoch,
		"When the job ended. NULL if the record has none.")

	wallAskedColumn = attr("walltime_requested_s", pbs.ReqWalltime, AsDuration,
		"Walltime limit that was asked for. NULL means no limit is known, which is not 0.")
	wallUsedColumn = attr("walltime_used_s", pbs.UsedWalltime, AsDuration,
		"Walltime used: what charges use. Up to minutes shorter than end_time - start_time; time suspended does not count. "+
			"NULL if the record has none.")
	waitColumn = attr("eligible_wait_s", pbs.EligibleTime, AsDuration,
		"Time the job waited for resources only, as PBS accrued it: the wait that reports use. "+
			"NULL where PBS does not keep it. Array parents carry the whole array's time.")
	cpuTimeColumn = attr("cpu_time_s", pbs.UsedCPUTime, AsDuration,
		"CPU time used, over all processors. NULL if the record has none.")
	ncpusColumn = attr("ncpus", pbs.ReqNCPUs, AsCount,
		"CPUs asked for. Torque, whose Resource_List.ncpus is mostly a default: total_execution_slots, "+
			"else Resource_List.nodes (nodes x ppn, which is 1 if not named), else Resource_List.procs, "+
			"Resource_Request_2.0 or exec_host, and only then Resource_List.ncpus. "+
			"OpenPBS without it: the sum over the chunks of select. On a Cray what its own request says, "+
			"Resource_List.mppwidth x mppdepth or Torque's size, if that is more than a default and there is no "+
			"total_execution_slots. NULL if unknown; 0 occurs.")
	ngpusColumn = attr("ngpus", pbs.ReqNGPUs, AsCount,
		"GPUs asked for. Where Resource_List.ngpus does not say: gpus of Resource_List.nodes, else Resource_List.gpus or "+
			"gpu, else gpus of Resource_Request_2.0, else exec_gpus, else the sum over the chunks of select. "+
			"NULL if the record does not say, and where only Resource_List.gres does, whose number may be one of each task.")
	nodectColumn = attr("nodect", pbs.ReqNodect, AsCount,
		"Chunks (nodes) asked for; without Resource_List.nodect Torque's unique_node_count. On a Cray "+
			"Resource_List.mppnodect, else mppwidth / mppnppn, if that is more. NULL if the record does not say.")
	ranksColumn = attr("mpiprocs", pbs.ReqMPIProcs, AsCount,
		"MPI ranks of the whole job: Resource_List.mpiprocs, else the sum over the chunks of select of count x mpiprocs. "+
			"NULL if neither says.")
	memAskedColumn = attr("mem_requested_bytes", pbs.ReqMem, AsSize,
		"Memory asked for. Where Resource_List.mem does not say: the sum over the requests of Resource_Request_2.0 "+
			"(Torque), or over the chunks of select. NULL if the record does not say.")
	memUsedColumn = attr("mem_used_bytes", pbs.UsedMem, AsSize,
		"Largest memory used. NULL if the record has none.")
	vmemUsedColumn = attr("vmem_used_bytes", pbs.UsedVMem, AsSize,
		"Largest virtual memory used. NULL if the record has none.")
	cpuPctColumn = attr("cpu_percent", pbs.UsedCPUPercent, AsPercent,
		"Largest CPU use PBS saw, 100 per busy CPU. NULL if the record has none.")
)

// emptyText is what a text that the record gives as an attribute may be, besides unknown.
const emptyText = " Empty if the attribute is there, and says nothing."

var machineColumn = derived("machine", Text, "", "--machine, or the configuration",
	"Cluster whose log the record is from.").required()

// Jobs has one row per finished job: the outcome of its E record. It is a view of outcomes.
var Jobs = Table{
	Name: "jobs",
	Comment: "Finished jobs: one row per (machine, job_id, submit_time), from the E record of the job's accounting log. " +
		"Sizes are bytes and times seconds; job_details has them in GiB and hours, which multiply without an overflow.",
	Columns: []Column{
		derived("id", Integer, "", "given at load",
			"Number of the row, by which job_records, job_nodes and job_charges refer to it. "+
				"A rebuild gives other numbers: (machine, job_id, submit_time) is what stays.").required(),
		machineColumn,
		derived("job_id", Text, "", "third field of the record",
			"PBS job id with server: 123.srv; element of an array 123[7].srv; array parent 123[].srv.").required(),
		derived("short_id", Integer, "", "job_id",
			"Number in front of job_id; elements of an array share it. NULL if the id begins with none."),
		derived("array_index", Integer, "", "job_id",
			"Index of an element of a job array. NULL for other jobs."),
		derived("is_array_parent", Boolean, "", "job_id",
			"Whether the row is the array as a whole, 123[].srv; its elements have rows of their own.").required(),
		attr("name", pbs.JobName, AsText,
			"Name of the job (qsub -N). NULL if the record has none."+
				emptyText),
		userColumn, groupColumn, accountColumn, projectColumn, queueColumn,
		{Name: "priority", Type: Text, Source: defaultPriority, Comment: "Priority class the user asked for, " +
			"where the site has such a resource; the configuration says which it is. NULL if the record has none." + emptyText,
			Decode: AsText, Category: true},
		exitColumn,
		derived("exit_class", Text, "", "Exit_status",
			"ok; pbs_limit: ended for exceeding a limit (OpenPBS -31, -29 to -24; Torque -12 to -10); "+
				"pbs_other: any other status below 0; program, shell_signal, signal. NULL if there is no exit status.").category(),
		submitColumn.required(),
		queuedColumn,
		withNote(eligibleColumn, " Submit time where PBS says 0 or nothing."),
		withNote(startColumn, " Where PBS says 0 or what can't be: end_time - walltime_used_s, "+
			"and start_is_estimated is true. NULL if that is unknown too."),
		withNote(endColumn,
			" Where PBS says 0 or what can't be: the time at the head of the record, and end_is_estimated is true."),
		derived("end_date", Date, "", "end, in the machine's time zone",
			"The site's local day on which the job ended; midnight belongs to the later day. NULL if end_time is."),
		wallAskedColumn, wallUsedColumn, waitColumn, cpuTimeColumn, runCountColumn,
		ncpusColumn, ngpusColumn, nodectColumn, ranksColumn,
		derived("ompthreads", Integer, "", "Resource_List.select",
			"OpenMP threads per rank, the largest of the chunks that name it. NULL if none does."),
		memAskedColumn, memUsedColumn, vmemUsedColumn, cpuPctColumn,
		derived("cpu_type", Text, "", "Resource_List.select, Resource_List.cpu_type, the configuration",
			"Type of CPU asked for; where the record does not say, that of the queue, if the configuration has it. "+
				"NULL if neither says.").category(),
		derived("gpu_type", Text, "", "Resource_List.select, Resource_List.gpu_type, the configuration",
			"Type of GPU asked for; where the record does not say, that of the queue, if the configuration has it. "+
				"NULL if neither says.").category(),
		selectColumn, placeColumn, sessionColumn,
		derived("start_is_estimated", Boolean, "", "start",
			"Whether start_time was worked out because PBS wrote 0 or what can't be.").required(),
		derived("end_is_estimated", Boolean, "", "end",
			"Whether end_time was worked out because PBS wrote 0 or what can't be.").required(),
		derived("flags", Text, "", "the parser, the row",
			"Doubts about the job, parted by blanks. About its record: "+recordFlags+". About its row: "+doubtsComment+
				". NULL if there are none."),
	},
}

// recordFlags are the flags of a record, pbs.Flags, as comments list them.
const recordFlags = "ambiguous, unclosed_quote, forged_record, torn, truncated, prefixed, not_utf8, " +
	"doubtful, wrapped, cut_off"

// doubtsComment is what the doubts of a job mean, which batch finds.
const doubtsComment = "start_after_end; start_out_of_range, end_out_of_range, submit_out_of_range: " +
	"PBS wrote an instant two days or more after the head of the record, " +
	"or before the submission (a start or end so is worked out as if it were 0); " +
	"zero_walltime: 0 was used though start and end are 15 minutes or more apart; " +
	"long_walltime: 15 minutes more were used than lie between them, " +
	"or so much that a start or end can't be worked out by it; " +
	"nodes_disagree: the sum of job_nodes.ncpus is not ncpus; " +
	RepeatedHour + ": one of its instants, which qhist gives as local time, lies in the hour that autumn repeats, " +
	"and it is not sure which of the two it was"

var jobIDColumn = derived("job_id", Integer, "", "jobs.id",
	"The job's row: equals jobs.id.").required()

// Outcomes has one row per E record, and one for each job that came from elsewhere. Which of them are the rows of jobs
// a flag says, here and in the two tables that belong to it. A load appends only: to flag a row costs next to nothing,
// while DuckDB writes what it has written again if a row of it is deleted or moved.
var Outcomes = Table{
	Name: "outcomes",
	Comment: "E records, each once: what jobs, superseded and job_sources show. " +
		"Of several of one job (machine, job_id, submit_time) one is the job: " +
		OutcomeOrder + ".",
	Columns: append(slices.Clone(Jobs.Columns), originColumns...),
}

// OutcomeOrder says which of the E records of a job is its row. The statement that does it is rank_outcomes.sql of
// package duckdb.
const OutcomeOrder = "one from a log rather than one from elsewhere, then one that is neither torn nor doubtful, " +
	"of more runs, with usage, of a later end, written later, with more attributes, with the larger hash"

var isJobColumn = derived("is_job", Boolean, "", "all E records of the job",
	"Whether it is the row of its job; else another E record of the job superseded it.").required()

// originColumns are what outcomes has besides the columns of jobs.
var originColumns = []Column{
	isJobColumn,
	elsewhere(fileIDColumn), elsewhere(lineColumn), told(loggedColumn), told(hashColumn),
	derived("source_flags", Text, "", "the log", sourceFlags),
	told(attributesColumn),
}

// elsewhere is a column as it is where a row may have come from elsewhere than a log.
func elsewhere(c Column) Column {
	c.NotNull = false
	return withNote(c, " NULL for a job that came from elsewhere than a log.")
}

// told is a column that a row has from wherever it came.
func told(c Column) Column {
	c.NotNull = false
	return withNote(c, " Of a job that came from elsewhere than a log: as it was told there.")
}

var (
	loggedColumn = derived("logged_time", Timestamp, "", "head of the record",
		"When the server wrote the record.").required()

	fileIDColumn = derived("file_id", Integer, "", "log_files.file_id",
		"The log that holds the record.").required().moving()
	lineColumn = derived("line", Integer, "", "the log",
		"Number of the record's first line in its log, from 1.").required().moving()

	attributesColumn = derived("attributes", Integer, "", "fourth field of the record",
		"How many attributes the record has: "+
			"of several E records of a job that agree in all else the one with more of them gives the row.").required()

	hashColumn = derived("record_hash", Integer, "", "the record's bytes",
		"XXH3 hash (64 bits, as a signed number) of the record's bytes, and of what they alone do not tell (that it is "+
			"torn or doubtful, why it was rejected): equal records are exact repeats.").required()
)

const sourceFlags = "Doubts that the record's bytes alone do not tell, as jobs.flags has them, too: torn, doubtful. " +
	"NULL if there are none."

var outcomeIDColumn = derived("outcome_id", Integer, "", "outcomes.id",
	"The row that it belongs to: equals outcomes.id.").required()

// OutcomeRecords keeps the raw record of each outcome.
var OutcomeRecords = Table{
	Name:    "outcome_records",
	Comment: "Raw records of outcomes: job_records shows those of jobs.",
	Columns: []Column{outcomeIDColumn, compressedColumn, createdColumn, isJobColumn},
}

// OutcomeNodes has one row per outcome and node.
var OutcomeNodes = Table{
	Name:    "outcome_nodes",
	Comment: "What the run of each outcome held on each node: job_nodes shows those of jobs.",
	Columns: append(append([]Column{outcomeIDColumn}, nodeColumns...), isJobColumn),
}

var (
	compressedColumn = derived("compressed_data", Bytes, "", "the E record",
		"The record's bytes without the newline that ends it: a zstd frame (begins 28 B5 2F FD; "+
			"its dictionary, if it names one, is in record_dictionaries) or gzip (begins 1F 8B).").required().stored(Plain)
	createdColumn = derived("created_at", Timestamp, "", "the load",
		"When the row was written.").required()

	nodeColumns = []Column{
		derived("node", Text, "", "exec_vnode, exec_host",
			"Name of the vnode or host.").required(),
		derived("ncpus", Integer, "", "exec_vnode, exec_host",
			"CPUs held there. NULL if the record does not say."),
		derived("ngpus", Integer, "", "exec_vnode, exec_gpus",
			"GPUs held there. NULL if the record does not say."),
		derived("mem_bytes", Integer, "bytes", "exec_vnode",
			"Memory held there. NULL if the record does not say."),
	}
)

// ToldRuns has the runs of the few jobs of which more is known than their own record says.
var ToldRuns = Table{
	Name: "told_runs",
	Comment: "Rows of job_runs of those jobs of which other records tell than their own E record (R, C, " +
		"c, s, z and r records, superseded E records): " +
		"job_runs shows them in place of the one run that their rows in jobs are.",
	Columns: JobRuns.Columns,
}

// Events has one row per record that is not the E record of a job.
var Events = Table{
	Name:    "events",
	Comment: "Every record that is not the E record of a job: queued, started, requeued, deleted, reservations, ...",
	Columns: []Column{
		machineColumn,
		derived("time", Timestamp, "", "head of the record",
			"When the server wrote the record.").required(),
		derived("type", Text, "", "second field of the record",
			"Record letter: Q queued, S started, R requeued, D deleted, A aborted, a altered, ... "+
				"(OpenPBS acct.h).").required().category(),
		derived("object_id", Text, "", "third field of the record",
			"Id of the job or reservation, or the word license.").required(),
		derived("short_id", Integer, "", "object_id",
			"Number in the id; elements of an array share it with the array. NULL if there is none."),
		attr("name", pbs.JobName, AsText,
			"Name of the job. NULL if the record has none."+
				emptyText),
		userColumn, groupColumn, accountColumn, projectColumn, queueColumn,
		withNote(submitColumn, " NULL if the record has none."), queuedColumn,
		withNote(eligibleColumn, " NULL if it was not yet, which PBS writes as 0."),
		withNote(startColumn, " NULL if it had not, which PBS writes as 0."), endColumn,
		exitColumn, sessionColumn, runCountColumn,
		ncpusColumn, ngpusColumn, nodectColumn,
		attr("mpiprocs", pbs.ReqMPIProcs, AsCount,
			"MPI ranks of the whole job. NULL if the record does not say."),
		memAskedColumn, wallAskedColumn, selectColumn, placeColumn,
		wallUsedColumn, cpuTimeColumn, memUsedColumn, vmemUsedColumn, cpuPctColumn, waitColumn,
		derived("text", Text, "", "fourth field of the record",
			"What the columns do not say: attributes without a column (requestor, exec_vnode and not exec_host where both "+
				"are there, ...) or that did not convert, as written, and those of a records that are named otherwise elsewhere "+
				"(Job_Name and Account_Name, which name and account have, too) or UNSET, which is NULL in their columns; the "+
				"whole text of records whose text is free or in doubt. "+
				"NULL if nothing is left. Bytes that are not UTF-8 are shown as Latin-1.").stored(Packed),
		derived("raw", Bytes, "", "the record",
			"Exact bytes of the record, where columns and text can't give them back: records that are not UTF-8. "+
				"NULL elsewhere."),
		derived("flags", Text, "", "the parser",
			"Doubts about the record, parted by blanks: "+recordFlags+"; "+RepeatedHour+": its time lies in the hour that "+
				"autumn repeats, and the order of the log told which of the two it was. NULL if there are none."),
		fileIDColumn, lineColumn, hashColumn, checkColumn,
	},
}

// RepeatedHour is the flag of an event whose head lies in an hour that autumn repeats, and which does not say itself
// which of the two it was.
const RepeatedHour = "repeated_hour"

// Rejects keeps what could not be understood.
var Rejects = Table{
	Name:    "rejects",
	Comment: "Lines that are no record, and records that can't be kept as what they say they are, with their bytes.",
	Columns: []Column{
		machineColumn,
		fileIDColumn,
		derived("file", Text, "", "the load",
			"Path of the log, as it was read.").required().moving(),
		lineColumn,
		derived("byte_offset", Integer, "bytes", "the log",
			"Where the bytes begin in the (decompressed) log. "+
				"NULL if that is not known: they were read first in another log, which was forgotten."),
		derived("reason", Text, "", "the parser",
			"Why it was rejected.").required(),
		derived("bytes", Bytes, "", "the log",
			"The bytes.").required(),
		hashColumn, checkColumn,
	},
}

// Repeats lists the exact repeats that were read.
var Repeats = Table{
	Name: "repeats",
	Comment: "Exact repeats: records that stand in the logs more than once, byte for byte, each beyond the first. " +
		"They are kept in this list only.",
	Columns: []Column{
		machineColumn, fileIDColumn, lineColumn, hashColumn,
		derived("object_id", Text, "", "third field of the record",
			"Id of the job or reservation. NULL for a rejected line."),
	},
}

// RecordDictionaries keeps what is needed to inflate raw records.
var RecordDictionaries = Table{
	Name:    "record_dictionaries",
	Comment: "zstd dictionaries that job_records.compressed_data needs, trained on the machine's own records.",
	Columns: []Column{
		derived("dictionary_id", Integer, "", "the dictionary's header",
			"Number that each zstd frame made with the dictionary carries.").required(),
		derived("machine", Text, "", "the load",
			"Cluster whose records it was trained on.").required(),
		derived("dictionary", Bytes, "", "training",
			"The dictionary, for zstd -D or zstandard.ZstdCompressionDict.").required(),
		derived("samples", Integer, "", "training",
			"How many records it was trained on.").required(),
		derived("ratio", Float, "", "training",
			"Share of the bytes that was left when it packed the records it was trained on, 0-1.").required(),
		derived("created_at", Timestamp, "", "the load",
			"When it was trained; of several of one machine the latest is in use.").required(),
		checkColumn,
	},
}

// LogFiles is the ledger.
var LogFiles = Table{
	Name: "log_files",
	Comment: "The ledger: every log that was read, how far, and what became of its lines: " +
		"lines = jobs + superseded + events + repeats + rejects + continuation_lines.",
	Columns: []Column{
		derived("file_id", Integer, "", "given at load",
			"Number of the log.").required(),
		machineColumn,
		derived("name", Text, "", "the load",
			"File name without a compression suffix, e.g. 20260101.").required(),
		derived("path", Text, "", "the load",
			"Absolute path without a compression suffix: the log's identity. - for standard input.").required(),
		derived("file", Text, "", "the load",
			"The file as it was last read, with its suffix.").required(),
		derived("size_bytes", Integer, "bytes", "stat",
			"Size of the file when it was last read.").required(),
		derived("modified_at", Timestamp, "", "stat",
			"When the file had last been changed. NULL for standard input."),
		derived("read_bytes", Integer, "bytes", "the load",
			"How far the (decompressed) log was read: up to the end of the last whole line.").required(),
		derived("unsure_at", Integer, "bytes", "the load",
			"Where in them the first record begins that may be read otherwise when the log has grown: "+
				"a value is open at the end of what was read, or no newline ends it. NULL if there is none."),
		derived("digest", Text, "", "the load",
			"XXH3 (128 bits) of those bytes, in hex.").required(),
		derived("lines", Integer, "", "the load",
			"Physical lines read.").required(),
		derived("jobs", Integer, "", "the load",
			"Records that are rows of jobs.").required().moving(),
		derived("superseded", Integer, "", "the load",
			"Records that are rows of superseded: E records of jobs whose row another E record gives.").required().moving(),
		derived("events", Integer, "", "the load",
			"Records in events.").required().moving(),
		derived("repeats", Integer, "", "the load",
			"Records that are exact repeats of others.").required().moving(),
		derived("rejects", Integer, "", "the load",
			"Records in rejects.").required().moving(),
		derived("continuation_lines", Integer, "", "the load",
			"Lines beyond the first of records that span several, less the records that begin within a line, "+
				"behind one that is cut off.").required(),
		derived("records_check", Integer, "", "the load",
			"Check of the log's records, wherever their rows are: sum of (2 x line + 1) x record_hash, modulo 2^64, "+
				"as a signed number.").required(),
		derived("failed_values", Integer, "", "the load",
			"Values that did not convert and are NULL.").required(),
		derived("zone_fits", Integer, "", "heads of the records",
			"E records whose head agrees with their end= in time_zone.").required(),
		derived("zone_misfits", Integer, "", "heads of the records",
			"E records whose head is off from their end= by a quarter of an hour or more.").required(),
		derived("zone_offset_s", Integer, "s", "heads of the records",
			"By how much it is, in the last of those. NULL if there are none."),
		derived("first_time", Timestamp, "", "heads of the records",
			"Earliest head of a record. NULL if the log has none."),
		derived("last_time", Timestamp, "", "heads of the records",
			"Latest head of a record. NULL if the log has none."),
		derived("time_zone", Text, "", "--timezone, the configuration, earlier logs or the system",
			"IANA time zone in which the heads were read.").required(),
		derived("loaded_at", Timestamp, "", "the load",
			"When the log was last read.").required(),
		derived("loaded_by", Text, "", "the load",
			"Version of pbsduck that read it.").required(),
		checkColumn,
	},
}

// Tables are all tables of the database. Of a site with columns of its own they are Site.Tables.
var Tables = []Table{Outcomes, OutcomeRecords, OutcomeNodes, ToldRuns, JobCharges, DailySummary, Events, LogFiles,
	Warnings, Rejects, Repeats, RecordDictionaries,
	Allocations, SiteColumns, QueueTypes, ChargeRules, Capacity, NameGroups, ChangedMonths}
