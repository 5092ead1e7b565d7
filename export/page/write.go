package page

import (
	"bytes"
	"crypto/sha256"
	_ "embed"
	"encoding/base64"
	"fmt"
	"html/template"
	"io"
	"strings"
	"sync"
	"time"

	"pbsduck/export"
	"pbsduck/export/chart"
)

//go:embed page.html
var pageHTML string

//go:embed page.css
var pageCSS string

//go:embed page.js
var pageJS string

// The template escapes whatever it is given; visible goes before, for what can't be seen or is no text.
var pageTemplate = sync.OnceValue(func() *template.Template {
	return template.Must(template.New("page").Funcs(template.FuncMap{
		"visible": export.Visible,
		"written": func(t time.Time) string { return t.Format("2 January 2006, 15:04 MST") },
		"link":    link,
		"named":   func(t *Table, id, title string) namedTable { return namedTable{t, id, title} },
	}).Parse(pageHTML))
})

// Write writes the page.
func (p *Page) Write(w io.Writer) error {
	if err := p.check(); err != nil {
		return err
	}
	var b bytes.Buffer
	err := pageTemplate().Execute(&b, struct {
		*Page
		Drawn  []drawn
		Policy string
		Style  template.CSS
		Script template.JS
	}{p, p.drawn(), policy(), template.CSS(pageCSS), template.JS(pageJS)})
	if err != nil {
		return err
	}
	_, err = b.WriteTo(w)
	return err
}

// check refuses what would make a page whose links lead nowhere.
func (p *Page) check() error {
	seen := map[string]bool{}
	for _, s := range p.Sections {
		if s.ID == "" || strings.Trim(s.ID, "abcdefghijklmnopqrstuvwxyz0123456789-_") != "" {
			return fmt.Errorf("section %q: its ID %q is not of a-z, 0-9, - and _", s.Title, s.ID)
		}
		if seen[s.ID] {
			return fmt.Errorf("two sections have the ID %q", s.ID)
		}
		seen[s.ID] = true
	}
	return nil
}

// policy allows the style and the script that are in the file, by their hashes, and nothing else.
func policy() string {
	hash := func(text string) string {
		sum := sha256.Sum256([]byte(text))
		return "'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) + "'"
	}
	return "default-src 'none'; img-src data:; base-uri 'none'; form-action 'none'; style-src " + hash(
		pageCSS,
	) + "; script-src " + hash(pageJS)
}

// drawn is a section whose charts are drawn.
type drawn struct {
	Section
	Pictures []picture
}

// picture is a chart with what is said around it.
type picture struct {
	chart.Head
	chart.Picture
}

// namedTable is a table, and the section that it belongs to.
type namedTable struct {
	Table     *Table
	ID, Title string
}

// drawn draws all charts, with one palette: a name has one colour on the whole page.
func (p *Page) drawn() []drawn {
	var palette chart.Palette
	sections := make([]drawn, len(p.Sections))
	for i, s := range p.Sections {
		sections[i] = drawn{Section: s}
		for n, c := range s.Charts {
			id := fmt.Sprintf("%s-%d", s.ID, n+1)
			sections[i].Pictures = append(sections[i].Pictures, picture{c.Words(), chart.Draw(c, id, &palette)})
		}
	}
	return sections
}

// link is a file within the page.
func link(csv []byte) template.URL {
	return template.URL("data:text/csv;charset=utf-8;base64," + base64.StdEncoding.EncodeToString(csv))
}
