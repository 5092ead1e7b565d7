//go:build !linux

package ingest

// GiveWay does nothing: elsewhere a thread has no priority of its own.
func GiveWay() {}
