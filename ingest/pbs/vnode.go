package pbs

import "bytes"

// Vnode is what a job holds on one vnode. A number is meaningful only if its Has flag is set. The same vnode comes
// several times if several chunks were placed on it.
type Vnode struct {
	Name     []byte // part of the text; may hold [ ] . -
	NCPUs    int64
	NGPUs    int64
	MemBytes uint64

	HasNCPUs, HasNGPUs, HasMem bool
}

// Vnodes walks over the vnodes of exec_vnode:
//
//	exec_vnode := group { "+" group }
//	group      := "(" vnode { "+" vnode } ")" | vnode
//	vnode      := NAME { ":" RESOURCE "=" VALUE }
//
// A group is one chunk, which may span vnodes; PBS itself reads single vnodes without parentheses too. Use it like
// [Select]; it allocates nothing.
type Vnodes struct {
	Vnode // the present one

	text    []byte
	next    int
	inGroup bool
	done    bool
	err     error
	alike   alike
}

// alike is what a vnode before held: most hold the same as others of their kind, also in other jobs.
type alike struct {
	text [64]byte // ":ncpus=128:mem=246415360kb"
	size int      // of the text; 0 if there is none yet
	held Vnode    // what that is; no name
}

// among tells whether b begins with the text.
func (a *alike) among(b []byte) bool {
	return a.size > 0 && bytes.HasPrefix(b, a.text[:a.size])
}

// learn remembers a text that is short enough.
func (a *alike) learn(text []byte, held Vnode) {
	if len(text) <= len(a.text) {
		a.size, a.held = copy(a.text[:], text), held
	}
}

// Reset starts in front of the first vnode of a text. What vnodes of another text hold is remembered, so it is cheaper
// than to begin with fresh Vnodes.
func (v *Vnodes) Reset(text []byte) {
	v.text, v.next, v.inGroup, v.done, v.err = text, 0, false, false, nil
}

// Next moves to the next vnode. It returns false at the end and at the first malformed one; Err tells which.
func (v *Vnodes) Next() bool {
	if v.done {
		return false
	}
	if !v.inGroup && v.next < len(v.text) && v.text[v.next] == '(' {
		v.inGroup = true
		v.next++
	}
	v.Vnode = Vnode{}
	end, err := v.scanVnode(v.next)
	if err == nil {
		end, err = v.scanSeparator(end)
	}
	v.next = end
	if err != nil {
		if len(v.text) == 0 {
			err = ErrEmpty
		}
		v.err = invalid("exec_vnode", end, err)
		v.Vnode, v.done = Vnode{}, true
	}
	return err == nil
}

// Err gives the *[ValueError] that ended the walk early, or nil.
func (v *Vnodes) Err() error { return v.err }

// scanVnode reads the name and the resources that start at from.
func (v *Vnodes) scanVnode(from int) (end int, err error) {
	name, end, err := scanResource(v.text, from, ')')
	if err != nil {
		return end, err
	}
	if name.hasValue || bytes.IndexByte(name.name, '(') >= 0 {
		return from, ErrSyntax
	}
	held := end
	if v.alike.among(v.text[end:]) && v.endsAt(end+v.alike.size) {
		v.Vnode = v.alike.held
		v.Name = name.name
		return end + v.alike.size, nil
	}
	for end < len(v.text) && v.text[end] == ':' {
		start := end + 1
		var r resource
		if r, end, err = scanResource(v.text, start, ')'); err != nil {
			return end, err
		}
		if err = v.take(r); err != nil {
			return start, err
		}
	}
	v.alike.learn(v.text[held:end], v.Vnode)
	v.Name = name.name
	return end, nil
}

// endsAt tells whether a vnode can end in front of a place.
func (v *Vnodes) endsAt(i int) bool { return i == len(v.text) || v.text[i] == ')' || v.text[i] == '+' }

// take notes the resources that a Vnode has fields for.
func (v *Vnodes) take(r resource) (err error) {
	switch {
	case !r.hasValue:
		return ErrSyntax
	case foldsTo(r.name, "ncpus"):
		v.NCPUs, err = parseCount(r.value)
		v.HasNCPUs = true
	case foldsTo(r.name, "ngpus"):
		v.NGPUs, err = parseCount(r.value)
		v.HasNGPUs = true
	case foldsTo(r.name, "mem"):
		v.MemBytes, err = parseMem(r.value)
		v.HasMem = true
	}
	return err
}

// parseMem is ParseSize with the bare reason, since the offset of interest is that in the whole list.
func parseMem(b []byte) (uint64, error) {
	n, err := ParseSize(b)
	if err != nil {
		return 0, err.(*ValueError).Reason
	}
	return n, nil
}

// scanSeparator steps over the ")" and "+" behind a vnode, and notices the end.
func (v *Vnodes) scanSeparator(from int) (end int, err error) {
	end = from
	if v.inGroup && end < len(v.text) && v.text[end] == ')' {
		v.inGroup = false
		end++
	}
	switch {
	case end == len(v.text) && !v.inGroup:
		v.done = true
		return end, nil
	case end < len(v.text) && v.text[end] == '+':
		return end + 1, nil
	}
	return end, ErrSyntax
}
