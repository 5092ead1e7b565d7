package pbs

import (
	"bytes"
	"hash/maphash"
	"sort"
)

// A nameAt is a boundary of a text, and what is known of the same name elsewhere in it, so that careful reading need
// not search the text from each place.
type nameAt struct {
	boundary
	next int // the next place of the same name; none if there is none
	last int // the last place of that name, which stands for the name
	// the first place where a key of the job data block stands that stood at this place or behind it; none if none does
	repeat int
	taken  bool // of a last place: an attribute of that name was read
}

const none = 1 << 62

// maxPlaces bounds the memory that a text of nothing but names can take. PBS writes some dozens; what is behind so many
// is one value.
const maxPlaces = 1 << 18

// A nameList is all places of a text where an attribute could begin, but for its start, in order. It uses its memory
// again.
type nameList struct {
	list  []nameAt
	used  []int // where resources_used names begin, with the blank in front, followed by = or not
	full  bool  // there are more
	text  []byte
	table []int32 // by hash of a name: its first place plus 1; 0: empty
	seed  maphash.Seed
}

// find lists the places of a text.
func (p *nameList) find(text []byte, keys *keyTable) {
	p.text, p.list, p.used, p.full = text, p.list[:0], p.used[:0], false
	for at := 0; ; {
		b, ok := nextBoundary(text, at)
		if !ok {
			break
		}
		if p.full = len(p.list) == maxPlaces; p.full {
			break
		}
		p.list = append(p.list, nameAt{boundary: b})
		at = b.eq
	}
	for at := 0; ; {
		n := bytes.Index(text[at:], spaceUsed)
		if n < 0 || len(p.used) == maxPlaces {
			break
		}
		p.used = append(p.used, at+n)
		at += n + len(spaceUsed)
	}
	p.link(keys)
}

// link fills in what is known of the places' names.
func (p *nameList) link(keys *keyTable) {
	if p.seed == (maphash.Seed{}) {
		p.seed = maphash.MakeSeed()
	}
	size := 16
	for size < 2*len(p.list) {
		size *= 2
	}
	if cap(p.table) < size {
		p.table = make([]int32, size)
	}
	p.table = p.table[:size]
	clear(p.table)
	repeat := none
	for i := len(p.list) - 1; i >= 0; i-- {
		one, slot := &p.list[i], p.slot(p.name(i))
		one.next, one.last = none, i
		if *slot > 0 {
			one.next = int(*slot) - 1
			one.last = p.list[one.next].last
			if one.next < repeat && keys.inJob(p.name(i)) {
				repeat = one.next
			}
		}
		*slot = int32(i) + 1
		one.repeat = repeat
	}
}

// slot is where the table has a name, or would have it.
func (p *nameList) slot(name []byte) *int32 {
	mask := len(p.table) - 1
	for i := int(maphash.Bytes(p.seed, name)) & mask; ; i = (i + 1) & mask {
		if at := p.table[i]; at == 0 || bytes.Equal(p.name(int(at)-1), name) {
			return &p.table[i]
		}
	}
}

// name is the name at the ith place.
func (p *nameList) name(i int) []byte {
	b := &p.list[i].boundary
	return p.text[b.key:b.eq]
}

// from is the first place whose blank is at or behind i; len(list) if there is none.
func (p *nameList) from(i int) int {
	return sort.Search(len(p.list), func(k int) bool { return p.list[k].blank >= i })
}

// within are the places of names in a value from i to end.
func (p *nameList) within(i, end int) []nameAt {
	first := p.from(i)
	n := sort.Search(len(p.list)-first, func(k int) bool { return p.list[first+k].key >= end })
	return p.list[first : first+n]
}

// take notes that an attribute of that name was read.
func (p *nameList) take(name []byte) {
	if last := p.last(name); last >= 0 {
		p.list[last].taken = true
	}
}

// takeAll notes that attributes of those names were read.
func (p *nameList) takeAll(names map[string]bool) {
	if len(names) == 0 {
		return
	}
	for i := range p.list {
		if one := &p.list[i]; one.last == i && names[string(p.name(i))] {
			one.taken = true
		}
	}
}

// last is the last place of a name; -1 if there is none.
func (p *nameList) last(name []byte) int {
	if first := *p.slot(name); first > 0 {
		return p.list[first-1].last
	}
	return -1
}

// hasFrom tells whether there is a place of that name behind i.
func (p *nameList) hasFrom(i int, name []byte) bool {
	last := p.last(name)
	return last >= 0 && p.list[last].key > i
}

// isRead tells whether an attribute of that name was read.
func (p *nameList) isRead(name []byte) bool {
	last := p.last(name)
	return last >= 0 && p.list[last].taken
}

// isTaken tells whether an attribute with the name at the ith place was read.
func (p *nameList) isTaken(i int) bool { return p.list[p.list[i].last].taken }

// repeatsFrom tells whether a key of the job data block comes twice from i on, in front of the resources used.
func (p *nameList) repeatsFrom(i int) bool { return p.repeats(i, i) }

// repeatsAll is repeatsFrom for a place in front of ctime=, where a user may have written resources used, too.
func (p *nameList) repeatsAll(i int) bool {
	used := i
	if last := p.last(ctimeName); last >= 0 {
		used = max(i, p.list[last].key)
	}
	return p.repeats(i, used)
}

// repeats tells whether a key of the job data block comes twice from i on, in front of the first resource used from
// there on.
func (p *nameList) repeats(i, used int) bool {
	first := p.from(i)
	if first == len(p.list) || p.list[first].repeat == none {
		return false
	}
	second := p.list[p.list[first].repeat].blank
	k := sort.SearchInts(p.used, used)
	return k == len(p.used) || second < p.used[k]
}
