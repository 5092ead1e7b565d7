"""Answers reports of pbsduck from a dataset, in Spark: the SQL is that of pbsduck report NAME --sql.

    spark-submit --py-files dialect.py,lake.py reports.py --pbsduck ./pbsduck waits /shared/dataset --by queue

Those that ask of jobs that ended can be answered (usage, waits, sizes, failures, charges, ...), and those of what was
in use (utilisation, hours, concurrency, ...): the capacity is that of --config.
"""

from __future__ import annotations

import argparse
import json
import math
import shutil
import subprocess
import tempfile
from pathlib import Path

from pyspark.sql import DataFrame, SparkSession
from sqlglot import exp

import dialect
from lake import session

SCHEMAS = {  # of what a dataset does not have
    "report_classes": "kind string, class bigint, name string, low bigint, high bigint",
    "capacity": "machine string, from_date date, until_date date, nodes bigint, ncpus bigint, ngpus bigint",
    "machines": "machine string, time_zone string, first_time timestamp, last_time timestamp",
}
TABLES = ("jobs", "runs", "charges", "events", "daily_summary")  # of a dataset
Rows = dict[str, list[dict[str, object]]]  # by the name of the table
# In a dataset no place in a log is known, which tells what came last within a second: it is what mostly does.
LETTERS = "QSCTRkKAD"
VIEWS = {  # what reports ask, of the tables of a dataset
    "jobs": "SELECT * EXCEPT (job_row), job_row AS id FROM dataset_jobs",
    # When a record was written is not in a dataset: it was when the job ended, or, where that is not told, at some time.
    "outcomes": """SELECT machine, job_id, submit_time,
        coalesce(end_time, timestamp '9999-01-01 00:00:00') AS logged_time FROM dataset_jobs""",
    "told_runs": "SELECT * EXCEPT (job_row), job_row AS id FROM dataset_runs",  # of all jobs, those that ran once, too
    "job_charges": "SELECT * EXCEPT (job_row, job_id), job_row AS job_id FROM dataset_charges",
    "daily_summary": "SELECT * FROM dataset_daily_summary",
    "events": f"SELECT *, 1 AS file_id, instr('{LETTERS}', type) AS line FROM dataset_events",
    # Nor are the logs: there was one of each day of which there are events or, where a machine has none, jobs.
    "log_files": """SELECT 1 AS file_id, '' AS machine, '' AS name, '' AS path
        UNION ALL
        SELECT DISTINCT NULL, r.machine, date_format(from_utc_timestamp(r.at, m.time_zone), 'yyyyMMdd'), ''
        FROM (SELECT machine, time AS at FROM dataset_events
              UNION ALL
              SELECT machine, end_time FROM dataset_jobs
              WHERE machine NOT IN (SELECT machine FROM dataset_events)) r
        JOIN given_machines m ON m.machine = r.machine
        WHERE r.at IS NOT NULL""",
}


def machines_of(dataset: str) -> list[dict[str, object]]:
    """Whose logs a dataset was made of, in which time zone, and what time they tell of."""
    manifest = json.loads(Path(dataset, "_manifest.json").read_text(encoding="utf-8"))
    if "policy" in manifest:
        raise SystemExit(f"{dataset} is an anonymous dataset, which lacks columns that reports ask: ask pbsduck report")
    return list(manifest["machines"])


def asked_of(program: str, name: str, flags: list[str], machines: list[dict[str, object]]) -> tuple[str, Rows]:
    """The statements of a report, and the rows of what a dataset does not have: of a database with an empty log of each
    machine, and what the configuration says of it."""
    with tempfile.TemporaryDirectory() as folder:
        database = ["--db", str(Path(folder, "empty.duckdb"))]
        log = Path(folder, "20260101")
        log.touch()

        def say(*words: str) -> str:
            done = subprocess.run([program, *words, *database], capture_output=True, text=True, check=False)
            if done.returncode != 0:
                raise SystemExit(done.stderr.strip())
            return done.stdout

        config, rest = flags_of(flags)
        for m in machines:
            zone = ["--timezone", str(m["time_zone"])]
            say("ingest", "-q", *config, "--machine", str(m["machine"]), *zone, str(log))
        rows = {t: json.loads(say("query", "--format", "json", f"FROM {t}")) for t in ("report_classes", "capacity")}
        times = [{**m, "first_time": m.get("first_record"), "last_time": m.get("last_record")} for m in machines]
        return say("report", name, "--sql", *config, *rest), {**rows, "machines": times}


def flags_of(flags: list[str]) -> tuple[list[str], list[str]]:
    """--config, and the others."""
    p = argparse.ArgumentParser(add_help=False)
    p.add_argument("--config")
    options, rest = p.parse_known_args(flags)
    return ["--config", options.config] if options.config else [], rest


def give(spark: SparkSession, rows: Rows, dataset: str) -> set[str]:
    """Makes what reports ask, of a dataset, and of rows. It gives their names."""
    there = [t for t in TABLES if Path(dataset, t).is_dir()]  # without rows a table has no folder
    for table in there:
        path = f"{dataset}/{table}"
        spark.read.option("basePath", path).parquet(path).createOrReplaceTempView("dataset_" + table)
    for name, schema in SCHEMAS.items():
        columns = [c.split() for c in schema.split(", ")]
        casts = [f"CAST({c} AS {t}) AS {c}" for c, t in columns]
        texts = [tuple(None if r.get(c) is None else str(r[c]) for c, _ in columns) for r in rows[name]]
        spark.createDataFrame(texts, ", ".join(f"{c} string" for c, _ in columns)).selectExpr(*casts) \
            .createOrReplaceTempView("given_machines" if name == "machines" else name)
    views = {n: q for n, q in VIEWS.items() if all(t in there or f"dataset_{t}" not in q for t in TABLES)}
    for name, question in views.items():
        spark.sql(question).createOrReplaceTempView(name)
    spark.udf.register("gcd_of", lambda numbers: math.gcd(*numbers), "bigint")
    return {*views, *SCHEMAS}


def answer(spark: SparkSession, script: str, given: Rows, dataset: str) -> DataFrame:
    """What a report says of a dataset."""
    made = give(spark, given, dataset)
    variables: dict[str, exp.Expression] = {}
    for statement in dialect.statements(script):
        if isinstance(statement, exp.Set):
            for item in statement.expressions:
                variables[item.this.this.name] = item.this.expression
            continue
        name = statement.this.name if isinstance(statement, exp.Create) else "answer"
        question = statement.expression if isinstance(statement, exp.Create) else statement
        if name == "machines":  # of the filter's machines, as it is told of logs
            question.args["from_"].set("this", exp.to_table("given_machines").as_("j"))
            made.add("given_machines")
        under = {cte.alias for cte in question.find_all(exp.CTE)}
        lacking = sorted({t.name for t in question.find_all(exp.Table)} - made - under)
        if lacking:
            raise SystemExit(f"a dataset can't answer it in Spark: it asks {', '.join(lacking)}; ask pbsduck report")
        for part, body, often in dialect.parted(name, question):
            rows = spark.sql(dialect.spark(body, variables))
            (rows.localCheckpoint() if often else rows).createOrReplaceTempView(part)
        made.add(name)
    for column in ("period", "entity"):  # as pbsduck report has them: what is not asked for is no column
        told = variables.get(column, exp.Null()).find(exp.Literal)
        if told is None:
            rows = rows.drop(column)
        elif column == "entity":
            rows = rows.withColumnRenamed(column, told.name)
    return rows


def main() -> None:
    p = argparse.ArgumentParser(description="Answer a report of pbsduck from a dataset, in Spark.")
    p.add_argument("report", help="its name, as pbsduck report lists it")
    p.add_argument("dataset", help="folder of the dataset")
    p.add_argument("--pbsduck", default=shutil.which("pbsduck") or "pbsduck", help="the program")
    p.add_argument("--json", help="file to write instead of showing the rows")
    options, flags = p.parse_known_args()  # the others are flags of pbsduck report
    if "facility" in " ".join(flags) or "queue_group" in " ".join(flags):
        raise SystemExit("a dataset knows no facilities and groups of queues: ask pbsduck report")
    script, given = asked_of(options.pbsduck, options.report, flags, machines_of(options.dataset))
    rows = answer(session(), script, given, options.dataset)
    if options.json:
        Path(options.json).write_text(json.dumps([r.asDict() for r in rows.collect()], default=str), encoding="utf-8")
    else:
        rows.show(1000, truncate=False)


if __name__ == "__main__":
    main()
