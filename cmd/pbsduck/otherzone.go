package main

import (
	"cmp"
	"os"
	"slices"
	"strings"

	"pbsduck/ingest"
)

// warnOtherZone tells of logs that were read in another time zone before: what
// they gave stays as it is, unless they are read again.
func (o *ingestOptions) warnOtherZone(l loading) {
	logs := l.summary.OtherZone
	if len(logs) == 0 {
		return
	}
	var zones []string
	for _, log := range logs {
		zones = append(zones, log.Zone)
	}
	slices.Sort(zones)
	verb := "were"
	if len(logs) == 1 {
		verb = "was"
	}
	o.warn("%s %s read in time zone %s before, not in %s, and days and instants of theirs stay so; to read them again in %s: %s",
		count(int64(len(logs)), "log"), verb, strings.Join(slices.Compact(zones), ", "), l.zone, l.zone, o.rereadCommand(l, logs))
}

// rereadCommand reads the logs again: by name if they are few, else as this run
// found them.
func (o *ingestOptions) rereadCommand(l loading, logs []ingest.OtherZone) string {
	words := []string{"pbsduck"}
	flag := func(name, value, known string) {
		if value != known {
			words = append(words, name, shellText(value))
		}
	}
	flag("--db", o.db, cmp.Or(os.Getenv("PBSDUCK_DB"), defaultDatabase))
	flag("--config", o.global.config, os.Getenv("PBSDUCK_CONFIG"))
	words = append(words, "ingest", "--overwrite", "--machine", shellText(l.machine), "--timezone", shellText(l.zone))
	if len(logs) <= toldWarnings {
		for _, log := range logs {
			words = append(words, shellText(log.File))
		}
	} else {
		flag("--since", o.since, "")
		flag("--until", o.until, "")
		flag("--last", o.last, "")
		for _, path := range o.args {
			words = append(words, shellText(path))
		}
	}
	return strings.Join(words, " ")
}
