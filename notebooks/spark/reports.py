"""Answers reports of pbsduck from a dataset, in Spark: the SQL is that of pbsduck report NAME --sql.

    spark-submit --py-files dialect.py,lake.py reports.py --pbsduck ./pbsduck waits /shared/dataset --by queue

Those that ask of jobs that ended can be answered (usage, waits, sizes, failures, ...); what was in use asks for more
than a dataset has.
"""

from __future__ import annotations

import argparse
import json
import shutil
import subprocess
import tempfile
from pathlib import Path

from pyspark.sql import DataFrame, SparkSession
from sqlglot import exp

import dialect
from lake import session

KNOWN = {"jobs", "report_classes"}  # what reports may ask


def script_of(program: str, name: str, flags: list[str]) -> tuple[str, list[dict[str, object]]]:
    """The statements of a report, and the rows of report_classes: of a database with one empty log."""
    with tempfile.TemporaryDirectory() as folder:
        database = ["--db", str(Path(folder, "empty.duckdb"))]
        log = Path(folder, "20260101")
        log.touch()

        def say(*words: str) -> str:
            done = subprocess.run([program, *words, *database], capture_output=True, text=True, check=False)
            if done.returncode != 0:
                raise SystemExit(done.stderr.strip())
            return done.stdout

        say("ingest", "-q", "--machine", "none", "--timezone", "UTC", str(log))
        classes: list[dict[str, object]] = json.loads(say("query", "--format", "json", "FROM report_classes"))
        return say("report", name, "--sql", *flags), classes


def answer(spark: SparkSession, script: str, classes: list[dict[str, object]], dataset: str) -> DataFrame:
    """What a report says of the jobs of a dataset."""
    jobs = spark.read.option("basePath", dataset + "/jobs").parquet(dataset + "/jobs")
    jobs.withColumnRenamed("job_row", "id").createOrReplaceTempView("jobs")
    schema = "kind string, class bigint, name string, low bigint, high bigint"
    classed = [(c["kind"], c["class"], c["name"], c["low"], c["high"]) for c in classes]
    spark.createDataFrame(classed, schema).createOrReplaceTempView("report_classes")
    variables: dict[str, exp.Expression] = {}
    made = set(KNOWN)
    for statement in dialect.statements(script):
        if isinstance(statement, exp.Set):
            for item in statement.expressions:
                variables[item.this.this.name] = item.this.expression
            continue
        question = statement.expression if isinstance(statement, exp.Create) else statement
        under = {cte.alias for cte in question.find_all(exp.CTE)}
        lacking = sorted({t.name for t in question.find_all(exp.Table)} - made - under)
        if lacking:
            raise SystemExit(f"a dataset can't answer it in Spark: it asks {', '.join(lacking)}; ask pbsduck report")
        rows = spark.sql(dialect.spark(question, variables))
        if isinstance(statement, exp.Create):
            rows.createOrReplaceTempView(statement.this.name)
            made.add(statement.this.name)
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
    script, classes = script_of(options.pbsduck, options.report, flags)
    rows = answer(session(), script, classes, options.dataset)
    if options.json:
        Path(options.json).write_text(json.dumps([r.asDict() for r in rows.collect()], default=str), encoding="utf-8")
    else:
        rows.show(1000, truncate=False)


if __name__ == "__main__":
    main()
