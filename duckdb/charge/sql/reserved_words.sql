-- Is a word one that SQL keeps for itself?
-- Variables: word VARCHAR
SELECT count(*) FROM duckdb_keywords() WHERE keyword_name = getvariable('word')
       AND keyword_category IN ('reserved', 'type_function')
