package load_test

import (
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"pbsduck/duckdb/duckdbtest"
	"pbsduck/duckdb/load"
)

// torqueHead and openHead begin E records of the two dialects, of a job that was submitted at 17:00:00 and started at
// 17:00:10 UTC; head is when they were written.
const (
	recordHead = "01/15/2026 11:00:10;E;%d.srv01;"
	torqueHead = "user=u1 group=g1 account=A1 jobname=j queue=batch ctime=1768496400 qtime=1768496400 etime=1768496400 " +
		"start=1768496410 owner=u1@login1 "
	torqueTail = "session=1 end=1768500010 Exit_status=0 resources_used.cput=00:10:00 resources_used.mem=1kb " +
		"resources_used.walltime=01:00:00"
	openHead = `user=u1 group=g1 account="A1" project=_pbs_project_default jobname=j queue=batch ctime=1768496400 ` +
		`qtime=1768496400 etime=1768496400 start=1768496410 `
	openTail = "session=1 end=1768500010 Exit_status=0 resources_used.cput=00:10:00 resources_used.mem=1kb " +
		"resources_used.walltime=01:00:00 run_count=1"
)

// A valueCase is the text of a record, and what a question says of its row.
type valueCase struct{ text, want string }

// checkValues loads records, numbered from 1 on, and asks the columns of each.
func checkValues(t *testing.T, columns, table string, head string, cases []valueCase) {
	t.Helper()
	var log strings.Builder
	var want []string
	for i, c := range cases {
		fmt.Fprintf(&log, head+"%s\n", i+1, c.text)
		want = append(want, fmt.Sprintf("%d|%s", i+1, c.want))
	}
	f := duckdbtest.New(t)
	f.Load(load.Options{}, duckdbtest.WriteLog(t, filepath.Join(t.TempDir(), "20260115"), []byte(log.String()), false))
	f.CheckLedger()
	f.Verify()
	got := f.Rows("SELECT short_id, " + columns + " FROM " + table + " ORDER BY short_id")
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
		for i := range min(len(got), len(want)) {
			if got[i] != want[i] {
				t.Log(cases[i].text)
			}
		}
	}
}

// demands are what records ask for: ncpus, ngpus, memory, nodect, run_count.
var demands = []valueCase{
	// Torque: what was given comes first, then the request, then where it ran, then a default.
	{torqueHead + "exec_host=n001/0-15 Resource_List.ncpus=1 Resource_List.nodes=1:ppn=16 Resource_List.nodect=1 " +
		"total_execution_slots=16 unique_node_count=1 ", "16|(null)|(null)|1|(null)"},
	{torqueHead + "exec_host=n001/2+n001/3 Resource_List.mem=1mb Resource_List.ncpus=1 Resource_List.nodes=1:ppn=2:fast ",
		"2|(null)|1048576|(null)|(null)"},
	{torqueHead + "exec_host=n001/0+n002/0 Resource_List.ncpus=1 Resource_List.nodes=2 Resource_List.nodect=2 ",
		"2|(null)|(null)|2|(null)"},
	{torqueHead + "exec_host=n001/0-3 Resource_List.ncpus=1 ", "4|(null)|(null)|(null)|(null)"},
	{torqueHead + "Resource_List.ncpus=3 ", "3|(null)|(null)|(null)|(null)"},
	{torqueHead + "exec_host=n001/0-7 Resource_List.ncpus=1 Resource_List.nodes=1 Resource_List.procs=8 ",
		"8|(null)|(null)|(null)|(null)"},
	{torqueHead + "exec_host=n001/0-7 Resource_List.ncpus=8 Resource_List.nodes=1 ", "8|(null)|(null)|(null)|(null)"},
	{torqueHead + "exec_host=n001/0-1 Resource_List.neednodes=1:ppn=2:gpus=1 unique_node_count=1 ", "2|1|(null)|1|(null)"},
	{strings.Replace(torqueHead, "start=", "start_count=3 start=", 1) + "exec_host=n001/0 Resource_List.nodes=1:ppn=1 ",
		"1|(null)|(null)|(null)|3"},
	// GPUs, and Torque 6's requests.
	{torqueHead + "exec_host=n001/0-7 Resource_List.nodes=2:ppn=4:gpus=3 ", "8|6|(null)|(null)|(null)"},
	{torqueHead + "exec_host=n001/0-7 Resource_List.gpus=2 Resource_List.nodes=1:ppn=8 ", "8|2|(null)|(null)|(null)"},
	{torqueHead +
		"exec_host=n001/0-7 Resource_List.walltime=01:00:00 Resource_Request_2.0=-L tasks=2:lprocs=4:memory=16GB:gpus=2 ",
		"8|4|34359738368|(null)|(null)"},
	{torqueHead +
		"exec_host=n001/0-1 Resource_Request_2.0=-L tasks=1:lprocs=1 -L tasks=1:lprocs=1:memory=1kb total_execution_slots=2 ",
		"2|(null)|1024|(null)|(null)"},
	{torqueHead + "exec_host=n001/0-7 exec_gpus=n001-gpu/0+n001-gpu/2 Resource_List.nodes=1:ppn=8 ",
		"8|2|(null)|(null)|(null)"},
	{torqueHead + "exec_host=n001/0-7 Resource_List.gpu=2 Resource_List.neednodes=1:ppn=8:gpus=1 " +
		"Resource_List.nodes=1:ppn=8 ",
		"8|2|(null)|(null)|(null)"},
	{torqueHead + "exec_host=n001/0-7+n002/0-7 Resource_List.nodect=2:ppn=8:gpu=4:reqmem=1024:gpu ",
		"16|8|(null)|2|(null)"},
	{torqueHead + "exec_host=n001/0-7 Resource_List.nodes=1:ppn=8:gpus ", "8|(null)|(null)|(null)|(null)"},
	// A number of generic resources may be one of each task.
	{torqueHead + "exec_host=n001/0-7 Resource_List.gres=lic+gpus:2 Resource_List.nodes=1:ppn=8 ",
		"8|(null)|(null)|(null)|(null)"},
	// A Cray's jobs run on compute nodes; chunks, slots and defaults are those of its login nodes.
	{openHead + "exec_host=nid00007/17 exec_vnode=(login1:ncpus=1) Resource_List.mpparch=XT Resource_List.mppnppn=2 " +
		"Resource_List.mppwidth=65 Resource_List.ncpus=1 Resource_List.nodect=1 Resource_List.select=1 ",
		"65|(null)|(null)|33|1"},
	{openHead + "exec_host=nid00007/17 exec_vnode=(login1:ncpus=1) Resource_List.mem=1gb Resource_List.mppdepth=4 " +
		"Resource_List.mppwidth=8 Resource_List.ncpus=1 Resource_List.ngpus=0 Resource_List.nodect=1 ",
		"32|0|1073741824|1|1"},
	{openHead + "exec_host=n1/0*16+n2/0*16 exec_vnode=(n1:ncpus=16)+(n2:ncpus=16) Resource_List.mppdepth=2 " +
		"Resource_List.mppnppn=8 Resource_List.mppwidth=16 Resource_List.ncpus=32 Resource_List.nodect=2 " +
		"Resource_List.select=2:ncpus=16:mpiprocs=8 ", "32|(null)|(null)|2|1"},
	{openHead + "exec_host=login1/0 exec_vnode=(login1:ncpus=1) Resource_List.mppwidth=0 Resource_List.ncpus=1 " +
		"Resource_List.nodect=1 ", "1|(null)|(null)|1|1"},
	{torqueHead + "exec_host=login1/0 Resource_List.mppnodect=-1 Resource_List.mppwidth=24 Resource_List.neednodes=1 " +
		"Resource_List.nodect=1 Resource_List.nodes=1 ", "24|(null)|(null)|1|(null)"},
	{torqueHead + "exec_host=login1/0 Resource_List.mppnodect=3 Resource_List.mppnppn=5 Resource_List.mppwidth=24 " +
		"Resource_List.ncpus=1 ", "24|(null)|(null)|3|(null)"},
	{torqueHead + "exec_host=20/0-15+21/0-15 Resource_List.mppnppn=8 Resource_List.mppwidth=24 " +
		"total_execution_slots=32 unique_node_count=2 ", "32|(null)|(null)|2|(null)"},
	{torqueHead + "exec_host=login1/0 Resource_List.ncpus=1 Resource_List.size=4096 ", "4096|(null)|(null)|(null)|(null)"},
	{openHead + "exec_host=n001/0*2 exec_vnode=(n001:ncpus=2) Resource_List.size=4096 ", "2|(null)|(null)|(null)|1"},
	// Who asks for both gets the larger one.
	{openHead + "exec_host=n001/0*8 exec_vnode=(n001:ncpus=8) Resource_List.mppnppn=1 Resource_List.mppwidth=1 " +
		"Resource_List.ncpus=8 Resource_List.nodect=4 ", "8|(null)|(null)|4|1"},
	{torqueHead + "exec_host=n001/0-7 Resource_List.mppnppn=1 Resource_List.mppwidth=1 Resource_List.nodes=1:ppn=8 ",
		"8|(null)|(null)|1|(null)"},
	{torqueHead + "exec_host=n001/0+n002/0 Resource_List.nodes=2 Resource_List.size=1 ", "2|(null)|(null)|(null)|(null)"},
	// OpenPBS: its Resource_List.ncpus is the sum; select says what else there is.
	{openHead + "exec_host=n001/0*2 exec_vnode=(n001:ncpus=2) Resource_List.ncpus=2 " +
		"Resource_List.select=1:ncpus=2:ngpus=1:mem=1gb ", "2|1|1073741824|(null)|1"},
	{openHead + "exec_host=n001/0*2 exec_vnode=(n001:ncpus=2) Resource_List.mem=5kb Resource_List.ngpus=0 " +
		"Resource_List.select=2:ncpus=4:ngpus=2:mem=1gb ", "8|0|5120|(null)|1"},
	{openHead + "exec_host=n001/0*2 exec_vnode=(n001:ncpus=2) Resource_List.ncpus=2 Resource_List.nodes=1:ppn=16 ",
		"2|(null)|(null)|(null)|1"},
	// Nothing is asked for below zero, or jobs would be charged below zero: what is says nothing.
	{openHead + "exec_host=n1/0*2 Resource_List.mpiprocs=-1 Resource_List.ncpus=-4 Resource_List.ngpus=-1 " +
		"Resource_List.nodect=-1 ", "2|(null)|(null)|(null)|1"},
	{torqueHead + "exec_host=n1/0 Resource_List.nodes=1:ppn=3 Resource_List.gpus=-1 total_execution_slots=-100 ",
		"3|(null)|(null)|(null)|(null)"},
	// Nor is nothing, or jobs would be charged nothing.
	{torqueHead + "exec_host=n1/0-2 Resource_List.nodes=1:ppn=3 total_execution_slots=0 unique_node_count=0 ",
		"3|(null)|(null)|(null)|(null)"},
	{torqueHead + "exec_host=n1/0-2 total_execution_slots=0 ", "3|(null)|(null)|(null)|(null)"},
}

// TestUntoldDemand: what a record says of GPUs or CPUs in a form whose meaning is not sure is counted, as is what does
// not convert.
func TestUntoldDemand(t *testing.T) {
	f := duckdbtest.New(t)
	var log strings.Builder
	for i, text := range []string{
		"Resource_List.gres=gpus:2 Resource_List.nodes=1:ppn=8 ", "Resource_List.mppwidth=all Resource_List.nodes=1:ppn=2 ",
		"Resource_List.nodes=1:ppn=2 Resource_List.size=10gb ",
		"Resource_List.nodect=2:ppn=x Resource_List.nodes=2 ",
		"Resource_List.gres=lic:2 Resource_List.nodect=2:ppn=1 Resource_List.nodes=2:gpus=1 ",
	} {
		fmt.Fprintf(&log, recordHead+"%s%s%s\n", i+1, torqueHead, text, torqueTail)
	}
	f.Load(load.Options{}, duckdbtest.WriteLog(t, filepath.Join(t.TempDir(), "20260115"), []byte(log.String()), false))
	if got := f.Rows("SELECT failed_values FROM log_files"); !slices.Equal(got, []string{"4"}) {
		t.Error(got)
	}
}

func TestDemand(t *testing.T) {
	var cases []valueCase
	for _, c := range demands {
		tail := torqueTail
		if strings.HasPrefix(c.text, openHead) {
			tail = openTail
		}
		cases = append(cases, valueCase{withTail(c.text, tail), c.want})
	}
	checkValues(t, "ncpus, ngpus, mem_requested_bytes, nodect, run_count", "jobs", recordHead, cases)
}

// withTail puts the tail of an E record behind a text, around what Torque writes into it.
func withTail(text, tail string) string {
	if at := strings.Index(text, "total_execution_slots="); at >= 0 {
		return text[:at] + strings.Replace(tail, "end=", text[at:]+"end=", 1)
	}
	return text + tail
}

// TestDemandOfEvents: events have the same numbers by the same rules, and their text still says what the columns do
// not.
func TestDemandOfEvents(t *testing.T) {
	var cases []valueCase
	for _, c := range demands {
		want := c.want
		if strings.HasPrefix(c.text, openHead) {
			want = strings.TrimSuffix(want, "|1") + "|(null)" // run_count is in the tail
		}
		cases = append(cases, valueCase{strings.TrimSuffix(c.text, " "), want})
	}
	checkValues(t, "ncpus, ngpus, mem_requested_bytes, nodect, run_count", "events",
		strings.Replace(recordHead, ";E;", ";S;", 1), cases)

	checkValues(t, "type, user_name, ncpus, text", "events", "01/15/2026 11:00:10;A;%d.srv01;", []valueCase{
		{torqueHead +
			"exec_host=n1/0-3 Resource_List.ncpus=1 Resource_List.nodes=1:ppn=4 session=2 end=1768500010 Exit_status=0",
			"A|u1|4|owner=u1@login1 exec_host=n1/0-3 Resource_List.nodes=1:ppn=4 Resource_List.ncpus=1"},
		{"Job deleted as result of dependency on job 7.srv01",
			"A|(null)|(null)|Job deleted as result of dependency on job 7.srv01"},
		{torqueHead + "exec_host=login1/0 Resource_List.mppnppn=4 Resource_List.mppwidth=9 Resource_List.ncpus=1 " +
			"Resource_List.nodect=1 session=2 end=1768500010 Exit_status=0",
			"A|u1|9|owner=u1@login1 exec_host=login1/0 Resource_List.mppnppn=4 Resource_List.mppwidth=9 " +
				"Resource_List.ncpus=1 Resource_List.nodect=1"},
		{"n", "A|(null)|(null)|n"},
		{"user = unknown", "A|(null)|(null)|user = unknown"},
	})
}

// TestSlots: a lone number in exec_host is a number of slots where the job has as many, and the nodes never contradict
// the job without a flag.
func TestSlots(t *testing.T) {
	earlyHead := strings.Replace(torqueHead, "owner=u1@login1 ", "", 1)
	cases := []valueCase{
		{torqueHead + "exec_host=n001/4 Resource_List.nodes=1:ppn=4 total_execution_slots=4 unique_node_count=1 ",
			"4|4|(null)"},
		{torqueHead + "exec_host=n001/4+n002/4 Resource_List.nodes=2:ppn=4 ", "8|8|(null)"},
		{torqueHead + "exec_host=n001/12+n001/3 Resource_List.nodes=1:ppn=2 ", "2|2|(null)"},
		{torqueHead + "exec_host=n001/0 Resource_List.nodes=1:ppn=1 total_execution_slots=1 ", "1|1|(null)"},
		{torqueHead + "exec_host=n001/20 Resource_List.ncpus=20 ", "20|20|(null)"},
		{torqueHead + "exec_host=n001/0-1 Resource_List.nodes=1:ppn=8 total_execution_slots=8 ", "8|2|nodes_disagree"},
		{torqueHead + "exec_host=n001/3 Resource_List.nodes=1:ppn=8 ", "8|1|nodes_disagree"},
		{torqueHead + "exec_host=n001/0-7 Resource_List.nodes=1:ppn=8 Resource_List.nodes=1:ppn=1 ",
			"1|8|ambiguous nodes_disagree"},
		// A 0 is no number of slots, whatever the indexes add up to.
		{torqueHead + "exec_host=n001/0+n001/1+n002/0+n002/1 Resource_List.nodes=2 ", "2|4|nodes_disagree"},
		{torqueHead + "exec_host=n001/1+n001/0+n001/2 Resource_List.nodes=3 Resource_List.ncpus=3 ", "3|3|(null)"},
		{torqueHead + "exec_host=n001/0+n001/1+n001/2+n001/3 Resource_List.nodes=1 Resource_List.ncpus=6 ",
			"1|4|nodes_disagree"},
	}
	for i, c := range cases {
		cases[i].text = withTail(c.text, torqueTail)
	}
	cases = append(cases,
		valueCase{
			openHead + "exec_host=n001/0*2 exec_vnode=(n001:ncpus=2) Resource_List.ncpus=4 " + openTail, "4|2|nodes_disagree",
		},
		valueCase{openHead + "exec_host=n001/0*2 exec_vnode=(n001:ncpus=2) Resource_List.ncpus=2 " + openTail, "2|2|(null)"},
		valueCase{
			openHead + "exec_host=n001/0*2 exec_vnode=(n001:ncpus=2) Resource_List.ncpus=0 " + openTail, "0|2|nodes_disagree",
		},
		valueCase{openHead + "Resource_List.ncpus=2 " + openTail, "2|(null)|(null)"},
		// PBS Professional before 8 has no vnodes: one entry stands for all that a job has on a large host.
		valueCase{earlyHead + "exec_host=altix/0 Resource_List.ncpus=16 " + torqueTail + " resources_used.ncpus=16",
			"16|1|nodes_disagree"},
		valueCase{earlyHead + "exec_host=altix:mem=1gb:ncpus=4/0 " + torqueTail, "4|4|(null)"},
	)
	checkValues(t, "ncpus, (SELECT sum(n.ncpus)::BIGINT FROM job_nodes n WHERE n.job_id = j.id), flags",
		"jobs j", recordHead, cases)
}

func TestExitClasses(t *testing.T) {
	var cases []valueCase
	for _, c := range []struct{ head, tail, status, want string }{
		{torqueHead, torqueTail, "-10", "pbs_limit"}, {torqueHead, torqueTail, "-11", "pbs_limit"},
		{torqueHead, torqueTail, "-12", "pbs_limit"}, {torqueHead, torqueTail, "-29", "pbs_other"},
		{torqueHead, torqueTail, "-1", "pbs_other"}, {torqueHead, torqueTail, "254", "program"},
		{torqueHead, torqueTail, "255", "program"}, {torqueHead, torqueTail, "143", "shell_signal"},
		{torqueHead, torqueTail, "271", "signal"}, {openHead, openTail, "-11", "pbs_other"},
		{openHead, openTail, "-12", "pbs_other"}, {openHead, openTail, "-29", "pbs_limit"},
		{openHead, openTail, "255", "program"}, {openHead, openTail, "192", "shell_signal"},
	} {
		cases = append(cases,
			valueCase{c.head + strings.Replace(c.tail, "Exit_status=0", "Exit_status="+c.status, 1), c.status + "|" + c.want})
	}
	checkValues(t, "exit_status, exit_class", "jobs", recordHead, cases)
}

// TestImpossibleInstants: an instant that is 0 or can't be one is worked out and shown as an estimate; what is doubtful
// is kept, with a flag.
func TestImpossibleInstants(t *testing.T) {
	const end, start = "end=1768500010", "start=1768496410"
	var cases []valueCase
	for _, c := range []struct{ was, is, want string }{
		{end, "end=0", "17:00:10|18:00:10|false|true|(null)"},
		{end, "end=4294967295", "17:00:10|18:00:10|false|true|end_out_of_range"},
		{end, "end=2147483647", "17:00:10|18:00:10|false|true|end_out_of_range"},
		{end, "end=1", "17:00:10|18:00:10|false|true|end_out_of_range"},
		{end, "end=-1", "17:00:10|18:00:10|false|true|(null)"},
		{end, "end=99999999999999", "17:00:10|18:00:10|false|true|(null)"},
		{end + " ", "", "17:00:10|(null)|false|false|cut_off"},
		{end, "end=soon", "17:00:10|(null)|false|false|(null)"},
		{start, "start=0", "17:00:10|18:00:10|true|false|(null)"},
		{start, "start=4294967295", "17:00:10|18:00:10|true|false|start_out_of_range"},
		{start, "start=86400", "17:00:10|18:00:10|true|false|start_out_of_range"},
		{start, "start=1768503600", "19:00:00|18:00:10|false|false|start_after_end"},
		{"walltime=01:00:00", "walltime=00:00:00", "17:00:10|18:00:10|false|false|zero_walltime"},
		{"walltime=01:00:00", "walltime=3900", "17:00:10|18:00:10|false|false|(null)"},
		{"walltime=01:00:00", "walltime=30:00:00", "17:00:10|18:00:10|false|false|long_walltime"},
		{"ctime=1768496400", "ctime=4294967295", "17:00:10|18:00:10|false|false|submit_out_of_range"},
	} {
		cases = append(cases, valueCase{strings.Replace(torqueHead+"exec_host=n001/0 Resource_List.nodes=1:ppn=1 "+
			torqueTail, c.was, c.is, 1), c.want})
	}
	checkValues(t,
		"strftime(start_time, '%H:%M:%S'), strftime(end_time, '%H:%M:%S'), start_is_estimated, end_is_estimated, flags",
		"jobs", recordHead, cases)

	// Where the head is before the start, the start is what is known.
	checkValues(t, "strftime(end_time, '%H:%M:%S'), end_is_estimated",
		"jobs", "01/15/2026 09:30:00;E;%d.srv01;", []valueCase{
			{strings.Replace(torqueHead+torqueTail, end, "end=0", 1), "18:00:10|true"},
		})

	// A walltime that has no room tells nothing.
	for _, used := range []string{"4294967295", "9223372036854", "9223372036855", "9223372036854775806"} {
		record := strings.Replace(torqueHead+torqueTail, "walltime=01:00:00", "walltime="+used, 1)
		checkValues(t, "strftime(start_time, '%H:%M:%S'), start_is_estimated, flags", "jobs", recordHead, []valueCase{
			{strings.Replace(record, start, "start=0", 1), "(null)|false|long_walltime"},
			{strings.Replace(record, start, "start=86400", 1), "(null)|false|start_out_of_range long_walltime"},
		})
		checkValues(t, "strftime(end_time, '%H:%M:%S'), end_is_estimated, flags", "jobs", "01/15/2026 09:30:00;E;%d.srv01;",
			[]valueCase{{strings.Replace(record, end, "end=0", 1), "16:30:00|true|long_walltime"}})
	}
}

// TestJobFlags: jobs say what is doubtful about their record.
func TestJobFlags(t *testing.T) {
	checkValues(t, "flags", "jobs", recordHead, []valueCase{
		{openHead + openTail, "(null)"},
		{strings.Replace(openHead, "queue=batch", "queue=batch queue=other", 1) + openTail, "ambiguous"},
		{strings.Replace(openHead, `jobname=j`, "jobname=\xff", 1) +
			strings.Replace(openTail, "end=1768500010", "end=4294967295", 1),
			"not_utf8 end_out_of_range"},
	})
}

// TestLostInTheMiddle: where bytes are missing within a line, and another record's values follow, the row says so: a
// key comes twice, or a number holds what can't be one.
func TestLostInTheMiddle(t *testing.T) {
	const list = "Resource_List.ncpus=2 Resource_List.select=1:ncpus=2 "
	const asked = "exec_host=n1/0*2 exec_vnode=(n1:ncpus=2) " + list
	whole := openHead + asked + openTail
	used := strings.Index(whole, "=00:10:00")
	checkValues(t, "flags", "jobs", recordHead, []valueCase{
		{whole, "(null)"},
		{whole[:used+4] + whole[len(openHead)-len("6410 "):], "ambiguous"},
		{whole[:used+3] + " " + whole[len(openHead):], "ambiguous"},
		{openHead + asked + list + openTail, "ambiguous"},
	})
	checkValues(t, "flags", "events", strings.Replace(recordHead, ";E;", ";S;", 1), []valueCase{
		{openHead + asked, "(null)"},
		{openHead + asked + list, "ambiguous"},
	})
}

// TestGPUsOfNodes: Torque's exec_gpus says which GPUs of which nodes; where it names others, it says nothing of nodes.
func TestGPUsOfNodes(t *testing.T) {
	many := "exec_host=n0/0"
	given := "exec_gpus=n0-gpu/0"
	for i := 1; i < 20; i++ {
		many, given = many+fmt.Sprintf("+n%d/0", i), given+fmt.Sprintf("+n%d-gpu/0+n%[1]d-gpu/1", i)
	}
	checkValues(t, "ngpus, (SELECT string_agg(concat_ws(':', n.node, n.ncpus, n.ngpus), ' ' ORDER BY n.node) "+
		"FROM job_nodes n WHERE n.job_id = j.id AND n.node < 'n4')",
		"jobs j", recordHead, []valueCase{
			{torqueHead + "exec_host=n1/0-3+n2/0-3+n3/0 exec_gpus=n1-gpu/0+n1-gpu/1+n2-gpu/0 " + torqueTail,
				"3|n1:4:2 n2:4:1 n3:1"},
			{torqueHead + "exec_host=n1/0-3 exec_gpus=n1-gpu/0+n9-gpu/0 " + torqueTail, "2|n1:4"},
			{torqueHead + "exec_host=n1/0-3 exec_gpus=n1-gpu/0+ " + torqueTail, "(null)|n1:4"},
			{torqueHead + many + " " + given + " Resource_List.nodes=20:ppn=1 " + torqueTail,
				"39|n0:1:1 n1:1:2 n10:1:2 n11:1:2 n12:1:2 n13:1:2 n14:1:2 n15:1:2 n16:1:2 n17:1:2 n18:1:2 n19:1:2 n2:1:2 n3:1:2"},
			{openHead + "exec_host=n1/0*4 exec_vnode=(n1:ncpus=4:ngpus=1) exec_gpus=n1-gpu/0+n1-gpu/1 " + openTail,
				"2|n1:4:1"},
		})
}

// TestIDWithoutNumber: an id that begins with no number has none, which is no failed conversion; another that can't be
// taken apart is one.
func TestIDWithoutNumber(t *testing.T) {
	f := duckdbtest.New(t)
	log := ""
	for _, id := range []string{"Moab.125", "1bdd9f1e-6b45", "a1.s", "12[x].s"} {
		log += "01/15/2026 11:00:10;E;" + id + ";" + torqueHead + torqueTail + "\n"
	}
	f.Load(load.Options{}, duckdbtest.WriteLog(t, filepath.Join(t.TempDir(), "20260115"), []byte(log), false))
	f.Verify()
	want := []string{"4|2"}
	got := f.Rows("SELECT count(*), (SELECT sum(failed_values)::BIGINT FROM log_files) FROM jobs WHERE short_id IS NULL")
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
}
