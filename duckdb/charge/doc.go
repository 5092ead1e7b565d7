// Package charge applies a site's rules to its jobs, and adds jobs up by days.
//
// What enters: rules and types of queues, from the configuration or as the database keeps them, allocations, and
// conditions on jobs. What leaves: rows of job_charges, daily_summary, charge_rules, queue_types and allocations.
//
// Promises: every job has one row of charges, by the rules of its day; what a rule gives no finite number for is NULL,
// and counted. Charges and days follow from jobs and rules alone, so that they can be made again, and verified, without
// the configuration. Called by whoever writes to the database, after outcomes are resolved, in the same transaction.
package charge
