package ui

import (
	"cmp"
	"os"
	"strings"
)

// SpeaksUnicode tells whether the user's locale has more letters than ASCII.
func SpeaksUnicode() bool {
	locale := strings.ToLower(cmp.Or(os.Getenv("LC_ALL"), os.Getenv("LC_CTYPE"), os.Getenv("LANG")))
	return strings.Contains(locale, "utf-8") || strings.Contains(locale, "utf8")
}
