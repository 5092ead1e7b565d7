-- Is a word one that SQL keeps for itself? $1: the word.
SELECT count(*) FROM duckdb_keywords() WHERE keyword_name = ? AND keyword_category IN ('reserved', 'type_function')
