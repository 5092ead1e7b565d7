-- What stands for a text, by HMAC-SHA256 with a key? (macros; the pads are the key's)
-- Variables: inner_pad BLOB, outer_pad BLOB
CREATE OR REPLACE TEMP MACRO pseudonym(kind, told) AS
    kind || '_' || left(sha256(getvariable('outer_pad')
        || unhex(sha256(getvariable('inner_pad') || encode(kind || ':' || told)))), 16);
-- Jobs of an array keep their index, and have the array's name before it.
CREATE OR REPLACE TEMP MACRO job_pseudonym(told) AS
    CASE WHEN regexp_full_match(told, '[0-9]+\[[0-9]*\]([.].*)?')
         THEN pseudonym('job', regexp_replace(told, '\[[0-9]*\]', '')) || regexp_extract(told, '\[[0-9]*\]')
         ELSE pseudonym('job', told)
    END;
