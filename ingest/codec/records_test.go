package codec

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"sync"
	"testing"
)

// records writes n E records in the manner of a large PBS machine: the same attributes in the same order, names from a
// small set, numbers that differ.
func records(seed uint64, n int) [][]byte {
	r := rand.New(rand.NewPCG(seed, 1))
	out := make([][]byte, n)
	for i := range out {
		out[i] = record(r, 5_000_000+i)
	}
	return out
}

func record(r *rand.Rand, id int) []byte {
	user := 1 + r.IntN(40)
	nodes := 1 << r.IntN(5)
	start := 1_767_250_000 + r.IntN(80_000)
	used := 1 + r.IntN(40_000)
	var host, vnode []string
	for range nodes {
		name := fmt.Sprintf("dec%04d", 1+r.IntN(2488))
		host = append(host, name+"/0*128")
		vnode = append(vnode, "("+name+":ncpus=128:mem=246415360kb:ngpus=0)")
	}
	hms := func(s int) string { return fmt.Sprintf("%02d:%02d:%02d", s/3600, s/60%60, s%60) }
	return fmt.Appendf(nil, "01/01/2026 %s;E;%d.desched1;user=user%04d group=group%02d account=\"PROJ%04d\" "+
		"project=_pbs_project_default jobname=run_%d queue=cpu ctime=%d qtime=%d etime=%d start=%d exec_host=%s "+
		"exec_vnode=%s Resource_List.job_priority=regular Resource_List.mem=%dgb Resource_List.mpiprocs=%d "+
		"Resource_List.ncpus=%d Resource_List.ngpus=0 Resource_List.nodect=%d Resource_List.place=scatter "+
		"Resource_List.select=%d:ncpus=128:mpiprocs=128:ompthreads=1 Resource_List.walltime=12:00:00 session=%d end=%d "+
		"Exit_status=%d resources_used.cpupercent=%d resources_used.cput=%s resources_used.mem=%dkb "+
		"resources_used.ncpus=%d resources_used.vmem=%dkb resources_used.walltime=%s "+
		"resources_used.x-ncar-energy=%d resources_used.x-ncar-energy-init=%d eligible_time=%s run_count=1",
		hms(r.IntN(86400)), id, user, user%12, user%25, r.IntN(100), start-r.IntN(9000), start-1, start-1, start,
		strings.Join(host, "+"), strings.Join(vnode, "+"), 235*nodes, 128*nodes, 128*nodes, nodes, nodes, r.IntN(1<<17),
		start+used, r.IntN(2)*271, r.IntN(12800*nodes), hms(used*100), r.IntN(1<<28), 128*nodes, r.IntN(1<<27), hms(used),
		r.IntN(1<<30), r.IntN(1<<31), hms(r.IntN(9000)))
}

var dictionaries sync.Map // by seed: training takes longer than any test that needs one

// trained returns a dictionary of 1000 generated records.
func trained(t testing.TB, seed uint64) *Dictionary {
	t.Helper()
	if d, ok := dictionaries.Load(seed); ok {
		return d.(*Dictionary)
	}
	b, err := Train(records(seed, 1000), TrainOptions{})
	if err != nil {
		t.Fatal(err)
	}
	d, err := ParseDictionary(b)
	if err != nil {
		t.Fatal(err)
	}
	dictionaries.Store(seed, d)
	return d
}

func zstdEncoder(t testing.TB, d *Dictionary, level int) *ZstdEncoder {
	t.Helper()
	e, err := NewZstdEncoder(d, level)
	if err != nil {
		t.Fatal(err)
	}
	return e
}

func gzipEncoder(t testing.TB, level int) *GzipEncoder {
	t.Helper()
	e, err := NewGzipEncoder(level)
	if err != nil {
		t.Fatal(err)
	}
	return e
}
