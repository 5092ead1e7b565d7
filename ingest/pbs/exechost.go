package pbs

import "bytes"

// Hosts walks over the entries of exec_host:
//
//	exec_host := entry { "+" entry }
//	entry     := HOST { ":" RESOURCE "=" VALUE } [ "/" indexes ] [ "*" CPUS ]
//	indexes   := index { "," index }          index := N | N "-" N
//
// OpenPBS writes `node1/0*128`: the index means nothing, CPUS (missing: 1) is how many the job has there, and may be 0.
// Torque writes one entry for each cpu, `node1/0+node1/1`, or since 5.1 ranges of cpu indexes, `node1/0-3,8`, which
// count their members. Torque from 2017 on (TRQ-3763) writes a number of slots, `node1/20`, which looks exactly like an
// index: CPUs counts it as one, Slots as what it says, and what the whole job has tells which is meant; but where one
// is 0, all are indexes. PBS Professional before 8 wrote behind the name of a large host what the job has there,
// `altix:mem=8gb:ncpus=4/0`, where ncpus says CPUS. A host comes as often as it is written. Use it like [Select]; it
// allocates nothing.
type Hosts struct {
	Name  []byte // host of the present entry; part of the text
	CPUs  int64  // cpus of the present entry
	Slots int64  // the same, if a lone number behind the slash is how many there are

	Indexed bool // one of the entries so far has the number 0: lone numbers are indexes

	text []byte
	next int
	done bool
	err  error
}

// NewHosts starts in front of the first entry.
func NewHosts(text []byte) Hosts { return Hosts{text: text} }

// Next moves to the next entry. It returns false at the end and at the first malformed one; Err tells which.
func (h *Hosts) Next() bool {
	if h.done {
		return false
	}
	end, err := h.scanEntry(h.next)
	if err == nil && end < len(h.text) && h.text[end] != '+' {
		err = ErrSyntax
	}
	if err != nil {
		if len(h.text) == 0 {
			err = ErrEmpty
		}
		h.err = invalid("exec_host", end, err)
		h.Name, h.CPUs, h.Slots, h.done = nil, 0, 0, true
		return false
	}
	h.done = end == len(h.text)
	h.next = end + 1
	return true
}

// Err gives the *[ValueError] that ended the walk early, or nil.
func (h *Hosts) Err() error { return h.err }

func (h *Hosts) scanEntry(from int) (end int, err error) {
	length := bytes.IndexAny(h.text[from:], "/*+")
	if length < 0 {
		length = len(h.text) - from
	}
	if length == 0 {
		return from, ErrSyntax
	}
	end = from + length
	h.Name, h.CPUs, h.Slots = h.text[from:end], 1, 1
	if end < len(h.text) && h.text[end] == '/' {
		start := end + 1
		if h.CPUs, end, err = scanIndexes(h.text, start); err != nil {
			return end, err
		}
		h.Slots = h.CPUs
		if lone, err := parseCount(h.text[start:end]); err == nil {
			h.Slots = lone
		}
	}
	held := h.cutHeld()
	if end == len(h.text) || h.text[end] != '*' {
		if held.set && !held.bad {
			h.CPUs, h.Slots = held.n, held.n
		}
		h.Indexed = h.Indexed || h.Slots == 0
		return end, nil
	}
	start := end + 1
	each, end, err := scanInt(h.text, start)
	if end == start {
		return end, ErrSyntax
	}
	cpus, ok := addProduct(0, h.CPUs, each)
	if err != nil || !ok {
		return start, ErrOverflow
	}
	h.CPUs, h.Slots = cpus, cpus
	return end, nil
}

// cutHeld takes off the name what the job has on a host that is named with it, and gives its ncpus. What has no value,
// as a port, is part of the name.
func (h *Hosts) cutHeld() (cpus optionalCount) {
	name, held, _ := bytes.Cut(h.Name, []byte(":"))
	if len(name) == 0 || bytes.IndexByte(held, '=') < 0 {
		return cpus
	}
	h.Name = name
	return readChunk(held).ncpus
}

// scanIndexes reads `0-1,5,11` at b[from] and counts its members.
func scanIndexes(b []byte, from int) (members int64, end int, err error) {
	for end = from; ; end++ {
		start := end
		var low, high int64
		if low, end, err = scanIndex(b, start); err != nil {
			return 0, end, err
		}
		high = low
		if end < len(b) && b[end] == '-' {
			if high, end, err = scanIndex(b, end+1); err != nil {
				return 0, end, err
			}
			if high < low {
				return 0, start, ErrSyntax
			}
		}
		width, widthOK := addProduct(1, high-low, 1)
		total, totalOK := addProduct(members, width, 1)
		if !widthOK || !totalOK {
			return 0, start, ErrOverflow
		}
		members = total
		if end == len(b) || b[end] != ',' {
			return members, end, nil
		}
	}
}

func scanIndex(b []byte, from int) (n int64, end int, err error) {
	n, end, err = scanInt(b, from)
	if end == from {
		err = ErrSyntax
	}
	return n, end, err
}
