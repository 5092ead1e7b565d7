package generate

import (
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"
)

// A stay is what one run of a job has of one node, from when to when, as its records say.
type stay struct {
	node        string
	id          string
	cores, gpus int64
	slots       []int64 // by number, where exec_host has numbers
	from, until int64
}

var (
	startText = regexp.MustCompile(` start=(\d+) `)
	endText   = regexp.MustCompile(` end=(\d+) `)
	vnodeText = regexp.MustCompile(` exec_vnode=(\S+)`)
	hostText  = regexp.MustCompile(` exec_host=(\S+)`)
)

func number(t *testing.T, text string, of *regexp.Regexp) int64 {
	m := of.FindAllStringSubmatch(text, -1) // the last is the server's: accounts may hold others
	if m == nil {
		return 0
	}
	n, err := strconv.ParseInt(m[len(m)-1][1], 10, 64)
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// stays reads the runs of a profile's logs: what S began, or E tells that begins before the log, until R or the last E.
func stays(t *testing.T, all []record) (out []stay) {
	type run struct {
		text        string
		from, until int64
	}
	open := map[string]*run{}
	closed := func(id string) {
		if r := open[id]; r != nil && r.until > 0 {
			out = append(out, runStays(t, id, r.text, r.from, r.until)...)
		}
		delete(open, id)
	}
	zone, err := time.LoadLocation("Europe/Lisbon") // of the profile whose R records are empty
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range all {
		switch r.letter {
		case 'S':
			closed(r.id)
			open[r.id] = &run{text: r.text, from: number(t, r.text, startText)}
		case 'R', 'E':
			until := number(t, r.text, endText)
			if r.text == "" {
				stamp, _ := time.ParseInLocation("01/02/2006 15:04:05", string(r.raw[:19]), zone)
				until = stamp.Unix()
			}
			at := open[r.id]
			if at == nil && r.letter == 'E' {
				if from := number(t, r.text, startText); from > 0 {
					at = &run{text: r.text, from: from}
					open[r.id] = at
				}
			}
			if at != nil {
				at.until = max(at.until, until)
				if r.letter == 'R' {
					closed(r.id)
				}
			}
		}
	}
	last := int64(0)
	for _, r := range open {
		last = max(last, r.from)
	}
	for id, r := range open { // of runs that the log does not see end it is known that they go on until its last second
		if r.until == 0 {
			r.until = last
		}
		closed(id)
	}
	return out
}

func runStays(t *testing.T, id, text string, from, until int64) (out []stay) {
	if m := vnodeText.FindStringSubmatch(text); m != nil {
		for part := range strings.FieldsFuncSeq(m[1], func(c rune) bool { return strings.ContainsRune("()+", c) }) {
			name, rest, _ := strings.Cut(part, ":")
			name, _, _ = strings.Cut(name, "[")
			s := stay{node: name, id: id, from: from, until: until}
			for kv := range strings.SplitSeq(rest, ":") {
				key, v, _ := strings.Cut(kv, "=")
				n, _ := strconv.ParseInt(v, 10, 64)
				switch key {
				case "ncpus":
					s.cores = n
				case "ngpus":
					s.gpus = n
				}
			}
			out = append(out, s)
		}
		return out
	}
	m := hostText.FindStringSubmatch(text)
	if m == nil {
		return nil // an array parent
	}
	for host := range strings.SplitSeq(m[1], "+") {
		name, cores, _ := strings.Cut(host, "/")
		s := stay{node: name, id: id, from: from, until: until}
		for part := range strings.SplitSeq(cores, ",") {
			first, last, found := strings.Cut(part, "-")
			a, errA := strconv.ParseInt(first, 10, 64)
			b, errB := strconv.ParseInt(last, 10, 64)
			if errA != nil || found && errB != nil {
				t.Fatalf("exec_host %s", host)
			}
			if !found {
				b = a
			}
			for n := a; n <= b; n++ {
				s.slots = append(s.slots, n)
			}
		}
		s.cores = int64(len(s.slots))
		out = append(out, s)
	}
	return out
}

// overfull goes through a node's stays in order of time, and tells of the first instant at which there is more on it
// than it has.
func overfull(k NodeKind, on []stay) string {
	slices.SortFunc(on, func(a, b stay) int { return int(a.from - b.from) })
	var now []stay
	for _, s := range on {
		now = slices.DeleteFunc(now, func(o stay) bool { return o.until <= s.from })
		now = append(now, s)
		var cores, gpus int64
		ids, slots := map[string]bool{}, map[int64]bool{}
		for _, o := range now {
			cores, gpus, ids[o.id] = cores+o.cores, gpus+o.gpus, true
			for _, n := range o.slots {
				if slots[n] {
					return fmt.Sprintf("core %d is given twice at %d", n, s.from)
				}
				slots[n] = true
			}
		}
		if cores > k.Cores || gpus > k.GPUs || k.Whole && len(ids) > 1 {
			return fmt.Sprintf("%d of %d cores, %d of %d GPUs of %d jobs at %d: %v",
				cores, k.Cores, gpus, k.GPUs, len(ids), s.from, slices.Sorted(maps.Keys(ids)))
		}
	}
	return ""
}

// kindOf finds the kind of a host.
func kindOf(c Capacity, host string) (NodeKind, bool) {
	prefix := strings.TrimRight(host, "0123456789")
	n, _ := strconv.Atoi(host[len(prefix):])
	for _, k := range c.Kinds {
		first, _ := strconv.Atoi(strings.TrimPrefix(k.First, prefix))
		last, _ := strconv.Atoi(strings.TrimPrefix(k.Last, prefix))
		if strings.TrimRight(k.First, "0123456789") == prefix && n >= first && n <= last {
			return k, true
		}
	}
	return NodeKind{}, false
}

// TestNeverMoreThanTheMachineHas: on no node is there ever more than it has, nor another job on one that is given as a
// whole; and so there is never more in use than the machine has. Runs that were thrown away count, and such as go on
// when the log ends.
func TestNeverMoreThanTheMachineHas(t *testing.T) {
	for _, o := range []Options{
		{Days: 4, Jobs: 1500, Seed: 1},
		{Days: 2, Jobs: 4000, Seed: 2, Hostile: true},
		{Days: 9, Jobs: 40, Seed: 3},
	} {
		o.NoTruth = true
		dir, sum := run(t, o)
		for i, profile := range Profiles() {
			all, _, _ := records(t, dir, profile)
			nodes := map[string][]stay{}
			n := 0
			for _, s := range stays(t, all) {
				nodes[s.node] = append(nodes[s.node], s)
				n++
			}
			if n < o.Jobs {
				t.Errorf("%s: only %d stays are found", profile, n)
			}
			for node, on := range nodes {
				k, ok := kindOf(sum.Profiles[i].Capacity, node)
				if !ok {
					t.Errorf("%s has no node %s", profile, node)
				} else if wrong := overfull(k, on); wrong != "" {
					t.Errorf("%s, %d jobs a day, seed %d: %s (%s): %s", profile, o.Jobs, o.Seed, node, k.Name, wrong)
				}
			}
		}
	}
}

// TestUtilization: on the days between, on which neither jobs are missing that ended after the log nor the machine
// fills, a plausible part of its cores is in use.
func TestUtilization(t *testing.T) {
	for _, o := range []Options{{Days: 6, Jobs: 1500, Seed: 1}, {Days: 3, Jobs: 4000, Seed: 2}} {
		dir, sum := run(t, o)
		for i, profile := range Profiles() {
			loc, err := time.LoadLocation(sum.Profiles[i].Zone)
			if err != nil {
				t.Fatal(err)
			}
			from := time.Date(2026, 1, 2, 0, 0, 0, 0, loc).Unix()
			until := time.Date(2026, 1, o.Days, 0, 0, 0, 0, loc).Unix()
			used := 0.0
			for _, row := range truth(t, dir, profile) {
				start, end := seconds(t, row["start_time"]), seconds(t, row["end_time"])
				if row["is_array_parent"] == false && start > 0 {
					used += row["ncpus"].(float64) * float64(max(0, min(end, until)-max(start, from)))
				}
			}
			part := used / float64(sum.Profiles[i].Capacity.Cores*(until-from))
			t.Logf("%s, %d jobs a day, %d cores: %.0f %%", profile, o.Jobs, sum.Profiles[i].Capacity.Cores, part*100)
			if part < 0.65 || part > 0.95 {
				t.Errorf("%s, %d jobs a day: %.0f %% of %d cores are in use",
					profile, o.Jobs, part*100, sum.Profiles[i].Capacity.Cores)
			}
		}
	}
}

func seconds(t *testing.T, v any) int64 {
	text, ok := v.(string)
	if !ok {
		return 0
	}
	at, err := time.Parse(time.RFC3339, text)
	if err != nil {
		t.Fatal(err)
	}
	return at.Unix()
}

// TestWaits: a job starts after it could, eligible_time is that wait and no more than what PBS adds, and urgent jobs
// wait less than others.
func TestWaits(t *testing.T) {
	dir, _ := run(t, Options{Days: 5, Jobs: 2000, Seed: 4})
	waits := map[string][]int64{}
	for _, row := range truth(t, dir, "derecho") {
		if row["is_array_parent"] == true || row["start_is_estimated"] == true || row["run_count"] != 1.0 {
			continue
		}
		wait := seconds(t, row["start_time"]) - seconds(t, row["became_eligible_time"])
		if wait < 1 {
			t.Errorf("%v starts %d s after it could", row["job_id"], wait)
		}
		accrued, ok := row["eligible_wait_s"].(float64)
		// What is provisioned starts later; what etime does not tell of was eligible when it was submitted.
		if more := int64(accrued) - wait; ok && (more > 3 || more < -1300) {
			t.Errorf("%v waited %d s, eligible_time is %v", row["job_id"], wait, accrued)
		}
		if row["queue"] == "cpu" {
			waits[row["priority"].(string)] = append(waits[row["priority"].(string)], wait)
		}
	}
	median := func(priority string) int64 {
		w := waits[priority]
		slices.Sort(w)
		return w[len(w)/2]
	}
	if p, r, e := median("premium"), median("regular"), median("economy"); p >= r || r >= e {
		t.Errorf("half of the jobs wait %d s (premium), %d s (regular), %d s (economy)", p, r, e)
	}
}

// TestPool gives whole nodes, shares and cores by number, takes them back, and says no when there is no room.
func TestPool(t *testing.T) {
	whole := newPool(&part{kind: kind{Name: "a", Cores: 8, Whole: true}, count: 4})
	two := &campaign{shape: &shape{}, nodes: 2, ncpus: 2, chunks: []vnodeChunk{{count: 2, ncpus: 1}}}
	for i, want := range []bool{true, true, false} {
		if got := whole.find(two); got != want {
			t.Fatalf("two of four whole nodes, for the %d. time: %v", i+1, got)
		}
		if want {
			whole.take(two)
		}
	}
	whole.give(two, []held{{node: 1}, {node: 2}})
	if !whole.find(two) || whole.found[0].node != 1 || whole.found[1].node != 2 {
		t.Errorf("nodes 1 and 2 are free, %v were found", whole.found)
	}
	shared := newPool(&part{kind: kind{Name: "b", Cores: 8, GPUs: 2, memKB: 100}, count: 2})
	some := &campaign{shape: &shape{}, nodes: 1, ncpus: 3, chunks: []vnodeChunk{{count: 1, ncpus: 3, gpus: 1, memKB: 40}}}
	var all []held
	for shared.find(some) {
		shared.take(some)
		all = append(all, shared.found...)
	}
	if len(all) != 4 || all[0].slots != 0b111 || all[1].slots != 0b111000 || all[2].node != 1 {
		t.Errorf("two fit on each of two nodes, by GPUs and memory: %v", all)
	}
	for _, h := range all {
		shared.give(some, []held{h})
	}
	if shared.idle != 2 || shared.cores != 16 || shared.free[1] != shared.room() {
		t.Errorf("all was given back: %d idle, %d cores, %v", shared.idle, shared.cores, shared.free)
	}
}

// TestQueue: the first of the queue is not delayed by those who start before it, and those who don't delay it need not
// wait; priority goes before arrival.
func TestQueue(t *testing.T) {
	pt := &part{kind: kind{Name: "a", Cores: 1, Whole: true}, count: 10}
	job := func(nodes int, ahead int64) *campaign {
		return &campaign{
			shape: &shape{}, at: pt, nodes: nodes, ncpus: int64(nodes), ahead: ahead,
			chunks: []vnodeChunk{{count: nodes, ncpus: 1}},
		}
	}
	p := &plan{}
	for _, l := range []leg{
		{c: job(6, 0), asked: 0, hold: 100},
		{c: job(8, 0), asked: 1, hold: 100},  // waits for the first
		{c: job(4, 0), asked: 2, hold: 98},   // is over by then
		{c: job(4, 0), asked: 3, hold: 500},  // would delay the second
		{c: job(2, 0), asked: 110, hold: 50}, // takes what the second leaves
		{c: job(3, 50), asked: 120, hold: 1}, // goes before the fourth
	} {
		p.ask(l, 0)
	}
	s := scheduler{pools: []*pool{newPool(pt)}}
	s.add(p)
	s.advance(10_000)
	var got []int64
	for _, l := range p.legs {
		got = append(got, l.start)
	}
	if want := []int64{0, 100, 2, 200, 110, 200}; !slices.Equal(got, want) || p.waiting != 0 {
		t.Errorf("jobs start at %v, want %v; %d wait", got, want, p.waiting)
	}
}
