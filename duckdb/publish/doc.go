// Package publish gives readers a database that nobody writes to. Each copy is a generation, a file of its own that
// never changes; the published name is a link to the latest:
//
//	x.published.duckdb ─▶ x.published-3.duckdb    what new readers open
//	                      x.published-2.duckdb    what others still have open
//
// Writers keep away while the copy is made, so that it is the database at one moment. A generation that a dead process
// left half made is cleared away by the next one that publishes: the lock says its name. Each generation says its own
// name, too: files of such names that say something else are somebody's, and stay.
//
// What enters: the path of a database. What leaves: a generation, and the link to it. Promises: the published name
// always leads to a whole database; who has a generation open goes on reading it. Any process may call it that does not
// have the database open; it waits for who writes.
package publish
