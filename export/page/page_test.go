package page

import (
	"bytes"
	"encoding/xml"
	"flag"
	"io"
	"os"
	"regexp"
	"strings"
	"testing"
)

var keep = flag.String("page", "", "write the sample page to this file")

// written is the page as a file.
func written(t *testing.T, p *Page) string {
	t.Helper()
	var b bytes.Buffer
	if err := p.Write(&b); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func TestSample(t *testing.T) {
	html := written(t, sample())
	if *keep != "" {
		if err := os.WriteFile(*keep, []byte(html), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	if again := written(t, sample()); again != html {
		t.Error("the same page gives other bytes")
	}
	svgs := regexp.MustCompile(`(?s)<svg.*?</svg>`).FindAllString(html, -1)
	if len(svgs) != 20 {
		t.Errorf("%d pictures, want 20", len(svgs))
	}
	for _, svg := range svgs {
		wellFormed(t, svg)
	}
	for _, bad := range []string{"NaN", "Inf", "ZgotmplZ", "http://", "https://"} {
		if strings.Contains(strings.ReplaceAll(html, "http://www.w3.org/2000/svg", ""), bad) {
			t.Errorf("the page has %s", bad)
		}
	}
}

// wellFormed reads a picture as strictly as XML is read.
func wellFormed(t *testing.T, svg string) {
	t.Helper()
	d := xml.NewDecoder(strings.NewReader(svg))
	for {
		if _, err := d.Token(); err == io.EOF {
			return
		} else if err != nil {
			t.Fatalf("%v in %.200s", err, svg)
		}
	}
}
