package report_test

import (
	"cmp"
	"fmt"
	"math/rand/v2"
	"os"
	"slices"
	"strings"
	"testing"
	"time"
)

// A drawing is a machine whose logs are drawn: jobs whose sizes and times lie at the edges of classes, who do not say
// all, who have hostile names, were requeued, gave nodes back, were deleted, wait or run when the logs end, or began
// before them.
type drawing struct {
	machine, zone string
	torque, early bool
	first         time.Time // first local day
	days, jobs    int
	seed          uint64
}

// A line is a record, and when it was written.
type line struct {
	at   int64
	text string // behind its head
}

// Values of which jobs have one; "" is one that the record does not have.
var (
	drawnUsers    = []string{"ada", "bob", "eve", "Zoë", "o'neil", "-1", "=1+1", "@x", ""}
	drawnAccounts = []string{"phys1", "phys2", "chem1", "chem22", "O'Brien lab", `=cmd|' /C calc'!A0`,
		"</script><script>alert(1)</script>",
		"\x1b[31mred\x1b[0m\a", "tab\there", "line1\nline2", "x\r\ny", `say "hi", all`, "a,b;c", "caf\xe9", "Überlab-日本",
		"NULL", "nothing", ""}
	drawnQueues = []string{"htc", "dev", "gpudev", "gpu", "main", "R123", "<b>", ""}
	drawnCPUs   = []string{"", "0", "1", "2", "3", "4", "5", "8", "9", "127", "128", "129"}
	drawnGPUs   = []string{"", "", "0", "1", "2", "3", "4", "5"}
	drawnNodes  = []string{"", "1", "2", "3", "4", "5", "16", "17"}
	drawnTimes  = []int64{0, 1, 29, 30, 31, 1799, 1800, 3599, 3600, 17999, 18000, 43199, 43200, 64799, 64800, 90000}
	drawnMemory = []string{"", "0b", "1b", "1gb", "1073741825b", "2gb", "3000mb", "16gb", "692tb"}
	drawnExits  = []string{"", "0", "0", "0", "1", "127", "137", "271", "-29", "-11", "265"}
)

// write writes the logs, a file a day, and ends them in the middle of the last.
func (d drawing) write(t testing.TB, dir string) string {
	t.Helper()
	zone, err := time.LoadLocation(d.zone)
	if err != nil {
		t.Fatal(err)
	}
	from := time.Date(d.first.Year(), d.first.Month(), d.first.Day(), 0, 0, 7, 0, zone).Unix()
	until := time.Date(d.first.Year(), d.first.Month(), d.first.Day()+d.days-1, 13, 20, 11, 0, zone).Unix()
	r := rand.New(rand.NewPCG(d.seed, 0))
	var lines []line
	for n := range d.jobs {
		j := d.job(r, 100+n, from-2*86400, until)
		lines = append(lines, j.lines()...)
	}
	lines = append(lines, d.fixed(from, until)...)
	midnight := time.Date(d.first.Year(), d.first.Month(), d.first.Day()+3, 0, 0, 0, 0, zone).Unix()
	lines = append(lines, line{midnight + 1, fmt.Sprintf("E;97.srv;user=ada group=g account=\"phys1\" queue=htc "+
		"ctime=%d qtime=%d etime=%d start=%d session=1 end=%d Exit_status=0 run_count=1",
		// it says nothing of what it held, until a day begins
		midnight-9000, midnight-9000, midnight-9000, midnight-7200, midnight)})
	lines = slices.DeleteFunc(lines, func(l line) bool { return l.at < from || l.at > until })
	if d.early { // logs of long ago, so that they tell of more than 40 days; and a job on the day before the last 28
		ended := until - 28*86400
		lines = append(lines, line{from - 45*86400, "L;license;floating license hour:1 day:1"},
			line{ended, fmt.Sprintf("E;89.srv;user=ada group=g account=\"phys1\" queue=htc ctime=%d qtime=%d etime=%d "+
				"start=%d exec_host=n1/0 Resource_List.ncpus=4 "+
				"Resource_List.nodect=1 session=1 end=%d Exit_status=0 resources_used.walltime=01:00:00",
				ended-3600, ended-3600, ended-3600, ended-3600, ended)})
	}
	slices.SortStableFunc(lines, func(a, b line) int { return cmp.Compare(a.at, b.at) })
	days := map[string]*strings.Builder{}
	for _, l := range lines {
		local := time.Unix(l.at, 0).In(zone)
		name := local.Format("20060102")
		if days[name] == nil {
			days[name] = &strings.Builder{}
		}
		fmt.Fprintf(days[name], "%s;%s\n", local.Format("01/02/2006 15:04:05"), l.text)
	}
	for name, text := range days {
		writeLog(t, dir, name, text.String())
	}
	if err := os.Remove(dir + "/" + d.first.AddDate(0, 0, 2).Format("20060102")); err != nil { // a day without a log
		t.Fatal(err)
	}
	return dir
}

// fixed are records that are there in each log: its beginning and its end, and what a few jobs must have.
func (d drawing) fixed(from, until int64) []line {
	return []line{
		{from, "L;license;floating license hour:1 day:1"},
		{until, "L;license;floating license hour:1 day:1"},
		// in the queue and deleted within a second
		{until - 500, "Q;90.srv;queue=htc"}, {until - 500, "D;90.srv;requestor=ada@host"},
		// in the queue, and moved to another server
		{until - 500, fmt.Sprintf("Q;98.srv;user=ada group=g account=\"phys1\" queue=htc ctime=%d qtime=%d etime=%d "+
			"Resource_List.ncpus=64", until-9000, until-9000, until-9000)},
		{until - 450, "M;98.srv;destination=workq@peer"},
		// ended, and does not say when
		{until - 9000, "S;" + d.held(99, until-9060, until-9000, 8)},
		{until - 8000, "E;" + d.held(99, until-9060, until-9000, 8) + " session=1 Exit_status=0 run_count=1"},
		// waits, and asks for what there is nowhere
		{until - 400, fmt.Sprintf("Q;91.srv;user=ada group=g account=\"phys1\" queue=htc ctime=%d qtime=%d etime=%d "+
			"Resource_List.ncpus=9223372036854775807 "+
			"Resource_List.nodect=9223372036854775807 Resource_List.ngpus=9223372036854775807", until-400,
			until-400, until-400)},
		{until - 300, fmt.Sprintf("Q;92.srv;user=ada group=g account=\"phys1\" queue=htc ctime=%d qtime=%d etime=%d "+
			"Resource_List.ncpus=9223372036854775807 "+
			"Resource_List.nodect=9223372036854775807 Resource_List.ngpus=9223372036854775807", until-300,
			until-300, until-300)},
		// an element of an array waits with its array, and runs
		{until - 5000,
			fmt.Sprintf("Q;93[].srv;user=bob group=g account=\"phys2\" queue=htc ctime=%d qtime=%d etime=%d array_indices=0-1",
				until-5000, until-5000, until-5000)},
		{until - 4000, fmt.Sprintf("S;93[0].srv;user=bob group=g account=\"phys2\" queue=htc ctime=%d qtime=%d etime=%d "+
			"start=%d exec_host=n1/0 Resource_List.ncpus=2 "+
			"Resource_List.nodect=1", until-5000, until-5000, until-5000, until-4000)},
		// ranks and sizes whose product fits in no number
		{until - 100, fmt.Sprintf("E;94.srv;user=eve group=g account=\"chem1\" queue=main ctime=%d qtime=%d etime=%d "+
			"start=%d exec_host=n1/0 Resource_List.ncpus=1 "+
			"Resource_List.nodect=1 Resource_List.mem=8000000000gb Resource_List.mpiprocs=99999999999 "+
			"Resource_List.walltime=2000000000 session=1 end=%d Exit_status=0 "+
			"resources_used.mem=8000000000gb resources_used.walltime=00:10:00 run_count=1", until-9000, until-9000, until-9000,
			until-800, until-100)},
		// requeued, and not run again
		{until - 9000, d.requeued(95, until, true)}, {until - 7000, d.requeued(95, until, false)},
		// requeued, and ran again from when nobody knows
		{until - 9000, d.requeued(88, until, true)}, {until - 7000, d.requeued(88, until, false)},
		{until - 3000, fmt.Sprintf("E;88.srv;user=bob group=g account=\"phys2\" queue=gpu ctime=%d qtime=%d etime=%d "+
			"start=0 exec_host=n1/0 Resource_List.ncpus=4 Resource_List.nodect=2 session=1 end=%d Exit_status=0 run_count=2",
			until-10000, until-10000, until-10000, until-3000)},
		// requeued from a run that began before the job was submitted
		{until - 9950, strings.Replace(d.requeued(87, until, true), "S;", "Q;", 1)},
		{until - 9900, strings.Replace(d.requeued(87, until, false), fmt.Sprint("start=", until-9000),
			fmt.Sprint("start=", until-12000), 1)},
		// requeued behind an E record, and runs again, after another run that was thrown away
		{until - 90000, "S;" + d.held(86, until-90060, until-90000, 8)},
		{until - 80000, "E;" + d.held(86, until-90060, until-90000, 8) + d.ended(until-80000, 0, 1)},
		{until - 50000, "S;" + d.held(86, until-90060, until-50000, 8)},
		{until - 40000, "R;" + d.held(86, until-90060, until-50000, 8) + d.ended(until-40000, -11, 2)},
		{until - 20000, "S;" + d.held(86, until-90060, until-20000, 8)},
		// requeued within a second, and after a midnight, from a run that gave cores back before it
		{until - 60000, "S;" + d.held(85, until-61000, until-60000, 4)},
		{until - 60000, "R;" + d.held(85, until-61000, until-60000, 4) + d.ended(until-60000, -11, 1)},
		{until - 59000, "S;" + d.held(85, until-61000, until-59000, 4)},
		{until - 50000, "c;" + d.held(85, until-61000, until-59000, 2)},
		{until - 40000, "R;" + d.held(85, until-61000, until-59000, 4) + d.ended(until-40000, -11, 1)},
		{until - 30000, "S;" + d.held(85, until-61000, until-30000, 4)},
		// runs, was suspended, and gave cores back
		{until - 30000, "S;" + d.held(84, until-31000, until-30000, 4)},
		{until - 20000, "z;84.srv;resources_used.walltime=02:46:40"}, {until - 15000, "z;84.srv"}, {until - 9000, "r;84.srv"},
		{until - 5000, "c;" + d.held(84, until-31000, until-30000, 2)},
		{until - 4000, "z;84.srv"}, {until - 4000, "r;84.srv"},
		// runs again, is suspended since yesterday, and keeps its cores
		{until - 99000, "S;" + d.held(82, until-99500, until-99000, 8)}, {until - 98000, "z;82.srv"},
		{until - 97000, "R;" + d.held(82, until-99500, until-99000, 8) + d.ended(until-97000, -11, 1)},
		{until - 96000, "S;" + d.held(82, until-99500, until-96000, 8)},
		{until - 90000, "z;82.srv;resources_released=(n1:mem=1kb)"},
		// is suspended, and gave cores back meanwhile
		{until - 25000, "S;" + d.held(83, until-26000, until-25000, 8)}, {until - 12000, "z;83.srv"},
		{until - 11000, "c;" + d.held(83, until-26000, until-25000, 2)},
		// requeued, and deleted before it ran again
		{until - 9000, d.requeued(96, until, true)}, {until - 7000, d.requeued(96, until, false)},
		{until - 6000, "D;96.srv;requestor=bob@host"},
	}
}

// held is what a record says of a job that was submitted, and of a run that began, at some instant.
func (d drawing) held(number int, submitted, begun int64, cores int) string {
	return fmt.Sprintf("%d.srv;user=bob group=g account=\"phys2\" queue=gpu ctime=%d qtime=%d etime=%d start=%d "+
		"exec_host=n1/0 Resource_List.ncpus=%d Resource_List.nodect=1", number, submitted, submitted, submitted, begun, cores)
}

// ended is what it says besides of the end of that run.
func (d drawing) ended(at int64, status, runs int) string {
	return fmt.Sprintf(" session=1 end=%d Exit_status=%d run_count=%d", at, status, runs)
}

// requeued is the start or the end of a run that was thrown away.
func (d drawing) requeued(number int, until int64, begins bool) string {
	text := fmt.Sprintf("%d.srv;user=bob group=g account=\"phys2\" queue=gpu ctime=%d qtime=%d etime=%d start=%d "+
		"exec_host=n1/0 Resource_List.ncpus=4 Resource_List.nodect=2",
		number, until-10000, until-10000, until-10000, until-9000)
	if begins {
		return "S;" + text
	}
	return fmt.Sprintf("R;%s session=1 end=%d Exit_status=-11 resources_used.walltime=00:33:20 run_count=1",
		text, until-7000)
}

// A fate is what becomes of a drawn job.
type fate struct {
	id, common, asks   string
	submit, start, end int64
	rerun              int64 // when its first run was thrown away; 0: it was not
	given              int64 // when it gave cores back; 0: it did not
	deleted            bool
	used, exit         string
}

func (d drawing) job(r *rand.Rand, number int, from, until int64) fate {
	pick := func(values []string) string { return values[r.IntN(len(values))] }
	var f fate
	f.id = fmt.Sprintf("%d.srv", number)
	if number%13 == 0 {
		f.id = fmt.Sprintf("%d[%d].srv", number, number%7)
	}
	f.submit = from + r.Int64N(until-from)
	if r.IntN(3) == 0 { // about the edges of quarters of an hour
		f.submit += r.Int64N(3) - 1 - f.submit%900
	}
	f.start = f.submit + []int64{0, 1, 59, 900, 7200, 40000}[r.IntN(6)]
	wall := drawnTimes[r.IntN(len(drawnTimes))]
	f.end = f.start + wall + r.Int64N(3)
	attr := func(name, value string) string {
		if value == "" {
			return ""
		}
		return name + "=" + value + " "
	}
	f.common = attr("user", pick(drawnUsers)) + attr("group", pick([]string{"g", "h", ""}))
	if a := pick(drawnAccounts); a != "" {
		f.common += `account="` + a + `" `
	}
	f.common += attr("project", pick([]string{"p1", "_pbs_project_default", ""})) +
		attr("jobname", pick([]string{"STDIN", "=run", "a;b=c", ""})) +
		attr("queue", pick(drawnQueues)) + fmt.Sprintf("ctime=%d qtime=%d etime=%d ",
		f.submit, f.submit, f.submit+r.Int64N(3)*200)
	f.asks = d.asks(r, pick)
	f.used = attr("resources_used.cput", pick([]string{"", "00:00:00", "00:10:00", "30:00:00"})) +
		attr("resources_used.mem", pick(drawnMemory)) +
		attr("resources_used.x-ncar-energy", pick([]string{"", "0", "1000", "3600000", "77777777"}))
	if r.IntN(10) > 0 {
		f.used += fmt.Sprintf("resources_used.walltime=%02d:%02d:%02d ", wall/3600, wall/60%60, wall%60)
	}
	if !d.torque && r.IntN(5) > 0 {
		f.used += fmt.Sprintf("eligible_time=%02d:%02d:%02d ",
			(f.start-f.submit)/3600, (f.start-f.submit)/60%60, (f.start-f.submit)%60)
	}
	f.exit = pick(drawnExits)
	switch r.IntN(12) {
	case 0:
		f.rerun = f.start + 700
		f.start += 5000
		f.end += 5000
	case 1:
		f.given = f.start + (f.end-f.start)/2
	case 2:
		f.deleted = true
	}
	return f
}

// asks are the resources that a job asks for.
func (d drawing) asks(r *rand.Rand, pick func([]string) string) string {
	var b strings.Builder
	attr := func(name, value string) {
		if value != "" {
			fmt.Fprintf(&b, "Resource_List.%s=%s ", name, value)
		}
	}
	attr("mem", pick(drawnMemory))
	attr("mpiprocs", pick([]string{"", "0", "1", "2", "36"}))
	if d.torque {
		attr("nodes", pick([]string{"", "1:ppn=4", "2:ppn=16", "n1", "2:ppn=4:gpus=2"}))
	} else {
		attr("ncpus", pick(drawnCPUs))
		attr("ngpus", pick(drawnGPUs))
		attr("nodect", pick(drawnNodes))
		attr("select", pick([]string{"", "1:ncpus=4:gpu_type=a100", "2:ncpus=128:cpu_type=milan"}))
		attr("job_priority", pick([]string{"", "premium", "economy"}))
	}
	attr("walltime", pick([]string{"", "00:00:30", "00:30:00", "12:00:00", "24:00:00"}))
	return b.String()
}

// lines are the records of the job's life.
func (f fate) lines() []line {
	at := func(at int64, letter, text string) line {
		return line{at, strings.TrimRight(letter+";"+f.id+";"+text, " ")}
	}
	ran := func(start int64, count int) string {
		return fmt.Sprintf("%sstart=%d exec_host=n1/0 %s", f.common, start, f.asks)
	}
	all := []line{at(f.submit, "Q", f.common+f.asks)}
	if f.deleted {
		return append(all, at(f.start, "D", "requestor=ada@host"))
	}
	last := 1
	if f.rerun > 0 {
		begun := f.rerun - 700
		all = append(all, at(begun, "S", ran(begun, 1)),
			at(f.rerun, "R", ran(begun, 1)+
				fmt.Sprintf("session=1 end=%d Exit_status=-11 resources_used.walltime=00:11:40 run_count=1", f.rerun)))
		last = 2
	}
	all = append(all, at(f.start, "S", ran(f.start, last)))
	if f.given > 0 {
		all = append(all, at(f.given, "u", ran(f.start, last)+"session=1 resources_used.walltime=00:00:01 run_count=1"),
			at(f.given, "c", fmt.Sprintf("%sstart=%d exec_host=n1/0 Resource_List.ncpus=1 Resource_List.nodect=1 run_count=1",
				f.common, f.start)))
	}
	exit := ""
	if f.exit != "" {
		exit = "Exit_status=" + f.exit + " "
	}
	return append(all,
		at(f.end+2, "E", ran(f.start, last)+fmt.Sprintf("session=1 end=%d %s%srun_count=%d", f.end, exit, f.used, last)))
}
