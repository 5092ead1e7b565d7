-- What are the classes of sizes and of run times called? Sizes double from class to class: 1, 2, 3-4, 5-8, ...
SELECT 'size' AS kind, class, CASE WHEN low = high THEN low::VARCHAR
       ELSE low || coalesce('-' || high, ' and more') END AS name, low, high
FROM (
    SELECT k AS class, CASE WHEN k < 1 THEN k + 1 ELSE pow(2, k - 1)::BIGINT + 1 END AS low,
           CASE WHEN k < 0 THEN 0 WHEN k < 63 THEN pow(2, k)::BIGINT END AS high
    FROM range(-1, 64) power(k)
)
UNION ALL
SELECT 'time', class - 1, names[class], lows[class], lows[class + 1] - 1
FROM (
    SELECT unnest(range(1, 8)) AS class, [0, 30, 1800, 3600, 18000, 43200, 64800] AS lows,
           ['under 30 s', '30 s to 30 min', '30 to 60 min', '1 to 5 h', '5 to 12 h', '12 to 18 h',
               '18 h and more'] AS names
)
