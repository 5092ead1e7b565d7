"""PBS accounting data that pbsduck published, in Python:

    import pbsduck
    con = pbsduck.open("pbsduck.duckdb")
    con.sql("SELECT pbs_attributes(compressed_data)['resources_used.mem'] FROM job_records")
    pbsduck.record(con, "1234.server").attributes
    pbsduck.reports.waits(con, by="queue", since="2026-01-01").to_pandas()
    pbsduck.dataset("dataset").polars("jobs")

pbs_record(BLOB) is the text of a raw record, pbs_attributes(BLOB) a MAP of its attributes, as in `pbsduck query`; what
bytes that are not UTF-8 become, and names that come twice, is the same, too. A blob that can't be inflated is an error,
which TRY(...) makes NULL.
"""

from . import reports
from ._attributes import attributes, text
from ._dataset import Dataset, dataset
from ._opening import open
from ._program import find_program
from ._records import Record, inflater, record, register
from ._report import report

__all__ = ["Dataset", "Record", "attributes", "dataset", "find_program", "inflater", "open", "record", "register",
    "report", "reports", "text"]
