package pbs

import "bytes"

// resource is one item of a chunk: name=value, or a bare word, which has no value.
type resource struct {
	name     []byte
	value    []byte // without quotes
	hasValue bool
}

// scanResource reads the item of a select chunk or a vnode that starts at b[from]. It ends in front of ':', '+', the
// closer (0 for none) or the end of b; inside a value that starts with a quote, those are text. end is the byte after
// the item, or where reading stopped. The only error is ErrSyntax.
func scanResource(b []byte, from int, closer byte) (r resource, end int, err error) {
	for end = from; end < len(b) && b[end] != '=' && !endsResource(b[end], closer); end++ {
	}
	r.name = b[from:end]
	if len(r.name) == 0 {
		return r, end, ErrSyntax
	}
	if end == len(b) || b[end] != '=' {
		return r, end, nil
	}
	end++
	r.hasValue = true
	if end < len(b) && (b[end] == '"' || b[end] == '\'') {
		r.value, end, err = scanQuoted(b, end)
	} else {
		start := end
		for ; end < len(b) && !endsResource(b[end], closer); end++ {
		}
		r.value = b[start:end]
	}
	if err == nil && end < len(b) && !endsResource(b[end], closer) {
		err = ErrSyntax
	}
	return r, end, err
}

func endsResource(c, closer byte) bool {
	return c == ':' || c == '+' || c == closer && closer != 0
}

// scanQuoted reads a value between the quote at b[from] and the next one of its kind; PBS has no escapes.
func scanQuoted(b []byte, from int) (value []byte, end int, err error) {
	start := from + 1
	length := bytes.IndexByte(b[start:], b[from])
	if length < 0 {
		return nil, len(b), ErrSyntax
	}
	return b[start : start+length], start + length + 1, nil
}
