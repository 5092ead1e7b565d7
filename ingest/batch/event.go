package batch

import (
	"pbsduck/ingest/pbs"
	"pbsduck/ingest/schema"
)

// eventColumns are the places of the columns of events that rules fill.
type eventColumns struct {
	machine, time, typ, object, shortID, text, raw, flags, file, line, hash int

	span   spanColumns
	demand demandColumns
}

func findEventColumns(t schema.Table) eventColumns {
	return eventColumns{
		machine: t.Index("machine"), time: t.Index("time"), typ: t.Index("type"), object: t.Index("object_id"),
		shortID: t.Index("short_id"), text: t.Index("text"), raw: t.Index("raw"), flags: t.Index("flags"),
		file: t.Index("file_id"), line: t.Index("line"), hash: t.Index("record_hash"),
		span: findSpanColumns(t), demand: findDemandColumns(t),
	}
}

// The classes of events with Options.ByLetter: nearly all events are of the first two, and those of a class have values
// in the same columns.
const (
	queuedEvents = iota
	startedEvents
	otherEvents
	eventClasses
)

// eventRows are the rows that a record's event goes to.
func (b *Builder) eventRows(letter byte) *rows {
	switch {
	case !b.byLetter:
		return b.events[0]
	case letter == 'Q':
		return b.events[queuedEvents]
	case letter == 'S':
		return b.events[startedEvents]
	}
	return b.events[otherEvents]
}

// addEvent makes the record a row of events; logged is the instant at its head, which may not be sure.
func (b *Builder) addEvent(r *pbs.Record, logged int64, sure bool) {
	e, c := b.eventRows(r.Letter()), &b.event
	e.begin(r.Flags&pbs.NotUTF8 != 0)
	e.setText(c.machine, b.machine)
	e.setNumber(c.time, logged*microsecond)
	e.setText(c.typ, r.Type)
	e.setText(c.object, r.ID)
	if id, err := pbs.ParseID(r.ID); err == nil && id.Base >= 0 {
		e.setNumber(c.shortID, id.Base)
	}
	e.setNumber(c.file, b.file)
	e.setNumber(c.line, r.Line)
	e.setNumber(c.hash, b.hash(r, r.Flags))
	b.remainder(e, r)
	if r.Flags&pbs.NotUTF8 != 0 {
		e.setText(c.raw, r.Raw)
	}
	if r.Flags != 0 || !sure {
		b.text = r.Flags.AppendNames(b.text[:0])
		if !sure {
			b.text = appendName(b.text, schema.RepeatedHour)
			b.undated++
		}
		e.setText(c.flags, b.text)
	}
	e.end()
	b.counts.Events++
}

// remainder decodes the attributes and sets text to what they leave: those without a column, those that did not
// convert, and an ncpus or nodect that a rule overruled; but exec_host goes where exec_vnode says more of the same.
// Where there is doubt, or nothing but free text, that is the whole text.
func (b *Builder) remainder(e *rows, r *pbs.Record) {
	b.text = b.text[:0]
	var o others
	var ncpus, nodect *pbs.Attr
	alters := r.Letter() == 'a'
	for i := range r.Attrs {
		a := &r.Attrs[i]
		if alters && e.takeAltered(a) {
			b.remains(a)
			continue
		}
		if a.Key != pbs.Unknown {
			if e.take(a) {
				switch a.Key {
				case pbs.ReqNCPUs:
					ncpus = a
				case pbs.ReqNodect:
					nodect = a
				case pbs.ReqSelect:
					o.spec = a.Value
				}
				continue
			}
			o.take(a)
		}
		if a.Key == pbs.ExecHost && i+1 < len(r.Attrs) && r.Attrs[i+1].Key == pbs.ExecVnode {
			continue // exec_vnode names the same nodes, and more of them
		}
		b.remains(a)
	}
	e.doubtRepeats(r, &o)
	if len(r.Attrs) > 0 {
		o.readDialect(r)
		was := e.demand(&b.event.demand, &o)
		if was.ncpus {
			b.remains(ncpus)
		}
		if was.nodect {
			b.remains(nodect)
		}
		if alters {
			e.countChunks(b.event.demand.nodect, o.spec)
		}
	}
	switch {
	case len(r.Attrs) == 0, e.repeated, r.Flags&^pbs.Torn != 0:
		if len(r.Text) > 0 {
			e.setText(b.event.text, r.Text)
		}
	case len(b.text) > 0:
		e.setText(b.event.text, b.text)
	}
}

// takeAltered takes what an a record writes in words of its own, which text keeps, too: the name and the account by the
// names that qalter has for them, and UNSET for an attribute that a job has no longer.
func (r *rows) takeAltered(a *pbs.Attr) bool {
	renamed := pbs.Attr{Value: a.Value}
	switch string(a.Name) {
	case "Job_Name":
		renamed.Key = pbs.JobName
	case "Account_Name":
		renamed.Key = pbs.Account
	}
	if string(a.Value) == "UNSET" && !a.Quoted {
		return true
	}
	return renamed.Key != pbs.Unknown && r.take(&renamed)
}

// countChunks sets nodect, which an a record does not name, to the chunks of the select that it does.
func (r *rows) countChunks(column int, spec []byte) {
	if spec == nil || r.has(column) {
		return
	}
	if sum, err := pbs.SelectTotals(spec); err == nil && !sum.BadChunks {
		r.setNumber(column, sum.Chunks)
	}
}

// remains keeps an attribute, as written, for the column text.
func (b *Builder) remains(a *pbs.Attr) {
	if len(b.text) > 0 {
		b.text = append(b.text, ' ')
	}
	b.text = append(b.text, a.Written()...)
}
