package pbs

import "testing"

func TestDialect(t *testing.T) {
	for text, want := range map[string]Dialect{
		`user=u group=g account=A jobname=j queue=q ctime=1 start=2 owner=u@h exec_host=n/0 end=3`:                  Torque,
		`user=u group=g jobname=j queue=q ctime=1 start=2 exec_host=n/0+n/1 Resource_List.nodes=1:ppn=2 end=3`:      Torque,
		`user=u group=g account="A" project=p jobname=j queue=q ctime=1 exec_host=n/0 end=3`:                        OpenPBS,
		`user=u group=g jobname=j queue=q ctime=1 start=2 exec_host=n/0 exec_vnode=(n:ncpus=1) end=3 run_count=1`:   OpenPBS,
		`user=u group=g jobname=j queue=q ctime=1 Resource_List.select=1:ncpus=1 session=0 end=3 run_count=0`:       OpenPBS,
		`user=u group=g jobname=j queue=q ctime=1 start=0 end=3 Exit_status=271 eligible_time=00:00:05 run_count=0`: OpenPBS,
		`user=u group=g account="A" jobname=j queue=q ctime=1 start=2 exec_host=n/0 Resource_List.nodes=1:ppn=2`:    OpenPBS,
		`user=u group=g account="A" jobname=j queue=q ctime=1 start=2 owner=u@h exec_host=n/0 end=3`:                Torque,
		`user=u group=g account=A project=p jobname=j queue=q ctime=1 start=2 owner=u@h run_count=1 end=3`:          Torque,
		`user=u group=g account=A jobname=j queue=q ctime=1 start=2 exec_host=n/0 end=3 resources_used.ncpus=16`:    OpenPBS,
		`user=u group=g jobname=j queue=q ctime=1 start=2 exec_host=n/0 end=3 resources_used.cpupercent=90`:         OpenPBS,
		`user=u group=g account=A resources_used.ncpus=1 queue=q ctime=1 start=2 owner=u@h exec_host=n/0 end=3`:     Torque,
	} {
		r := Record{Type: []byte("E"), Text: []byte(text)}
		NewParser().Parse(&r)
		if got := r.Dialect(); got != want {
			t.Errorf("%s: dialect %d, want %d", text, got, want)
		}
	}
}
