"""Parses the logs of PBS on the executors of Spark, settles them there, and has pbsduck write the dataset that its
rebuild and export --dataset write of them.

    spark-submit --py-files dialect.py lake.py --pbsduck ./pbsduck \\
        --parts /shared/parts --dataset /shared/dataset /shared/logs

The program is shipped to the executors; the folders must be the same to all of them, and to the driver. See
docs/cluster.md.
"""

from __future__ import annotations

import argparse
import os
import re
import shutil
import subprocess
from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path

from pyspark import SparkFiles
from pyspark.sql import DataFrame, Row, SparkSession

import dialect

STAGING = ".settled"  # folder in that of the parts for what comes of them, until the dataset is written
REJECTS = 3  # the exit code of a parse that rejected some lines, which is no failure
PARTS = ("jobs", "nodes", "events", "logs")
SETTLED = ("jobs", "job_nodes", "told_runs", "events", "part_logs")  # what pbsduck resolve --settled takes


def parse(spark: SparkSession, options: argparse.Namespace) -> int:
    """Has the executors parse the logs, a share in each task. It gives how many shares had lines that were rejected."""
    context = spark.sparkContext
    context.addFile(options.pbsduck)
    if options.config:
        context.addFile(options.config)
    shares = options.shares or 4 * context.defaultParallelism
    arguments = ["--parts", options.parts]
    for flag in ("machine", "timezone"):
        if getattr(options, flag):
            arguments += ["--" + flag, getattr(options, flag)]
    program, config, logs = os.path.basename(options.pbsduck), options.config, options.logs

    def run(share: int) -> int:
        path = SparkFiles.get(program)
        os.chmod(path, 0o755)
        line = [path, "parse", "-q", "--share", f"{share}/{shares}", *arguments]
        if config:  # its folders of logs may be relative to where it is
            line += ["--config", config if os.path.exists(config) else SparkFiles.get(os.path.basename(config))]
        done = subprocess.run([*line, *logs], capture_output=True, env={**os.environ, "GOMAXPROCS": "1"}, check=False)
        if done.returncode not in (0, REJECTS):
            said = done.stderr.decode(errors="replace")[-2000:]
            raise RuntimeError(f"{' '.join(line)}: exit code {done.returncode}: {said}")
        return done.returncode

    return context.parallelize(range(1, shares + 1), shares).map(run).collect().count(REJECTS)


def read_parts(spark: SparkSession, folder: str) -> None:
    """Makes part_jobs and the like of the files of logs that are there in whole."""
    names = sorted(p.name for p in Path(folder, "logs").glob("[!.]*.parquet"))
    if not names:
        raise FileNotFoundError(f"{folder}: no log was parsed there")
    for part in PARTS:
        spark.read.parquet(*(str(Path(folder, part, name)) for name in names)).createOrReplaceTempView("part_" + part)


def settle(spark: SparkSession, script: str, folder: Path) -> None:
    """Runs the statements of pbsduck resolve --sql: each makes a view. What comes of them is written to files in the
    folder, and so is what is asked often: Spark would plan it with all that it is made of wherever it is asked, and
    that grows beyond all bounds."""

    def keep(name: str, rows: DataFrame, in_files: bool) -> None:
        if in_files:
            rows.write.parquet(str(folder / name))
            rows = spark.read.schema(rows.schema).parquet(str(folder / name))
        rows.createOrReplaceTempView(name)

    for statement in dialect.statements(script):
        name = statement.this.name
        if name == "moved_events":
            keep(name, moved_events(spark), True)
            continue
        for part, question, often in dialect.parted(name, statement.expression):
            is_table = part == name and (statement.args["kind"] == "TABLE" or name in SETTLED)
            keep(part, spark.sql(dialect.spark(question)), often or is_table)
    keep("part_logs", spark.table("part_logs"), True)


def moved_events(spark: SparkSession) -> DataFrame:
    """Which events were written in the second of two hours: told by the records around, in the order of the logs."""
    hours: dict[tuple[str, int, int], list[Row]] = defaultdict(list)
    met = set()
    for r in sorted(spark.table("hour_records").collect(), key=lambda r: (*log_order(r.log), r.line)):
        same = (r.machine, r.begins, r.second, r.is_undated, r.type, r.object_id, r.record_hash)
        if same not in met:
            met.add(same)
            hours[r.machine, r.begins, r.hour_s].append(r)
    moved = []
    for (machine, begins, length), records in hours.items():
        told = passes([(r.second - begins, not r.is_undated) for r in records], length)
        for r, of in zip(records, told):
            by = of * length + (r.second - begins) % length - (r.second - begins)
            if by != 0 and r.is_undated:
                moved.append((machine, r.type, r.object_id, r.record_hash, r.second, by))
    schema = "machine string, type string, object_id string, record_hash bigint, second bigint, seconds bigint"
    return spark.createDataFrame(moved, schema)


def log_order(path: str) -> tuple[list[tuple[int, int]], str]:
    """Logs are in order of their names, in which a number counts as one: 9 before 10; then of their paths."""
    parts = re.findall(r"[0-9]+|[^0-9]", os.path.basename(path))
    return [(ord("0"), int(p)) if p[0] in "0123456789" else (ord(p), 0) for p in parts], path


def passes(records: list[tuple[int, bool]], length: int) -> list[int]:
    """Of each record, by its second and whether that is sure, whether it is of the first or the second pass of an hour:
    so that the clock goes back as little as can be from record to record."""

    def set_back(before: int, now: int) -> int:
        return before - now if before - now > 60 else 0

    cost, at = (0, 0), (0, 0)
    ways: list[tuple[int, int]] = []
    for second, sure in records:
        now = (second, second) if sure else (second % length, second % length + length)
        sums, way = [], []
        for n in now:
            first, other = cost[0] + set_back(at[0], n), cost[1] + set_back(at[1], n)
            sums.append(min(first, other))
            way.append(int(other < first))
        ways.append((way[0], way[1]))
        cost, at = (sums[0], sums[1]), now
    told, which = [], int(cost[1] < cost[0])
    for way_here in reversed(ways):
        told.append(which)
        which = way_here[which]
    return told[::-1]


def write(options: argparse.Namespace, folder: Path) -> None:
    """Has the program write the dataset: charges and days, by the rules of the configuration, and what they mean."""
    say(options, "resolve", options.parts, "--settled", str(folder), "--dataset", options.dataset)
    shutil.rmtree(folder)


def session() -> SparkSession:
    """Spark, with instants as pbsduck has them."""
    return (
        SparkSession.builder.appName("pbsduck")
        .config("spark.sql.session.timeZone", "UTC")
        .config("spark.sql.parquet.outputTimestampType", "TIMESTAMP_MICROS")
        .config("spark.sql.parquet.compression.codec", "zstd")
        .getOrCreate()
    )


def say(options: argparse.Namespace, *words: str) -> str:
    """What the program says on the driver. What it tells of goes where the driver tells."""
    config = ["--config", options.config] if options.config else []
    done = subprocess.run([options.pbsduck, *words, *config], stdout=subprocess.PIPE, check=False, text=True)
    if done.returncode != 0:
        raise SystemExit(done.returncode)
    return done.stdout


def main(words: Iterable[str] | None = None) -> None:
    p = argparse.ArgumentParser(description="Parse logs of PBS on Spark, and write a dataset.")
    p.add_argument("logs", nargs="*", help="files and folders of logs; none: what is in --parts is settled again")
    p.add_argument("--parts", required=True, help="folder for the rows of each log")
    p.add_argument("--dataset", required=True, help="folder of the dataset")
    p.add_argument("--pbsduck", default=shutil.which("pbsduck") or "pbsduck",
                   help="the program, which must run on the executors")
    p.add_argument("--config", default=os.environ.get("PBSDUCK_CONFIG"), help="pbsduck.toml")
    p.add_argument("--machine",
                   help="whose logs they are (default: by the configuration, or the names of their folders)")
    p.add_argument("--timezone", help="IANA time zone of the server")
    p.add_argument("--shares", type=int, help="in how many shares the logs are parsed (default: four for each core)")
    options = p.parse_args(list(words) if words is not None else None)
    for name in ("parts", "dataset", "config", "pbsduck"):
        if getattr(options, name):
            setattr(options, name, os.path.abspath(getattr(options, name)))
    options.logs = [os.path.abspath(log) for log in options.logs]
    spark = session()
    if options.logs:
        os.makedirs(options.parts, exist_ok=True)
        rejecting = parse(spark, options)
        if rejecting:
            print(f"lines were rejected: {options.parts}/logs says how many of which log")
    read_parts(spark, options.parts)
    settled = Path(options.parts, STAGING)
    shutil.rmtree(settled, ignore_errors=True)  # one may have been left that was killed
    settle(spark, say(options, "resolve", "--sql"), settled)
    write(options, settled)


if __name__ == "__main__":
    main()
