package ingest

import (
	"runtime"
	"syscall"
)

// lower is by how much the niceness of a thread that gives way is above that of the process.
const lower = 10

// GiveWay has the goroutine, to its end, run on a thread of its own that gives way to the others: DuckDB's is the one
// that a load waits for, and must not share its core with parsers that are ahead of it anyway.
func GiveWay() {
	runtime.LockOSThread()
	const thisThread = 0
	// Linux gives 20 - niceness, so that no priority looks like an error.
	if left, err := syscall.Getpriority(syscall.PRIO_PROCESS, thisThread); err == nil {
		syscall.Setpriority(syscall.PRIO_PROCESS, thisThread, min(20-left+lower, 19)) //nolint:errcheck // it is only faster
	}
}
