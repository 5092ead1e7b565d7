// Package records finds the raw records of jobs, and inflates them.
//
// What enters: an open database, and which jobs are meant. What leaves: records, byte for byte as the log had them,
// what became of a job, as rows and as one story, and the dictionaries that records are packed with.
//
// Promises: a record is what was read, or an error says why it can't be had; a damaged dictionary harms only the
// records that need it. It only reads, and may be called by anyone who has the database open.
package records
