package load

import (
	"runtime"
	"runtime/debug"
	"sync"
)

// DuckDBMemory is what DuckDB may take during a load, in MiB: enough for the row groups that are being filled, whatever
// the size of the logs.
const DuckDBMemory = 256

// garbage is Go's GOGC during a load: batches are used again, and fresh memory costs more than looking for what is
// free.
const garbage = 50

// Go's own memory during a load is to stay below goMemory and workerMemory for each worker, in MiB: above it Go looks
// for garbage more often. Large records are what comes near.
const (
	goMemory     = 384
	workerMemory = 64
)

// Tune sets Go up for loads, for as long as the process lives, and gives the number of workers that suits it: one per
// core. DuckDB asks Go for each batch, and would wait for a worker to pause if no more could run at a time.
var Tune = sync.OnceValue(func() (workers int) {
	debug.SetGCPercent(garbage)
	workers = runtime.GOMAXPROCS(0)
	debug.SetMemoryLimit(int64(goMemory+workerMemory*workers) << 20)
	runtime.GOMAXPROCS(workers + 2)
	return workers
})
