-- Which rows of told_runs are not what all records say (derived_runs), and which are missing?
-- Tables: derived_runs AS FROM told_runs LIMIT 0
SELECT 'it is none that records tell of' AS problem, * FROM (FROM told_runs EXCEPT ALL FROM derived_runs)
UNION ALL
SELECT 'it is missing', * FROM (FROM derived_runs EXCEPT ALL FROM told_runs)
