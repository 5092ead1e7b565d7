package duckdb

import (
	"os"
	"strconv"
	"strings"

	"golang.org/x/sys/unix"
)

// askForHugePages has the kernel put pages of 2 MiB, in place of 4 KiB, behind the range of addresses that DuckDB takes
// blocks from, if it is told to take them from one (see blocksInRange). Its pages are what a short question waits for:
// one of ten million jobs reads 200 MiB that nothing was in before. Nothing is lost where a kernel has no huge pages,
// or has them behind everything; where they are larger (512 MiB on some ARM machines) they would cost more than they
// save.
func askForHugePages() {
	if size, _ := os.ReadFile("/sys/kernel/mm/transparent_hugepage/hpage_pmd_size"); string(size) != "2097152\n" {
		return
	}
	maps, err := os.ReadFile("/proc/self/maps")
	if err != nil {
		return
	}
	if start, length := rangeOfBlocks(string(maps), memoryOfMachine()); length > 0 {
		_, _, _ = unix.Syscall(unix.SYS_MADVISE, start, length, unix.MADV_HUGEPAGE) // advice: refusing it is no error
	}
}

// rangeOfBlocks finds the range among what the process has mapped: DuckDB keeps most of the memory that there is for
// it, and never gives the addresses back. Length is 0 if it isn't there.
func rangeOfBlocks(maps string, memory uint64) (start, length uintptr) {
	for line := range strings.Lines(maps) {
		fields := strings.Fields(line)
		if len(fields) != 5 || fields[1] != "rw-p" { // with a sixth, it is a file's
			continue
		}
		first, last, _ := strings.Cut(fields[0], "-")
		from, err := strconv.ParseUint(first, 16, 64)
		to, err2 := strconv.ParseUint(last, 16, 64)
		// The race detector maps more than there is.
		if err == nil && err2 == nil && to-from <= memory && uintptr(to-from) > length {
			start, length = uintptr(from), uintptr(to-from)
		}
	}
	return start, length
}

func memoryOfMachine() uint64 {
	var info unix.Sysinfo_t
	if unix.Sysinfo(&info) != nil {
		return 0
	}
	return uint64(info.Totalram) * uint64(info.Unit)
}
