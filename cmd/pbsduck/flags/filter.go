package flags

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"pbsduck/cmd/pbsduck/ui"
	"pbsduck/duckdb"
	"pbsduck/ingest/pbs"
)

// A Filter says which jobs are meant: the flags by which jobs are searched for, which are the same in every command
// that has them.
type Filter struct {
	OwnZone      bool // instants that do not say their zone are in the machine's own, not in UTC
	values       map[string]*[]string
	times        map[string]*string
	days         Window
	ignoreCase   bool
	where        []string
	arrayParents string
}

// A nameFlag is a flag for texts, by the column that has them.
type nameFlag struct {
	name, column, what string
	in                 duckdb.Place
}

var nameFlags = []nameFlag{
	{"user", "user_name", "of these users", duckdb.TheJob},
	{"account", "account", "of these accounts", duckdb.TheJob},
	{"project", "project", "of these PBS projects", duckdb.TheJob},
	{"group", "group_name", "of these Unix groups", duckdb.TheJob},
	{"queue", "queue", "from these queues", duckdb.TheJob},
	{"name", "name", "of these names", duckdb.TheJob},
	{"priority", "priority", "of these classes of priority", duckdb.TheJob},
	{"qos", "qos", "charged for these qualities of service", duckdb.ItsCharge},
	{"exit-class", "exit_class", "that ended so: ok, pbs_limit, pbs_other, program, shell_signal, signal", duckdb.TheJob},
	{"cpu-type", "cpu_type", "with these types of CPU", duckdb.TheJob},
	{"gpu-type", "gpu_type", "with these types of GPU", duckdb.TheJob},
	{"node", "node", "that ran, in their last run, on one of these nodes", duckdb.ItsNodes},
}

// A numberFlag is a flag for numbers.
type numberFlag struct {
	name, value, what string
	unit              unit
}

var numberFlags = []numberFlag{
	{"exit-status", "j.exit_status", "with these exit statuses, e.g. 1,256.. or '!0'", counted},
	{"nodes", "j.nodect", "on so many nodes (chunks), e.g. 4..8", counted},
	{"cpus", "j.ncpus", "that asked for so many CPUs", counted},
	{"gpus", "j.ngpus", "that asked for so many GPUs", counted},
	{"runs", "j.run_count", "that were run so often, e.g. 2..", counted},
	{"wait", "j.eligible_wait_s", "that waited so long for resources, as PBS counts it, e.g. 2h..", durations},
	{"delay", "date_diff('second', j.submit_time, j.start_time)",
		"that started so long after they were submitted", durations},
	{"walltime", "j.walltime_requested_s", "that asked for so much walltime, e.g. 12:00:00", durations},
	{"elapsed", "j.walltime_used_s", "that used so much walltime, e.g. ..30s", durations},
	{"mem", "j.mem_requested_bytes", "that asked for so much memory, e.g. 10GB..1.5TB", sizes},
	{"mem-used", "j.mem_used_bytes", "that used so much memory", sizes},
	{"mem-wasted", "(j.mem_requested_bytes - j.mem_used_bytes)",
		"that asked for so much more memory than they used", sizes},
}

// A timeFlag is a flag for instants.
type timeFlag struct{ name, from, to, what string }

var timeFlags = []timeFlag{
	{"submitted", "submit_time", "submit_time", "that were submitted then"},
	{"started", "start_time", "start_time", "that started, or whose last run did, then"},
	{"ended", "end_time", "end_time", "that ended then"},
	{"at", "start_time", "end_time", "that ran then, in their last run"},
}

// FilterHelp is what the help of a command says of these flags.
const FilterHelp = `Flags that say which jobs are meant all have to hold. Each takes several values,
with commas between them or by being given again, of which one has to hold; a value
with ! in front must not hold, as in --queue '!R*'. What a record does not say is
unknown, and found by no value, with ! or without.

  names     exactly so, or with * for any characters and ? for one: --user 'a*';
            a backslash takes the meaning from *, ?, a comma or !
  numbers   4, or a range whose ends are in it: 4..8, 4.. or ..8
  times     30m, 1h30m, 2d or 12:00:00, and ranges of them: 2h.., ..30s
  sizes     512MB, 1.5TB, and ranges; a kB is 1024 bytes, as in PBS
  instants  a day of the machine's (2026-01-31), an instant in UTC (2026-01-31T14:05,
            2026-01-31 14:05:00) or with its offset (2026-01-31T14:05-07:00),
            and ranges: 2026-01-01..2026-01-31, 2026-01-31T14:00..
  job ids   123 (of an array with its elements), 123.server, 123[7], 123[]`

// Add adds its flags to a command, except some.
func (f *Filter) Add(c *cobra.Command, except ...string) {
	f.values, f.times = map[string]*[]string{}, map[string]*string{}
	list := func(name, arg, what string) {
		if !slices.Contains(except, name) {
			f.values[name] = new([]string)
			c.Flags().Var((*again)(f.values[name]), name, "only jobs "+what+" (`"+arg+"`)")
		}
	}
	list("machine", "NAME", "of these machines")
	list("job", "ID", "that these ids mean")
	for _, n := range nameFlags {
		list(n.name, "NAME", n.what)
	}
	for _, n := range numberFlags {
		list(n.name,
			map[string]string{counted.like: "NUMBER", durations.like: "TIME", sizes.like: "SIZE"}[n.unit.like], n.what)
	}
	f.days.Add(c, endedOn)
	f.days.AddLast(c, "only jobs that ended on the last `DAYS` of the machine, e.g. 3d, counted to today")
	for _, t := range timeFlags {
		f.times[t.name] = c.Flags().String(t.name, "", "only jobs "+t.what+" (`WHEN`)")
	}
	c.Flags().Var((*again)(&f.where), "where",
		"only jobs of which this condition in `SQL`, on the columns of jobs, is true")
	c.Flags().StringVar(&f.arrayParents, "array-parents", "yes",
		"whether arrays as a whole, which have a row beside their elements, are among the jobs, `WHICH` is yes, no or only")
	c.Flags().BoolVar(&f.ignoreCase, "ignore-case", false, "upper and lower case are the same in names")
}

// again is the value of a flag that may be given again, as pflag's own is, which gets itself 4 KiB of memory with each
// such flag, for the CSV in which it says that it has no value yet: a millisecond of each start.
type again []string

func (a *again) Set(text string) error {
	*a = append(*a, text)
	return nil
}

func (a *again) String() string { return "[" + strings.Join(*a, ",") + "]" }

// Type is that of pflag's own, by which a shell knows that it may offer the flag again.
func (a *again) Type() string { return "stringArray" }

// Given tells whether any of the flags is.
func (f *Filter) Given(c *cobra.Command) bool {
	var names []string
	for name := range f.values {
		names = append(names, name)
	}
	for name := range f.times {
		names = append(names, name)
	}
	names = append(names, "since", "until", "last", "where", "array-parents")
	return slices.ContainsFunc(names, func(name string) bool { return c.Flags().Changed(name) })
}

// Read opens the database for reading, and lets use have it, with which jobs are meant. What is wrong with the flags is
// told before, as far as it needs no database; and where use fails for what --where says, that is the error.
func (f *Filter) Read(
	ctx context.Context, g *Global, o duckdb.Options, use func(db *duckdb.DB, jobs duckdb.Filter) error,
) error {
	db, jobs, err := f.open(ctx, g, o)
	if err != nil {
		return err
	}
	defer db.Close()
	return f.blame(ctx, db, use(db, jobs))
}

func (f *Filter) open(ctx context.Context, g *Global, o duckdb.Options) (*duckdb.DB, duckdb.Filter, error) {
	if _, err := f.terms(); err != nil {
		return nil, duckdb.Filter{}, err
	}
	if _, _, err := f.days.Days(time.Now()); err != nil {
		return nil, duckdb.Filter{}, err
	}
	db, err := g.OpenWith(ctx, o)
	if err != nil {
		return nil, duckdb.Filter{}, err
	}
	jobs, err := f.In(ctx, db)
	if err == nil {
		err = f.tellOld(ctx, g, db, jobs)
	}
	if err != nil {
		db.Close()
		return nil, duckdb.Filter{}, err
	}
	return db, jobs, nil
}

// tellOld tells of logs that end before the days which --last counts to today.
func (f *Filter) tellOld(ctx context.Context, g *Global, db *duckdb.DB, jobs duckdb.Filter) error {
	if !f.days.CountsToToday() {
		return nil
	}
	last, err := db.LastDay(ctx, jobs.Machines)
	if err == nil && last != "" && last < jobs.Since.Format(time.DateOnly) {
		g.Say("the logs go until %s, and --last %s counts to today: choose days with --since and --until", last, f.days.last)
	}
	return err
}

// blame says that an error is one of --where, if a condition fails by itself on some job.
func (f *Filter) blame(ctx context.Context, db *duckdb.DB, err error) error {
	if err == nil || ctx.Err() != nil {
		return err
	}
	for _, text := range f.where {
		if where, wrong := db.ParseWhere(ctx, text); wrong == nil {
			if failed := db.Fails(ctx, where); failed != nil && !errors.Is(failed, duckdb.ErrCorrupt) {
				return fmt.Errorf("--where %s: %w", ui.ShellWord(text), failed)
			}
		}
	}
	return err
}

// In finds which jobs of a database are meant.
func (f *Filter) In(ctx context.Context, db *duckdb.DB) (jobs duckdb.Filter, err error) {
	if jobs.Terms, err = f.terms(); err != nil {
		return jobs, err
	}
	machines, err := f.machines(ctx, db)
	if err != nil {
		return jobs, err
	}
	if len(f.of("machine")) > 0 {
		for _, m := range machines {
			jobs.Machines = append(jobs.Machines, m.Name)
		}
	}
	if jobs.Since, jobs.Until, err = f.endDays(machines); err != nil {
		return jobs, err
	}
	for _, t := range timeFlags {
		if text := *f.times[t.name]; text != "" {
			windows, err := f.windows(t.name, text, machines)
			if err != nil {
				return jobs, err
			}
			jobs.Terms = append(jobs.Terms,
				saidTerm{duckdb.Times{From: t.from, To: t.to, Windows: windows}, "--" + t.name + " " + ui.ShellWord(text)})
		}
	}
	for _, text := range f.where {
		where, err := db.ParseWhere(ctx, text)
		if err != nil {
			return jobs, ui.Usagef("--where: %s", duckdb.Message(err))
		}
		jobs.Terms = append(jobs.Terms, saidTerm{where, "--where " + ui.ShellWord(text)})
	}
	return jobs, nil
}

// terms are what the flags say that no database has to be asked for.
func (f *Filter) terms() (all []duckdb.Term, err error) {
	if values := f.of("job"); values != nil {
		ids, err := jobIDs(values)
		if err != nil {
			return nil, err
		}
		all = append(all, f.said("job", ids))
	}
	for _, n := range nameFlags {
		if values := f.of(n.name); values != nil {
			wanted, not := patterns(values)
			if n.name == "exit-class" {
				if err := checkClasses(slices.Concat(wanted, not)); err != nil {
					return nil, err
				}
			}
			all = append(all, f.said(n.name,
				duckdb.Names{Column: n.column, In: n.in, Wanted: wanted, Unwanted: not, IgnoreCase: f.ignoreCase}))
		}
	}
	for _, n := range numberFlags {
		if values := f.of(n.name); values != nil {
			wanted, not, err := ranges(n.name, values, n.unit)
			if err != nil {
				return nil, err
			}
			all = append(all, f.said(n.name, duckdb.Numbers{Value: n.value, Wanted: wanted, Unwanted: not}))
		}
	}
	for _, t := range timeFlags {
		if *f.times[t.name] != "" {
			if _, err := spanOf(t.name, *f.times[t.name]); err != nil {
				return nil, err
			}
		}
	}
	switch f.arrayParents {
	case "yes":
	case "no", "only":
		all = append(all, saidTerm{duckdb.ArrayParents(f.arrayParents == "only"), "--array-parents " + f.arrayParents})
	default:
		return nil, ui.Usagef("--array-parents %s: give yes, no or only", ui.ShellWord(f.arrayParents))
	}
	return all, nil
}

// checkClasses refuses what is no exit class: there are no others.
func checkClasses(wanted []duckdb.Pattern) error {
	for _, p := range wanted {
		if !slices.ContainsFunc(pbs.ExitClasses, func(c pbs.ExitClass) bool {
			return duckdb.Pattern{Text: strings.ToLower(p.Text), Glob: p.Glob}.Matches(string(c))
		}) {
			var names []string
			for _, c := range pbs.ExitClasses {
				names = append(names, string(c))
			}
			return ui.Usagef("--exit-class %s: there are %s", ui.ShellWord(p.Text), strings.Join(names, ", "))
		}
	}
	return nil
}

// of are the values of a flag, nil if it is not given.
func (f *Filter) of(name string) []string {
	if values := f.values[name]; values != nil {
		return *values
	}
	return nil
}

// machines are those that are meant. They are not asked for where nothing depends on them.
func (f *Filter) machines(ctx context.Context, db *duckdb.DB) ([]duckdb.Machine, error) {
	needed := len(f.of("machine")) > 0 || f.days.CountsToToday()
	for _, text := range f.times {
		needed = needed || *text != ""
	}
	if !needed {
		return nil, nil
	}
	all, err := db.Machines(ctx)
	if err != nil || len(f.of("machine")) == 0 {
		return all, err
	}
	var names []string
	for _, m := range all {
		names = append(names, m.Name)
	}
	wanted, not := patterns(f.of("machine"))
	for _, p := range slices.Concat(wanted, not) {
		if !slices.ContainsFunc(names, p.Matches) {
			return nil, &duckdb.UnknownMachineError{Path: db.Path(), Machine: p.Text, Known: names}
		}
	}
	meant := slices.DeleteFunc(all, func(m duckdb.Machine) bool {
		is := func(p duckdb.Pattern) bool { return p.Matches(m.Name) }
		return wanted != nil && !slices.ContainsFunc(wanted, is) || slices.ContainsFunc(not, is)
	})
	if len(meant) == 0 {
		return nil, ui.Usagef("--machine leaves none of %s's machines", db.Path())
	}
	return meant, nil
}

// endDays are the first and the last day of --since, --until and --last. Where it is another day at one machine than at
// another, --last counts from the earlier one.
func (f *Filter) endDays(machines []duckdb.Machine) (since, until time.Time, err error) {
	now := time.Now()
	today := now.UTC()
	for i, m := range machines {
		zone, err := m.Location()
		if err != nil {
			return since, until, err
		}
		if there := now.In(zone); i == 0 || there.Format(time.DateOnly) < today.Format(time.DateOnly) {
			today = there
		}
	}
	return f.days.Days(today)
}

// windows are what a flag says of time, for each zone that machines are in.
func (f *Filter) windows(flag, text string, machines []duckdb.Machine) ([]duckdb.Window, error) {
	s, err := spanOf(flag, text)
	if err != nil {
		return nil, err
	}
	var windows []duckdb.Window
	names := map[string][]string{} // of the machines of each zone
	for _, m := range machines {
		names[m.Zone] = append(names[m.Zone], m.Name)
	}
	for _, m := range machines {
		if m.Name != names[m.Zone][0] {
			continue
		}
		zone, err := m.Location()
		if err != nil {
			return nil, err
		}
		instants := time.UTC
		if f.OwnZone {
			instants = zone
		}
		theirs, err := s.windows(flag, zone, instants)
		if err != nil {
			return nil, err
		}
		for _, w := range theirs {
			if len(names) > 1 {
				w.Machines = names[m.Zone]
			}
			windows = append(windows, w)
		}
	}
	if len(windows) == 0 { // there are no jobs either
		return []duckdb.Window{{}}, nil
	}
	return windows, nil
}

// ColumnOf is the column of jobs that a flag is about; empty if it is about none.
func ColumnOf(flag string) string {
	for _, n := range nameFlags {
		if n.name == flag && n.in == duckdb.TheJob {
			return n.column
		}
	}
	for _, n := range numberFlags {
		if column, ok := strings.CutPrefix(n.value, "j."); ok && n.name == flag {
			return column
		}
	}
	return ""
}
