package schema

import (
	"slices"

	"pbsduck/ingest/pbs"
)

// What the views of the database show, column by column; their SQL is in package duckdb.

// JobRecords shows the raw record of each job.
var JobRecords = Table{
	Name: "job_records",
	Comment: "Raw records: for each job from a log, the exact bytes of its E record, compressed. One row per job; " +
		"jobs that came from elsewhere have none.",
	Columns: []Column{jobIDColumn, compressedColumn, createdColumn},
}

// JobNodes shows one row per job and node.
var JobNodes = Table{
	Name: "job_nodes",
	Comment: "What each job held on each node: one row per job and vnode of exec_vnode, " +
		"or host of exec_host where there is no exec_vnode.",
	Columns: append([]Column{jobIDColumn}, nodeColumns...),
}

// JobSources says where each job's E record was read.
var JobSources = Table{
	Name: "job_sources",
	Comment: "Where the E record of each job was read: file and line, the time at its head, " +
		"and a hash that tells exact repeats. One row per job; jobs that came from elsewhere have none.",
	Columns: []Column{jobIDColumn, fileIDColumn, lineColumn, loggedColumn, hashColumn,
		derived("flags", Text, "", "the log",
			sourceFlags), attributesColumn},
}

// Superseded shows the E records that are not the rows of their jobs.
func (s Site) Superseded() Table {
	columns := append(s.Jobs().Columns, originColumns[1:]...)
	return Table{
		Name: "superseded",
		Comment: "E records that another E record of the same job (machine, job_id, submit_time) superseded, " +
			"mostly of earlier runs: what they would be as rows of jobs, where they were read, " +
			"and their raw records. A job's row is " + OutcomeOrder + ".",
		Columns: append(columns, elsewhere(compressedColumn)),
	}
}

// JobRuns shows every run of every job, and every phase of it.
var JobRuns = Table{
	Name: "job_runs",
	Comment: "What jobs held, from when to when: one row per run that ended, and per phase of it where nodes were given " +
		"back meanwhile, or it was suspended. A job that ran once and held the same all the time has one row, " +
		"with the figures of jobs. Earlier runs are told by R and C records, " +
		"or by E records that another one superseded and whose time it does not overlap; phases by c, s, z and r records. " +
		"The rows of the last run add up to the job. Array parents hold nothing, and have none.",
	Columns: []Column{
		derived("id", Integer, "", "jobs.id",
			"The job's row. NULL while the job has none: its E record was not read."),
		machineColumn,
		derived("job_id", Text, "", "third field of the record",
			"PBS job id, as in jobs.").required(),
		derived("submit_time", Timestamp, "", "ctime",
			"When the job was submitted, as in jobs.").required(),
		derived("run", Integer, "", "the records of the job",
			"Number of the run, from 1, in order of time, among those that records tell of: "+
				"below run_count where logs are missing.").required(),
		derived("phase", Integer, "", "the records of the run",
			"Number of the phase in its run, from 1.").required(),
		derived("kind", Text, "", "type of the record",
			"last: the run that the job's row tells of; requeued: its R record says that it was thrown away; checkpointed: "+
				"its C record says that it was held; superseded: a superseded E record tells of it.").required().category(),
		derived("start_time", Timestamp, "", "start, the heads of c, s, z and r records",
			"When the phase began: the run's start, or when the phase before ended. NULL as in jobs."),
		derived("end_time", Timestamp, "", "end, the heads of c, s, z and r records",
			"When it ended: when the next phase, or else the next run, began, or the run's end."),
		derived("held_s", Integer, "s", "end_time - start_time",
			"How long the job held what the row says; 0 if start_time is after end_time. NULL if start_time is."),
		derived("walltime_used_s", Integer, "s", "resources_used.walltime",
			"Walltime that the run used, given to its phases in their order, none to those before an s record, "+
				"as nothing ran yet, and to suspended ones: they add up to the run's. NULL if its record has none."),
		derived("ncpus", Integer, "", "Resource_List",
			"CPUs held: those of the job's record in its first phase, those of the c or s record in later ones; 0 while "+
				"the job is suspended, unless it kept them. NULL as in jobs."),
		derived("ngpus", Integer, "", "Resource_List",
			"GPUs held, as ncpus."),
		derived("nodect", Integer, "", "Resource_List",
			"Chunks (nodes) held, as ncpus."),
		derived("mem_requested_bytes", Integer, "bytes", "Resource_List",
			"Memory held, as ncpus."),
		derived("exit_status", Integer, "", "Exit_status",
			"Exit status of the run, as in jobs; below 0 where PBS threw it away. NULL if its record has none."),
		derived("ended", Text, "", "the record that ended it",
			"Why it ended: released: nodes were given back (c record); pruned: spare nodes were given back when the job was "+
				"sure to start (s record); suspended (z record); resumed (r record); requeued; checkpointed; else as "+
				"jobs.exit_class.").category(),
		userColumn, accountColumn, queueColumn,
	},
}

// Users, Accounts and Queues are who had jobs, by machine.
var (
	Users = whose("users", "Users: who ran jobs on which machine.", derived("user_name", Text, "", "jobs.user_name",
		"User. NULL: jobs whose record names none."))
	Accounts = whose("accounts", "Accounts: what jobs were charged to, by machine.",
		derived("account", Text, "", "jobs.account",
			"Account. NULL: jobs whose record names none."))
	Queues = whose("queues", "Queues that jobs ran from, by machine.", derived("queue", Text, "", "jobs.queue",
		"Queue. NULL: jobs whose record names none."))
)

func whose(name, comment string, owner Column) Table {
	return Table{Name: name, Comment: comment, Columns: []Column{
		machineColumn, owner,
		derived("jobs", Integer, "", "jobs",
			"Finished jobs: rows of jobs, array parents among them.").required(),
		derived("array_parents", Integer, "", "jobs.is_array_parent",
			"How many of them are job arrays as a whole, whose elements are jobs of their own.").required(),
		derived("first_end", Timestamp, "", "jobs.end_time",
			"End of the earliest of them. NULL if none is known."),
		derived("last_end", Timestamp, "", "jobs.end_time",
			"End of the latest of them. NULL if none is known."),
		derived("cpu_hours", Float, "hours", "jobs",
			"Sum of walltime used x ncpus, whatever is charged; "+
				"a job without either counts 0, and so does an array parent.").required(),
	}}
}

// Names are the names of all tables and views.
func Names() []string {
	var names []string
	for _, t := range (Site{}).Relations() {
		names = append(names, t.Name)
	}
	return names
}

// JobDetails is jobs with what is reckoned from them, for a site.
func (s Site) JobDetails() Table {
	columns := append(s.Jobs().Columns, JobCharges.Columns[1:]...)
	return Table{
		Name: "job_details",
		Comment: "Jobs with what they are charged, and with sizes in GiB and times in hours: " +
			"bytes times seconds do not fit into whole numbers of 64 bits, GiB times hours do.",
		Columns: append(columns, reckonedColumns...),
	}
}

// reckonedColumns are those that no table has.
var reckonedColumns = []Column{
	derived("cpu_charge", Float, "hours", "cpu_hours x qos_factor",
		"What the core-hours cost. NULL if either is."),
	derived("gpu_charge", Float, "hours", "gpu_hours x qos_factor",
		"What the GPU-hours cost. NULL if either is."),
	derived("memory_charge", Float, "hours", "memory_hours x qos_factor",
		"What the memory-hours cost. NULL if either is."),
	derived("walltime_requested_hours", Float, "hours", "walltime_requested_s",
		"Walltime limit that was asked for. NULL means no limit is known."),
	derived("walltime_used_hours", Float, "hours", "walltime_used_s",
		"Walltime used. NULL if the record has none."),
	derived("eligible_wait_hours", Float, "hours", "eligible_wait_s",
		"Time the job waited for resources only. NULL where PBS does not keep it."),
	derived("cpu_time_hours", Float, "hours", "cpu_time_s",
		"CPU time used, over all processors. NULL if the record has none."),
	derived("used_core_hours", Float, "hours", "ncpus x walltime_used_s",
		"CPUs asked for times walltime used, whatever is charged; 0 for array parents. NULL if either is."),
	derived("used_gpu_hours", Float, "hours", "ngpus x walltime_used_s",
		"GPUs asked for times walltime used, whatever is charged; 0 for array parents. NULL if either is."),
	derived("mem_requested_gib", Float, "GiB", "mem_requested_bytes",
		"Memory asked for. NULL if the record does not say."),
	derived("mem_used_gib", Float, "GiB", "mem_used_bytes",
		"Largest memory used. NULL if the record has none."),
	derived("vmem_used_gib", Float, "GiB", "vmem_used_bytes",
		"Largest virtual memory used. NULL if the record has none."),
}

// Machines shows whose logs were read.
var Machines = Table{
	Name:    "machines",
	Comment: "Machines whose logs were read, and what time they tell of.",
	Columns: []Column{
		machineColumn,
		derived("time_zone", Text, "", "log_files.time_zone",
			"IANA time zone in which its latest log was read: its local days are days there.").required(),
		derived("first_time", Timestamp, "", "log_files.first_time",
			"Earliest head of a record. NULL if its logs have none."),
		derived("last_time", Timestamp, "", "log_files.last_time",
			"Latest head of a record: what the logs tell ends here. NULL if its logs have none."),
	},
}

// UnfinishedJobs shows what runs and waits.
var UnfinishedJobs = Table{
	Name: "unfinished_jobs",
	Comment: "Jobs that run or wait at the end of what the logs tell: " +
		"their latest record of the last 40 days before it says that they were queued, started or requeued, " +
		"and they have no E record from then on. Jobs whose E record was lost look like them.",
	Columns: []Column{
		machineColumn,
		derived("job_id", Text, "", "third field of the record",
			"PBS job id, as in jobs.").required(),
		derived("short_id", Integer, "", "job_id",
			"Number in the id. NULL if there is none."),
		derived("state", Text, "", "type of the latest record",
			"running: an S or T record; waiting: another.").required(),
		attr("name", pbs.JobName, AsText,
			"Name of the job. NULL if no record has one."),
		userColumn, groupColumn, accountColumn, projectColumn, queueColumn,
		derived("submit_time", Timestamp, "", "ctime, the head of the Q record",
			"When it was submitted. NULL if no record says."),
		derived("start_time", Timestamp, "", "start, the head of the S or T record",
			"When it began, or was restarted, if it runs. NULL if it waits."),
		derived("since_time", Timestamp, "", "start, the head of the latest S, T, R or C record, submit_time",
			"Since when it runs, or waits: one that was requeued, since then. NULL if no record says."),
		derived("last_time", Timestamp, "", "head of the latest record",
			"When the server wrote its latest record.").required(),
		wallAskedColumn, ncpusColumn, ngpusColumn, nodectColumn, memAskedColumn,
	},
}

// Suspensions shows when jobs were suspended.
var Suspensions = Table{
	Name: "suspensions",
	Comment: "When jobs were suspended, and when they went on: a row for each second in which their z or r records " +
		"say so, unless both do, as it is not told then which came first.",
	Columns: []Column{
		machineColumn,
		derived("job_id", Text, "", "third field of the record",
			"PBS job id, as in jobs.").required(),
		derived("short_id", Integer, "", "job_id",
			"Number in the id. NULL if there is none."),
		derived("time", Timestamp, "", "head of the record",
			"When the server wrote it.").required(),
		derived("suspends", Boolean, "", "type of the record",
			"true: the job was suspended (z record); false: it went on (r record).").required(),
		derived("gives_ncpus", Boolean, "", "resources_released",
			"Whether it gives CPUs back: those that resources_released names, or all, where the record does not have it.").
			required(),
		derived("gives_ngpus", Boolean, "", "resources_released",
			"Whether it gives GPUs back, as gives_ncpus.").required(),
		derived("gives_mem", Boolean, "", "resources_released",
			"Whether it gives memory back, as gives_ncpus.").required(),
	},
}

// UnfinishedPhases shows what is held by what still runs.
var UnfinishedPhases = Table{
	Name: "unfinished_phases",
	Comment: "What the jobs of unfinished_jobs hold, from when to when: a row for each phase of a run that goes on, " +
		"as job_runs will have them when the job has an E record; and one for each job that waits.",
	Columns: []Column{
		machineColumn,
		derived("job_id", Text, "", "third field of the record",
			"PBS job id, as in jobs.").required(),
		derived("state", Text, "", "type of the latest record",
			"running; suspended: a z record; or waiting.").required(),
		attr("name", pbs.JobName, AsText,
			"Name of the job. NULL if no record has one."),
		userColumn, groupColumn, accountColumn, projectColumn, queueColumn,
		derived("submit_time", Timestamp, "", "ctime, the head of the Q record",
			"When it was submitted, as in unfinished_jobs. NULL if no record says."),
		derived("run_start_time", Timestamp, "", "start, the head of the S or T record",
			"When the run began, as start_time in unfinished_jobs. NULL if it waits."),
		derived("start_time", Timestamp, "", "start, the heads of S, T, c, s, z and r records",
			"When the phase began. NULL if it waits."),
		derived("end_time", Timestamp, "", "the heads of c, s, z and r records",
			"When the next phase began. NULL: none has."),
		derived("suspended_time", Timestamp, "", "head of the z record",
			"Since when it is suspended in this phase. NULL: it is not."),
		derived("since_time", Timestamp, "", "suspended_time, unfinished_jobs.since_time",
			"Since when it is suspended, runs, or waits. NULL if no record says."),
		derived("ncpus", Integer, "", "Resource_List",
			"CPUs held, or asked for: those of the latest S, c or s record; 0 while the job is suspended, unless it kept "+
				"them. NULL if that does not say."),
		derived("ngpus", Integer, "", "Resource_List",
			"GPUs held, or asked for, as ncpus."),
		derived("nodect", Integer, "", "Resource_List",
			"Chunks (nodes) held, or asked for, as ncpus."),
		wallAskedColumn,
	},
}

// What reports group by: variables of the session, which they are given.
var (
	periodColumn = derived("period", Date, "", "end_date",
		"First day of the period in which the job ended that the variable period names: day, week (from Monday), month, "+
			"quarter or year. NULL if it names none, or the end is unknown.")
	entityColumn = derived("entity", Text, "", "jobs",
		"Whose the row is, by the variable entity: machine, user, group, account, project, facility, queue, queue_group, "+
			"... NULL if it names none, or the record does not say.")
)

// ReportJobs is what reports of jobs ask.
func (s Site) ReportJobs() Table {
	columns := append(s.Jobs().Columns, periodColumn, entityColumn,
		derived("wait_s", Integer, "s", "eligible_wait_s, start_time, became_eligible_time, submit_time",
			"How long the job waited, by the variable wait_kind: eligible (as if unset) is eligible_wait_s; queued is from "+
				"when it became eligible to its start; total is from submission to start. NULL if it is not known, or below 0."),
		derived("size_class", Integer, "", "nodect, ncpus, ngpus, mem_requested_bytes, mem_used_bytes, mpiprocs",
			"Class of the job's size, as in report_classes, by the variable size: nodes (as if unset), "+
				"cpus, gpus, memory (GiB asked for), memory_used (GiB), memory_per_rank (GiB used), or all, which has one class. "+
				"NULL if the size is not known."),
		derived("time_class", Integer, "", "walltime_used_s",
			"Class of the walltime used, as in report_classes. NULL if that is not known."),
		derived("core_s", Float, "s", "ncpus x walltime_used_s",
			"Core-seconds: CPUs asked for times walltime used. Sums of them are exact below 2^53. NULL if either is."),
		derived("node_s", Float, "s", "nodect x walltime_used_s",
			"Node-seconds: chunks (nodes) asked for times walltime used. NULL if either is."),
		derived("gpu_s", Float, "s", "ngpus x walltime_used_s",
			"GPU-seconds: GPUs asked for times walltime used; 0 if no GPUs were asked for. NULL if walltime is."),
	)
	return Table{
		Name: "report_jobs",
		Comment: "Jobs as reports look at them: without array parents, which use nothing themselves; " +
			"with core-seconds, and what the variables period, entity, wait_kind and size of the session say.",
		Columns: columns,
	}
}

// ReportClasses names the classes by which reports part jobs.
var ReportClasses = Table{
	Name: "report_classes",
	Comment: "Classes of sizes and of run times in reports: closed at both ends, without gaps, " +
		"so that every job is in exactly one, or its size or time is not known.",
	Columns: []Column{
		derived("kind", Text, "", "pbsduck",
			"size (report_jobs.size_class) or time (report_jobs.time_class).").required(),
		derived("class", Integer, "", "pbsduck",
			"Number of the class, in order.").required(),
		derived("name", Text, "", "pbsduck",
			"What it is called.").required(),
		derived("low", Integer, "", "pbsduck",
			"Least value in it: a size, or s.").required(),
		derived("high", Integer, "", "pbsduck",
			"Largest value in it. NULL: without end."),
	},
}

// ReportRuns is what reports of what was in use ask.
var ReportRuns = Table{
	Name: "report_runs",
	Comment: "Runs of jobs as reports look at them: those of which start and end are known, and those that still run, " +
		"in seconds since 1970, with what the variable entity of the session says.",
	Columns: []Column{
		derived("id", Integer, "", "jobs.id",
			"The job's row. NULL while the job has none."),
		machineColumn,
		derived("job_id", Text, "", "third field of the record",
			"PBS job id, as in jobs.").required(),
		derived("submit_time", Timestamp, "", "ctime",
			"When the job was submitted, as in jobs. NULL if it still runs, and no record says."),
		entityColumn,
		derived("kind", Text, "", "job_runs.kind",
			"As in job_runs; running: no record says that it ended. Its end is said to be that of the logs or, if a log is "+
				"missing since its last record and its walltime is known, that of its walltime.").required(),
		derived("start_time", Timestamp, "", "job_runs.start_time",
			"When the phase began.").required(),
		derived("end_time", Timestamp, "", "job_runs.end_time",
			"When it ended.").required(),
		derived("start_s", Integer, "s", "job_runs.start_time",
			"When the phase began, in seconds since 1970.").required(),
		derived("end_s", Integer, "s", "job_runs.end_time",
			"When it ended, in seconds since 1970.").required(),
		derived("ncpus", Integer, "", "job_runs.ncpus",
			"CPUs held. NULL if the record does not say."),
		derived("ngpus", Integer, "", "job_runs.ngpus",
			"GPUs held. NULL if the record does not say."),
		derived("nodect", Integer, "", "job_runs.nodect",
			"Chunks (nodes) held. NULL if the record does not say."),
		derived("ends_run", Boolean, "", "job_runs.ended",
			"Whether no other phase of the run follows.").required(),
	},
}

// ReportLogDays is what reports ask of the days of which there are logs.
var ReportLogDays = Table{
	Name: "report_log_days",
	Comment: "Local days of which there are logs, by the names of these (20260131), and those that are missing " +
		"between the first and the last.",
	Columns: []Column{
		machineColumn,
		derived("day", Date, "", "log_files.name",
			"Local day.").required(),
		derived("is_missing", Boolean, "", "log_files.name",
			"Whether no log has its name.").required(),
	},
}

// ReportIdleDays is what reports ask of the days without jobs.
var ReportIdleDays = Table{
	Name: "report_idle_days",
	Comment: "Local days of which there are logs, by the names of these, that have no E record which is a job's row, " +
		"and of which qhist told no job.",
	Columns: []Column{
		machineColumn,
		derived("day", Date, "", "log_files.name",
			"Local day.").required(),
	},
}

// ReportDays is what reports by days of what was in use ask.
var ReportDays = Table{
	Name: "report_days",
	Comment: "Local days that the logs of machines tell of, as reports look at them: " +
		"those that the variables since and until of the session name, in seconds since 1970.",
	Columns: []Column{
		machineColumn,
		derived("day", Date, "", "log_files.time_zone",
			"Local day.").required(),
		derived("period", Date, "", "day",
			"First day of the period in which the day lies that the variable period names, as in report_jobs. "+
				"NULL if it names none."),
		derived("begins", Integer, "s", "day, log_files.first_time",
			"When the day began, or else the logs, in seconds since 1970.").required(),
		derived("ends", Integer, "s", "day, log_files.last_time",
			"When the next day began, or else the logs ended, in seconds since 1970.").required(),
	},
}

// Relations are all tables and views of a database of this site, in the order of the documentation.
func (s Site) Relations() []Table {
	return []Table{s.Jobs(), JobRecords, JobNodes, JobRuns, JobCharges, DailySummary, Events, s.Superseded(), LogFiles,
		Warnings, Rejects, Repeats, JobSources,
		RecordDictionaries, Allocations, SiteColumns, QueueTypes, ChargeRules, Capacity, NameGroups, ChangedMonths, Machines,
		Users, Accounts, Queues, s.JobDetails(), UnfinishedJobs, UnfinishedPhases, Suspensions,
		s.ReportJobs(), ReportRuns, ReportDays, ReportLogDays, ReportIdleDays, ReportClasses,
		s.Outcomes(), OutcomeRecords, OutcomeNodes, ToldRuns}
}

// IsView tells whether what has that name is a view.
func IsView(name string) bool {
	return !slices.ContainsFunc(Tables, func(t Table) bool { return t.Name == name })
}
