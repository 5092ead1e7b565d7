"""Tests of the package as it is installed, on a small database that the program makes: python -m unittest discover
tests"""

from __future__ import annotations

import datetime
import gc
import inspect
import os
import shutil
import subprocess
import tempfile
import unittest
from pathlib import Path
from typing import Any, Callable

import duckdb
import pyarrow as pa
import pyarrow.compute as pc

import pbsduck

_folder = tempfile.TemporaryDirectory()
HERE = Path(_folder.name)
DB = HERE / "pbsduck.duckdb"


def program(*words: str | Path) -> bytes:
    return subprocess.run([pbsduck.find_program(), *words], cwd=HERE, check=True, stdout=subprocess.PIPE).stdout


def setUpModule() -> None:
    os.environ.pop("PBSDUCK_DB", None)
    program("generate", "-q", "logs", "--profile", "derecho,casper", "--days", "3", "--jobs", "120", "--seed", "1",
        "--start", "2026-01-01")
    program("ingest", "-q", "--config", "logs/pbsduck.toml", "--publish")
    program("export", "-q", "--dataset", "dataset")


def tearDownModule() -> None:
    _folder.cleanup()


def changed(name: str, *statements: str) -> Path:
    """A copy of the published database, changed."""
    copy = HERE / name
    shutil.copyfile((HERE / "pbsduck.published.duckdb").resolve(), copy)
    with duckdb.connect(str(copy)) as con:
        for one in statements:
            con.execute(one)
    copy.chmod(0o444)
    return copy


def only(con: duckdb.DuckDBPyConnection, question: str) -> Any:
    found = con.cursor().execute(question).fetchone()
    assert found
    return found[0]


def rounded(table: pa.Table) -> list[str]:
    """Its rows, but for the rounding of sums that several threads added up."""
    return [str({name: f"{value:.9g}" if isinstance(value, float) else value for name, value in row.items()})
        for row in table.to_pylist()]


class Opening(unittest.TestCase):
    def test_by_any_name(self) -> None:
        for name in (DB, str(DB), HERE / "pbsduck.published.duckdb", (HERE / "pbsduck.published.duckdb").resolve()):
            with pbsduck.open(name) as con:
                self.assertGreater(only(con, "SELECT count(*) FROM jobs"), 100)
                self.assertEqual(only(con, "SELECT current_setting('TimeZone')"), "UTC")
                self.assertRaises(duckdb.InvalidInputException, con.execute, "CREATE TABLE t (i INTEGER)")
        os.environ["PBSDUCK_DB"] = str(DB)
        self.addCleanup(os.environ.pop, "PBSDUCK_DB")
        pbsduck.open().close()

    def test_one_closes_and_others_go_on(self) -> None:
        """Connections to one copy share its functions: who closes must not take them from others."""
        question = "SELECT count(pbs_record(compressed_data)) FROM job_records"
        first, second = pbsduck.open(DB), pbsduck.open(DB)
        jobs = only(first, question)
        first.close()
        del first
        gc.collect()
        self.assertEqual(only(second, question), jobs)
        cursor = second.cursor()
        del second
        gc.collect()
        self.assertEqual(only(cursor, question), jobs)
        self.assertEqual(only(pbsduck.open(DB).cursor(), question), jobs)

    def test_says_what_is_missing(self) -> None:
        alone = HERE / "alone.duckdb"
        duckdb.connect(str(alone)).close()
        (HERE / "text.published.duckdb").write_text("no database" * 1000)
        (HERE / "gone.published.duckdb").symlink_to("gone.published-1.duckdb")
        wrong: list[tuple[type[Exception], str, str]] = [
            (FileNotFoundError, "alone.duckdb",
                "has no published copy, .*alone.published.duckdb: pbsduck publish makes one"),
            (FileNotFoundError, "nothing.duckdb", "there is no such database"),
            (FileNotFoundError, "gone.published.duckdb", "there is no such published database"),
            (IsADirectoryError, ".", "is a folder"),
            (duckdb.IOException, "text.published.duckdb", "text.published.duckdb can't be opened: "),
        ]
        for kind, name, why in wrong:
            with self.assertRaisesRegex(kind, why):
                pbsduck.open(HERE / name)

    def test_what_is_open_stays_and_what_is_opened_is_new(self) -> None:
        """Also after the file that is open was taken away, which a further publication does; reports are told from it
        then as before."""
        here = HERE / "again"
        (here / "logs").mkdir(parents=True)
        counts, connections = [], []
        for day in sorted((HERE / "logs/derecho").iterdir())[:3]:
            shutil.copy(day, here / "logs")
            program("ingest", "-q", "--db", here / "a.duckdb", "--machine", "derecho", "--timezone", "America/Denver",
                "--publish", here / "logs")
            connections.append(pbsduck.open(here / "a.duckdb"))
            counts.append(only(connections[-1], "SELECT count(*) FROM jobs"))
        self.assertEqual(counts, sorted(set(counts)))
        self.assertFalse((here / "a.published-1.duckdb").exists())
        self.assertEqual([only(con, "SELECT count(*) FROM jobs") for con in connections], counts)
        jobs = [pc.sum(pbsduck.reports.usage(con)["jobs"]).as_py() for con in connections]
        self.assertEqual(jobs,
            [only(con, "SELECT count(*) FROM jobs WHERE NOT is_array_parent") for con in connections])

    def test_published_anew_under_the_same_name(self) -> None:
        """What was removed is not given to who opens its name, though a closed connection to it is still known."""
        here = HERE / "anew"
        (here / "logs").mkdir(parents=True)
        counts = []
        for day in sorted((HERE / "logs/derecho").iterdir())[:2]:
            for file in here.glob("a.*"):
                file.unlink()
            shutil.copy(day, here / "logs")
            program("ingest", "-q", "--db", here / "a.duckdb", "--machine", "derecho", "--timezone", "America/Denver",
                "--publish", here / "logs")
            self.assertEqual((here / "a.published.duckdb").resolve().name, "a.published-1.duckdb")
            con = pbsduck.open(here / "a.duckdb")
            counts.append(only(con, "SELECT count(pbs_record(compressed_data)) FROM job_records"))
            con.close()
        self.assertLess(counts[0], counts[1])
        con = pbsduck.open(here / "a.duckdb")
        file = (here / "a.published.duckdb").resolve()
        shutil.copy(file, here / "copy")
        (here / "copy").replace(file)
        with self.assertRaisesRegex(duckdb.IOException, "a.published.duckdb can't be opened: .*close that first"):
            pbsduck.open(here / "a.duckdb")
        self.assertEqual(only(con, "SELECT count(pbs_record(compressed_data)) FROM job_records"), counts[1])
        con.close()
        pbsduck.open(here / "a.duckdb").close()


class Records(unittest.TestCase):
    def setUp(self) -> None:
        self.con = pbsduck.open(DB)
        self.addCleanup(self.con.close)

    def test_is_what_the_program_says(self) -> None:
        for row, job in self.con.execute("SELECT id, job_id FROM jobs ORDER BY hash(id) LIMIT 5").fetchall():
            record = pbsduck.record(self.con, row)
            assert record
            self.assertEqual(record.bytes, program("record", job).rstrip(b"\n"))
            self.assertIs(pbsduck.record(self.con, job), record)
            self.assertIs(pbsduck.record(self.con, job.partition(".")[0]), record)
            self.assertIs(record.attributes, record.attributes)
            self.assertEqual(record.attributes, self.con.execute(
                "SELECT pbs_attributes(compressed_data) FROM job_records WHERE job_id = ?", [row]).fetchall()[0][0])
            self.assertIn(f"user={record.attributes['user']} ", record.text)

    def test_numbers_of_a_frame(self) -> None:
        """They are numpy's, and numbers all the same; what is neither a number nor an id is told."""
        row = self.con.sql("SELECT id FROM jobs ORDER BY id LIMIT 1").fetchnumpy()["id"][0]
        self.assertIs(pbsduck.record(self.con, row), pbsduck.record(self.con, int(row)))
        for wrong in (None, 1.5, b"7"):
            with self.assertRaises(TypeError):
                pbsduck.record(self.con, wrong)  # type: ignore[arg-type]

    def test_none(self) -> None:
        copy = changed("without.duckdb", "DELETE FROM outcome_records WHERE outcome_id = 1")
        with pbsduck.open(copy) as con:
            self.assertIsNone(pbsduck.record(con, 1))
            self.assertIsNone(pbsduck.record(con, 10**12))
            self.assertIsNone(pbsduck.record(con, "no job"))
            self.assertIsNotNone(pbsduck.record(con, 2))

    def test_damaged(self) -> None:
        """The job is named, others are read, and one question tells of it as the other does."""
        copy = changed("damaged.duckdb",
            "UPDATE outcome_records SET compressed_data = 'abc'::BLOB WHERE outcome_id = 1",
            "UPDATE outcome_records SET compressed_data = unhex(hex(compressed_data)[:-9]) WHERE outcome_id = 2")
        with pbsduck.open(copy) as con:
            for row in (1, 2):
                record = pbsduck.record(con, row)
                assert record
                job = only(con, f"SELECT job_id FROM jobs WHERE id = {row}")
                with self.assertRaisesRegex(ValueError, f"job {job} of .*: a raw record can't be read, that whose md5"):
                    record.attributes
            whole = pbsduck.record(con, 3)
            self.assertTrue(whole and whole.attributes)
            self.assertRaisesRegex(duckdb.Error, "md5", con.execute,
                "SELECT max(pbs_record(compressed_data)) FROM job_records")
            self.assertEqual(only(con, "SELECT count(*) - count(TRY(pbs_record(compressed_data))) FROM job_records"), 2)

    def test_an_id_of_several(self) -> None:
        copy = changed("twice.duckdb",
            "UPDATE outcomes SET job_id = '7.srv' WHERE id IN (SELECT min(id) FROM jobs GROUP BY machine)")
        with pbsduck.open(copy) as con:
            with self.assertRaisesRegex(LookupError, "2 jobs have the id 7.srv: .*casper.*submitted 20"):
                pbsduck.record(con, "7.srv")
            found = pbsduck.record(con, "7.srv", machine="derecho")
            self.assertIn("7.srv of derecho", repr(found))


class Reports(unittest.TestCase):
    def setUp(self) -> None:
        self.con = pbsduck.open(DB)
        self.addCleanup(self.con.close)

    def same(self, got: pa.Table, *words: str) -> None:
        with pa.ipc.open_stream(program("report", *words, "--format", "arrows")) as reader:
            want = reader.read_all()
        self.assertEqual(got.schema.remove_metadata(), want.schema.remove_metadata(), words)
        self.assertEqual(rounded(got), rounded(want), words)

    def test_each_says_what_the_program_says(self) -> None:
        functions: dict[str, Callable[..., pa.Table]] = dict(inspect.getmembers(pbsduck.reports, inspect.isfunction))
        del functions["report"]
        names = [line.split()[0] for line in program("report").decode().splitlines()]
        self.assertEqual(sorted(functions), sorted(name.replace("-", "_") for name in names))
        for name in names:
            self.same(functions[name.replace("-", "_")](self.con), name)

    def test_what_is_asked(self) -> None:
        day = datetime.date(2026, 1, 2)
        self.same(pbsduck.reports.usage(self.con, by=["month", "account"], since=day, until="2026-01-03",
            queue=["cpu", "main", "htc"], sort="jobs"),
            "usage", "--by", "month,account", "--since", "2026-01-02", "--until", "2026-01-03",
            "--queue=cpu", "--queue=main", "--queue=htc", "--sort=jobs")
        self.same(pbsduck.reports.waits(self.con, by="nothing", wait_kind="total", size="all", array_parents="no",
            where="ncpus > 1", ignore_case=True),
            "waits", "--by=nothing", "--wait-kind=total", "--size=all", "--array-parents=no", "--where=ncpus > 1",
            "--ignore-case")
        self.same(pbsduck.reports.top(self.con, top=3, metric="jobs", by="user", machine="derecho"), "top", "--top=3",
            "--metric=jobs", "--by=user", "--machine=derecho")
        noon = datetime.datetime(2026, 1, 2, 5, tzinfo=datetime.timezone(datetime.timedelta(hours=-7)))
        self.same(pbsduck.reports.usage(self.con, at=noon), "usage", "--at", "2026-01-02T12:00:00")

    def test_nothing_that_it_sets_stays(self) -> None:
        every = only(self.con, "SELECT count(*) FROM report_jobs")
        pbsduck.reports.waits(self.con, by="queue", since="2026-01-03")
        told = "SELECT count(*), count(entity), any_value(getvariable('entity')) FROM report_jobs"
        self.assertEqual(self.con.execute(told).fetchall(), [(every, 0, None)])

    def test_wrong_use(self) -> None:
        wrong: dict[str, Callable[[], object]] = {
            "report usage has no rows by colour; use one of account":
                lambda: pbsduck.reports.usage(self.con, by="colour"),
            "there is no report usages; did you mean usage": lambda: pbsduck.report(self.con, "usages"),
            "unknown flag: --colour": lambda: pbsduck.report(self.con, "usage", colour="red"),
            "without a zone": lambda: pbsduck.report(self.con, "usage", at=datetime.datetime(2026, 1, 2)),
            "no file of pbsduck open": lambda: pbsduck.report(duckdb.connect(), "usage"),
        }
        for why, ask in wrong.items():
            with self.assertRaisesRegex(ValueError, why):
                ask()


    def test_writes_no_files(self) -> None:
        for flag in ("output", "db", "help", "sql"):
            with self.assertRaisesRegex(ValueError, f"^{flag}: "):
                pbsduck.report(self.con, "usage", **{flag: str(HERE / "written")})
        with self.assertRaisesRegex(ValueError, "^there is no report --output"):
            pbsduck.report(self.con, f"--output={HERE / 'written'}")
        self.assertFalse((HERE / "written").exists())


class Datasets(unittest.TestCase):
    def test_a_folder_of_any_name(self) -> None:
        folder = shutil.copytree(HERE / "dataset", HERE / "data [1]{a}")
        self.assertEqual(pbsduck.dataset(folder).polars("jobs").collect().height,
            pbsduck.dataset(folder).arrow("jobs").count_rows())

    def test_tables(self) -> None:
        some = pbsduck.dataset(HERE / "dataset")
        self.assertEqual(some.tables, ["charges", "daily_summary", "events", "jobs", "nodes", "runs"])
        with pbsduck.open(DB) as con:
            rows, cores = con.execute(
                "SELECT count(*), sum(ncpus)::BIGINT FROM jobs WHERE machine = 'derecho'").fetchall()[0]
        table = some.arrow("jobs").to_table(  # type: ignore[no-untyped-call, unused-ignore]
            columns=["ncpus"], filter=pc.field("machine") == "derecho")
        self.assertEqual((table.num_rows, pc.sum(table["ncpus"]).as_py()), (rows, cores))
        import polars as pl

        derecho = some.polars("jobs").filter(pl.col("machine") == "derecho")
        frame = derecho.select(pl.len(), pl.col("ncpus").sum()).collect()
        self.assertEqual(frame.row(0), (rows, cores))

    def test_says_what_is_missing(self) -> None:
        with self.assertRaisesRegex(LookupError, "has no table job: it has charges, "):
            pbsduck.dataset(HERE / "dataset").arrow("job")
        with self.assertRaisesRegex(FileNotFoundError,
            "is no dataset, it has no _manifest.json: pbsduck export --dataset"):
            pbsduck.dataset(HERE / "logs")
        other = HERE / "other"
        other.mkdir()
        for text, why in {"{": "can't be read", "[]": "is no manifest",
            '{"format": 99, "program": "pbsduck 99"}': r"newer pbsduck \(pbsduck 99\)"}.items():
            (other / "_manifest.json").write_text(text)
            with self.assertRaisesRegex(ValueError, why):
                pbsduck.dataset(other)

    def test_one_for_iceberg(self) -> None:
        program("export", "-q", "--dataset", "ice", "--for", "iceberg")
        with self.assertRaisesRegex(ValueError, "ice is a dataset for Iceberg, which pbsduck-iceberg reads"):
            pbsduck.dataset(HERE / "ice")

    def test_a_machine_that_looks_like_a_number(self) -> None:
        """It is a text, in datasets by month and by year."""
        program("ingest", "-q", "--db", "seven.duckdb", "--machine", "007", "--timezone", "America/Denver", "--publish",
            "logs/derecho")
        for keys in ("machine,year,month", "machine,year"):
            folder = keys.replace(",", "-")
            program("export", "-q", "--db", "seven.duckdb", "--dataset", folder, "--partition", keys)
            some = pbsduck.dataset(HERE / folder)
            table = some.arrow("jobs").to_table()
            frame = some.polars("jobs").collect()
            for key in keys.split(","):
                want = "007" if key == "machine" else {"year": 2026, "month": 1}[key]
                self.assertEqual(set(table[key].to_pylist()), {want})
                self.assertEqual(set(frame[key]), {want})


if __name__ == "__main__":
    unittest.main()
