// Package likeness fits a profile of pbsduck generate to what is in a database: logs that are like a site's, and of
// nobody.
//
// What enters: a database, the name of a machine. What leaves: the text of a profile, to be kept, or edited.
//
// Promises: it holds weights, sizes and times of sorts of jobs that ten jobs of three users are of, and no name but the
// machine's and those of its queues that three users use; these can be numbered instead.
package likeness
