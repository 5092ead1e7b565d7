package pbs

import "bytes"

// usedEnd is where a resources_used value ends. They are never quoted, may hold blanks and whole forged attributes, and
// come sorted by name.
func (c *reading) usedEnd(k *keyInfo, i int) int {
	if i > c.tail {
		return len(c.text)
	}
	return c.endBeforePlace(i, func(at int) bool {
		if c.places.list[at].blank >= c.tail {
			return true
		}
		name := c.places.name(at)
		switch {
		case bytes.HasPrefix(name, prefixUsed):
			return c.genuineUsed(k, at)
		case endsRun(c.letter):
			return !c.anchored
		case c.letter == 'z':
			return bytes.Equal(name, []byte(Released.String()))
		}
		return false // u and e: nothing follows the usage
	})
}

// genuineUsed tells whether the resources_used name at a place is the server's. One that came before, or comes again
// and breaks the order, is part of a value.
func (c *reading) genuineUsed(current *keyInfo, at int) bool {
	if c.places.isTaken(at) {
		c.repeated = true
		return false
	}
	if c.places.list[at].next == none {
		return true
	}
	c.repeated = true
	name, next := c.places.name(at), c.places.name(at+1)
	isLast := !c.anchored && !bytes.HasPrefix(next, prefixUsed) // what Torque writes behind the usage
	return bytes.Compare(current.name, name) < 0 && (isLast || bytes.Compare(name, next) < 0)
}
