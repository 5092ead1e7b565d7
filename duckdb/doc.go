// Package duckdb is a database, opened: its files, tables, views and questions. What is done with it has rooms of its
// own, the packages in this folder, which know each other only downwards.
//
// What enters: the path of a database, Arrow batches of package batch, and questions. What leaves: rows, as Arrow
// record readers.
//
// Promises: the database is opened by one writer or by any number of readers; who can't have it is told who holds it. A
// file has its name only when it is whole. Errors are of kinds (errors.go), and say in one line what is wrong with
// what. One goroutine at a time may use a DB; Session gives another one its own connection.
//
// Questions of more than a few lines are in sql/, one per file.
package duckdb
