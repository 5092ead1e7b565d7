package main

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

const top = "../.."

var (
	mdCode    = regexp.MustCompile("(?ms)^```.*?^```|`[^`\n]+`")
	mdFence   = regexp.MustCompile("(?ms)^```.*?^```")
	mdLink    = regexp.MustCompile(`(?:\]\(|<img src=")([^)"\s]+)[)"]`)
	mdHeading = regexp.MustCompile(`(?m)^#+ +(.+?) *$`)
	notInSlug = regexp.MustCompile(`[^\pL\pN_\- ]`)
	scheme    = regexp.MustCompile(`^[a-z]+:`)
)

// TestLinks: every link of a page in Markdown leads to a file or folder of the repository, and to a heading that is
// there; links to the network are not followed.
func TestLinks(t *testing.T) {
	out, err := exec.Command("git", "-C", top, "ls-files", "--cached", "--others", "--exclude-standard", "*.md").Output()
	if err != nil {
		t.Skip("no checkout of git says which pages there are")
	}
	pages := strings.Fields(string(out))
	found := 0
	for _, path := range pages {
		text := mdCode.ReplaceAllString(page(t, filepath.Join(top, path)), "")
		for _, m := range mdLink.FindAllStringSubmatch(text, -1) {
			if scheme.MatchString(m[1]) {
				continue
			}
			found++
			if err := leads(path, m[1]); err != nil {
				t.Errorf("%s links to %s: %v", path, m[1], err)
			}
		}
	}
	if len(pages) < 20 || found < 100 {
		t.Errorf("only %d links found, in %d pages", found, len(pages))
	}
	for _, dead := range []string{"nosuch.md", "search.md#nosuch", "../nosuch", "search.md#search-"} {
		if leads("docs/index.md", dead) == nil {
			t.Errorf("%s seems to lead somewhere", dead)
		}
	}
}

// leads says why a link of a page leads nowhere.
func leads(from, link string) error {
	path, anchor, asks := strings.Cut(link, "#")
	to := filepath.Join(top, filepath.Dir(from), path)
	if path == "" {
		to = filepath.Join(top, from)
	}
	if _, err := os.Stat(to); err != nil || !asks {
		return err
	}
	text, err := os.ReadFile(to)
	if err != nil {
		return err
	}
	for _, m := range mdHeading.FindAllStringSubmatch(mdFence.ReplaceAllString(string(text), ""), -1) {
		if slug(m[1]) == anchor {
			return nil
		}
	}
	return fmt.Errorf("no heading has that anchor")
}

// slug is the anchor that code hosts, and .ci/site/hook.py, give a heading.
func slug(heading string) string {
	return strings.ReplaceAll(notInSlug.ReplaceAllString(strings.ToLower(heading), ""), " ", "-")
}
