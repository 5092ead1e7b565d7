package ui

import (
	"fmt"

	"pbsduck/export"
)

// Count is a number of things: 1 job, 1,234 jobs.
func Count(n int64, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return Grouped(n) + " " + what + "s"
}

// AtLeast is a number of things of which those above a number are not told apart.
func AtLeast(n, told int64, what string) string {
	if n > told {
		return "more than " + Count(told, what)
	}
	return Count(n, what)
}

// Grouped writes a number with commas between groups of three digits.
func Grouped(n int64) string { return export.Grouped(n) }

// Bytes writes a size in the unit that suits it.
func Bytes(n int64) string {
	units := []string{"B", "kB", "MB", "GB", "TB"}
	size, i := float64(n), 0
	for size >= 1000 && i < len(units)-1 {
		size, i = size/1000, i+1
	}
	if i == 0 {
		return fmt.Sprintf("%d B", n)
	}
	return fmt.Sprintf("%.1f %s", size, units[i])
}

// Unconverted says of how many values only NULL is left.
func Unconverted(n int64) string {
	verb := "are"
	if n == 1 {
		verb = "is"
	}
	return Count(n, "value") + " did not convert and " + verb + " NULL"
}
