-- In which order were the records of an hour written? Each counts where it stands first. Filled in are the logs, as (file_id, place)
-- in their order.
SELECT kind, row, time, is_undated
FROM hour_record JOIN (VALUES %s) o(file_id, place) USING (file_id)
QUALIFY row_number() OVER (PARTITION BY kind, row ORDER BY place, line) = 1
ORDER BY place, line
