package rebuild

import (
	"math"

	"pbsduck/duckdb/load"
	"pbsduck/ingest/source"
)

// Shares by which the size of a database is estimated where no other one tells:
// of the bytes of plain logs, and how much larger than packed ones those are.
const (
	usualShare  = 0.25
	usualPacked = 10
)

// Lacking are the logs that were read for the database and are not among those
// that are given now, by machine.
func (r Readings) Lacking(given map[string][]source.Log) []*load.LogFile {
	var has []*load.LogFile
	for machine, logs := range given {
		for _, l := range logs {
			has = append(has, &load.LogFile{Machine: machine, Name: l.Name, Path: l.Key, ReadBytes: math.MaxInt64})
		}
	}
	return lostLogs(r.Logs, has)
}

// Room is about how many bytes a database of the logs that are given takes.
func (r Readings) Room(given map[string][]source.Log) int64 {
	var total int64
	read := map[string]int64{}
	for _, f := range r.Logs {
		read[f.Path] = f.ReadBytes
		total += f.ReadBytes
	}
	var plain int64
	for _, logs := range given {
		for _, l := range logs {
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
	share := usualShare
	if total > 0 {
		share = float64(r.Bytes) / float64(total)
	}
	return int64(share * float64(plain))
}
