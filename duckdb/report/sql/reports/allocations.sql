-- Title: Allocations
-- Question: What is left of each allocation, and when will it be used up?
-- Definition: What accounts were charged in CPU hours within the days of their allocation (pbsduck allocations load),
--   until the logs end, against what they may use. It ends, at the pace of the last 28 days of it that the logs tell
--   of, on a day; if that lies behind the allocation's last day, something is left over.
-- Variables: top BIGINT
-- By: account
-- Needs: allocations
-- Choices:
--   top = 0: only so many with the largest share used; 0: all
-- Chart: used_pct
-- Columns:
--   entity: account
--   from_date: first local day of the allocation
--   to_date: last local day
--   hours [h]: what may be charged
--   charged [h]: what was charged
--   left [h]: what is left; below 0 if more was charged
--   used_pct [%]: charged of hours
--   time_pct [%]: days gone by of the allocation's days, the last one of the logs among them. NULL: it is open
--   pace [h]: charged on a day, over the last 28 days of it that the logs tell of. NULL: they tell of none
--   used_up_on: when nothing is left at this pace. NULL: nothing was charged lately, nothing is left, or it is over
WITH asked AS (
    SELECT row_number() OVER () AS number, a.machine, a.account, a.hours, a.from_date, a.to_date, m.today,
           least(m.today, a.to_date) AS last_day,
           greatest(a.from_date, m.first_day, least(m.today, a.to_date) - 27) AS lately
    FROM allocations a
    JOIN (SELECT machine, (first_time AT TIME ZONE time_zone)::DATE AS first_day,
        (last_time AT TIME ZONE time_zone)::DATE AS today FROM machines) m
      ON m.machine = a.machine
), charged AS (
    SELECT a.number, a.machine, a.account, a.hours, a.from_date, a.to_date, a.today,
           coalesce(sum(s.cpu_charge), 0) AS charged,
           CASE WHEN a.last_day >= a.lately
                THEN coalesce(sum(s.cpu_charge) FILTER (s.day >= a.lately AND s.day <= a.last_day),
                    0) / (a.last_day - a.lately + 1) END AS pace
    FROM asked a LEFT JOIN daily_summary s
      ON s.machine = a.machine AND s.account = a.account AND s.day >= coalesce(a.from_date, s.day)
          AND s.day <= coalesce(a.to_date, s.day)
    GROUP BY a.number, a.machine, a.account, a.hours, a.from_date, a.to_date, a.today, a.last_day, a.lately
), told AS (
    SELECT machine, NULL::DATE AS period, account AS entity, from_date, to_date, hours, charged,
           hours - charged AS "left", 100 * charged / nullif(hours, 0) AS used_pct,
           CASE WHEN from_date <= to_date THEN 100 * least(1,
               greatest(0, (today - from_date + 1) / (to_date - from_date + 1))) END AS time_pct, pace,
           CASE WHEN pace > 0 AND hours > charged AND today <= coalesce(to_date, today)
               AND (hours - charged) / pace < 36_500
                THEN today + ceil((hours - charged) / pace)::INTEGER END AS used_up_on
    FROM charged
)
SELECT *
FROM told
QUALIFY coalesce(getvariable('top'), 0) <= 0 OR row_number() OVER (PARTITION BY machine
    ORDER BY hours = 0 AND charged > 0 DESC, used_pct DESC NULLS LAST, entity, from_date) <= getvariable('top')
ORDER BY machine, hours = 0 AND charged > 0 DESC, used_pct DESC NULLS LAST, entity, from_date
