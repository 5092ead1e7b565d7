// Package schema is the one list of tables, views and columns: names, types, units, sources and meanings.
//
// What enters: nothing but what a site decides ([Site]): columns of its own and the attribute that fills jobs.priority.
// What leaves: [Table] values, as Go, and as Arrow schemas with their metadata. From them come the tables of the
// database and their comments, the vectors that package batch fills, the metadata of Parquet files, the data dictionary
// and the docs.
//
// Promises: a column is written down once; columns are only added at the end of a list, or the version of the tables
// grows.
package schema
