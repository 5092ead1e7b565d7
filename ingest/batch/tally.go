package batch

// A Tally says what became of the lines of a log, or of several: lines = jobs + superseded + events + repeats + rejects
// + continuations.
type Tally struct {
	Lines, Jobs, Superseded, Events, Repeats, Rejects int64

	Continuations int64 // lines beyond the first of records, less the records that begin within a line
	FailedValues  int64 // that did not convert, and are NULL
}

// Plus is the sum of two tallies.
func (t Tally) Plus(o Tally) Tally {
	t.Lines += o.Lines
	t.Jobs += o.Jobs
	t.Superseded += o.Superseded
	t.Events += o.Events
	t.Repeats += o.Repeats
	t.Rejects += o.Rejects
	t.Continuations += o.Continuations
	t.FailedValues += o.FailedValues
	return t
}

// Minus is by how much this tally is more than another one.
func (t Tally) Minus(o Tally) Tally { return t.Plus(o.Times(-1)) }

// Times is so many times the tally.
func (t Tally) Times(n int64) Tally {
	return Tally{
		t.Lines * n, t.Jobs * n, t.Superseded * n, t.Events * n, t.Repeats * n, t.Rejects * n, t.Continuations * n,
		t.FailedValues * n,
	}
}
