package page

import (
	"encoding/base64"
	"encoding/csv"
	"errors"
	"io"
	"regexp"
	"strings"
	"testing"

	"golang.org/x/net/html"
)

// TestValid reads pages tag by tag: each that opens closes in its turn, no attribute and no id is there twice, and
// whatever points at an id finds it.
func TestValid(t *testing.T) {
	for name, p := range map[string]*Page{"sample": sample(), "hostile": hostile(), "empty": {Title: "Nothing"}} {
		t.Run(name, func(t *testing.T) { readStrictly(t, written(t, p)) })
	}
}

var (
	void     = regexp.MustCompile(`^(meta|br|hr|img|input|link)$`)
	pointers = map[string]bool{"aria-labelledby": true, "aria-describedby": true, "href": true}
)

func readStrictly(t *testing.T, text string) {
	t.Helper()
	var open, wanted []string
	ids := map[string]bool{}
	z := html.NewTokenizer(strings.NewReader(text))
	for z.Next() != html.ErrorToken {
		k := z.Token()
		if k.Type == html.EndTagToken {
			if len(open) == 0 || open[len(open)-1] != k.Data {
				t.Fatalf("</%s> closes %v", k.Data, open)
			}
			open = open[:len(open)-1]
		}
		if k.Type == html.StartTagToken && !void.MatchString(k.Data) {
			open = append(open, k.Data)
		}
		seen := map[string]bool{}
		for _, a := range k.Attr {
			if seen[a.Key] || strings.HasPrefix(a.Key, "on") || a.Key == "style" {
				t.Errorf("<%s> has the attribute %s, which is there twice or forbidden", k.Data, a.Key)
			}
			seen[a.Key] = true
			if a.Key == "id" && ids[a.Val] {
				t.Errorf("the id %q is there twice", a.Val)
			}
			if a.Key == "id" {
				ids[a.Val] = true
			}
			if pointers[a.Key] && !strings.HasPrefix(a.Val, "data:") {
				wanted = append(wanted, strings.Fields(strings.TrimPrefix(a.Val, "#"))...)
			}
		}
	}
	if err := z.Err(); !errors.Is(err, io.EOF) {
		t.Fatal(err)
	}
	if len(open) > 0 {
		t.Errorf("these are not closed: %v", open)
	}
	for _, id := range wanted {
		if !ids[id] {
			t.Errorf("nothing has the id %q", id)
		}
	}
}

// TestHostile looks for what names could have become. What a browser makes of them, TestBrowserHostile sees.
func TestHostile(t *testing.T) {
	text := written(t, hostile())
	for _, svg := range regexp.MustCompile(`(?s)<svg.*?</svg>`).FindAllString(text, -1) {
		wellFormed(t, svg)
	}
	if n := strings.Count(text, "<script>"); n != 1 {
		t.Errorf("%d scripts, want the page's own", n)
	}
	for _, bad := range []string{"<img", "<b class", "\x1b", "\x00", "\xff", "\u202e", "\u2028", "NaN", "ZgotmplZ"} {
		if strings.Contains(text, bad) {
			t.Errorf("the page has %q", bad)
		}
	}
	for _, good := range []string{
		`\x1b[31mred\x07\x00\u202eevil\u2028\xff\xfe`, "Grüße 日本語 الله", "=cmd|&#39; /C calc&#39;!A0",
	} {
		if !strings.Contains(text, good) {
			t.Errorf("the page lacks %q", good)
		}
	}
}

// TestPolicy holds the policy to the style and the script that are there, letter by letter.
func TestPolicy(t *testing.T) {
	text := written(t, sample())
	if !strings.Contains(text, "<style>"+pageCSS+"</style>") || !strings.Contains(text, "<script>"+pageJS+"</script>") {
		t.Error("style or script are not as they were hashed: the browser would refuse them")
	}
	for _, bad := range []string{"unsafe", "http:", "https:", "*"} {
		if strings.Contains(policy(), bad) {
			t.Errorf("the policy allows %s", bad)
		}
	}
	if n := strings.Count(pageJS, "\n"); n > 80 {
		t.Errorf("the script has %d lines", n)
	}
}

func TestSectionIDs(t *testing.T) {
	for want, p := range map[string]*Page{
		`section "A": its ID "a b" is not of a-z, 0-9, - and _`: {Sections: []Section{{ID: "a b", Title: "A"}}},
		`section "B": its ID "" is not of a-z, 0-9, - and _`:    {Sections: []Section{{Title: "B"}}},
		`two sections have the ID "a"`:                          {Sections: []Section{{ID: "a"}, {ID: "a"}}},
	} {
		if err := p.Write(io.Discard); err == nil || err.Error() != want {
			t.Errorf("error %v, want %s", err, want)
		}
	}
}

// embedded is the table that a link of the page holds.
func embedded(t *testing.T, page, name string) [][]string {
	t.Helper()
	found := regexp.MustCompile(`download="` + name +
		`" href="data:text/csv;charset=utf-8;base64,([^"]*)"`).FindStringSubmatch(page)
	if found == nil {
		t.Fatalf("no link to %s", name)
	}
	data, err := base64.StdEncoding.DecodeString(html.UnescapeString(found[1]))
	if err != nil {
		t.Fatal(err)
	}
	rows, err := csv.NewReader(strings.NewReader(string(data))).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	return rows
}
