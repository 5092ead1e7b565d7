package pbs

import "bytes"

// usedEnd is where a resources_used value ends. They are never quoted, may
// hold blanks and whole forged attributes, and come sorted by name.
func (c *reading) usedEnd(k *keyInfo, i int) int {
	if i > c.tail {
		return len(c.text)
	}
	return c.endBefore(i, func(b boundary) bool {
		if b.blank >= c.tail {
			return true
		}
		name := c.text[b.key:b.eq]
		switch {
		case bytes.HasPrefix(name, prefixUsed):
			return c.genuineUsed(k, b, name)
		case endsRun(c.letter):
			return !c.anchored
		case c.letter == 'z':
			return bytes.Equal(name, []byte(Released.String()))
		}
		return false // u and e: nothing follows the usage
	})
}

// maxChecked bounds the attributes that are compared with each other, so that
// a hostile record costs no more than a long one.
const maxChecked = 512

// genuineUsed tells whether the resources_used name at b is the server's. One
// that came before, or comes again and breaks the order, is part of a value.
func (c *reading) genuineUsed(current *keyInfo, b boundary, name []byte) bool {
	if len(c.record.Attrs) > maxChecked {
		c.repeated = true
		return true
	}
	for _, a := range c.record.Attrs {
		if bytes.Equal(a.Name, name) {
			c.repeated = true
			return false
		}
	}
	if !c.comesAgain(b, name) {
		return true
	}
	c.repeated = true
	next, ok := nextBoundary(c.text, b.eq)
	return ok && bytes.Compare(current.name, name) < 0 && bytes.Compare(name, c.text[next.key:next.eq]) < 0
}

func (c *reading) comesAgain(b boundary, name []byte) bool {
	rest := c.text[b.eq:]
	for {
		n := bytes.Index(rest, name)
		if n < 0 {
			return false
		}
		if n > 0 && rest[n-1] == ' ' && n+len(name) < len(rest) && rest[n+len(name)] == '=' {
			return true
		}
		rest = rest[n+len(name):]
	}
}
