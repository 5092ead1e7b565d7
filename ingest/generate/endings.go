package generate

// deletedInQueue leaves Q and D, and no E. Impatient users delete more than once.
func deletedInQueue(s *simulation) int {
	j := s.fresh(s.commonCampaign())
	s.queued(j)
	at := j.qtime + s.d.spread(3, 7200)
	for range []int{1, 1, 2, 9}[s.variant(4)] {
		s.deleted(j, at)
		at += s.d.between(1, 4)
	}
	return 1
}

func (s *simulation) deleted(j *job, at int64) {
	b := append(append(s.body[:0], "requestor="...), j.c.user...)
	b = append(append(append(b, '@'), s.login...), byte('1'+s.d.r.IntN(6)))
	s.body = append(b, ".hpc.example.org"...)
	s.emit(at, 'D', j.id, s.body)
}

// killedByUser is deleted while it runs: D, then E with 256+SIGTERM.
func killedByUser(s *simulation) int {
	j := s.fresh(s.commonCampaign())
	s.spend(j, s.d.about(j.use.wall, 50)+1)
	j.exit = 271
	s.deleted(j, max(j.start, j.end-2))
	return s.life(j)
}

// aborted loses the job it depends on: A, and no E.
func aborted(s *simulation) int {
	j := s.fresh(s.commonCampaign())
	j.depend = j.depend[:0]
	s.dependOn(j)
	j.etime = j.qtime + 1 // never eligible: the last Q has etime=0
	s.queued(j)
	s.body = append(append(s.body[:0], "Job deleted as result of dependency on job "...), s.appendID(nil, &job{number: j.number - 1, index: noIndex})...)
	s.emit(j.qtime+s.d.spread(30, 5000), 'A', j.id, s.body)
	return 1
}

// moved goes to another server: M, and no E here.
func moved(s *simulation) int {
	j := s.fresh(s.commonCampaign())
	s.queued(j)
	s.body = append(append(s.body[:0], "destination=workq@"...), "peer-pbs"...)
	s.emit(j.qtime+s.d.between(2, 90), 'M', j.id, s.body)
	return 1
}

// altered is changed by its user while it waits: qalter names what it set.
func altered(s *simulation) int {
	j := s.fresh(s.commonCampaign())
	s.emit(j.qtime+1, 'a', j.id, []byte(`Priority=150 comment="waits for input; a = b, "later""`))
	return s.life(j)
}

// suspended stands still for a while: its used walltime stops between z and r.
func suspended(s *simulation) int {
	j := s.fresh(s.commonCampaign())
	wall := max(20, j.use.wall)
	pause := s.d.between(5, 900)
	s.spend(j, wall)
	at := j.start + wall/2
	j.end += pause
	whole := j.use
	j.use.wall, j.use.cput = wall/2, j.use.cput/2
	if s.cal.covers(at) {
		b := append(j.appendUsed(s.body[:0]), " resources_released="...)
		s.body = append(b, j.place.vnode...)
		s.emit(at, 'z', j.id, s.body)
	}
	j.use = whole
	s.emit(at+pause, 'r', j.id, nil)
	return s.life(j)
}

// released gives back half of its nodes while it runs: u and c part its phases, e comes before E. E
// shows the original placement.
func released(s *simulation) int {
	j := s.fresh(s.specialCampaign("phases"))
	wall := max(60, j.use.wall)
	s.spend(j, wall)
	cut := j.start + wall/2
	s.queued(j)
	s.started(j)
	s.ended(j)
	j.use.wall, j.use.cput = wall/2, j.use.cput/2
	s.phase(j, 'u', cut)
	rest := *j
	rest.c = s.halves[j.c]
	rest.use.wall = wall - wall/2
	rest.place.host = untilPlus(rest.place.host, rest.c.nodes)
	rest.place.vnode = untilPlus(rest.place.vnode, rest.c.nodes)
	if s.cal.covers(cut) {
		s.body = append(rest.appendRun(s.body[:0], false), rest.c.assigned...)
		s.emit(cut, 'c', j.id, s.body)
	}
	s.phase(&rest, 'e', j.end-1)
	return 1
}

// untilPlus is the first n of the terms that '+' joins.
func untilPlus(b []byte, n int) []byte {
	for i, c := range b {
		if c == '+' {
			if n--; n == 0 {
				return b[:i]
			}
		}
	}
	return b
}

func (s *simulation) phase(j *job, letter byte, at int64) {
	if s.cal.covers(at) {
		s.body = j.appendPhase(s.body[:0])
		s.emit(at, letter, j.id, s.body)
	}
}

// provisioned waits for its node to boot another image. A failure sends it back before it ran: R
// with start=0, run_count=0.
func provisioned(s *simulation) int {
	j := s.fresh(s.commonCampaign())
	s.queued(j)
	at := j.start
	for _, status := range [][]string{{"SUCCESS"}, {"FAILURE", "SUCCESS"}}[s.variant(2)] {
		s.provision(j, 'P', at, "provision_event=START start_time=")
		at += s.d.between(120, 600)
		s.provision(j, 'p', at, "provision_event=END status="+status+" end_time=")
		if status == "FAILURE" {
			s.failed(j, at)
			at += 60
		}
	}
	s.begin(j, at+1)
	s.started(j)
	s.ended(j)
	return 1
}

// failed writes the R of a run that provisioning kept from beginning.
func (s *simulation) failed(j *job, at int64) {
	f := *j
	f.noStart, f.bare, f.run, f.session, f.exit, f.end = true, true, 0, 0, -3, at
	s.requeued(&f)
}

func (s *simulation) provision(j *job, letter byte, at int64, event string) {
	b := append(append(append(append(s.body[:0], "user="...), j.c.user...), " group="...), j.c.group...)
	b = append(append(append(append(b, " jobname="...), j.name...), " queue="...), j.executionQueue()...)
	b = append(append(b, " provision_vnode="...), j.place.names[:j.place.shares[0].nameTo]...)
	s.body = appendAttr(append(b, ":aoe=image_b "...), event, at)
	s.emit(at, letter, j.id, s.body)
}

// checkpointed is held with its state saved: C, and T in place of S when it goes on.
func checkpointed(s *simulation) int {
	j := s.fresh(s.commonCampaign())
	j.run = 2
	at := j.start + j.use.wall/2 + 1
	s.emit(at, 'C', j.id, nil)
	gap := s.d.between(30, 600)
	s.emit(at+gap, 'T', j.id, nil)
	j.end += gap
	return s.life(j)
}
