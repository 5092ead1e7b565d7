// Package qhist reads what qhist prints of a day: jobs as JSON, for machines whose logs are out of reach.
//
// What enters: the output of `qhist -J -t s -p YYYYMMDD`, and the time zone of the server, whose local time it tells.
// What leaves: one job after the other, as the attributes that its E record has, so that the rules that make rows of
// records make rows of these, too.
//
// Promises: memory is bounded by one job. What is no such output, is cut off, or is of another unit of time is an
// error, which says what to do. What qhist could not read of a record is left out, never 0. An instant in the hour that
// autumn repeats is the one that the job's other instants and its walltime leave; where they leave both, the job says
// so.
package qhist
