package generate

import (
	"bytes"
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// attack makes a job hostile: what a user can put where the server writes it without escaping, and values that do not
// convert.
type attack func(*simulation, *job)

// attacks are told in turn, so that a day has each of them. How they are to be read: account is verbatim up to the
// quote that is followed by an attribute the server writes there; resources_used.note ends where the next
// resources_used begins; a line that continues an unclosed account belongs to it, even if it looks like a record.
var attacks = []attack{
	inAccount(`value" malicious="evil`),
	inAccount(`a" user=root group=wheel x="`),
	inAccount("line1\nline2"),
	inAccount("x\r\ny\n\nz"),
	forge,
	inAccount("tab\there"), inAccount("cr\rhere"), inAccount("\x1b[31mred\x1b[0m\a"),
	inAccount("caf\xe9 lab"), inAccount("Überlab-日本"),
	inAccount(`x"y`), inAccount("O'Brien lab"), inAccount(`back\slash`),
	inAccount("=cmd|' /C calc'!A0"), inAccount("x'); DROP TABLE jobs; --"), inAccount("a;b=c;E;9.srv;"), inAccount(""),
	func(_ *simulation, j *job) { j.account = bytes.Repeat([]byte("0123456789abcdef "), 20_000/17) },
	inName(`=HYPERLINK("http://example.org/?q=1;2")`), inName("@SUM(1+1)*cmd()"), inName("';DROP/**/TABLE/**/jobs;--"),
	inName("a;b=c"), inName(""), inName("n\xffame"), inName("Exit_status"),
	noting("x run_count=99 Exit_status=-1"), noting("Tue Sep 03 23:27:26 2019"), noting(`say "hi there" ok`),
	noting("a;b=c;d"), noting(`'{"a": 1, "b": "it's"}'`), noting(`"one,two","three"`), noting("a\tb"),
	func(_ *simulation, j *job) { j.note = bytes.Repeat([]byte("1"), 20_000) },
	func(_ *simulation, j *job) { j.badWall = []byte("abc") },
	func(_ *simulation, j *job) { j.badWall = []byte{} },
	func(_ *simulation, j *job) { j.badWall = []byte("1:2:3:4") },
	func(_ *simulation, j *job) { j.badMem = []byte("12.5.3kb") },
	func(_ *simulation, j *job) { j.badMem = []byte("99999999999999999999kb") },
	func(_ *simulation, j *job) { j.badExit = []byte("notanumber") },
	func(_ *simulation, j *job) { j.badPercent = []byte("-") },
	asking("abc"), asking(""),
}

// torqueAttacks are those for Torque, which quotes nothing, so that an account may be taken for anything.
var torqueAttacks = []attack{
	inName(`=HYPERLINK("http://example.org/?q=1;2")`), inName("@SUM(1+1)*cmd()"), inName("';DROP/**/TABLE/**/jobs;--"),
	inName("a;b=c"), inName(""), inName("n\xffame"), inName("Exit_status"),
	func(_ *simulation, j *job) { j.badMem = []byte("12.5.3kb") },
	func(_ *simulation, j *job) { j.badExit = []byte("notanumber") },
	asking("abc"),
}

func inAccount(v string) attack {
	return func(_ *simulation, j *job) { j.account = append(j.account[:0], v...) }
}

func inName(v string) attack {
	return func(_ *simulation, j *job) { j.name = append(j.name[:0], v...) }
}

func noting(v string) attack {
	return func(_ *simulation, j *job) { j.note = []byte(v) }
}

// asking replaces Resource_List.walltime by what does not convert.
func asking(v string) attack {
	return func(_ *simulation, j *job) {
		c := *j.c
		c.walltime = -1
		c.resources = strings.Replace(c.resources, "walltime="+c.walltimeText, "walltime="+v, 1)
		c.firstResources = strings.Replace(c.firstResources, "walltime="+c.walltimeText, "walltime="+v, 1)
		j.c = &c
	}
}

// forge puts a whole E record into the account, head and all: read naively, each of the job's records makes a job that
// never was.
func forge(s *simulation, j *job) {
	b := append(j.account[:0], "x\n"...)
	b = s.cal.appendStamp(b, s.now-s.u.between(0, 600))
	j.account = fmt.Appendf(b, ";E;%d.%s;user=mallory group=x jobname=fake queue=%s ctime=%d qtime=1 etime=1 start=1 "+
		"session=1 end=2 Exit_status=0 resources_used.ncpus=9999 resources_used.walltime=9999:00:00 run_count=1",
		1+j.number%1000, s.Server, j.executionQueue(), s.now-4000)
}

// misbehave adds hostile jobs to a slot, with ids of their own.
func (s *simulation) misbehave(at *slot, quota int) {
	n := quota/50 + 1
	turn := s.hostileTurn(at)
	for k := range n {
		s.now = at.start + int64(k)*slotSeconds/int64(n)
		all := attacks
		if s.torque() {
			all = torqueAttacks
		}
		s.attack(s.d.between(5, 900), all[(turn+k)%len(all)])
	}
	if at.hour == 10 { // once a day: more digits than any type has
		s.attack(60, func(_ *simulation, j *job) { j.badPercent = bytes.Repeat([]byte("7"), 1_000_000) })
	}
	s.emit(at.start+1800, 'X', []byte("unknown"), []byte("a letter that no server writes; kept as it is"))
}

func (s *simulation) attack(wall int64, spoil attack) {
	j := s.draw(s.commonCampaign(), s.spareID())
	j.wall, j.exit = wall, 0
	s.run(j)
	if !s.asking {
		spoil(s, j)
	}
	s.write(j)
}

// hostileTurn is the number of hostile jobs in the slots before.
func (s *simulation) hostileTurn(at *slot) int {
	q, perDay, before := &s.quotas[at.weekday], 0, 0
	for h := range 24 {
		n := (q[h+1]-q[h])/50 + 1
		perDay += n
		if h < at.hour {
			before += n
		}
	}
	return (at.file+1)*perDay + before
}

// garbage is what stands before the first record of a hostile day file.
func garbage(seed uint64, profile, day string) []string {
	n, _ := strconv.ParseInt(day, 10, 64) // days are digits
	d := newDice(seed, profile, n)
	all := []string{
		"\x00\x01\x02 not a record", "resources_used.walltime=00:00:01 run_count=1", "", "01/01/2026 00:00:00",
		"{\"json\": true}",
	}
	from := d.r.IntN(len(all))
	return slices.Concat(all[from:], all[:from])[:1+d.r.IntN(3)]
}

// tornLine is an E record that its server did not finish: cut before it says when it was submitted, and without
// newline.
func (w *world) tornLine() []byte {
	last := w.cal.slotAt(w.cal.count() - 1)
	b := w.cal.appendStamp(nil, last.start+slotSeconds-1)
	if w.torque() {
		return fmt.Appendf(b, ";E;%d.%s;user=user0001 group=%s account=PROJ0001 jobna",
			w.firstIDOf(w.cal.count()-1), w.Server, w.Groups[0])
	}
	return fmt.Appendf(b, ";E;%d.%s;user=user0001 group=%s account=\"PROJ0001\" project=_pbs_proj",
		w.firstIDOf(w.cal.count()-1), w.Server, w.Groups[0])
}
