// Package damage draws what may befall a log, for tests: what crashes, full disks, editors and users do to it.
package damage

import (
	"bytes"
	"slices"
	"strings"

	"pgregory.net/rapid"
)

// damages are what may befall a log at a record, which begins at `at` and ends at `end` with its newline: by a crash, a
// full disk, or a user.
var damages = map[string]func(rt *rapid.T, log []byte, at, end int) []byte{
	"cut off": func(rt *rapid.T, log []byte, at, end int) []byte {
		return splice(log, rapid.IntRange(at, end).Draw(rt, "cut"), end, "")
	},
	"cut off, newline": func(rt *rapid.T, log []byte, at, end int) []byte {
		return splice(log, rapid.IntRange(at, end).Draw(rt, "cut"), end, "\n")
	},
	"cut off in the account": func(_ *rapid.T, log []byte, at, end int) []byte {
		if n := bytes.Index(log[at:end], []byte(`account="`)); n >= 0 {
			return splice(log, at+n+len(`account="`)+2, end, "\n")
		}
		return log
	},
	"NULs": func(_ *rapid.T, log []byte, at, _ int) []byte { return splice(log, at, at, strings.Repeat("\x00", 40)) },
	"NULs within": func(rt *rapid.T, log []byte, at, end int) []byte {
		from := rapid.IntRange(at, end).Draw(rt, "from")
		return splice(log, from, min(len(log), from+rapid.SampledFrom([]int{0, 1, 60, 500}).Draw(rt, "overwritten")),
			strings.Repeat("\x00", 40))
	},
	"blank in front": func(_ *rapid.T, log []byte, at, _ int) []byte { return splice(log, at, at, " \t") },
	"garbage line": func(_ *rapid.T, log []byte, at, _ int) []byte {
		return splice(log, at, at, "pbs_server: out of disk\n")
	},
	"quoted line":  func(_ *rapid.T, log []byte, at, _ int) []byte { return splice(log, at, at, "x\" project=p\n") },
	"blank lines":  func(_ *rapid.T, log []byte, at, _ int) []byte { return splice(log, at, at, " \n\n\t\n") },
	"damaged head": func(_ *rapid.T, log []byte, at, _ int) []byte { return splice(log, at, at+1, "x") },
	"lost newline": func(_ *rapid.T, log []byte, _, end int) []byte { return splice(log, end-1, end, "") },
	"blank newline": func(_ *rapid.T, log []byte, at, end int) []byte {
		return replaceAfter(log, at, end, " queue=", "\nqueue=")
	},
	"newline in the account": func(_ *rapid.T, log []byte, at, end int) []byte {
		return replaceAfter(log, at, end, `account="`, "account=\"a\n")
	},
	"forged": func(_ *rapid.T, log []byte, at, end int) []byte {
		forged := string(bytes.TrimSuffix(log[at:end], []byte("\n")))
		forged = strings.Replace(forged, "user=", "user=mallory ", 1)
		return replaceAfter(log, at, end, `account="`, "account=\"x\n"+forged+"\n"+forged+"\n")
	},
	"forged, the quote closed": func(_ *rapid.T, log []byte, at, end int) []byte {
		forged := strings.Replace(string(log[at:end]), "user=", "user=mallory ", 1)
		return replaceAfter(log, at, end, `account="`, "account=\"x\" project=p\n"+forged)
	},
	"forged end": func(_ *rapid.T, log []byte, at, end int) []byte {
		if n := bytes.Index(log[at:end], []byte(`account="`)); n >= 0 {
			return replaceAfter(log, at, end, `account="`, "account=\"x\n"+string(log[at:at+n])+`account="`)
		}
		return log
	},
}

func splice(log []byte, from, to int, text string) []byte {
	return slices.Concat(log[:from], []byte(text), log[to:])
}

func replaceAfter(log []byte, at, end int, old, now string) []byte {
	if n := bytes.Index(log[at:end], []byte(old)); n >= 0 {
		return splice(log, at+n, at+n+len(old), now)
	}
	return log
}

// Draw gives a log to which some of that befell; nothing may be left of it. What is ends with a newline all the same.
func Draw(rt *rapid.T, log []byte) []byte {
	kinds := make([]string, 0, len(damages))
	for kind := range damages {
		kinds = append(kinds, kind)
	}
	slices.Sort(kinds)
	for range rapid.IntRange(1, 6).Draw(rt, "damages") {
		if len(log) == 0 {
			return nil
		}
		kind := rapid.SampledFrom(kinds).Draw(rt, "damage")
		from := rapid.IntRange(0, len(log)-1).Draw(rt, "where")
		at := bytes.LastIndexByte(log[:from], '\n') + 1
		end := at + bytes.IndexByte(log[at:], '\n') + 1
		log = damages[kind](rt, log, at, end)
		if n := len(log); n > 0 && log[n-1] != '\n' {
			log = append(log, '\n')
		}
	}
	return log
}
