-- Of which jobs do other records tell than their own E record, what they held from when to when?
SELECT machine, object_id AS job_id, short_id FROM events WHERE list_contains(['R', 'C', 'c', 's', 'z', 'r'], type)
UNION
SELECT machine, job_id, short_id FROM outcomes WHERE NOT is_job
