// Package site reads a site's configuration, pbsduck.toml: machines, charging rules, and the columns that a site adds
// to jobs.
//
// What enters: the bytes of the file. What leaves: a Config that is sound as far as that can be told without a
// database. Whether the SQL of its rules is good only DuckDB can tell (charge.CheckConfig).
//
// Promises: an unknown key is an error; all errors are told at once, each with the line; nothing is looked up anywhere
// else.
package site
