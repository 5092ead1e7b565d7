"""The reports, a function each: what pbsduck report NAME --help says, typed.
pbsduck.report asks those that a site has of its own."""

# Written by go test ./notebooks -run Functions -update, from the heads of duckdb/report/sql/reports.

from __future__ import annotations

from typing import Literal

import duckdb
import pyarrow as pa

from ._report import Day, Flag, Words, report


def allocations(con: duckdb.DuckDBPyConnection, *, by: Words = None, since: Day = None, until: Day = None,
                top: int | str | None = None,
                **flags: Flag) -> pa.Table:
    """What is left of each allocation, and when will it be used up?

    What accounts were charged in CPU hours within the days of their allocation (pbsduck allocations load), until the
    logs end, against what they may use. It ends, at the pace of the last 28 days of it that the logs tell of, on a
    day; if that lies behind the allocation's last day, something is left over.

    by: account (as if not given)
    top: only so many with the largest share used; 0: all (0 is usual)

    Columns:
        entity: account
        from_date: first local day of the allocation
        to_date: last local day
        hours [h]: what may be charged
        charged [h]: what was charged
        left [h]: what is left; below 0 if more was charged
        used_pct [%]: charged of hours
        time_pct [%]: days gone by of the allocation's days, the last one of the logs among them. NULL: it is open
        pace [h]: charged on a day, over the last 28 days of it that the logs tell of. NULL: they tell of none
        used_up_on: when nothing is left at this pace. NULL: nothing was charged lately, nothing is left, or it is over
    """
    return report(con, "allocations", by=by, since=since, until=until, top=top, **flags)


def charges(con: duckdb.DuckDBPyConnection, *, by: Words = None, since: Day = None, until: Day = None,
            **flags: Flag) -> pa.Table:
    """What were jobs charged?

    Hours by the site's rules, times the factor of the quality of service (job_charges), of jobs that ended in the
    period. Charges that are not known are counted, and are in no sum.

    by: account (as if not given); or machine, user, group, project, facility, queue, queue_group, priority, name,
        exit_class, exit_status, cpu_type, gpu_type, day, week, month, quarter, year

    Columns:
        jobs: jobs that ended; of an array its elements, not the array as a whole
        cpu_charge [h]: core-hours charged, times the factor
        gpu_charge [h]: GPU-hours charged, times the factor
        memory_charge [GiB h]: memory-hours charged, times the factor
        unknown: jobs of which one of them is not known
    """
    return report(con, "charges", by=by, since=since, until=until, **flags)


def concurrency(con: duckdb.DuckDBPyConnection, *, by: Words = None, since: Day = None, until: Day = None,
                **flags: Flag) -> pa.Table:
    """How much was in use at once, at most?

    The most that runs held at one instant: of all instants where the days that are asked for are at most 40, and
    otherwise of the quarters of an hour. What still runs counts until the logs end, or for its walltime, if it is
    known, where a log is missing since its last record.

    by: day (as if not given); or week, month, quarter, year

    Columns:
        period: first local day of the period
        peak_jobs: most jobs that ran, or were suspended, at once
        peak_cores: most cores held at once
        peak_gpus: most GPUs held at once
        peak_nodes: most chunks (nodes) held at once
        capacity_cores: cores that the machine had, at least, on the days. NULL: no capacity is configured
        step_s [s]: how far apart the instants are that were looked at; 1: all
    """
    return report(con, "concurrency", by=by, since=since, until=until, **flags)


def days(con: duckdb.DuckDBPyConnection, *, by: Words = None, since: Day = None, until: Day = None,
         **flags: Flag) -> pa.Table:
    """Which days are missing, and on which were there no jobs?

    Days that the names of logs say (20260131), from the first to the last that there is: a day is missing if no log
    has its name, and without jobs if its logs have no E record that is a job's row, and qhist told of none. Each row
    is a stretch of such days; logs of other names tell no gaps.

    Columns:
        what: missing, or no jobs
        first_day: first day of the stretch
        last_day: last day of it
        days: how many
    """
    return report(con, "days", by=by, since=since, until=until, **flags)


def efficiency(con: duckdb.DuckDBPyConnection, *, by: Words = None, since: Day = None, until: Day = None,
               **flags: Flag) -> pa.Table:
    """How much of what was held was put to use?

    CPU efficiency is CPU time of CPUs asked for times walltime used, memory efficiency GiB-hours used of GiB-hours
    asked for, each over the jobs of which both are known. What PBS does not count is not guessed: it does not say how
    busy GPUs were.

    by: account (as if not given); or machine, user, group, project, facility, queue, queue_group, priority, name,
        exit_class, exit_status, cpu_type, gpu_type, day, week, month, quarter, year

    Columns:
        jobs: jobs that ended; of an array its elements, not the array as a whole
        measured: those of which CPU time and core-hours are known
        core_hours [h]: CPUs asked for times walltime used, of those
        cpu_hours_used [h]: their CPU time
        cpu_efficiency_pct [%]: CPU time of core-hours
        wasted_core_hours [h]: core-hours less CPU time
        memory_efficiency_pct [%]: GiB-hours used of GiB-hours asked for, over jobs of which both are known
        gpu_hours [h]: GPUs asked for times walltime used, of all jobs
    """
    return report(con, "efficiency", by=by, since=since, until=until, **flags)


def energy(con: duckdb.DuckDBPyConnection, *, by: Words = None, since: Day = None, until: Day = None,
           **flags: Flag) -> pa.Table:
    """How much energy did jobs use?

    Jobs that ended and whose energy was counted; the others are counted as unknown. It reads the site's own column
    energy_j, in joules (docs/configuration.md, examples/ncar.toml); where there is none, nothing is known. 1 kWh is
    3,600,000 J.

    by: account (as if not given); or machine, user, group, project, facility, queue, queue_group, priority, name,
        exit_class, exit_status, cpu_type, gpu_type, day, week, month, quarter, year

    Columns:
        jobs: jobs whose energy is known
        unknown: jobs whose energy is not known
        energy_kwh [kWh]: energy that they used
        mean_kwh [kWh]: energy of a job
        mean_power_w [W]: energy of walltime used: what all nodes of a job draw together
        kwh_per_node_hour [kWh/h]: energy of node-hours
    """
    return report(con, "energy", by=by, since=since, until=until, **flags)


def failures(con: duckdb.DuckDBPyConnection, *, by: Words = None, since: Day = None, until: Day = None,
             **flags: Flag) -> pa.Table:
    """How do jobs end, and what is lost by it?

    Jobs that ended, by exit class and exit status; shares are those of the machine and period. ok is 0; what PBS, a
    limit or a signal ended has a class of its own (pbsduck schema jobs). Jobs whose record has no exit status are a
    row without one.

    by: nothing (as if not given); or machine, user, group, account, project, facility, queue, queue_group, priority,
        name, exit_class, exit_status, cpu_type, gpu_type, day, week, month, quarter, year

    Columns:
        exit_class: how the job ended. NULL: not known
        exit_status: PBS's exit status. NULL: not known
        jobs: jobs that ended so; of an array its elements, not the array as a whole
        jobs_pct [%]: share of the machine's and period's
        users: different users
        core_hours [h]: CPUs asked for times walltime used
        core_hours_pct [%]: share of the machine's and period's
    """
    return report(con, "failures", by=by, since=since, until=until, **flags)


def hours(con: duckdb.DuckDBPyConnection, *, by: Words = None, since: Day = None, until: Day = None,
          **flags: Flag) -> pa.Table:
    """How much of the machine was in use, hour by hour?

    What runs of jobs held, second by second, booked in the hours in which they held it; means over the hour. Hours are
    whole hours of UTC. The logs' beginning and end cut the first and the last one. What still runs counts until the
    logs end, or for its walltime, if it is known, where a log is missing since its last record.

    by: nothing (as if not given); or machine, user, account, facility, queue, queue_group

    Columns:
        hour: when the hour began
        cores: cores held, on average
        gpus: GPUs held, on average
        nodes: chunks (nodes) held, on average
        jobs: jobs that ran, or were suspended, on average
        core_hours [h]: cores held times time
    """
    return report(con, "hours", by=by, since=since, until=until, **flags)


def memory(con: duckdb.DuckDBPyConnection, *, by: Words = None, since: Day = None, until: Day = None,
           **flags: Flag) -> pa.Table:
    """How much of the memory that was asked for was used?

    Jobs that ended, of which all is known; the others are counted as unknown. GiB-hours are memory times walltime
    used. Used is the largest that PBS saw; what is wasted is asked for less used, and below 0 where more was used than
    was asked for.

    by: account (as if not given); or machine, user, group, project, facility, queue, queue_group, priority, name,
        exit_class, exit_status, cpu_type, gpu_type, day, week, month, quarter, year

    Columns:
        jobs: jobs of which memory asked for, memory used and walltime are known
        unknown: jobs of which one of them is not
        asked_gib_hours [GiB h]: memory asked for times walltime used
        used_gib_hours [GiB h]: memory used times walltime used
        wasted_gib_hours [GiB h]: asked for less used
        efficiency_pct [%]: used of asked for, in GiB-hours
        p50_pct [%]: half of the jobs used no larger share of what they asked for; those that asked for none left out
        over_asked: jobs that used more than they asked for
    """
    return report(con, "memory", by=by, since=since, until=until, **flags)


def now(con: duckdb.DuckDBPyConnection, *, by: Words = None, since: Day = None, until: Day = None,
        **flags: Flag) -> pa.Table:
    """What runs, and what waits?

    At the end of what the logs tell: jobs whose latest record of the last 40 days says that they were queued, started
    or requeued, and which did not end. Those that run hold what they did not give back, also while they are suspended.
    Waiting jobs do not say what they ask for where a Q record does not. Elements of arrays count from when they start.

    by: queue (as if not given); or user, group, account, project, name, machine

    Columns:
        as_of: end of what the logs tell
        state: running, suspended or waiting
        jobs: jobs that do
        users: different users
        cores: cores that they hold or ask for, as far as known
        gpus: GPUs
        nodes: chunks (nodes)
        unknown: jobs that do not say how many cores
        longest_s [s]: how long the one does that has done so for longest; one that waits again does since it ran
    """
    return report(con, "now", by=by, since=since, until=until, **flags)


def people(con: duckdb.DuckDBPyConnection, *, by: Words = None, since: Day = None, until: Day = None,
           **flags: Flag) -> pa.Table:
    """How many users, accounts and projects had jobs?

    Different names among the jobs that ended in the period.

    by: month (as if not given); or machine, user, group, account, project, facility, queue, queue_group, priority,
        name, exit_class, exit_status, cpu_type, gpu_type, day, week, quarter, year

    Columns:
        jobs: jobs that ended; of an array its elements, not the array as a whole
        users: different users among them
        accounts: different accounts
        projects: different projects
    """
    return report(con, "people", by=by, since=since, until=until, **flags)


def queue_depth(con: duckdb.DuckDBPyConnection, *, by: Words = None, since: Day = None, until: Day = None,
                **flags: Flag) -> pa.Table:
    """How much waited?

    Jobs wait from submission to start, held and dependent ones among them, but not while an earlier run lasted; those
    that wait when the logs end do so until then. Means are exact; peaks are those at the quarters of an hour, and when
    the logs begin. Jobs whose submission or start is not known, and those that were deleted before they ran, or moved
    to another server, are left out.

    by: day (as if not given); or week, month, quarter, year

    Columns:
        period: first local day of the period
        hours [h]: length of the period, as far as the logs tell of it
        mean_jobs: jobs that waited, on average
        peak_jobs: most jobs that waited at a quarter of an hour
        mean_cores: cores that they asked for, on average
        peak_cores: most cores that were waited for at a quarter of an hour
        waited_core_hours [h]: cores asked for times time waited
    """
    return report(con, "queue-depth", by=by, since=since, until=until, **flags)


def queues(con: duckdb.DuckDBPyConnection, *, by: Words = None, since: Day = None, until: Day = None,
           wait_kind: Literal["eligible", "queued", "total"] | None = None,
           **flags: Flag) -> pa.Table:
    """What does each queue do?

    Jobs that ended in the period. Median wait is that of eligible time, where PBS counts it.

    by: queue_group (as if not given); or machine, user, group, account, project, facility, queue, priority, name,
        exit_class, exit_status, cpu_type, gpu_type, day, week, month, quarter, year
    wait_kind: which of three waits (eligible is usual)

    Columns:
        jobs: jobs that ended; of an array its elements, not the array as a whole
        users: different users
        core_hours [h]: CPUs asked for times walltime used
        gpu_hours [h]: GPUs asked for times walltime used
        median_wait_s [s]: half of the jobs waited no longer
        median_run_s [s]: half of the jobs ran no longer
        median_nodes: half of the jobs asked for no more chunks (nodes)
        failed_pct [%]: share of the jobs that did not end with 0
    """
    return report(con, "queues", by=by, since=since, until=until, wait_kind=wait_kind, **flags)


def requeues(con: duckdb.DuckDBPyConnection, *, by: Words = None, since: Day = None, until: Day = None,
             **flags: Flag) -> pa.Table:
    """How much was computed in vain, as jobs were requeued?

    Runs that were thrown away (R records) or superseded by another run, and what they held of the machine, against all
    that was held. A run counts in the days in which it ended.

    by: nothing (as if not given); or machine, user, account, facility, queue, queue_group

    Columns:
        runs: runs that ended
        lost_runs: those that were requeued, or superseded by another run
        lost_jobs: different jobs among them
        core_hours [h]: cores held times time, of all
        lost_core_hours [h]: of those that were lost
        lost_pct [%]: lost of all core-hours
        unknown: runs, or phases of them, that do not say how many cores they held
    """
    return report(con, "requeues", by=by, since=since, until=until, **flags)


def runtimes(con: duckdb.DuckDBPyConnection, *, by: Words = None, since: Day = None, until: Day = None,
             **flags: Flag) -> pa.Table:
    """How long do jobs run?

    Walltime used, in classes that are closed and have no gaps: every job that ended is in exactly one, or its run time
    is not known, which is the class that has no name.

    by: nothing (as if not given); or machine, user, group, account, project, facility, queue, queue_group, priority,
        name, exit_class, exit_status, cpu_type, gpu_type, day, week, month, quarter, year

    Columns:
        run_time: class of the walltime used. NULL: not known
        jobs: jobs that ended; of an array its elements, not the array as a whole
        jobs_pct [%]: share of the machine's and period's
        users: different users
        core_hours [h]: CPUs asked for times walltime used
        core_hours_pct [%]: share of the machine's and period's
        gpu_hours [h]: GPUs asked for times walltime used
    """
    return report(con, "runtimes", by=by, since=since, until=until, **flags)


def shapes(con: duckdb.DuckDBPyConnection, *, by: Words = None, since: Day = None, until: Day = None,
           size: Literal["nodes", "cpus", "gpus", "memory", "memory_used", "memory_per_rank", "all"] | None = None,
           **flags: Flag) -> pa.Table:
    """Which shapes of jobs use the machine?

    Core-hours by class of size and class of walltime used: every job that ended is in exactly one of them, and where
    its size or run time is not known, the class has no name.

    by: nothing (as if not given); or machine, user, group, account, project, facility, queue, queue_group, priority,
        name, exit_class, exit_status, cpu_type, gpu_type, day, week, month, quarter, year
    size: what a size is; memory is in GiB, rounded up (nodes is usual)

    Columns:
        size: class of the size. NULL: not known
        run_time: class of the walltime used. NULL: not known
        jobs: jobs that ended; of an array its elements, not the array as a whole
        core_hours [h]: CPUs asked for times walltime used
        core_hours_pct [%]: share of the machine's and period's
    """
    return report(con, "shapes", by=by, since=since, until=until, size=size, **flags)


def sizes(con: duckdb.DuckDBPyConnection, *, by: Words = None, since: Day = None, until: Day = None,
          size: Literal["nodes", "cpus", "gpus", "memory", "memory_used", "memory_per_rank", "all"] | None = None,
          **flags: Flag) -> pa.Table:
    """How large are the jobs, and which sizes use the machine?

    Classes are closed and have no gaps: every job that ended is in exactly one, or its size is not known, which is the
    class that has no name. The rows of a machine and period add up to all of its jobs.

    by: nothing (as if not given); or machine, user, group, account, project, facility, queue, queue_group, priority,
        name, exit_class, exit_status, cpu_type, gpu_type, day, week, month, quarter, year
    size: what a size is; memory is in GiB, rounded up, asked for or used (nodes is usual)

    Columns:
        size: class of the size. NULL: not known
        jobs: jobs that ended; of an array its elements, not the array as a whole
        jobs_pct [%]: share of the machine's and period's
        users: different users
        core_hours [h]: CPUs asked for times walltime used
        core_hours_pct [%]: share of the machine's and period's
        gpu_hours [h]: GPUs asked for times walltime used
    """
    return report(con, "sizes", by=by, since=since, until=until, size=size, **flags)


def slowdown(con: duckdb.DuckDBPyConnection, *, by: Words = None, since: Day = None, until: Day = None,
             wait_kind: Literal["eligible", "queued", "total"] | None = None,
             **flags: Flag) -> pa.Table:
    """How much longer than its run does a job take, waiting included?

    Jobs that ended, of which wait and walltime are known; the others are counted as unknown. The expansion factor is
    (wait + run) / run; weighted, each job counts by its node-hours. Bounded slowdown takes runs below 10 s for 10 s,
    and is at least 1. Jobs of 0 s have no expansion factor.

    by: queue_group (as if not given); or machine, user, group, account, project, facility, queue, priority, name,
        exit_class, exit_status, cpu_type, gpu_type, day, week, month, quarter, year
    wait_kind: which of three waits (eligible is usual)

    Columns:
        jobs: jobs of which wait and walltime are known
        unknown: jobs of which one is not
        expansion: mean expansion factor
        weighted_expansion: expansion factor, weighted by node-hours
        bounded_slowdown: mean bounded slowdown
        p50: half of the jobs have no larger bounded slowdown
        p90: nine of ten have no larger one
        p99: 99 of 100 have no larger one
    """
    return report(con, "slowdown", by=by, since=since, until=until, wait_kind=wait_kind, **flags)


def top(con: duckdb.DuckDBPyConnection, *, by: Words = None, since: Day = None, until: Day = None,
        metric: Literal["core_hours", "node_hours", "gpu_hours", "jobs", "wasted_core_hours"] | None = None,
        top: int | str | None = None,
        **flags: Flag) -> pa.Table:
    """Who has the largest share?

    The rows with the largest value of the metric that is shown, and behind them all others added up: the values of a
    machine and period add up to the whole. A job counts as a whole in the period in which it ended. Where jobs name
    nobody, nobody is a row.

    by: user (as if not given); or machine, group, account, project, facility, queue, queue_group, priority, name,
        exit_class, exit_status, cpu_type, gpu_type, day, week, month, quarter, year
    metric: what is compared; wasted is asked for in time, less CPU time used (core_hours is usual)
    top: how many rows a machine and period have besides the others (10 is usual)

    Columns:
        rank: from 1; NULL: the others
        others: how many are added up in the row; 0: it is one
        value: the metric, in hours or jobs
        value_pct [%]: its share of the machine and period
    """
    return report(con, "top", by=by, since=since, until=until, metric=metric, top=top, **flags)


def usage(con: duckdb.DuckDBPyConnection, *, by: Words = None, since: Day = None, until: Day = None,
          sort: Literal["core_hours", "node_hours", "gpu_hours", "jobs"] | None = None,
          **flags: Flag) -> pa.Table:
    """Who used how much?

    A job counts as a whole in the period in which it ended. Hours are what was asked for times walltime used, whatever
    is charged. Shares are those of the machine and period. Jobs of which cores or walltime are not known are counted
    as unknown, and are in no sum.

    by: account (as if not given); or machine, user, group, project, facility, queue, queue_group, priority, name,
        exit_class, exit_status, cpu_type, gpu_type, day, week, month, quarter, year
    sort: what the rows are sorted by (core_hours is usual)

    Columns:
        jobs: jobs that ended; of an array its elements, not the array as a whole
        users: different users among them
        core_hours [h]: CPUs asked for times walltime used
        core_hours_pct [%]: share of the core-hours of the machine and period
        node_hours [h]: chunks (nodes) asked for times walltime used
        gpu_hours [h]: GPUs asked for times walltime used
        unknown: jobs whose core-hours are not known
    """
    return report(con, "usage", by=by, since=since, until=until, sort=sort, **flags)


def utilisation(con: duckdb.DuckDBPyConnection, *, by: Words = None, since: Day = None, until: Day = None,
                **flags: Flag) -> pa.Table:
    """How much of the machine was in use?

    What runs of jobs held, second by second, against what the machine had: a run that crosses the edge of a period
    counts in each for what lies inside. Runs that were requeued count, nodes only until they were given back, as they
    are while a job is suspended, and what still runs until the logs end. The logs' beginning and end cut the first and
    the last period. On days that are missing, as the report days tells, no more is known than what runs held that
    ended later: it is in the hours, and in no percentage; jobs that may have ended then run for their walltime, if it
    is known. Runs, and phases of them, that do not say what they held are counted as unknown, in each period, and are
    in no sum of cores.

    by: day (as if not given); or machine, user, account, facility, queue, queue_group, week, month, quarter, year

    Columns:
        period: first local day of the period
        hours [h]: length of the period, as far as the logs tell of it
        days_without_logs: days of the period that are missing
        core_hours [h]: cores held times time
        core_pct [%]: of the capacity, on the days with logs. NULL: there are none, or no capacity is configured for
            them
        capacity_cores: cores that the machine had, on average
        gpu_hours [h]: GPUs held times time
        gpu_pct [%]: of the capacity
        capacity_gpus: GPUs that the machine had, on average
        node_hours [h]: chunks (nodes) held times time
        node_pct [%]: of the capacity. A chunk counts as a node, so that it is above 100 where jobs share nodes
        mean_jobs: jobs that ran, or were suspended, on average
        unknown: runs, or phases of them, that do not say how many cores they held
    """
    return report(con, "utilisation", by=by, since=since, until=until, **flags)


def waits(con: duckdb.DuckDBPyConnection, *, by: Words = None, since: Day = None, until: Day = None,
          wait_kind: Literal["eligible", "queued", "total"] | None = None,
          size: Literal["nodes", "cpus", "gpus", "memory", "memory_used", "memory_per_rank", "all"] | None = None,
          **flags: Flag) -> pa.Table:
    """How long do jobs wait, by their size?

    Jobs that ended in the period. The wait is eligible_time, as PBS counts it, or is reckoned: queued is from eligible
    to start, total from submission to start. Torque counts no eligible_time: there all waits are unknown unless
    wait_kind is queued or total. Percentiles are interpolated. Jobs whose wait is not known are counted, and are in no
    percentile. Of an array its elements count, not the array as a whole.

    by: nothing (as if not given); or machine, user, group, account, project, facility, queue, queue_group, priority,
        name, exit_class, exit_status, cpu_type, gpu_type, day, week, month, quarter, year
    wait_kind: which of three waits (eligible is usual)
    size: what a size is; memory is in GiB, rounded up (nodes is usual)

    Columns:
        size: class of the size. NULL: not known
        jobs: jobs that ended; of an array its elements, not the array as a whole
        unknown: those whose wait is not known
        mean_s [s]: mean wait
        p50_s [s]: half of the jobs waited no longer
        p90_s [s]: nine of ten waited no longer
        p95_s [s]: 95 of 100 waited no longer
        p99_s [s]: 99 of 100 waited no longer
        max_s [s]: longest wait
    """
    return report(con, "waits", by=by, since=since, until=until, wait_kind=wait_kind, size=size, **flags)


def walltime(con: duckdb.DuckDBPyConnection, *, by: Words = None, since: Day = None, until: Day = None,
             **flags: Flag) -> pa.Table:
    """How well do people know how long their jobs run?

    Jobs that ended, of which walltime asked for and used are known; the others are counted as unknown. Accuracy is
    used of asked for. Hours that were asked for and not used are no loss by themselves, but they keep others waiting.

    by: account (as if not given); or machine, user, group, project, facility, queue, queue_group, priority, name,
        exit_class, exit_status, cpu_type, gpu_type, day, week, month, quarter, year

    Columns:
        jobs: jobs of which both walltimes are known
        unknown: jobs of which one is not
        asked_core_hours [h]: CPUs asked for times walltime asked for
        used_core_hours [h]: CPUs asked for times walltime used
        unused_core_hours [h]: the difference
        accuracy_pct [%]: used of asked for, in core-hours
        p50_pct [%]: half of the jobs used no larger share of the walltime that they asked for
        gpu_accuracy_pct [%]: used of asked for, in GPU-hours. NULL where no GPUs were asked for
        at_limit: jobs that used all of it
    """
    return report(con, "walltime", by=by, since=since, until=until, **flags)
