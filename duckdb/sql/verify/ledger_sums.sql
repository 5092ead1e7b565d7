-- Every line that was read became something: lines = jobs + superseded + events + repeats + rejects + continuation lines.
SELECT machine, name, lines, jobs + superseded + events + repeats + rejects + continuation_lines AS accounted_for,
       jobs, superseded, events, repeats, rejects, continuation_lines
FROM log_files
WHERE lines <> jobs + superseded + events + repeats + rejects + continuation_lines
   OR least(jobs, superseded, events, repeats, rejects, continuation_lines) < 0
