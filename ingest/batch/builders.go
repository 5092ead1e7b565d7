package batch

import (
	"fmt"
	"strings"
	"time"

	"pbsduck/ingest/pbs"
	"pbsduck/ingest/schema"
)

// Builders are builders for records that were stored before, one for each origin. One goroutine at a time.
type Builders struct {
	parser *pbs.Parser
	site   schema.Site
	known  map[origin]*Builder
}

// An origin is what the rows of a record depend on besides its bytes.
type origin struct{ machine, zone string }

// NewBuilders makes them; parser is the one that the records come from.
func NewBuilders(parser *pbs.Parser, s schema.Site) *Builders {
	return &Builders{parser: parser, site: s, known: map[origin]*Builder{}}
}

// Of gives the builder for records of a machine whose server's time zone has that name in the ledger.
func (b *Builders) Of(machine, zone string) (*Builder, error) {
	if known := b.known[origin{machine, zone}]; known != nil {
		return known, nil
	}
	loc, err := time.LoadLocation(zone)
	if err != nil {
		return nil, fmt.Errorf("log_files.time_zone: %w", err)
	}
	fresh := NewBuilder(b.parser, Options{Machine: machine, Location: loc, Site: b.site})
	b.known[origin{strings.Clone(machine), strings.Clone(zone)}] = fresh
	return fresh, nil
}

// Each visits what every one made, and releases it.
func (b *Builders) Each(visit func(Batches) error) error {
	for _, one := range b.known {
		made := one.Batches()
		err := visit(made)
		made.Release()
		if err != nil {
			return err
		}
	}
	return nil
}
