-- Every line that was read became something: lines = jobs + superseded + events + repeats + rejects + continuation
-- lines. Continuation lines are below 0 where records begin in the middle of a line, behind others that are cut off.
SELECT machine, name, lines, jobs + superseded + events + repeats + rejects + continuation_lines AS accounted_for,
       jobs, superseded, events, repeats, rejects, continuation_lines
FROM log_files
WHERE lines <> jobs + superseded + events + repeats + rejects + continuation_lines
   OR least(jobs, superseded, events, repeats, rejects) < 0
