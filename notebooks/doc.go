// Package notebooks holds no code: it is where the notebooks are, and the tests that other people's tools read what
// pbsduck writes.
//
// Sample logs of two machines go through ingest into a database, and by the built command into Parquet. Notebooks, in
// Python and in R, must run from top to bottom on four weeks of good logs, and show what is kept of them; Python's
// package pbsduck, installed from its wheel, must pass its own tests, inflate every raw record to the bytes that Go
// finds, and read the same attributes, by the very code of docs/raw-records.md; the commands of that page must do it
// too; and pyarrow must see the rows, types, units and comments that package batch lists.
//
// PBSDUCK_PYTHON is the absolute path of a Python that has python/requirements.txt installed (make test makes one).
// Without it, the tests that need Python are skipped; those that need R are where R is not.
package notebooks
