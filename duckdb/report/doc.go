// Package report asks the questions that people ask again and again.
//
// What enters: an open database. What leaves: Arrow readers, whose columns are named and ordered for people, and which
// package export writes in any format; the caller releases them.
//
// Promises: one question a file of sql/, which runs as it stands. It only reads, and may be called by anyone who has
// the database open.
package report
