package pbs

// Select walks over the chunks of Resource_List.select:
//
//	select := chunk { "+" chunk }
//	chunk  := [COUNT ":"] item { ":" item } | COUNT
//	item   := NAME "=" VALUE | WORD
//
// A value may be quoted ("..." or '...') and then holds anything but its quote. A WORD is a node or property name, as
// in requests converted from the old nodes syntax; it is stepped over. Use it like a [bufio.Scanner]:
//
//	spec := pbs.NewSelect(text)
//	for spec.Next() {
//		ncpus, ok := spec.Resource("ncpus")
//	}
//	if err := spec.Err(); err != nil { ... }
//
// It allocates nothing and gives out parts of the text. The text is the value of the attribute, without the quotes that
// the accounting log may put around the whole of it.
type Select struct {
	Count int64 // how many of the present chunk are asked for; 1 where the text does not say

	text  []byte
	chunk []byte // items of the present chunk, known to be well-formed
	next  int
	done  bool
	err   error
}

// NewSelect starts in front of the first chunk.
func NewSelect(text []byte) Select { return Select{text: text} }

// Next moves to the next chunk. It returns false at the end and at the first malformed chunk; Err tells which.
func (s *Select) Next() bool {
	if s.done {
		return false
	}
	end, err := s.scanChunk(s.next)
	if err != nil {
		return s.fail(end, err)
	}
	s.done = end == len(s.text)
	s.next = end + 1 // behind the '+'
	return true
}

// Err gives the *[ValueError] that ended the walk early, or nil.
func (s *Select) Err() error { return s.err }

// Resource gives the value of a resource of the present chunk, without quotes. The name is compared as PBS does, in any
// case of its ASCII letters; name itself must be lower case. If a chunk names a resource twice, the first counts.
func (s *Select) Resource(name string) ([]byte, bool) {
	for pos := 0; pos < len(s.chunk); pos++ {
		r, end, _ := scanResource(s.chunk, pos, 0)
		if r.hasValue && foldsTo(r.name, name) {
			return r.value, true
		}
		pos = end
	}
	return nil, false
}

func (s *Select) fail(offset int, reason error) bool {
	if len(s.text) == 0 {
		reason = ErrEmpty
	}
	s.err = invalid("select", offset, reason)
	s.Count, s.chunk, s.done = 0, nil, true
	return false
}

// scanChunk reads the chunk at from, checks each of its items, and returns where it ends.
func (s *Select) scanChunk(from int) (end int, err error) {
	items := from
	count, end, err := scanInt(s.text, from)
	switch {
	case end == from || end < len(s.text) && !endsResource(s.text[end], 0):
		count = 1 // no count, or a word that starts with a digit
	case err != nil:
		return from, err
	case end == len(s.text) || s.text[end] == '+':
		s.Count, s.chunk = count, nil
		return end, nil
	default:
		items = end + 1
	}
	for pos := items; ; pos = end + 1 {
		if _, end, err = scanResource(s.text, pos, 0); err != nil {
			return end, err
		}
		if end == len(s.text) || s.text[end] == '+' {
			s.Count, s.chunk = count, s.text[items:end]
			return end, nil
		}
	}
}
