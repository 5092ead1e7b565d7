package batch

import "pbsduck/ingest/pbs"

// AddElsewhere makes a job that came from elsewhere than a log a row: one without a raw record, a log and a line. The
// record has its attributes, and no bytes; hash tells equal ones; unsure says that one of its instants may be an hour
// off. What it returns is why it is no job; empty if it is one.
func (b *Builder) AddElsewhere(r *pbs.Record, hash int64, unsure bool) (problem string) {
	logged, _ := b.logged(r)
	o, doubts, problem := b.job(r, logged)
	if problem != "" {
		return problem
	}
	if unsure {
		doubts |= repeatedHour
	}
	id := b.nextID
	b.nextID++
	doubts |= b.nodeRows(id, &o, false)
	j, c := b.jobs, &b.source
	j.setNumber(b.column.id, id)
	if doubts != 0 {
		b.text = appendFlags(b.text[:0], 0, doubts)
		j.setText(b.column.flags, b.text)
	}
	j.setNumber(c.isJob, 1)
	j.setNumber(c.logged, logged*microsecond)
	j.setNumber(c.hash, hash)
	j.setNumber(c.attributes, int64(len(r.Attrs)))
	j.end()
	b.counts.Jobs++
	return ""
}
