package schema

// JobCharges has what each job is charged.
var JobCharges = Table{
	Name: "job_charges",
	Comment: "What each job is charged: one row per job, by the rules of the day on which it ended. A charge is hours x " +
		"qos_factor (see job_details). An array parent used nothing itself and is charged 0 hours, whatever the rules.",
	Columns: []Column{
		jobIDColumn,
		derived("cpu_hours", Float, "hours", "charge_rules.cpu_hours",
			"Core-hours that are charged. NULL if the rule gives no number for the job, or no rule was in force on its day."),
		derived("gpu_hours", Float, "hours", "charge_rules.gpu_hours",
			"GPU-hours that are charged. NULL as for cpu_hours."),
		derived("memory_hours", Float, "hours", "charge_rules.memory_hours",
			"Memory-hours (GiB x hours) that are charged. NULL as for cpu_hours."),
		derived("qos", Text, "", "charge_rules.qos",
			"Quality of service the job is charged for. NULL if the machine has no rule for it.").category(),
		derived("qos_factor", Float, "", "charge_rules.factors",
			"What hours are multiplied by; 1 if the machine has no rule for the quality of service. "+
				"NULL if that one has no factor (array parents: 0)."),
		derived("rule_version", Text, "", "charge_rules.version",
			"The rules that made the row. NULL if none were in force on the job's day.").category(),
	},
}

// DailySummary adds up jobs by day.
var DailySummary = Table{
	Name: "daily_summary",
	Comment: "Jobs by the site's local day on which they ended, machine, user, account and queue. " +
		"Sums are those of jobs and job_charges.",
	Columns: []Column{
		derived("day", Date, "", "jobs.end_date",
			"The site's local day on which the jobs ended. NULL: jobs whose end is unknown."),
		machineColumn,
		derived("user_name", Text, "", "jobs.user_name",
			"Owner of the jobs. NULL: jobs whose record names none.").category(),
		derived("account", Text, "", "jobs.account",
			"Account of the jobs. NULL: jobs whose record names none.").category(),
		derived("queue", Text, "", "jobs.queue",
			"Queue of the jobs. NULL: jobs whose record names none.").category(),
		derived("jobs", Integer, "", "jobs",
			"How many jobs: rows of jobs, array parents among them.").required(),
		derived("array_parents", Integer, "", "jobs.is_array_parent",
			"How many of them are job arrays as a whole, which are charged 0; their elements are jobs of their own.").required(),
		derived("cpu_hours", Float, "hours", "job_charges.cpu_hours",
			"Their core-hours, as far as known.").required(),
		derived("gpu_hours", Float, "hours", "job_charges.gpu_hours",
			"Their GPU-hours, as far as known.").required(),
		derived("memory_hours", Float, "hours", "job_charges.memory_hours",
			"Their memory-hours, as far as known.").required(),
		derived("cpu_charge", Float, "hours", "cpu_hours x qos_factor",
			"What their core-hours cost, as far as known.").required(),
		derived("gpu_charge", Float, "hours", "gpu_hours x qos_factor",
			"What their GPU-hours cost, as far as known.").required(),
		derived("memory_charge", Float, "hours", "memory_hours x qos_factor",
			"What their memory-hours cost, as far as known.").required(),
		derived("unknown_charges", Integer, "", "job_charges",
			"How many of the jobs have a charge that is unknown, and missing in the sums.").required(),
	},
}

// ChangedMonths says what changed, for those who keep a copy of it.
var ChangedMonths = Table{
	Name: "changed_months",
	Comment: "Months of which rows came, went or changed, and by which change they did last: " +
		"what an export that was made before has to write again. " +
		"One row per machine and month of which there ever was a row.",
	Columns: []Column{
		machineColumn,
		derived("month", Date, "", "jobs.end_time, job_runs.end_time, events.time, daily_summary.day",
			"First day of the month, in UTC, in which jobs or runs ended (were submitted, where the end is unknown) or events "+
				"were written; of the month of local days, too. 1970-01-01 also stands for days that are unknown.").required(),
		derived("change", Integer, "", "the load",
			"Number of the change: larger than that of any change before, of any machine.").required(),
	},
}

// Allocations are what accounts may use.
var Allocations = Table{
	Name:    "allocations",
	Comment: "What accounts may use, as the site loaded it (pbsduck allocations).",
	Columns: []Column{
		derived("account", Text, "", "the site",
			"Account, as jobs.account has it.").required(),
		derived("machine", Text, "", "the site",
			"Cluster, as jobs.machine has it.").required(),
		derived("hours", Float, "hours", "the site",
			"How much may be charged from the first day to the last.").required(),
		derived("from_date", Date, "", "the site",
			"First local day. NULL: from the beginning."),
		derived("to_date", Date, "", "the site",
			"Last local day. NULL: without end."),
		checkColumn,
	},
}

// SiteColumns says which attributes the site chose for columns of jobs.
var SiteColumns = Table{
	Name: "site_columns",
	Comment: "Columns of jobs that the site chose, and which attribute fills them: priority, " +
		"and those at the end of jobs.",
	Columns: []Column{
		derived("position", Integer, "", "the configuration",
			"0 for priority; the others from 1 on in their order.").required(),
		derived("name", Text, "", "the configuration",
			"Name of the column in jobs.").required(),
		derived("attribute", Text, "", "the configuration",
			"PBS attribute that fills it.").required(),
		derived("type", Text, "", "the configuration",
			"integer, float, duration, size, text, boolean or timestamp.").required(),
		derived("unit", Text, "", "the configuration",
			"Unit. NULL if it has none."),
		derived("comment", Text, "", "the configuration",
			"What it means.").required(),
	},
}

// QueueTypes says what the nodes of a queue have.
var QueueTypes = Table{
	Name: "queue_types",
	Comment: "Types of CPU and GPU that the nodes of a queue have: " +
		"they fill jobs.cpu_type and gpu_type where the record does not say.",
	Columns: []Column{
		machineColumn,
		derived("queue", Text, "", "the configuration",
			"Name of the queue.").required(),
		derived("cpu_type", Text, "", "the configuration",
			"Type of CPU. NULL: the queue does not tell."),
		derived("gpu_type", Text, "", "the configuration",
			"Type of GPU. NULL: the queue does not tell."),
		checkColumn,
	},
}

// ChargeRules keeps the rules that made charges.
var ChargeRules = Table{
	Name: "charge_rules",
	Comment: "Charging rules, by machine and version: what made the rows of job_charges. " +
		"Rules are SQL over the columns of jobs.",
	Columns: []Column{
		machineColumn,
		derived("version", Text, "", "the configuration",
			"Version of the rules, and behind a slash that of the factors. "+
				"The same version never means other rules.").required(),
		derived("from_date", Date, "", "the configuration",
			"First local day of job ends on which the rules are in force. NULL: from the beginning."),
		derived("until_date", Date, "", "the configuration",
			"Last such day. NULL: until further notice."),
		derived("charged_over", Text, "", "the configuration",
			"job: rules give the hours of a job; "+
				"runs: those of each row of job_runs that the job has, and these are added up.").required(),
		derived("cpu_hours", Text, "", "the configuration",
			"Rule for job_charges.cpu_hours.").required(),
		derived("gpu_hours", Text, "", "the configuration",
			"Rule for job_charges.gpu_hours.").required(),
		derived("memory_hours", Text, "", "the configuration",
			"Rule for job_charges.memory_hours.").required(),
		derived("qos", Text, "", "the configuration",
			"Rule for job_charges.qos. NULL: there is none, and the factor is 1."),
		derived("factors", Text, "", "the configuration",
			"Factor of each quality of service, as a JSON object. NULL if there is no rule for it."),
		derived("is_current", Boolean, "", "the load",
			"Whether the rules are in force: new jobs are charged by them. Others are kept as they made charges.").required(),
		checkColumn,
	},
}

// Capacity is what machines have.
var Capacity = Table{
	Name:    "capacity",
	Comment: "What each machine has, and from when to when: what utilisation is measured against.",
	Columns: []Column{
		machineColumn,
		derived("from_date", Date, "", "the configuration",
			"First local day. NULL: from the beginning."),
		derived("until_date", Date, "", "the configuration",
			"Last local day. NULL: until further notice."),
		derived("nodes", Integer, "", "the configuration",
			"Nodes. NULL: not told."),
		derived("ncpus", Integer, "", "the configuration",
			"Cores, as jobs.ncpus counts them. NULL: not told."),
		derived("ngpus", Integer, "", "the configuration",
			"GPUs, as jobs.ngpus counts them. NULL: not told."),
	},
}

// NameGroups gathers accounts and queues for reports.
var NameGroups = Table{
	Name: "name_groups",
	Comment: "Facilities, which are groups of accounts, and groups of queues, as the functions facility_of(account) and " +
		"queue_group_of(queue) tell them: the first pattern that fits, by position, is it.",
	Columns: []Column{
		derived("kind", Text, "", "the configuration",
			"facility, or queue_group.").required(),
		derived("position", Integer, "", "the configuration",
			"From 1, in the order in which they are tried.").required(),
		derived("pattern", Text, "", "the configuration",
			"Account or queue: *, ? and [a-z] as in file names.").required(),
		derived("name", Text, "", "the configuration",
			"Name of the group.").required(),
	},
}
