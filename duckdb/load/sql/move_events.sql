-- Events that are there move to the other hour, where what came just now tells so.
-- Tables: moved_event (kind BIGINT, row BIGINT, seconds BIGINT)
UPDATE events SET time = events.time + to_seconds(m.seconds), row_check = NULL FROM moved_event m
    WHERE m.kind = 0 AND events.rowid = m.row
