-- What did the jobs in asked hold, from when to when, of which more than their own E record tells? (Of the others
-- the view job_runs says it by jobs alone.) Every record that tells of the end of a run claims one; the best claim
-- to a time has it; and c and s records part runs into phases, as z and r records do, between which a job is
-- suspended. This is the only statement that says so: loads, rebuilds and verify all ask it. The numbers in front of
-- the ids are from a first to a last one, and NULL where that is said, too: so what is far from them is not read.
-- Variables: first_number BIGINT, last_number BIGINT, unnumbered BOOLEAN
-- Tables: asked (machine VARCHAR, job_id VARCHAR, short_id BIGINT)
WITH told AS (
    SELECT machine, object_id AS job_id, submit_time, start_time, type, time, run_count, walltime_used_s,
           CASE WHEN epoch_us(end_time) <= epoch_us(time) + 172_800_000_000 THEN end_time ELSE time END AS end_time,
           ncpus, ngpus, nodect, mem_requested_bytes, exit_status, user_name, account, queue, record_hash,
           coalesce(walltime_used_s, cpu_time_s, mem_used_bytes, vmem_used_bytes, cpu_percent) IS NOT NULL AS has_usage
    FROM events e SEMI JOIN asked a ON a.machine = e.machine AND a.job_id = e.object_id
    -- so it is asked before other columns are read, and with IN it is not
    WHERE list_contains(['R', 'C', 'c', 's'], type)
      AND (short_id BETWEEN getvariable('first_number') AND getvariable('last_number')
          OR getvariable('unnumbered') AND short_id IS NULL)
), bare AS ( -- R and C records that say nothing but when: the S or T before says the rest
    SELECT machine, job_id, type, time, record_hash
    FROM told
    WHERE type IN ('R', 'C') AND submit_time IS NULL
), begun AS (
    SELECT e.machine, e.object_id AS job_id, e.time, e.type, e.record_hash,
           CASE WHEN e.type = 'T' THEN e.time ELSE coalesce(e.start_time, e.time) END AS start_time,
           max(CASE WHEN e.type = 'S' THEN -- the latest: last_value looks at all that it ignores, again and again
               struct_pack(e.time, e.record_hash, submit_time, ncpus, ngpus, nodect, mem_requested_bytes, user_name,
                   account, queue) END)
               OVER (PARTITION BY e.machine, e.object_id ORDER BY e.time, e.type, e.record_hash) AS s
    FROM events e SEMI JOIN bare b ON b.machine = e.machine AND b.job_id = e.object_id
    WHERE list_contains(['S', 'T'], e.type)
      AND (short_id BETWEEN getvariable('first_number') AND getvariable('last_number')
          OR getvariable('unnumbered') AND short_id IS NULL)
    QUALIFY row_number() OVER (PARTITION BY e.machine, e.object_id, e.time ORDER BY e.type, e.record_hash) = 1
), stops AS (
    SELECT machine, job_id, submit_time, start_time, end_time, type, run_count, walltime_used_s,
           ncpus, ngpus, nodect, mem_requested_bytes, exit_status, user_name, account, queue, has_usage, record_hash
    FROM told
    WHERE type IN ('R', 'C') AND submit_time IS NOT NULL AND start_time IS NOT NULL -- without a start it never ran
    UNION ALL
    SELECT machine, job_id, s.submit_time, start_time, time, type, NULL, NULL,
           s.ncpus, s.ngpus, s.nodect, s.mem_requested_bytes, NULL, s.user_name, s.account, s.queue, false, record_hash
    FROM (
        SELECT g.machine, g.job_id, g.start_time, g.s, b.time, b.type, b.record_hash
        FROM bare b ASOF JOIN begun g ON g.machine = b.machine AND g.job_id = b.job_id AND g.time < b.time)
    WHERE s.submit_time IS NOT NULL
), cuts AS (
    SELECT machine, job_id, submit_time, start_time, type, time, ncpus, ngpus, nodect, mem_requested_bytes, record_hash
    FROM told
    WHERE type IN ('c', 's') AND submit_time IS NOT NULL AND start_time IS NOT NULL
), halts AS (
    SELECT s.*
    FROM suspensions s SEMI JOIN asked a ON a.machine = s.machine AND a.job_id = s.job_id
    WHERE short_id BETWEEN getvariable('first_number') AND getvariable('last_number')
       OR getvariable('unnumbered') AND short_id IS NULL
), superseded_runs AS (
    SELECT o.*
    FROM outcomes o SEMI JOIN asked a ON a.machine = o.machine AND a.job_id = o.job_id
    WHERE NOT o.is_job
      AND (short_id BETWEEN getvariable('first_number') AND getvariable('last_number')
          OR getvariable('unnumbered') AND short_id IS NULL)
), marked AS (
    SELECT machine, job_id, submit_time FROM stops
    UNION ALL
    SELECT machine, job_id, submit_time FROM cuts
    UNION ALL
    SELECT machine, job_id, submit_time FROM superseded_runs
    UNION ALL
    SELECT j.machine, j.job_id, j.submit_time
    FROM jobs j SEMI JOIN halts h ON h.machine = j.machine AND h.job_id = j.job_id
    WHERE short_id BETWEEN getvariable('first_number') AND getvariable('last_number')
       OR getvariable('unnumbered') AND short_id IS NULL
), job AS (
    SELECT j.id, j.machine, j.job_id, j.submit_time, j.start_time, j.end_time, j.walltime_used_s, j.ncpus,
           j.ngpus, j.nodect,
           j.mem_requested_bytes, j.exit_status, j.exit_class, j.user_name, j.account, j.queue
    FROM jobs j SEMI JOIN marked m ON m.machine = j.machine AND m.job_id = j.job_id AND m.submit_time = j.submit_time
    WHERE NOT j.is_array_parent
      AND (short_id BETWEEN getvariable('first_number') AND getvariable('last_number')
          OR getvariable('unnumbered') AND short_id IS NULL)
), claim AS ( -- an E record claims its time, an R or C record the time from its start to whatever begins next
    SELECT *, row_number() OVER () AS number,
           epoch_us(start_time) AS begins,
           CASE WHEN kind IN ('last', 'superseded') THEN greatest(epoch_us(end_time), epoch_us(start_time) + 1)
                ELSE epoch_us(start_time) + 1 END AS until
    FROM (
        SELECT j.id AS outcome_id, j.machine, j.job_id, j.submit_time, j.start_time, j.end_time, 'last' AS kind,
               j.walltime_used_s,
               j.ncpus, j.ngpus, j.nodect, j.mem_requested_bytes, j.exit_status, j.exit_class AS ended,
               j.user_name, j.account, j.queue, NULL AS run_count, true AS has_usage, true AS is_sound,
               NULL::TIMESTAMPTZ AS logged_time, NULL AS attributes, NULL AS record_hash
        FROM job j
        UNION ALL
        SELECT NULL, machine, job_id, submit_time, start_time, end_time, 'superseded', walltime_used_s,
               ncpus, ngpus, nodect, mem_requested_bytes, exit_status, exit_class,
               user_name, account, queue, run_count,
               coalesce(walltime_used_s, cpu_time_s, mem_used_bytes, vmem_used_bytes, cpu_percent) IS NOT NULL,
               source_flags IS NULL, logged_time, attributes, record_hash
        FROM superseded_runs
        WHERE NOT is_array_parent AND start_time IS NOT NULL
        UNION ALL
        SELECT NULL, machine, job_id, submit_time, start_time, end_time,
               CASE type WHEN 'R' THEN 'requeued' ELSE 'checkpointed' END, walltime_used_s,
               ncpus, ngpus, nodect, mem_requested_bytes, exit_status,
               CASE type WHEN 'R' THEN 'requeued' ELSE 'checkpointed' END,
               user_name, account, queue, run_count, has_usage, true, NULL, NULL, record_hash
        FROM stops
        WHERE NOT contains(job_id, '[]'))
), claims AS (
    SELECT *, place > 1 AND coalesce(best_begins < until AND best_until > begins, false) AS outdone_by_best
    FROM (
        -- below a job is a number, that of the first of its claims as they come
        SELECT *, max(outcome_id) OVER of_job AS id, min(number) OVER of_job AS job, count(*) OVER of_job AS of_job,
               row_number() OVER best_first AS place,
               first_value(begins) OVER best_first AS best_begins, first_value(until) OVER best_first AS best_until
        FROM claim
        WINDOW of_job AS (PARTITION BY machine, job_id, submit_time),
               best_first AS (
                   PARTITION BY machine, job_id, submit_time
                   ORDER BY kind = 'last' DESC, kind = 'superseded' DESC, is_sound DESC,
                            run_count DESC NULLS LAST, has_usage DESC,
                            CASE WHEN kind = 'superseded' THEN -epoch_us(end_time) ELSE epoch_us(end_time) END,
                            logged_time DESC, attributes DESC, kind, record_hash DESC))
), halves AS (
    -- of two claims the better one is left and the other right, by the highest bit in which their places differ; where
    -- the best one outdoes all others, as it does with E records written again and again, nothing else is asked
    SELECT job, place, begins, until, bit,
           (place - 1) >> (bit + 1) AS higher_bits,
           ((place - 1) >> bit) & 1 = 1 AS is_right
    FROM (SELECT *, unnest(range(length(bin(of_job - 1)))) AS bit
          FROM claims
          WHERE job IN (SELECT job FROM claims WHERE place > 1 AND NOT outdone_by_best))
    WHERE begins IS NOT NULL
), outdone AS (
    -- a better claim, which begins before this one's time ends, lasts into it: so many steps, not so many times so many
    SELECT job, place
    FROM (SELECT job, place, is_right, begins,
                 max(CASE WHEN NOT is_right THEN until END) OVER (
                     PARTITION BY job, bit, higher_bits
                     ORDER BY CASE WHEN is_right THEN until ELSE begins END, is_right DESC
                     ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) AS better_until
          FROM halves)
    WHERE is_right AND better_until > begins
    UNION ALL
    SELECT job, place
    FROM claims
    WHERE outdone_by_best
), runs AS (
    -- no better claim to their time; of a run that seems to last into the next, as its end is told late, the rest goes
    SELECT c.* EXCLUDE (end_time), row_number() OVER in_time AS run,
           CASE WHEN c.kind = 'last' THEN c.end_time
                ELSE greatest(c.start_time, least(c.end_time, lead(c.start_time) OVER in_time)) END AS run_end
    FROM claims c ANTI JOIN outdone o ON o.job = c.job AND o.place = c.place
    WINDOW in_time AS (PARTITION BY c.job ORDER BY c.start_time NULLS LAST)
), first_phases AS ( -- of runs that did not end: their R record says what they held at last
    SELECT e.machine, e.object_id AS job_id, e.submit_time, e.start_time,
           struct_pack(e.ncpus, e.ngpus, e.nodect, e.mem_requested_bytes) AS held
    FROM events e SEMI JOIN (
        SELECT r.machine, r.job_id, r.submit_time, r.start_time
        FROM runs r JOIN cuts t USING (machine, job_id, submit_time, start_time)
        WHERE r.kind IN ('requeued', 'checkpointed')
    ) r ON r.machine = e.machine AND r.job_id = e.object_id AND r.submit_time = e.submit_time
        AND r.start_time = e.start_time
    WHERE list_contains(['S', 'u'], e.type)
      AND (short_id BETWEEN getvariable('first_number') AND getvariable('last_number')
          OR getvariable('unnumbered') AND short_id IS NULL)
    QUALIFY row_number() OVER (PARTITION BY e.machine, e.object_id, e.submit_time, e.start_time
                               ORDER BY e.time, e.type, e.record_hash) = 1
), halted_runs AS ( -- one of those that began together, which submissions under one id may have done
    SELECT r.machine, r.job_id, r.start_time, arg_max(struct_pack(r.job, r.run, r.run_end), r.submit_time) AS latest
    FROM runs r SEMI JOIN halts h ON h.machine = r.machine AND h.job_id = r.job_id
    GROUP BY r.machine, r.job_id, r.start_time
), turns AS ( -- in each run from being suspended to running, and back
    SELECT latest.job, latest.run, time, suspends, struct_pack(gives_ncpus, gives_ngpus, gives_mem) AS given
    FROM (
        SELECT h.machine, h.job_id, h.time, h.suspends, h.gives_ncpus, h.gives_ngpus, h.gives_mem, r.latest
        FROM halts h ASOF JOIN halted_runs r
          ON r.machine = h.machine AND r.job_id = h.job_id AND r.start_time <= h.time)
    WHERE time < latest.run_end
    QUALIFY suspends != lag(suspends, 1, false) OVER (PARTITION BY latest.job, latest.run ORDER BY time)
), parts AS (
    SELECT r.*, r.start_time AS begin_time, NULL AS mark, r.record_hash AS mark_hash,
           coalesce(f.held, struct_pack(r.ncpus, r.ngpus, r.nodect, r.mem_requested_bytes)) AS held, NULL AS given
    FROM runs r
    LEFT JOIN first_phases f
      ON f.machine = r.machine AND f.job_id = r.job_id AND f.submit_time = r.submit_time
          AND f.start_time = r.start_time
     AND r.kind IN ('requeued', 'checkpointed')
    UNION ALL
    SELECT r.*, t.time, t.type, t.record_hash, struct_pack(t.ncpus, t.ngpus, t.nodect, t.mem_requested_bytes), NULL
    FROM runs r
    JOIN cuts t
      ON t.machine = r.machine AND t.job_id = r.job_id AND t.submit_time = r.submit_time
          AND t.start_time = r.start_time
     AND t.time >= r.start_time AND t.time <= r.run_end
    UNION ALL
    SELECT r.*, t.time, CASE WHEN t.suspends THEN 'z' ELSE 'r' END, NULL, NULL, t.given
    FROM runs r JOIN turns t ON t.job = r.job AND t.run = r.run
), phases AS (
    SELECT *, row_number() OVER in_time AS phase,
           coalesce(lead(begin_time) OVER in_time, run_end) AS end_time,
           lead(mark) OVER in_time AS next_mark
    FROM parts
    WINDOW in_time AS (PARTITION BY job, run
                       ORDER BY begin_time, mark NULLS FIRST, held.ncpus DESC NULLS FIRST,
                       held.nodect DESC NULLS FIRST, held.ngpus DESC NULLS FIRST, mark_hash)
), since AS ( -- what the latest record said that says what is held, and the latest that it was suspended
    SELECT *, max(CASE WHEN held IS NOT NULL THEN struct_pack(phase, held) END) OVER until AS latest,
           max(CASE mark WHEN 'z' THEN struct_pack(phase, given) END) OVER until AS halt,
           max(CASE mark WHEN 'r' THEN phase ELSE 0 END) OVER until AS resumed,
           max(CASE mark WHEN 's' THEN phase ELSE 0 END) OVER (PARTITION BY job, run) AS pruned
    FROM phases
    WINDOW until AS (PARTITION BY job, run ORDER BY phase ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW)
), spent AS ( -- the last phase in which it worked used what those before it did not
    SELECT *, sum(working_s) OVER (in_run ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) AS worked_s,
           sum(working_s) OVER (in_run ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS worked_before_s,
           max(CASE WHEN works OR next_mark IS NULL THEN struct_pack(works, phase) END)
               OVER (PARTITION BY job, run) AS last_working
    FROM (SELECT * EXCLUDE (held, given), latest.held AS held,
                 CASE WHEN NOT works THEN 0
                      ELSE (epoch_us(end_time) - epoch_us(begin_time)) // 1_000_000 END AS working_s
          FROM (SELECT *, CASE WHEN halt.phase > resumed THEN halt.given END AS gone,
                       -- not while it is suspended, nor before an s record: processes start then
                       coalesce(halt.phase <= resumed, true) AND phase >= pruned AS works
                FROM since))
    WINDOW in_run AS (PARTITION BY job, run ORDER BY phase)
)
SELECT id, machine, job_id, submit_time, run, phase, kind, begin_time AS start_time, end_time,
       greatest((epoch_us(end_time) - epoch_us(begin_time)) // 1_000_000,
           CASE WHEN begin_time IS NOT NULL THEN 0 END) AS held_s,
       (CASE WHEN phase >= last_working.phase OR walltime_used_s IS NULL THEN walltime_used_s
             ELSE least(walltime_used_s, worked_s) END -- of NULL and a number it is the number
           - CASE WHEN phase > last_working.phase THEN walltime_used_s
                  ELSE least(walltime_used_s, coalesce(worked_before_s, 0)) END
       )::BIGINT AS walltime_used_s,
       CASE WHEN gone.gives_ncpus AND held.ncpus > 0 THEN 0 ELSE held.ncpus END AS ncpus, -- NULL stays NULL
       CASE WHEN gone.gives_ngpus AND held.ngpus > 0 THEN 0 ELSE held.ngpus END AS ngpus,
       CASE WHEN gone.gives_ncpus AND (gone.gives_ngpus OR coalesce(held.ngpus, 0) = 0) AND held.nodect > 0 THEN 0
            ELSE held.nodect END AS nodect,
       CASE WHEN gone.gives_mem AND held.mem_requested_bytes > 0 THEN 0 ELSE held.mem_requested_bytes END
           AS mem_requested_bytes,
       exit_status,
       CASE next_mark WHEN 'c' THEN 'released' WHEN 's' THEN 'pruned' WHEN 'z' THEN 'suspended' WHEN 'r' THEN 'resumed'
            ELSE ended END AS ended,
       user_name, account, queue
FROM spent
