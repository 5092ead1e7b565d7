package generate

import (
	"fmt"
	"strconv"
)

// serverRecords writes what the server says of its own accord: priorities that its scheduler hook sets again and again
// on a few waiting jobs, and the hourly count of licences.
func (pbsDialect) serverRecords(s *simulation, at *slot, quota int) {
	s.emit(at.start, 'L', []byte("license"), fmt.Appendf(nil, "floating license hour:%d day:%d month:%d max:%d",
		quota, at.start/slotSeconds%24*10, s.jobs, s.jobs*2)) // the hour of UTC keeps the two lines of a repeated hour apart
	n := int(float64(quota)*s.Altered + s.u.r.Float64())
	if n == 0 {
		return
	}
	first := s.firstIDOf(s.slot) - s.u.between(900, 200_000)
	jobs := max(2, n/1800+1) // so many that none is set twice in a second
	priority := []string{"Priority=1023", "Priority=1000", "Priority=800"}
	for i := range n {
		t := at.start + int64(i)*slotSeconds/int64(n)
		id := s.appendID(nil, &job{number: first + int64(i%jobs), index: noIndex})
		s.emit(t, 'a', id, []byte(priority[i%2+s.u.r.IntN(2)]))
	}
}

// reserved books nodes and runs one or two jobs in them, one after the other: U Y B, jobs with resvname and resvID, k
// or K.
func reserved(s *simulation) int {
	c := s.specialCampaign("reserved")
	b := s.book('R', c, s.d.between(300, 1200), reservedFor)
	s.says(&b, 'U', s.now, "requestor="+b.owner)
	if b.start != never { // only then is it known where
		s.says(&b, 'Y', b.start,
			fmt.Sprintf("requestor=Scheduler@%s start=%d end=%d nodes=%s", s.Server, b.start, b.end, b.nodes))
	}
	s.begins(&b)
	n, at := min(2, s.left), b.start
	for i := range n {
		j := s.fresh(c)
		j.queue, j.resv, j.depend = b.queue, " resvname="+b.name+" resvID="+b.id, j.depend[:0]
		j.qtime, j.etime = j.ctime, j.ctime
		j.wall, j.lag = min(j.wall, reservedFor/2-120), 2+int64(i)
		j.start, j.end = at+30, at+30+j.wall+j.lag
		at = j.end
		if j.place.clear(); !s.asking && b.start != never {
			j.place.place(c, s.plan.nodes(&s.plan.legs[b.leg]), s.u)
		}
		s.ran(j, j.etime)
		s.write(j)
	}
	if s.variant(2) == 0 {
		s.says(&b, 'k', b.end-30, "requestor="+b.owner)
	} else {
		s.says(&b, 'K', b.end-30, "requestor=Server@"+s.Server+"@"+s.Server)
	}
	return n
}

const reservedFor = 4800 // seconds

// standing books nodes again and again; the rule for it holds the one ';' that ordinary records have.
func standing(s *simulation) int {
	b := s.book('S', s.specialCampaign("reserved"), 600, 1800)
	s.says(&b, 'U', s.now, "requestor="+b.owner+" recurrence_rrule=FREQ=DAILY;COUNT=3;BYDAY=MO,TU timezone="+s.Zone)
	if b.start != never {
		s.says(&b, 'Y', b.start,
			fmt.Sprintf("requestor=Scheduler@%s start=%d end=%d nodes=%s count=3", s.Server, b.start, b.start+1800, b.nodes))
	}
	s.begins(&b)
	s.says(&b, 'K', b.end-100, "requestor=root@"+s.Server)
	return plain(s)
}

// A booking is a reservation, and the nodes that it was granted.
type booking struct {
	id, name, owner, queue, nodes string
	c                             *campaign
	start, end                    int64
	leg                           int
}

// book asks for nodes some seconds from now.
func (s *simulation) book(letter byte, c *campaign, in, seconds int64) booking {
	n := string(letter) + strconv.FormatInt(s.spareID(), 10)
	b := booking{id: n + "." + s.Server, name: "resv_" + c.user, owner: c.user + "@" + s.Login + "1", queue: n, c: c}
	j := job{c: c}
	s.recast()
	b.leg = s.hold(&j, leg{c: c, asked: s.now + in, hold: seconds})
	b.start, b.end, b.nodes = j.start, j.end, string(j.place.vnode)
	return b
}

func (s *simulation) says(b *booking, letter byte, at int64, text string) {
	s.emit(at, letter, []byte(b.id), []byte(text))
}

// begins writes the B record: account unquoted, select before place, a trailing blank.
func (s *simulation) begins(b *booking) {
	if !s.writes(b.start) {
		return
	}
	c := b.c
	s.says(b, 'B', b.start,
		fmt.Sprintf("owner=%s name=%s account=%s queue=%s ctime=%d start=%d end=%d duration=%d nodes=%s "+
			"Authorized_Users=%s Resource_List.ncpus=%d Resource_List.nodect=%d Resource_List.select=%s "+
			"Resource_List.place=free Resource_List.walltime=%s ",
			b.owner, b.name, c.account, b.queue, s.now, b.start, b.end, b.end-b.start, b.nodes,
			b.owner, c.ncpus, c.nodes, c.sel, appendDuration(nil, b.end-b.start)))
}
