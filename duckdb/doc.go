// Package duckdb is a database, opened: its files, tables, views and questions. What is done with it has rooms of its
// own: load, forget, charge, verify, rebuild, publish, warnings, records, report are packages below, and know each
// other only downwards.
//
// What enters: the path of a database, Arrow batches of package batch, and questions. What leaves: rows, as Arrow
// record readers.
//
// Promises: the database is opened by one writer or by any number of readers; who can't have it is told who holds it. A
// file has its name only when it is whole. Errors are of kinds (errors.go), and say in one line what is wrong with
// what. One goroutine at a time may use a DB; Session gives another one its own connection.
//
// Statements longer than a line are in sql/, one question per file.
package duckdb
