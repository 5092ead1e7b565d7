// Package overview fills a page from reports: for managers, who look rather than ask.
//
// What enters: an open database, a filter, names of reports. What leaves: a page of package export/page, with figures,
// charts, tables and what they mean.
//
// Promises: every number on it is one that a report gives, and the page says which. It only reads.
package overview
