//go:build !linux

package duckdb

// askForHugePages does nothing: only Linux takes such advice.
func askForHugePages() {}
