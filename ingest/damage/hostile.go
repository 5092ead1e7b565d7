package damage

import (
	"bytes"
	"maps"
	"regexp"
	"strings"

	"pgregory.net/rapid"
)

// hostile are what programs and clocks do to logs, and what a user may have PBS write, in ways that no server foresees.
var hostile = map[string]func(rt *rapid.T, log []byte, at, end int) []byte{
	"CRLF": func(rt *rapid.T, log []byte, _, end int) []byte {
		if rapid.Bool().Draw(rt, "all") {
			return bytes.ReplaceAll(log, []byte("\n"), []byte("\r\n"))
		}
		return splice(log, end-1, end, "\r\n")
	},
	"prefix": func(rt *rapid.T, log []byte, at, _ int) []byte {
		prefix := drawn(rt, "prefix", "\xef\xbb\xbf", "Oct 31 20:00:01 srv pbs_server: ", "20261031:", "20261031:12:",
			"<134>1 2026-10-31T20:00:01Z srv pbs - - - ", "torque: ", "2026-10-31 20:00:01 ")
		if rapid.Bool().Draw(rt, "all") {
			return bytes.ReplaceAll(splice(log, 0, 0, prefix), []byte("\n1"), []byte("\n"+prefix+"1"))
		}
		return splice(log, at, at, prefix)
	},
	"others' lines": func(_ *rapid.T, log []byte, at, _ int) []byte {
		return splice(log, at, at,
			"Oct 31 20:00:01 srv systemd[1]: x: start=1 end=2\n<13>1 2026-10-31T20:00:01Z a b - - - c\n")
	},
	"white space": func(rt *rapid.T, log []byte, at, end int) []byte {
		i := rapid.IntRange(at, end-1).Draw(rt, "from")
		if n := bytes.IndexByte(log[i:end], ' '); n >= 0 {
			return splice(log, i+n, i+n+1, drawn(rt, "white", "\t", "  ", " \t ", "\v", "\r", "\u00a0", "\u2028"))
		}
		return log
	},
	"twice": func(_ *rapid.T, log []byte, at, end int) []byte { return splice(log, at, at, string(log[at:end])) },
	"two writers": func(rt *rapid.T, log []byte, at, end int) []byte {
		cut := rapid.IntRange(at, end).Draw(rt, "cut")
		next := end + bytes.IndexByte(log[end:], '\n') + 1
		return splice(log, at, next, string(log[at:cut])+string(log[end:next])+string(log[cut:end]))
	},
	"broken into lines": func(rt *rapid.T, log []byte, at, end int) []byte {
		width := rapid.SampledFrom([]int{72, 80, 132, 256, 1024}).Draw(rt, "width")
		newline := drawn(rt, "newline", "\n", "\n\t", "\n    ", "\r\n")
		var b strings.Builder
		line := log[at:end]
		for ; len(line) > width; line = line[width:] {
			b.Write(line[:width])
			b.WriteString(newline)
		}
		return splice(log, at, end, b.String()+string(line))
	},
	"broken in front of keys": func(rt *rapid.T, log []byte, at, end int) []byte {
		key := drawn(rt, "key", "Resource_List.", "resources_used.", "exec_", "session=", "end=", "ctime=")
		newline := drawn(rt, "newline", "\n", " \n", "\n\t", "\n    ", "\r\n")
		return splice(log, at, end, strings.ReplaceAll(string(log[at:end]), " "+key, newline+key))
	},
	"value": func(rt *rapid.T, log []byte, at, end int) []byte {
		all := values.FindAllSubmatchIndex(log[at:end], -1)
		if len(all) == 0 {
			return log
		}
		m := rapid.SampledFrom(all).Draw(rt, "value")
		return splice(log, at+m[2], at+m[3], rapid.SampledFrom(oddValues).Draw(rt, "now"))
	},
	"id": func(rt *rapid.T, log []byte, at, end int) []byte {
		parts := bytes.SplitN(log[at:end], []byte(";"), 4)
		if len(parts) < 4 {
			return log
		}
		from := at + len(parts[0]) + len(parts[1]) + 2
		return splice(log, from, from+len(parts[2]), rapid.SampledFrom(oddIDs).Draw(rt, "id"))
	},
	"letter": func(rt *rapid.T, log []byte, at, end int) []byte {
		return replaceHead(log, at, end, stampSize+1, stampSize+2, drawn(rt, "letter", "E", "S", "Q", "R", "e", "u", "c", "s",
			"z", "r", "a", "A", "D", "C", "T", "L", "M", "P", "p", "B", "Y", "U", "K", "k", "X", "YA"))
	},
	"stamp": func(rt *rapid.T, log []byte, at, end int) []byte {
		return replaceHead(log, at, end, 0, stampSize, drawn(rt, "stamp", "11/01/2026 01:30:00", "11/01/2026 01:59:59",
			"11/01/2026 02:00:00", "03/08/2026 02:30:00", "01/01/1970 00:00:00", "12/31/9999 23:59:59", "02/30/2026 10:00:00",
			"10/31/2026 23:59:60", "10/31/2026 24:00:00", "00/00/0000 00:00:00"))
	},
	"bytes lost": func(rt *rapid.T, log []byte, at, end int) []byte {
		from := rapid.IntRange(at, end).Draw(rt, "from")
		return splice(log, from, min(len(log), from+rapid.IntRange(1, 300).Draw(rt, "lost")), "")
	},
	"bytes more": func(rt *rapid.T, log []byte, at, end int) []byte {
		from := rapid.IntRange(at, end).Draw(rt, "from")
		return splice(log, from, from, drawn(rt, "bytes", `"`, `'`, ";", "\n", "\r", "\x00", "\xff\xfe", "\x9b", `" `, ` "`,
			`="`, "\n\"", `" project=p`, "\x1a", "\xef\xbb\xbf", `\n`))
	},
	"account": func(rt *rapid.T, log []byte, at, end int) []byte {
		behind := string(log[end:min(len(log), end+4000)])
		return replaceAfter(log, at, end, `account="`, `account="`+drawn(rt, "account", "\n", "\r\n\r\n", "x' y", `a" b="`,
			`a" project=p jobname=j queue=q ctime=1793480400`, `" queue=q `, "\nqueue=q ctime=1793480400 ", behind,
			strings.Repeat("\n", 400), `="`, "\" \n\"", `x" project=p jobname=j queue=q ctime=1793480400 `+"\n"+behind))
	},
	"name": func(rt *rapid.T, log []byte, at, end int) []byte {
		return replaceAfter(log, at, end, "jobname=", "jobname="+drawn(rt, "name", `"`, "a queue=q ", "a\nb", `account="`,
			`x="1 `))
	},
	"request": func(rt *rapid.T, log []byte, at, end int) []byte {
		const key = "Resource_List.select="
		behind := string(log[end:min(len(log), end+2000)])
		return replaceAfter(log, at, end, key, key+drawn(rt, "request", "\"1:x=a b\n", `'1:x="a b" c'+`, `"`, "1:x=a\n",
			"99999999999:ncpus=99999999999+", "1:ncpus=1:mem=1kw+", "\"1:x=a b\"\n"+behind))
	},
}

const stampSize = len("10/31/2026 20:00:00")

var values = regexp.MustCompile(` [A-Za-z_.]+=([^ \n]*)`)

var oddValues = []string{
	"0", "-1", "4294967295", "2147483648", "-2147483648", "9223372036854775807", "9223372036854775808",
	"99999999999999999999999", "1e308", "nan", "", `"`, `'`, `""`, "00:00:00", "2147483647:59:59", "0:0:0", "1:2:3:4",
	"9999999pb", "16777216tb", "1.5gb", "5kw", "x y", "x=y", "a=", `"a b"`, "1793480400", "1793494800", "1793498400",
	"\xc3\x28", "\x1b[2J", "\x9b31m", "=", "+", "(", "*", strings.Repeat("9", 400), strings.Repeat("x", 40_000),
	strings.Repeat("a=b ", 300), "\u202e",
}

var oddIDs = []string{
	"", " ", "1", "1[].srv", "1[3].srv", "1[1-3000000].srv", "1[2147483648].srv", "99999999999999999999.srv", "-1.srv",
	"007.srv", "7.srv@other", "R7.srv", "S7.srv", "license", "1-5.srv", "\x1b[31m.srv", "caf\xe9.srv", "1 .srv", `"1".srv`,
	"1.srv\r", strings.Repeat("1", 5000),
}

func init() { maps.Copy(damages, hostile) }

func drawn(rt *rapid.T, label string, all ...string) string {
	return rapid.SampledFrom(all).Draw(rt, label)
}

// replaceHead puts a text in place of a part of the record's head, if it has one.
func replaceHead(log []byte, at, end, from, to int, text string) []byte {
	if end-at < stampSize+3 || log[at+stampSize] != ';' {
		return log
	}
	return splice(log, at+from, at+to, text)
}
