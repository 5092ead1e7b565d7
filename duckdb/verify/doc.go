// Package verify asks a database whether it is what it promises to be.
//
// What enters: an open database. What leaves: a Finding for each check, with the rows that break the promise.
//
// Promises: each promise is a check with a name. A check that can't be made for damage is a finding, and the others are
// made all the same. It only reads, and may be called by anyone who has the database open.
package verify
