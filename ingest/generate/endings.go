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
	if !s.writes(at) {
		return
	}
	b := append(append(s.body[:0], "requestor="...), j.c.user...)
	b = append(append(append(b, '@'), s.Login...), byte('1'+s.u.r.IntN(6)))
	s.body = append(b, ".hpc.example.org"...)
	s.emit(at, 'D', j.id, s.body)
}

// killedByUser is deleted while it runs: D, then E with 256+SIGTERM.
func killedByUser(s *simulation) int {
	j := s.fresh(s.commonCampaign())
	j.wall = s.d.about(j.wall, 50) + 1
	s.run(j)
	j.exit = 271
	s.deleted(j, max(j.start, j.end-2))
	s.write(j)
	return 1
}

// aborted loses the job it depends on: A, and no E.
func aborted(s *simulation) int {
	j := s.fresh(s.commonCampaign())
	at := j.qtime + s.d.spread(30, 5000)
	if s.asking {
		return 1
	}
	j.depend = j.depend[:0]
	s.dependOn(j)
	j.etime = j.qtime + 1 // never eligible: the last Q has etime=0
	s.queued(j)
	s.body = append(
		append(s.body[:0], "Job deleted as result of dependency on job "...),
		s.appendID(nil, &job{number: j.number - 1, index: noIndex})...)
	s.emit(at, 'A', j.id, s.body)
	return 1
}

// moved goes to another server: M, and no E here.
func moved(s *simulation) int {
	j := s.fresh(s.commonCampaign())
	s.queued(j)
	s.emit(j.qtime+s.d.between(2, 90), 'M', j.id, []byte("destination=workq@peer-pbs"))
	return 1
}

// altered is changed by its user while it waits: qalter names what it set.
func altered(s *simulation) int {
	j := s.fresh(s.commonCampaign())
	s.emit(j.qtime+1, 'a', j.id, []byte(`Priority=150 comment="waits for input; a = b, "later""`))
	return s.life(j)
}

// suspended stands still for a while: its used walltime stops between z and r. Nobody gets its nodes meanwhile.
func suspended(s *simulation) int {
	j := s.fresh(s.commonCampaign())
	j.wall = max(20, j.wall)
	j.extra = s.d.between(5, 900)
	s.run(j)
	at := j.start + j.wall/2
	whole := j.use
	j.use.wall, j.use.cput = j.wall/2, j.use.cput/2
	if s.writes(at) {
		b := append(j.appendUsed(s.body[:0]), " resources_released="...)
		s.body = append(b, j.place.vnode...)
		s.emit(at, 'z', j.id, s.body)
	}
	j.use = whole
	s.emit(at+j.extra, 'r', j.id, nil)
	s.write(j)
	return 1
}

// released gives back half of its nodes while it runs: u and c part its phases, e comes before E. E shows the original
// placement. Nobody gets these nodes before it ends.
func released(s *simulation) int {
	j := s.fresh(s.specialCampaign("phases"))
	j.wall = max(60, j.wall)
	s.run(j)
	cut := j.start + j.wall/2
	s.write(j)
	j.use.wall, j.use.cput = j.wall/2, j.use.cput/2
	s.phase(j, 'u', cut)
	rest := *j
	rest.c = s.halves[j.c]
	rest.use.wall = j.wall - j.wall/2
	rest.place.host = untilPlus(rest.place.host, rest.c.nodes)
	rest.place.vnode = untilPlus(rest.place.vnode, rest.c.nodes)
	if s.writes(cut) {
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
	if s.writes(at) {
		s.body = j.appendPhase(s.body[:0])
		s.emit(at, letter, j.id, s.body)
	}
}

// provisioned waits on its node until that has booted another image. A failure sends it back before it ran: R with
// start=0, run_count=0.
func provisioned(s *simulation) int {
	j := s.fresh(s.commonCampaign())
	fails := s.variant(2)
	var boots [2]int64
	for i := range fails + 1 {
		boots[i] = s.d.between(120, 600)
	}
	j.extra = boots[0] + boots[1] + int64(fails)*60 + 1
	s.run(j)
	s.queued(j)
	at := j.start
	for i := range fails + 1 {
		s.provision(j, 'P', at, "provision_event=START start_time=")
		at += boots[i]
		if i < fails {
			s.provision(j, 'p', at, "provision_event=END status=FAILURE end_time=")
			s.failed(j, at)
			at += 60
		} else {
			s.provision(j, 'p', at, "provision_event=END status=SUCCESS end_time=")
		}
	}
	j.start = at + 1
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
	if !s.writes(at) {
		return
	}
	b := append(append(append(append(s.body[:0], "user="...), j.c.user...), " group="...), j.c.group...)
	b = append(append(append(append(b, " jobname="...), j.name...), " queue="...), j.executionQueue()...)
	b = append(append(b, " provision_vnode="...), j.place.names[:j.place.shares[0].nameTo]...)
	s.body = appendAttr(append(b, ":aoe=image_b "...), event, at)
	s.emit(at, letter, j.id, s.body)
}

// checkpointed is held with its state saved: C, and T in place of S when it goes on. Its nodes wait for it.
func checkpointed(s *simulation) int {
	j := s.fresh(s.commonCampaign())
	j.extra = s.d.between(30, 600)
	s.run(j)
	j.run = 2
	at := j.start + j.wall/2 + 1
	s.emit(at, 'C', j.id, s.dialect.checkpoint('C'))
	s.emit(at+j.extra, 'T', j.id, s.dialect.checkpoint('T'))
	s.write(j)
	return 1
}
