// Package duckdbtest is what the tests of the rooms of package duckdb share: logs, databases that are loaded from them,
// what these say, and processes that can be killed.
//
// What enters: a test. What leaves: a Fixture, which is a database in a folder of the test's own; paths of databases
// and logs. Promises: whatever goes wrong fails the test; nothing depends on the clock; nothing of a test is left
// behind. It is above all rooms, and nothing but tests imports it.
package duckdbtest
