package notebooks

import (
	"encoding/hex"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
)

// endOfTyped is when the jobs of typed end, 2026-01-15 11:00:10 in Denver.
const endOfTyped = 1768500010

// attributesOf asks for the attributes of records of one line, in hex, so that lines and fields are what they are.
const attributesOf = "SELECT j.job_id, hex(array_to_string(map_keys(a), ' ') || chr(10) || " +
	"array_to_string(map_values(a), chr(10))) AS attributes FROM (SELECT job_id, pbs_attributes(compressed_data) AS a " +
	"FROM job_records WHERE NOT contains(pbs_record(compressed_data), chr(10))) r JOIN jobs j ON j.id = r.job_id"

// TestPythonReadsWhatUsersTyped compares the attributes of records into whose values their users typed quotes, keys and
// whole records, as the program and as the Python package read them.
func TestPythonReadsWhatUsersTyped(t *testing.T) {
	interpreter, w := python(t), theWorld(t)
	usePackage(t)
	dir := t.TempDir()
	texts := typed()
	var log strings.Builder
	for i, text := range texts {
		ended := time.Unix(endOfTyped+20*int64(i), 0) // else one that is left open would end in another
		text = strings.ReplaceAll(text, fmt.Sprint(endOfTyped), fmt.Sprint(ended.Unix()))
		fmt.Fprintf(&log, "%s;E;%d.srv;%s\n", ended.UTC().Add(-7*time.Hour).Format("01/02/2006 15:04:05"), i, text)
	}
	if err := os.WriteFile(filepath.Join(dir, "20260115"), []byte(log.String()), 0o666); err != nil {
		t.Fatal(err)
	}
	program, db := filepath.Join(w.bin, "pbsduck"), filepath.Join(dir, "typed.duckdb")
	w.tool(t, nil, "sh", "-c", `"$@" || test $? = 3`, "sh", program, "ingest", "-q", "--db", db, "--machine", "m",
		"--timezone", "America/Denver", "--publish", filepath.Join(dir, "20260115")) // 3: some lines are rejected
	want := attributesByJob(t, w.tool(t, nil, program, "query", "--db", db, "--format", "csv", attributesOf))
	got := attributesByJob(t, w.tool(t, nil, interpreter, "-c", "import sys\nimport pbsduck\n"+
		"for job, attributes in pbsduck.open(sys.argv[1]).execute(sys.argv[2]).fetchall():\n"+
		"    print(f'{job},{attributes}')", db, attributesOf))
	if len(want) < len(texts)*8/10 || len(got) != len(want) {
		t.Errorf("of %d records the program reads %d and Python %d", len(texts), len(want), len(got))
	}
	for _, job := range slices.Sorted(maps.Keys(want)) {
		if got[job] != want[job] {
			t.Errorf("%s\nPython reads:\n%s\nwant:\n%s", texts[job], got[job], want[job])
		}
	}
}

// attributesByJob are the answers to attributesOf by the number of the job.
func attributesByJob(t *testing.T, lines []byte) map[int]string {
	t.Helper()
	all := map[int]string{}
	for line := range strings.FieldsSeq(string(lines)) {
		id, attributes, _ := strings.Cut(line, ",")
		if id == "job_id" {
			continue
		}
		text, err := hex.DecodeString(attributes)
		var number int
		if _, scanned := fmt.Sscanf(id, "%d.srv", &number); err != nil || scanned != nil {
			t.Fatalf("%q: %v, %v", line, err, scanned)
		}
		all[number] = string(text)
	}
	return all
}

// typed are texts of records as tests of ingest/pbs have them, which say how they are to be read.
func typed() []string {
	return slices.Concat(typedAccounts(), typedInTorque(), forgedRecords(), cutOffRecords())
}

// typedAccounts are those of OpenPBS with quotes and keys in an account and in a later value.
func typedAccounts() (texts []string) {
	const block = " project=p jobname=n queue=free ctime=1713170000 qtime=1713170000 etime=1713170000 start=1713171600 " +
		"exec_vnode=(z:ncpus=1) Resource_List.ncpus=1 Resource_List.x=y"
	for _, group := range []string{"g", "domain users"} {
		for _, account := range []string{"x", `x"y`, `x="`, "", "a b", `x" project=p jobname=z`, `x" queue=q foo="y`} {
			for _, software := range []string{
				"s", `"a b"`, `" project=p x"`, `" queue=p"`, `" jobname=p"`, `"a project=p b"`, `'a" project=p b'`,
				`"` + block + `"`, `'a"` + block + `'`, `x resources_used.walltime=1`, `''"` + block + `'`, "'x", "y'",
				`'say "a b" it's'`, `'y' session=1 end=1 Exit_status=9 resources_used.a="'`, `x" Resource_List.ncpus=1 foo=y'`,
			} {
				for _, quote := range []string{`"`, "'", ""} {
					project := map[string]string{`"`: "_p", "'": "'p", "": `"p q"`}[quote]
					texts = append(texts, fmt.Sprintf(`user=a group=%s account=%[2]s%[3]s%[2]s project=%[5]s jobname=j" queue=q `+
						`ctime=1713160000 qtime=1713160000 etime=1713160000 start=1713171600 exec_host=n1/0*128 `+
						`exec_vnode=(n1:ncpus=128) Resource_List.ncpus=128 Resource_List.nodect=1 Resource_List.app='x `+
						`Resource_List.software=%[4]s Resource_List.walltime=02:00:00 session=1 end=1768500010 Exit_status=0 `+
						`resources_used.foo=a b resources_used.j='{"a": 1}' resources_used.walltime=01:00:00 run_count=1`,
						group, quote, account, software, project))
				}
			}
		}
	}
	return texts
}

const ofTorque = "user=u group=g account=A jobname=j queue=q ctime=1768496400 qtime=1768496400 etime=1768496400 " +
	"start=1768496410 owner=u@h exec_host=n1/0-3 Resource_List.nodes=1:ppn=4 Resource_List.other=O " +
	"Resource_List.walltime=02:00:00 session=1 end=1768500010 Exit_status=0 resources_used.cput=10 " +
	"resources_used.mem=1kb resources_used.vmem=1kb resources_used.walltime=3600"

// typedInTorque are those of Torque, which writes no quotes, also where others sort its keys, or it writes the account
// last.
func typedInTorque() (texts []string) {
	bare := strings.Replace(ofTorque, " account=A", "", 1)
	front, _, _ := strings.Cut(ofTorque, " jobname=")
	for _, forged := range []string{
		"resources_used.walltime=00:00:01", "resources_used.cput=1 resources_used.walltime=1",
		"jobname=x Resource_List.ngpus=0", "queue=x", "ctime=1", "exec_host=n9/0 exec_vnode=(n9:ncpus=1)",
		"jobname=j queue=q ctime=1768496400 start=1 end=2 Resource_List.procs=1",
		"session=9 end=1768499999 Exit_status=3 resources_used.walltime=00:00:01",
		"total_execution_slots=1 unique_node_count=1", "eligible_time=00:00:01 run_count=7", "run_count=7", "B", `"`, `"x`,
		`"x y"`, "'x' y",
		"user=y", `user=y "`, "x end=5 resources_used.walltime=1", "-L x=1 session=1 place=node",
	} {
		texts = append(texts,
			strings.Replace(ofTorque, "account=A", "account=A "+forged, 1),
			strings.Replace(ofTorque, "account=A", "account="+forged, 1),
			strings.Replace(ofTorque, "=O", "=O "+forged, 1),
			strings.Replace(bare, "=O", "=O "+forged, 1),
			strings.Replace(ofTorque, "owner=u@h", "owner=u@h "+forged, 1),
			strings.Replace(ofTorque, "resources_used.mem=1kb", "resources_used.mem=1kb "+forged, 1),
			strings.Replace(ofTorque, " session=1", " Resource_Request_2.0="+forged+" session=1", 1),
			bare+" account=A "+forged, bare+" account="+forged, bare+" Output_Path=h:/x account="+forged,
			front+" "+forged+strings.TrimPrefix(ofTorque, front))
	}
	return append(texts,
		"Resource_List.nodes=2:ppn=4 Resource_List.walltime=1:00:00 account=A B ctime=1234567890 "+
			"end=1234567899 etime=1234567890 exec_host=n1/1+n2/2 group=g jobname=j owner=u@h qtime=1234567890 queue=q "+
			"resources_used.cput=00:00:02 resources_used.walltime=00:00:01 start=1234567890 user=u")
}

const ofOpenPBS = `user=user0001 group=grp account="A1" project=_p jobname=j1 queue=q ctime=1768499000 ` +
	`qtime=1768499410 etime=1768499000 start=1768499410 exec_host=n1/0*2 exec_vnode=(n1:ncpus=2) ` +
	`Resource_List.ncpus=2 Resource_List.place=pack Resource_List.select=1:ncpus=2 Resource_List.walltime=02:00:00 ` +
	`session=1 end=1768500010 Exit_status=0 resources_used.cput=00:10:00 resources_used.mem=1024kb ` +
	`resources_used.walltime=01:00:00 run_count=1`

// forgedRecords are those whose users closed the quote of a value, and went on with the rest of a record.
func forgedRecords() (texts []string) {
	_, rest, _ := strings.Cut(ofOpenPBS, `account="A1" `)
	for _, value := range []string{
		`x" project=p jobname=z queue=q2 ctime=1 resources_used.walltime=00:00:01 foo="y`,
		`x" project=p resources_used.walltime=00:00:01 foo="y`, `x" jobname=z resources_used.walltime=00:00:01`,
		`x" ` + rest, `x" ` + rest + ` foo="`, `x" ` + rest + ` foo="y" bar="`, `"`, `'`, `x`, `x" y="z`,
	} {
		for _, quote := range []string{`"`, `'`} {
			texts = append(texts,
				strings.Replace(ofOpenPBS, `"A1"`, quote+value+quote, 1),
				strings.Replace(ofOpenPBS, "project=_p", "project="+quote+value+quote, 1),
				strings.Replace(ofOpenPBS, "jobname=j1", "jobname="+value+quote, 1),
				strings.Replace(ofOpenPBS, "Resource_List.ncpus", "Resource_List.foo="+quote+value+quote+" Resource_List.ncpus", 1),
				strings.Replace(ofOpenPBS, "mem=1024kb", "mem="+quote+value+quote, 1))
		}
	}
	return texts
}

// cutOffRecords are those that end early, behind each of their attributes and in each value.
func cutOffRecords() (texts []string) {
	for _, whole := range []string{ofTorque, ofOpenPBS, ofOpenPBS + " eligible_time=00:10:00"} {
		_, front, _ := strings.Cut(whole, " session=")
		for n := len(whole) - len(front); n < len(whole); n++ {
			texts = append(texts, whole[:n])
		}
	}
	return texts
}
