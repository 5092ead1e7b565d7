// Package warnings keeps what is amiss as rows, so that what nobody read on a terminal is there to be asked for. Some
// follow from the tables (sql/find_warnings.sql): they are found again in the transaction of everything that changes
// these. The others are what a run met, and hold until one looks for them again and finds nothing.
//
// What enters: what the tables say, and what a run looked for and met (Lookout). What leaves: rows of the table
// warnings, and those that are new, to be told. Promises: what the tables say depends on no order of runs; a warning is
// told once, until it no longer holds or is acknowledged. Called by whoever writes to the database, in the transaction
// of what changes the tables, and by who reads.
package warnings
