package main

import (
	"cmp"
	"errors"
	"fmt"
	"time"
)

// The most that flags take. More is a slip: an hour too many, or a unit.
const (
	maxWait        = 30 * 24 * time.Hour
	maxInterval    = 24 * time.Hour
	maxGenerations = 1000
	maxFailing     = 1_000_000
	maxLastDays    = 36_500
)

// within refuses a number that a flag does not take.
func within[T cmp.Ordered](flag string, value, least, most T) error {
	if value < least || value > most {
		return usageError{fmt.Errorf("%s %v: give %v to %v", flag, value, least, most)}
	}
	return nil
}

// check refuses flags that every command has.
func (g *global) check() error {
	if g.db == "" {
		return usageError{errors.New("--db names no file (nor does PBSDUCK_DB, if that is set)")}
	}
	return within("--wait", g.wait, 0, maxWait)
}
