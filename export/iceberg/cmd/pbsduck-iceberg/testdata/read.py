"""Has another engine read the tables, and answers questions about what it gets.

read.py ENGINE < QUESTIONS: ENGINE is spark, pyiceberg, polars or duckdb. QUESTIONS are JSON: catalog (a URI of
SQLAlchemy's, or of a REST catalog), jdbc (the same for Java), warehouse, jars, do (statements for Spark, before), and
ask: a list of [table, its metadata, a snapshot or "", a question in SQL about the rows, a condition on them that is to
be pushed down or ""]. Answers are JSON: a list of [columns, answer, files that were read].
"""
import importlib
import json
import re
import sys

import duckdb
import pyarrow

asked = json.load(sys.stdin)
CATALOG, NAMESPACE = "pbsduck", "pbs"


def of_spark():
    from pyspark.sql import SparkSession

    catalog = f"spark.sql.catalog.{CATALOG}"
    builder = (SparkSession.builder.master("local[2]").config("spark.driver.memory", "2g")
               .config("spark.ui.enabled", "false").config("spark.sql.session.timeZone", "UTC")
               .config("spark.sql.shuffle.partitions", "4").config("spark.sql.adaptive.enabled", "false")
               .config("spark.jars", asked["jars"])
               .config("spark.sql.extensions", "org.apache.iceberg.spark.extensions.IcebergSparkSessionExtensions")
               .config(catalog, "org.apache.iceberg.spark.SparkCatalog"))
    if "jdbc" in asked:
        builder = (builder.config(f"{catalog}.type", "jdbc").config(f"{catalog}.uri", asked["jdbc"])
                   .config(f"{catalog}.jdbc.schema-version", "V1").config(f"{catalog}.warehouse", asked["warehouse"]))
    else:
        builder = builder.config(f"{catalog}.type", "rest").config(f"{catalog}.uri", asked["catalog"])
    spark = builder.getOrCreate()
    spark.sparkContext.setLogLevel("ERROR")
    for statement in asked["do"] or []:
        spark.sql(statement)

    def read(table, metadata, snapshot, where):
        text = f"SELECT * FROM {CATALOG}.{NAMESPACE}.{table}" + (f" VERSION AS OF {snapshot}" if snapshot else "")
        rows = spark.sql(text + (f" WHERE {where}" if where else ""))
        plan = rows._jdf.queryExecution().executedPlan()
        found = rows.toArrow()  # once: what is run again has its metrics set to 0
        files = [leaf.metrics().get("resultDataFiles") for leaf in leaves(plan)]
        return found, sum(m.get().value() for m in files if m.isDefined())

    return read


def leaves(plan):
    found = plan.collectLeaves()
    return [found.apply(i) for i in range(found.size())]


def pyiceberg_catalog():
    from pyiceberg.catalog import load_catalog

    if asked["catalog"].startswith("http"):
        return load_catalog(CATALOG, type="rest", uri=asked["catalog"])
    return load_catalog(CATALOG, type="sql", uri=asked["catalog"], warehouse=asked["warehouse"])


def of_pyiceberg():
    catalog = pyiceberg_catalog()

    def read(table, metadata, snapshot, where):
        more = {"row_filter": where.replace("TIMESTAMP ", "").replace("Z'", "+00:00'")} if where else {}
        scan = catalog.load_table(f"{NAMESPACE}.{table}").scan(snapshot_id=int(snapshot) if snapshot else None, **more)
        return scan.to_arrow(), len(list(scan.plan_files()))

    return read


def of_polars():
    import polars

    catalog = pyiceberg_catalog()

    def read(table, metadata, snapshot, where):
        found = catalog.load_table(f"{NAMESPACE}.{table}")
        return polars.scan_iceberg(found, snapshot_id=int(snapshot) if snapshot else None).collect().to_arrow(), 0

    return read


def of_duckdb():
    connection = duckdb.connect()
    for name in ("avro", "iceberg"):
        package = importlib.import_module(f"duckdb_extension_{name}")
        connection.execute(f"LOAD '{package.__path__[0]}/extensions/v{duckdb.__version__}/{name}.duckdb_extension'")

    def read(table, metadata, snapshot, where):
        more = f", snapshot_from_id = {snapshot}" if snapshot else ""
        return connection.sql(f"SELECT * FROM iceberg_scan('{metadata}'{more})").to_arrow_table(), 0

    return read


def names(schema: pyarrow.Schema):
    """The columns with what an engine makes of their types, by one name each."""
    return [f"{f.name} {re.sub('large_|_view|Etc/', '', str(f.type))}" for f in schema]


read = {"spark": of_spark, "pyiceberg": of_pyiceberg, "polars": of_polars, "duckdb": of_duckdb}[sys.argv[1]]()
answers = []
for table, metadata, snapshot, question, where in asked["ask"]:
    rows, files = read(table, metadata, snapshot, where)
    asking = duckdb.connect()
    asking.execute("SET timezone = 'UTC'")
    asking.register("t", rows)
    answers.append([names(rows.schema), str(asking.sql(question).fetchone()[0]), files])
json.dump(answers, sys.stdout)
