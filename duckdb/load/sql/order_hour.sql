-- In which order were the records of an hour written? Each counts where it stands first. What is not sure of another
-- hour, which the clocks of other logs passed twice, tells nothing.
-- Tables: hour_record (kind INTEGER, row BIGINT, time BIGINT, is_undated BOOLEAN, file_id BIGINT, line BIGINT)
-- Tables: hour_log (file_id BIGINT, place BIGINT, has_hour BOOLEAN)
SELECT kind, row, time, is_undated
FROM hour_record JOIN hour_log USING (file_id)
WHERE has_hour OR NOT is_undated
QUALIFY row_number() OVER (PARTITION BY kind, row ORDER BY place, line) = 1
ORDER BY place, line
