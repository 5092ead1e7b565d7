package main

import (
	"fmt"
	"math"
	"path/filepath"

	"pbsduck/cmd/pbsduck/logs"
	"pbsduck/cmd/pbsduck/ui"
	"pbsduck/duckdb"
	"pbsduck/ingest/source"
)

// Shares by which the size of a database is estimated where no other one tells:
// of the bytes of plain logs, and how much larger than packed ones those are.
const (
	usualShare  = 0.25
	usualPacked = 10
)

// look finds the logs before the work begins: it refuses at once if some that
// the old database has are not among them, and gives how many bytes they are
// when unpacked, about.
func (o *rebuildOptions) look(machines []logs.Paths, had duckdb.Readings) (plain int64, err error) {
	read := map[string]int64{}
	for _, f := range had.Logs {
		read[f.Path] = f.ReadBytes
	}
	var found []*duckdb.LogFile
	for _, m := range machines {
		in, _, err := m.Find(o.DB)
		if err != nil {
			return 0, err
		}
		for _, l := range in {
			found = append(found, &duckdb.LogFile{Machine: m.Name, Name: l.Name, Path: l.Key, ReadBytes: math.MaxInt64})
			switch {
			case l.Codec == source.Plain:
				plain += l.Size
			case read[l.Key] > 0:
				plain += read[l.Key]
			default:
				plain += usualPacked * l.Size
			}
		}
	}
	if lost := duckdb.LostLogs(had.Logs, found); len(lost) > 0 && !o.lose {
		return 0, &duckdb.LostError{Path: o.DB, Logs: lost}
	}
	return plain, nil
}

// sayNeeds says how much room the new database takes, and refuses to begin
// where there is less.
func (o *rebuildOptions) sayNeeds(plain int64, had duckdb.Readings) error {
	var read int64
	for _, f := range had.Logs {
		read += f.ReadBytes
	}
	share := usualShare
	if read > 0 {
		share = float64(had.Bytes) / float64(read)
	}
	return o.sayRoom(int64(share * float64(plain)))
}

func (o *rebuildOptions) sayRoom(needs int64) error {
	free, ok := duckdb.FreeSpace(filepath.Dir(o.DB))
	if ok && free < needs {
		return fmt.Errorf("%s: the new database will take about %s, and its disk has %s left: make room first", o.DB, ui.Bytes(needs), ui.Bytes(free))
	}
	o.Say("the new database will take about %s beside the old one until the previous one is removed", ui.Bytes(needs))
	return nil
}
