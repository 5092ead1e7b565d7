package charge

import (
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"math"
	"strconv"
	"strings"
	"time"

	"pbsduck/export/whole"
)

var allocationHeader = []string{"account", "machine", "hours", "from", "to"}

// ReadAllocations reads the allocations of a CSV file: a line each of account,machine,hours,from,to, under a line that
// says so; the days may be empty. Errors name path and line.
func ReadAllocations(path string, in io.Reader) ([]Allocation, error) {
	r := csv.NewReader(in)
	r.FieldsPerRecord = len(allocationHeader)
	header, err := r.Read()
	var unreadable *fs.PathError
	if errors.As(err, &unreadable) {
		return nil, whole.Error(path, err)
	}
	if err == nil {
		header[0] = strings.TrimPrefix(header[0], "\ufeff") // spreadsheets begin with it
	}
	if err != nil || strings.Join(header, ",") != strings.Join(allocationHeader, ",") {
		return nil, fmt.Errorf("%s:1: the first line must be %s", path, strings.Join(allocationHeader, ","))
	}
	var all []Allocation
	for {
		row, err := r.Read()
		if errors.Is(err, io.EOF) {
			return all, nil
		}
		var malformed *csv.ParseError
		if errors.As(err, &malformed) {
			return nil, fmt.Errorf(
				"%s:%d: %w: each line has %s", path, malformed.StartLine, malformed.Err,
				strings.Join(allocationHeader, ","),
			)
		}
		if err != nil {
			return nil, fmt.Errorf("%s: %w", path, err)
		}
		line, _ := r.FieldPos(0)
		a, err := parseAllocation(row)
		if err != nil {
			return nil, fmt.Errorf("%s:%d: %w", path, line, err)
		}
		all = append(all, a)
	}
}

func parseAllocation(row []string) (a Allocation, err error) {
	a.Account, a.Machine = row[0], row[1]
	if a.Account == "" || a.Machine == "" {
		return a, errors.New("an allocation needs an account and a machine")
	}
	if a.Hours, err = strconv.ParseFloat(row[2], 64); err != nil || a.Hours < 0 || math.IsInf(a.Hours, 0) ||
		math.IsNaN(a.Hours) {
		return a, fmt.Errorf("hours %q: give a number from 0 on", row[2])
	}
	for i, day := range []*time.Time{&a.From, &a.To} {
		if text := row[3+i]; text != "" {
			if *day, err = time.Parse(time.DateOnly, text); err != nil {
				return a, fmt.Errorf("%s %q: give a date such as 2026-01-31, or nothing", allocationHeader[3+i], text)
			}
		}
	}
	if !a.To.IsZero() && a.To.Before(a.From) {
		return a, fmt.Errorf("to, %s, is before from, %s", row[4], row[3])
	}
	return a, nil
}
