-- Which types do the queues of each machine have?
SELECT machine, queue, coalesce(cpu_type, ''), coalesce(gpu_type, '') FROM queue_types ORDER BY ALL
