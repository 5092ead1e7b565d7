-- Which events does a database of an earlier version have, in their order? In the first ones requestor was a column of
-- its own, and superseded E records were events.
SELECT * EXCLUDE (requestor, is_superseded) REPLACE (nullif(concat_ws(' ', text,
       'requestor=' || requestor), '') AS text)
FROM (
    SELECT NULL::VARCHAR AS requestor, NULL::BOOLEAN AS is_superseded WHERE false
    UNION ALL BY NAME
    FROM previous.events
)
WHERE is_superseded IS NOT true
