//go:build !duckdb_arrow

package duckdb

// The driver's Arrow part needs a build tag: go build -tags duckdb_arrow, or make build.
var _ = build_with_tags_duckdb_arrow
