// Package iceberg keeps Apache Iceberg tables of a dataset that was written for them.
//
// What enters: the folder of a dataset for Iceberg (export/dataset), a catalog. What leaves: in the catalog, a table
// for each of the dataset, partitioned by machine and month, whose files are those of the dataset under names that
// nothing else takes.
//
// Promises: what changed of a table is one commit, which a reader sees whole or not at all, and a table that is as the
// dataset is has none; every snapshot stays readable, whatever becomes of the dataset; what another tool did to a table
// is told, and put back only by who says so; what fails leaves tables as they were, and what is killed, files that no
// table knows.
//
// What the last commit left stands in the table itself, as properties: its files, by a digest, its columns, by their
// ids, and the database that it tells of. So nothing has to be kept beside, and more than one may write: each commits
// only on the snapshot that it looked at, and looks again if another was faster.
package iceberg
