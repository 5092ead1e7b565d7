package pbs

import (
	"bytes"
	"fmt"
	"testing"
)

// derechoLike is one day's mix in small: the record shapes of a PBS Pro site.
func derechoLike(jobs int) []byte {
	var b bytes.Buffer
	for i := range jobs {
		id := 4000000 + i
		job := fmt.Sprintf(`user=user%04d group=staff account="PROJ%04d" project=_pbs_project_default jobname=run_%d `+
			`queue=cpu ctime=1767238233 qtime=1767238233 etime=1767238233`, i%97, i%31, i%11)
		list := `Resource_List.job_priority=regular Resource_List.mem=235gb Resource_List.mpiprocs=128 ` +
			`Resource_List.ncpus=128 Resource_List.ngpus=0 Resource_List.nodect=1 Resource_List.place=scatter:exclhost ` +
			`Resource_List.preempt_targets=QUEUE=pcpu Resource_List.select=1:ncpus=128:mpiprocs=128:ompthreads=1 ` +
			`Resource_List.walltime=12:00:00`
		host := fmt.Sprintf("start=1767239062 exec_host=dec%04d/0*128 exec_vnode=(dec%04d:ncpus=128:mem=246415360kb:ngpus=0)",
			i%2488, i%2488)
		fmt.Fprintf(&b, "01/01/2026 00:00:01;Q;%d.desched1;%s %s \n", id, job, list)
		fmt.Fprintf(&b,
			"01/01/2026 00:00:02;S;%d.desched1;%s %s %s resource_assigned.mem=240732mb resource_assigned.ncpus=128 \n",
			id, job, host, list)
		fmt.Fprintf(&b, "01/01/2026 00:00:06;E;%d.desched1;%s %s %s session=21019 end=1767250806 "+
			"Exit_status=0 resources_used.cpupercent=3104 resources_used.cput=88:50:10 resources_used.mem=29097252kb "+
			"resources_used.ncpus=128 resources_used.vmem=28674848kb resources_used.walltime=03:15:22 "+
			"resources_used.x-ncar-cpu-energy=2205314 resources_used.x-ncar-cpu-energy-init=409324231 "+
			"resources_used.x-ncar-energy=4711410 resources_used.x-ncar-gpu0-energy=0 resources_used.x-ncar-gpu1-energy=0 "+
			"eligible_time=00:13:51 run_count=1\n", id, job, host, list)
	}
	return b.Bytes()
}

func BenchmarkScan(b *testing.B) {
	data := derechoLike(2000)
	s := NewScanner(NewParser())
	var r Record
	b.SetBytes(int64(len(data)))
	b.ReportAllocs()
	for b.Loop() {
		s.Reset(data, 1, 0)
		for s.Next(&r) {
			if r.Flags != 0 || len(r.Attrs) < 19 {
				b.Fatal(r.Flags, len(r.Attrs))
			}
		}
	}
}

// TestWritten: attributes give back the text they were read from.
func TestWritten(t *testing.T) {
	logs := append(derechoLike(3),
		at+"E;1.s;user=u group=g account=\"a\" b=\"c\" "+jobTail+" resources_used.s=x y run_count=1\n"+
			at+`a;1.s;Resource_List.walltime=01:00:00 comment="a; and = b "c""`+"\n"...)
	scanAll(logs, len(logs), func(r *Record) {
		var written [][]byte
		for i := range r.Attrs {
			written = append(written, r.Attrs[i].Written())
		}
		if got, want := bytes.Join(written, []byte(" ")), bytes.TrimRight(r.Text, " "); !bytes.Equal(got, want) {
			t.Errorf("written %s\nread    %s", got, want)
		}
	})
}

func BenchmarkFrame(b *testing.B) {
	data := derechoLike(2000)
	var f Framer
	var r Record
	b.SetBytes(int64(len(data)))
	b.ReportAllocs()
	for b.Loop() {
		for f.Reset(data, 1, 0); f.Next(&r); {
		}
	}
}
