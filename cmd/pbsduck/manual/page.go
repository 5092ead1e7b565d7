package manual

import (
	"regexp"
	"strconv"
	"strings"
	"sync"

	"github.com/spf13/cobra"
)

const title = "PBS accounting logs in DuckDB and Parquet"

// A Fact is something that is true of a command beside what its flags say: a file that it uses, a variable of the
// environment, an exit code.
type Fact struct{ Name, Text string }

// Facts are those of one command.
type Facts struct {
	Files, Environment, ExitStatus []Fact
	SeeAlso                        []string
}

// An Edition is what stands on all pages.
type Edition struct{ Date, Source string }

// Name is the name of a command's page.
func Name(c *cobra.Command) string { return strings.ReplaceAll(c.CommandPath(), " ", "-") }

// Command is the page of a command.
func (e Edition) Command(c *cobra.Command, facts Facts) string {
	c.InitDefaultHelpFlag()
	c.InitDefaultVersionFlag()
	var p page
	p.head(Name(c), "1", e.Date, e.Source)
	p.section("NAME")
	p.WriteString(escaped(Name(c)+" - "+c.Short) + "\n")
	p.section("SYNOPSIS")
	p.WriteString(`\fB` + escaped(c.UseLine()) + "\\fR\n")
	p.section("DESCRIPTION")
	text, _ := WithoutExitCodes(c.Long)
	if text == "" {
		text = c.Short + "."
	}
	p.text(text)
	if c.HasAvailableSubCommands() {
		p.section("COMMANDS")
		for _, sub := range c.Commands() {
			if sub.IsAvailableCommand() {
				p.term(sub.CommandPath(), sub.Short+".")
			}
		}
	}
	p.flags("OPTIONS", Flags(c.NonInheritedFlags()))
	p.flags("OPTIONS OF ALL COMMANDS", Flags(c.InheritedFlags()))
	p.facts("FILES", facts.Files)
	p.facts("ENVIRONMENT", facts.Environment)
	p.facts("EXIT STATUS", facts.ExitStatus)
	if c.Example != "" {
		p.section("EXAMPLES")
		p.lines(strings.Split(strings.ReplaceAll(c.Example, "\n  ", "\n")[len("  "):], "\n"))
	}
	p.section("SEE ALSO")
	p.WriteString(escaped(strings.Join(facts.SeeAlso, ", ")) + "\n")
	return p.String()
}

func (p *page) flags(section string, all []Flag) {
	if len(all) > 0 {
		p.section(section)
	}
	for _, f := range all {
		p.term(f.Head, f.Text)
	}
}

func (p *page) facts(section string, all []Fact) {
	if len(all) > 0 {
		p.section(section)
	}
	for _, f := range all {
		p.term(f.Name, f.Text)
	}
}

// Configuration is the page of a configuration file that is commented: a paragraph for each comment, with the keys that
// follow it.
func (e Edition) Configuration(name, short, commented string, facts Facts) string {
	var p page
	p.head(name, "5", e.Date, e.Source)
	p.section("NAME")
	p.WriteString(escaped(name+" - "+short) + "\n")
	p.section("DESCRIPTION")
	for i, piece := range strings.Split(strings.TrimSpace(commented), "\n\n") {
		if i > 0 {
			p.WriteString(".PP\n")
		}
		var keys []string
		for line := range strings.SplitSeq(piece, "\n") {
			if text, ok := strings.CutPrefix(line, "# "); ok {
				p.WriteString(escaped(text) + "\n")
			} else {
				keys = append(keys, strings.TrimPrefix(line, "#"))
			}
		}
		p.lines(keys)
	}
	p.facts("FILES", facts.Files)
	p.facts("ENVIRONMENT", facts.Environment)
	p.section("SEE ALSO")
	p.WriteString(escaped(strings.Join(facts.SeeAlso, ", ")) + "\n")
	return p.String()
}

var (
	exitCodes = sync.OnceValue(func() *regexp.Regexp {
		return regexp.MustCompile(`(?s)(?:^|\n\n)Exit codes: (.*?)\.(?:\n\n|$)`)
	})
	exitCode = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`^(\d+) (.*)$`) })
)

// WithoutExitCodes parts the help of a command from the paragraph in it that lists exit codes: "Exit codes: 0 fine; 1
// error."
func WithoutExitCodes(long string) (text string, codes map[int]string) {
	codes = map[int]string{}
	found := exitCodes().FindStringSubmatch(long)
	if found == nil {
		return long, codes
	}
	for item := range strings.SplitSeq(strings.Join(strings.Fields(found[1]), " "), "; ") {
		if m := exitCode().FindStringSubmatch(item); m != nil {
			code, _ := strconv.Atoi(m[1])
			codes[code] = m[2]
		}
	}
	return exitCodes().ReplaceAllString(long, "\n\n"), codes
}
