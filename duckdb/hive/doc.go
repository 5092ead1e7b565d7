// Package hive keeps a hive-partitioned Parquet dataset of a database.
//
// What enters: a database, the folder of a dataset, which jobs are to be in it. What leaves: in the folder, for each of
// several tables, a folder per machine, year and month, with the rows as files in order of time; and a manifest.
//
// A dataset for Iceberg is such a folder with files that stand alone: all columns are in them, and each is of one
// machine and month, or of rows of unknown time; a folder's name is no partition.
//
// Promises: a partition is replaced as a whole, and who reads it meanwhile gets the old rows or the new ones; what
// fails, or is killed, leaves what was there, or is brought to its end by who comes next; only partitions are written
// again whose months changed, which the loads noted (changed_months), so that history is not looked at.
package hive
