package manual

import (
	"fmt"
	"strings"
)

// A page is a man page that is being written.
type page struct{ strings.Builder }

// head begins a page.
func (p *page) head(name, section, date, source string) {
	fmt.Fprintf(
		&p.Builder, ".TH %s %s %q %q %q\n.nh\n.ad l\n", escaped(strings.ToUpper(name)), section, date, source, title,
	)
}

func (p *page) section(name string) { fmt.Fprintf(&p.Builder, ".SH %s\n", name) }

// text writes paragraphs, parted by empty lines. Lines that are set in stay as they are.
func (p *page) text(text string) {
	for i, paragraph := range strings.Split(strings.Trim(text, "\n"), "\n\n") {
		if i > 0 {
			p.WriteString(".PP\n")
		}
		var block []string
		for line := range strings.SplitSeq(paragraph, "\n") {
			if in, ok := setIn(line); ok {
				block = append(block, in)
				continue
			}
			p.lines(block)
			block = nil
			p.WriteString(escaped(line) + "\n")
		}
		p.lines(block)
	}
}

// setIn is a line without what it is set in by: two spaces, or a tab, as cobra's own texts have it.
func setIn(line string) (string, bool) {
	for _, by := range []string{"  ", "\t"} {
		if in, ok := strings.CutPrefix(line, by); ok {
			return in, true
		}
	}
	return line, false
}

// lines writes lines as they are, set in.
func (p *page) lines(lines []string) {
	if len(lines) == 0 {
		return
	}
	p.WriteString(".RS 4\n.nf\n")
	for _, line := range lines {
		p.WriteString(escaped(line) + "\n")
	}
	p.WriteString(".fi\n.RE\n")
}

// term writes what something is called, and behind it what it is.
func (p *page) term(name, what string) {
	fmt.Fprintf(&p.Builder, ".TP\n\\fB%s\\fR\n%s\n", escaped(name), escaped(what))
}

// special are the characters that roff would take for something else.
var special = strings.NewReplacer(`\`, `\e`, "-", `\-`, "'", `\(aq`, "`", `\(ga`, "^", `\(ha`, "~", `\(ti`)

// escaped is a line of text as roff takes it: no request, and each character itself.
func escaped(line string) string {
	var b strings.Builder
	for _, r := range special.Replace(line) {
		if r < 0x80 {
			b.WriteRune(r)
		} else {
			fmt.Fprintf(&b, `\[u%04X]`, r)
		}
	}
	if strings.HasPrefix(b.String(), ".") {
		return `\&` + b.String()
	}
	return b.String()
}
