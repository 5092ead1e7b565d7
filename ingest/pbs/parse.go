package pbs

import (
	"bytes"
	"math/bits"
	"slices"
	"unicode/utf8"
)

// A Parser reads the attributes of records. It learns the order in which attributes follow each other, so that it
// mostly compares names instead of searching for them. One goroutine at a time.
type Parser struct {
	keys   *keyTable
	first  [256]guess // by record letter: the name its text begins with
	places nameList   // careful reading: scratch
}

// NewParser makes a parser that gives keys of their own, besides the known ones, to the attribute names in extra (see
// Parser.Key).
func NewParser(extra ...string) *Parser {
	p := &Parser{keys: newKeyTable(extra)}
	for i := range p.first {
		p.first[i].last = p.keys.byName["user"]
	}
	return p
}

// Key is the number of a known or registered attribute name, else Unknown.
func (p *Parser) Key(name string) Key {
	if k := p.keys.byName[name]; k != nil {
		return k.key
	}
	return Unknown
}

// A Scanner frames and parses the records of a block.
type Scanner struct {
	Framer
	parser *Parser
	utf8   bool
}

// NewScanner makes a scanner that parses with p.
func NewScanner(p *Parser) *Scanner { return &Scanner{parser: p} }

// Reset starts on a block, as Framer.Reset does.
func (s *Scanner) Reset(block []byte, line, offset int64) {
	s.Framer.Reset(block, line, offset)
	s.utf8 = utf8.Valid(block)
}

// ResetPlain starts on a plain block, as Framer.ResetPlain does.
func (s *Scanner) ResetPlain(block []byte, line, offset int64) {
	s.Framer.ResetPlain(block, line, offset)
	s.utf8 = utf8.Valid(block)
}

// ResetLong starts on the beginning of a line that is too long, as Framer.ResetLong does.
func (s *Scanner) ResetLong(begin []byte, line, offset, length int64) {
	s.Framer.ResetLong(begin, line, offset, length)
	s.utf8 = utf8.Valid(begin)
}

// Next reads the next record of the block into r, whose memory it uses again. It returns false at the end.
func (s *Scanner) Next(r *Record) bool {
	if !s.Framer.Next(r) {
		return false
	}
	if r.Flags&Orphan == 0 {
		s.parse(r)
	}
	if !s.utf8 && !utf8.Valid(r.Raw) {
		r.Flags |= NotUTF8
	}
	return true
}

func (s *Scanner) parse(r *Record) {
	r.unwrap(s.parser.keys)
	s.parser.Parse(r)
	if r.Lines > 1 && isJob(r.Letter()) {
		r.doubtNewlines(s.parser.keys)
	}
	if n := r.keptAttrs(s.whole); n < len(r.Attrs) {
		r.Flags |= CutOff
		r.Attrs = r.Attrs[:n]
	}
}

// Split reads one record from its bytes alone, as they are kept in the table outcome_records.
func (s *Scanner) Split(raw []byte, r *Record) {
	s.Reset(raw, 1, 0)
	if s.holes { // it was taken in with them
		s.holes = false
		s.next = s.pieceAt(0)
	}
	s.Next(r)
	r.Flags &^= Context
	if len(r.Raw) < len(raw) {
		r.Problem = "bytes that are more than one record"
	}
}

var userPrefix = []byte("user=")

// maxHookText is where the server cuts the text of an 'a' record that a hook wrote: LOG_BUF_SIZE-1 with the head.
const maxHookText = 4351

// Parse fills r.Attrs from r.Text. Records whose text is free text are left without attributes.
func (p *Parser) Parse(r *Record) {
	if len(r.joins) > 0 {
		p.parseJoined(r)
		return
	}
	r.Attrs = r.Attrs[:0]
	switch letter := r.Letter(); letter {
	case 'C', 'L':
		return
	case 'A': // a job data block of Torque, or a sentence
		if bytes.HasPrefix(r.Text, userPrefix) && (!p.straight(r, letter) || r.quotesTyped()) {
			p.careful(r)
		}
	case 'Q', 'S', 's', 'c', 'E', 'R', 'u', 'e', 'T':
		if p.straight(r, letter) && !r.quotesTyped() {
			return
		}
		if keyLength(r.Text) > 0 {
			p.careful(r)
		}
	default:
		if letter == 'a' && len(r.Text) == maxHookText {
			r.Flags |= Truncated
		}
		if keyLength(r.Text) > 0 {
			p.loose(r)
		}
	}
}

// quotesTyped tells whether values were taken for quoted ones in a record of Torque's, which has no quotes but those
// that users typed.
func (r *Record) quotesTyped() bool {
	return endsRun(r.Letter()) && !endsInRuns(r.Text) && r.isTorques() &&
		slices.ContainsFunc(r.Attrs, func(a Attr) bool { return a.Quoted })
}

// straight reads a job data block as the server writes it: every key has a higher rank than the one before or is in the
// same resource list, and no value holds a blank but inside quotes. It gives up at the first thing that is otherwise.
//
// Here is where reading a log spends its time. What comes next is mostly known and values are short, so the loop looks
// at words of eight bytes, and calls others only for what is rare.
func (p *Parser) straight(r *Record, letter byte) bool {
	text, attrs := r.Text, r.Attrs[:min(cap(r.Attrs), maxPlaces+1)]
	n := 0
	var last rank
	guess, kind := &p.first[letter], followKind(letter)
	for i := 0; i < len(text); {
		if text[i] == ' ' {
			i++
			continue
		}
		k := guess.last
		if k == nil || i+nameWords*8 > len(text) || k.differs((*[nameWords * 8]byte)(text[i:])) != 0 ||
			len(k.rest) > 0 && !k.begins(text[i:]) {
			if k = p.nextKey(guess, text[i:]); k == nil {
				return false
			}
		}
		rk := rankIn(letter, k)
		if rk < last || rk == last && !k.list || rk == rankNone {
			return false
		}
		last = rk
		start := i + len(k.eq)
		var end, next int
		if start+16 <= len(text) && text[start] > '\'' {
			near := (*[16]byte)(text[start:])
			end = start + blankIn(word(near[:]), word(near[8:]))
			if end == start+16 {
				end = blank(text, end)
			}
			next = end
		} else if start, end, next = straightValue(text, start, k); next == 0 {
			return false
		}
		if n == len(attrs) {
			if n > maxPlaces {
				return false
			}
			attrs = append(attrs, Attr{})
			attrs = attrs[:min(cap(attrs), maxPlaces+1)]
		}
		// The attribute is written where it stays: a copy of it costs more than all of the above.
		a := &attrs[n]
		n++
		a.Key, a.Quoted, a.Name, a.Value = k.key, end < next, text[i:i+len(k.name)], text[start:end]
		i, guess = next, &k.next[kind]
	}
	r.Attrs = attrs[:n]
	return true
}

// nextKey finds the key of the name that text begins with; nil if that is none.
func (p *Parser) nextKey(g *guess, text []byte) *keyInfo {
	if k := g.find(text); k != nil {
		return k
	}
	n := keyLength(text)
	if n == 0 {
		return nil
	}
	k := p.keys.lookup(text[:n])
	g.learn(k)
	return k
}

// rankIn is the rank of a key in a record of that type: u and e records write the usage last.
func rankIn(letter byte, k *keyInfo) rank {
	if k.rank == rankUsed && (letter == 'u' || letter == 'e') {
		return rankRuns + 1
	}
	return k.rank
}

// straightValue says where the value at text[i:] lies, up to a blank or between quotes, and where the attribute ends;
// next is 0 if it is not straight.
func straightValue(text []byte, i int, k *keyInfo) (start, end, next int) {
	if i < len(text) && (text[i] == '"' || text[i] == '\'') {
		return quotedValue(text, i, k)
	}
	end = blank(text, i)
	return i, end, end
}

// blank is where the first blank at or behind i stands, or the end of the text.
func blank(text []byte, i int) int {
	if n := bytes.IndexByte(text[i:], ' '); n >= 0 {
		return i + n
	}
	return len(text)
}

// blankIn is which of sixteen bytes, the lower eight and the higher eight, is the first blank; 16 if none is.
func blankIn(low, high uint64) int {
	const (
		ones   = 0x0101010101010101
		blanks = ' ' * ones
		top    = 0x8080808080808080
	)
	low ^= blanks // a blank becomes a zero byte
	high ^= blanks
	low = (low - ones) &^ low & top // the lowest bit that is left marks the first zero byte
	high = (high - ones) &^ high & top
	from := 0
	if low == 0 {
		low, from = high, 8
	}
	return from + bits.TrailingZeros64(low)/8
}

// quotedValue takes a quoted value whose first closing quote ends it. A value that begins with a quote which PBS did
// not write is left to the careful way.
func quotedValue(text []byte, i int, k *keyInfo) (start, end, next int) {
	if k.quote == quoteNever || k.quote == quoteAlways && text[i] != '"' {
		return 0, 0, 0
	}
	start = i + 1
	n := bytes.IndexByte(text[start:], text[i])
	if n < 0 {
		return 0, 0, 0
	}
	end = start + n
	if end+1 < len(text) && text[end+1] != ' ' {
		return 0, 0, 0
	}
	if k.quote == quoteIfBlank && !k.mayQuote(text[i:end+1]) {
		return 0, 0, 0
	}
	if _, holds := nextBoundary(text[:end], start); holds {
		return 0, 0, 0
	}
	return start, end, end + 1
}

// mayQuote tells whether the server may have put these quotes around a value that it quotes only if that holds a blank:
// single ones around a request that holds a double one, else double ones.
func (k *keyInfo) mayQuote(value []byte) bool {
	inner := value[1 : len(value)-1]
	holds := bytes.IndexByte(inner, '"') >= 0
	return bytes.IndexByte(inner, ' ') >= 0 && holds == (value[0] == '\'') && (!holds || k.list)
}
