package generate

import (
	"fmt"
	"strconv"
)

// serverRecords writes what the server says of its own accord: priorities that its scheduler hook
// sets again and again on a few waiting jobs, and the hourly count of licences.
func (s *simulation) serverRecords(at *slot, quota int) {
	s.emit(at.start, 'L', []byte("license"), fmt.Appendf(nil, "floating license hour:%d day:%d month:%d max:%d",
		quota, at.start/slotSeconds%24*10, s.jobs, s.jobs*2)) // the hour of UTC keeps the two lines of a repeated hour apart
	n := int(float64(quota)*s.altered + s.d.r.Float64())
	if n == 0 {
		return
	}
	first := s.firstIDOf(s.slot) - s.d.between(900, 200_000)
	jobs := max(2, n/1800+1) // so many that none is set twice in a second
	priority := []string{"Priority=1023", "Priority=1000", "Priority=800"}
	for i := range n {
		t := at.start + int64(i)*slotSeconds/int64(n)
		id := s.appendID(nil, &job{number: first + int64(i%jobs), index: noIndex})
		s.emit(t, 'a', id, []byte(priority[i%2+s.d.r.IntN(2)]))
	}
}

// reserved books nodes for an hour and runs one or two jobs in them: U Y B, jobs with resvname and resvID, k or K.
func reserved(s *simulation) int {
	c := s.specialCampaign("reserved")
	r := s.reservation('R', c)
	start, end := s.now+s.d.between(300, 1200), s.now+5400
	s.reservationSays(r, 'U', s.now, "requestor="+r.owner)
	s.reservationSays(r, 'Y', s.now+3, fmt.Sprintf("requestor=Scheduler@%s start=%d end=%d nodes=%s", s.server, start, end, r.nodes))
	s.begins(r, c, start, end)
	n := min(2, s.left)
	for range n {
		j := s.fresh(c)
		j.queue, j.resv, j.depend = r.queue, " resvname="+r.name+" resvID="+r.id, j.depend[:0]
		j.etime = j.ctime
		j.qtime = j.ctime
		s.begin(j, start+s.d.between(1, 60))
		s.spend(j, min(j.use.wall, end-start-120))
		s.life(j)
	}
	if s.variant(2) == 0 {
		s.reservationSays(r, 'k', end-30, "requestor="+r.owner)
	} else {
		s.reservationSays(r, 'K', end-30, "requestor=Server@"+s.server+"@"+s.server)
	}
	return n
}

// standing books nodes again and again; the rule for it holds the one ';' that ordinary records have.
func standing(s *simulation) int {
	c := s.specialCampaign("reserved")
	r := s.reservation('S', c)
	start := s.now + 600
	s.reservationSays(r, 'U', s.now, "requestor="+r.owner+" recurrence_rrule=FREQ=DAILY;COUNT=3;BYDAY=MO,TU timezone=America/Denver")
	s.reservationSays(r, 'Y', s.now+2, fmt.Sprintf("requestor=Scheduler@%s start=%d end=%d nodes=%s count=3", s.server, start, start+1800, r.nodes))
	s.begins(r, c, start, start+1800)
	s.reservationSays(r, 'K', start+1700, "requestor=root@"+s.server)
	return plain(s)
}

type reservation struct{ id, name, owner, queue, nodes string }

func (s *simulation) reservation(letter byte, c *campaign) reservation {
	n := string(letter) + strconv.FormatInt(s.spareID(), 10)
	var p placement
	p.place(c, s.d)
	return reservation{id: n + "." + s.server, name: "resv_" + c.user, owner: c.user + "@" + s.login + "1", queue: n, nodes: string(p.vnode)}
}

func (s *simulation) reservationSays(r reservation, letter byte, at int64, text string) {
	s.emit(at, letter, []byte(r.id), []byte(text))
}

// begins writes the B record: account unquoted, select before place, a trailing blank.
func (s *simulation) begins(r reservation, c *campaign, start, end int64) {
	s.reservationSays(r, 'B', start, fmt.Sprintf("owner=%s name=%s account=%s queue=%s ctime=%d start=%d end=%d duration=%d nodes=%s "+
		"Authorized_Users=%s Resource_List.ncpus=%d Resource_List.nodect=%d Resource_List.select=%s Resource_List.place=free Resource_List.walltime=%s ",
		r.owner, r.name, c.account, r.queue, s.now, start, end, end-start, r.nodes, r.owner, c.ncpus, c.nodes, c.sel, appendDuration(nil, end-start)))
}
