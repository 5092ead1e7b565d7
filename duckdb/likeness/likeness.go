package likeness

import (
	"context"
	_ "embed"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"sync"

	"pbsduck/duckdb"
)

//go:embed sql/ways.sql
var waysSQL string

//go:embed sql/nodes.sql
var nodesSQL string

//go:embed sql/kinds.sql
var kindsSQL string

//go:embed sql/cells.sql
var cellsSQL string

// What sorts of jobs, queues and exit statuses are at least of, to be told of.
const (
	leastJobs  = 10
	leastUsers = 3
)

// ErrTooFew says that there is not enough to be like.
var ErrTooFew = errors.New("too few jobs with nodes, walltimes and users to be like")

// Profile fits one to a machine's jobs. With hideQueues its queues are numbered.
func Profile(ctx context.Context, db *duckdb.DB, m duckdb.Machine, hideQueues bool) (string, error) {
	f := fit{ctx: ctx, db: db, machine: m}
	for _, step := range []func() error{f.askWays, f.askKinds, f.askCells} {
		if err := step(); err != nil {
			return "", err
		}
	}
	if len(f.cells) == 0 || len(f.kinds) == 0 {
		return "", fmt.Errorf("%s: %w", m.Name, ErrTooFew)
	}
	if hideQueues {
		f.numberQueues()
	}
	return f.text(), nil
}

// A fit is what was found.
type fit struct {
	ctx     context.Context
	db      *duckdb.DB
	machine duckdb.Machine
	ways    ways
	kinds   []kind
	cells   []cell
}

type ways struct {
	hours, weekdays, users, statuses, ofStatuses []int64
	jobs, days, selects, waits                   int64
}

type kind struct {
	name                   string // in the database
	nodes, cores, gpus     int64
	memBytes               int64
	whole                  bool
	ofNodes, ofShares      float64
	prefix, called, filled string
}

type cell struct {
	key, queue, kind                                      string
	nodes, ncpus, ngpus, memMB, jobs                      int64
	asked, used                                           []int64
	ranks, threads, load, memoryFrom, memoryTo, campaigns int64
}

func (f *fit) vars() duckdb.Vars { return duckdb.Vars{"machine": f.machine.Name} }

func (f *fit) askWays() error {
	vars := f.vars()
	vars["least_users"] = leastUsers
	w := &f.ways
	var lists [5]any
	err := f.db.Conn().QueryRowContext(f.ctx, duckdb.With(waysSQL, vars)).
		Scan(&lists[0], &lists[1], &lists[2], &lists[3], &lists[4], &w.jobs, &w.days, &w.selects, &w.waits)
	for i, to := range []*[]int64{&w.hours, &w.weekdays, &w.users, &w.statuses, &w.ofStatuses} {
		*to = whole(lists[i])
	}
	return err
}

// whole are the numbers of a list; none of NULL.
func whole(list any) (numbers []int64) {
	values, _ := list.([]any)
	for _, v := range values {
		n, _ := v.(int64)
		numbers = append(numbers, n)
	}
	return numbers
}

func (f *fit) zone() string {
	if f.machine.Zone == "" {
		return "UTC"
	}
	return f.machine.Zone
}

func (f *fit) askKinds() error {
	if err := f.db.Exec(f.ctx,
		duckdb.With("CREATE OR REPLACE TEMP TABLE node_kinds AS\n"+nodesSQL, f.vars())); err != nil {
		return err
	}
	rows, err := f.db.Conn().QueryContext(f.ctx, duckdb.With(kindsSQL, f.vars()))
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		var k kind
		if err := rows.Scan(&k.name, &k.nodes, &k.cores, &k.gpus, &k.memBytes, &k.whole, &k.ofNodes,
			&k.ofShares); err != nil {
			return err
		}
		n := len(f.kinds)
		k.called, k.prefix = fmt.Sprintf("kind%d", n+1), "n"+string(rune('a'+n))
		of := k.ofShares
		if k.whole {
			of = k.ofNodes
		}
		k.filled = fmt.Sprint(min(95, max(1, int64(100*of+0.5))))
		f.kinds = append(f.kinds, k)
	}
	return rows.Err()
}

func (f *fit) askCells() error {
	vars := f.vars()
	vars["least_jobs"], vars["least_users"] = leastJobs, leastUsers
	rows, err := f.db.Conn().QueryContext(f.ctx, duckdb.With(cellsSQL, vars))
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		var c cell
		var asked, used any
		if err := rows.Scan(&c.key, &c.queue, &c.kind, &c.nodes, &c.ncpus, &c.ngpus, &c.memMB, &c.jobs, &asked, &used,
			&c.ranks, &c.threads, &c.load,
			&c.memoryFrom, &c.memoryTo); err != nil {
			return err
		}
		c.asked, c.used = whole(asked), whole(used)
		f.cells = append(f.cells, c)
	}
	return rows.Err()
}

// numberQueues calls queues by the number of their jobs.
func (f *fit) numberQueues() {
	names := map[string]string{}
	for i := range f.cells { // the largest come first
		c := &f.cells[i]
		if names[c.queue] == "" {
			names[c.queue] = fmt.Sprintf("queue%d", len(names)+1)
		}
		c.queue = names[c.queue]
	}
}

var plain = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`^[A-Za-z][A-Za-z0-9_-]*$`) })

// text is the profile.
func (f *fit) text() string {
	var b strings.Builder
	w, name, dialect := f.ways, f.machine.Name, "pbs"
	if !plain().MatchString(name) {
		name = "machine"
	}
	if w.selects == 0 {
		dialect = "torque"
	}
	fmt.Fprintf(&b, "# Jobs like those of %s, of nobody: fitted to its database. docs/profiles.md explains the keys.\n",
		name)
	fmt.Fprintf(&b, "name = %q\ndialect = %q\ntimezone = %q\nserver = \"pbs\"\npeer = \"pbs\"\nlogin = \"login\"\n"+
		"first_id = 100_000\ngroups = [\"users\"]\n", name, dialect, f.zone())
	without := `"odd", "lateStamp", "released", "reserved", "longRunning", "standing", "huge", "large"`
	if dialect == "torque" {
		without += `, "provisioned", "moved", "suspended", "oldArray", "withoutEligible", "neverEligible"`
	}
	fmt.Fprintf(&b, "filled = %s\nexit_lag = [2, 10]\nwithout = [%s]\n", f.kinds[0].filled, without)
	if w.waits == 0 && dialect == "pbs" {
		b.WriteString("no_eligible_before = 2100-01-01T00:00:00Z\n")
	}
	fmt.Fprintf(&b, "\njobs = %d # a day\nactivity = %s # jobs by local hour\nweekdays = %s # as much, from Monday on\n"+
		"users = %s # jobs of each\nexits = %s # exit status, jobs\n",
		max(1, w.jobs/w.days), numbers(w.hours), numbers(w.weekdays), numbers(w.users), pairs(w.statuses, w.ofStatuses))
	for _, k := range f.kinds {
		memory := (k.memBytes + 1<<20 - 1) >> 20
		if memory == 0 { // no job says
			memory = k.cores << 12
		}
		fmt.Fprintf(&b, "\n[[nodes]] # %d of them\nname = %q\nprefix = %q\ndigits = 4\ncores = %d\ngpus = %d\n"+
			"memory = \"%dmb\"\nwhole = %v\nfilled = %s\n",
			k.nodes, k.called, k.prefix, k.cores, k.gpus, memory, k.whole, k.filled)
	}
	f.writeQueues(&b)
	return b.String()
}

// campaigns are those of all sorts of jobs together.
const campaigns = 1500

// writeQueues writes a queue of each kind of nodes with its sorts of jobs.
func (f *fit) writeQueues(b *strings.Builder) {
	all := int64(0)
	for _, c := range f.cells {
		all += c.jobs
	}
	var done []string
	for _, first := range f.cells {
		key := first.queue + "\x00" + first.kind
		if slices.Contains(done, key) {
			continue
		}
		done = append(done, key)
		k := f.kindOf(first.kind)
		place := "scatter"
		if k.whole {
			place = "scatter:excl"
		}
		fmt.Fprintf(b,
			"\n[[queues]]\nroute = [%q]\nnodes = %q\nplace = %q\norder = \"ncpus mem ngpus\"\ndefault = \"0\"\njobs = [\n",
			first.queue, k.called, place)
		for _, c := range f.cells {
			if c.queue == first.queue && c.kind == first.kind {
				c.campaigns = min(200, max(4, campaigns*c.jobs/all))
				c.write(b, k)
			}
		}
		b.WriteString("]\n")
	}
}

func (f *fit) kindOf(name string) kind {
	return f.kinds[slices.IndexFunc(f.kinds, func(k kind) bool { return k.name == name })]
}

// write writes a sort of jobs.
func (c cell) write(b *strings.Builder, k kind) {
	var walltimes []string
	for _, s := range c.asked {
		walltimes = append(walltimes, fmt.Sprintf("%q", fmt.Sprintf("%02d:%02d:%02d", s/3600, s/60%60, s%60)))
	}
	if walltimes[0] == walltimes[len(walltimes)-1] {
		walltimes = walltimes[:1]
	}
	fmt.Fprintf(b, "  { weight = %d, campaigns = %d, select = %q, walltimes = [%s], run = [%d, %d], runs = %s, "+
		"load = %d, used = [%d, %d] },\n",
		c.jobs, c.campaigns, c.selects(k), strings.Join(walltimes, ", "), max(1, c.used[0]), max(1, c.used[len(c.used)-1]),
		numbers(c.used), max(1, c.load),
		min(100, max(0, c.memoryFrom)), min(100, max(0, c.memoryTo, c.memoryFrom)))
}

// selects is what such a job asks for: chunks on nodes of their own, the last with what is left over.
func (c cell) selects(k kind) string {
	nodes := max(1, min(c.nodes, k.nodes))
	each := max(1, min(k.cores, c.ncpus/nodes))
	rest := ""
	if more := c.ncpus - each*nodes; more > 0 && each+more <= k.cores && nodes > 1 {
		nodes--
		rest = "+" + c.chunk(1, each+more, k)
	}
	return c.chunk(nodes, each, k) + rest
}

// chunk is so many of a job's.
func (c cell) chunk(count, ncpus int64, k kind) string {
	text := fmt.Sprintf("%d:ncpus=%d", count, ncpus)
	if c.ranks > 0 {
		text += fmt.Sprintf(":mpiprocs=%d", max(1, c.ranks/max(1, c.nodes)))
	}
	if c.threads > 0 {
		text += fmt.Sprintf(":ompthreads=%d", c.threads)
	}
	if gpus := min(k.gpus, (c.ngpus+max(1, c.nodes)-1)/max(1, c.nodes)); gpus > 0 {
		text += fmt.Sprintf(":ngpus=%d", gpus)
	}
	if mb := min(k.memBytes>>20, c.memMB/max(1, c.nodes)); mb > 0 {
		text += fmt.Sprintf(":mem=%dmb", mb)
	}
	return text
}

func numbers(all []int64) string { return strings.ReplaceAll(fmt.Sprint(all), " ", ", ") }

func pairs(a, b []int64) string {
	var all []string
	for i := range a {
		all = append(all, fmt.Sprintf("[%d, %d]", a[i], b[i]))
	}
	return "[" + strings.Join(all, ", ") + "]"
}
