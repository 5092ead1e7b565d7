package generate

import "fmt"

// profile is a machine to imitate. Weights, spellings and orders follow the two machines' published
// records of January 2026.
type profile struct {
	name     string
	server   string // suffix of its ids
	peer     string // server name in depend=
	login    string // host name head in requestor=
	zone     string
	firstID  int64 // id of the first job
	altered  float64
	deleted  int // one in so many jobs is deleted while queued
	exitLag  [2]int64
	eligible [2]int64 // seconds that eligible_time exceeds the wait
	groups   []string
	common   []shape
	special  map[string][]shape // drawn by stories only
	// noEligibleBefore: records older than this instant have no eligible_time, as on Derecho.
	noEligibleBefore int64
}

func profileNamed(name string) (profile, error) {
	switch name {
	case "derecho":
		return derecho(), nil
	case "casper":
		return casper(), nil
	}
	return profile{}, fmt.Errorf("generate: no profile %q; choose from %v", name, Profiles())
}

var (
	derechoCPU = hostRange{"dec", 4, 1, 2488}
	derechoGPU = hostRange{"deg", 4, 1, 82}
)

// derecho has 2,488 CPU nodes of 128 cores and 82 GPU nodes of 64 cores and 4 GPUs. Jobs enter by main or develop.
func derecho() profile {
	node := shape{
		route: []string{"main", "cpu"}, place: "scatter:exclhost", walltimes: []string{"12:00:00", "12:00:00", "01:00:00", "00:20:00", "02:00:00", "08:00:00"},
		run: [2]int64{25, 21000}, wait: [2]int64{17, 30000}, load: 95, memory: [2]int64{2, 60},
		priority: []string{"regular", "economy", "regular", "premium", "economy"}, preempt: "QUEUE=pcpu",
		hosts: derechoCPU, exclusive: true, order: "ncpus mem ngpus", routeMem: "692tb", energy: true,
	}
	shared := node
	shared.route, shared.place, shared.exclusive = []string{"develop", "cpudev"}, "scatter:shared", false
	shared.walltimes, shared.run, shared.wait = []string{"00:30:00", "00:30:00", "00:45:00"}, [2]int64{390, 1300}, [2]int64{15, 600}
	shared.priority, shared.preempt, shared.routeMem = []string{"none"}, "None", "-"
	gpu := node
	gpu.route, gpu.hosts, gpu.preempt, gpu.load = []string{"main", "gpu"}, derechoGPU, "QUEUE=pgpu", 6
	gpu.walltimes, gpu.run, gpu.wait = []string{"00:09:00", "03:00:00", "12:00:00"}, [2]int64{80, 20000}, [2]int64{40, 9000}
	gpu.routeMem = ""

	with := func(s shape, weight int, sel string) shape { s.weight, s.sel = weight, sel; return s }
	reordered := with(node, 20, "1:mem=235GB:ncpus=128:mpiprocs=128:ompthreads=1")
	reordered.order = "mem ncpus ngpus"
	gpuMPS := with(gpu, 8, "1:ncpus=64:mpiprocs=4:ompthreads=1:mem=480GB:ngpus=4:mps=1")
	gpuMPS.order = "ncpus mem ngpus mps"
	gpuPlain := with(gpu, 4, "1:ncpus=32:ngpus=4:mem=487GB:ompthreads=1")
	gpuPlain.order = "ncpus ngpus mem"

	common := []shape{
		with(shared, 500, "1:ncpus=2:mpiprocs=2:ompthreads=1"), with(shared, 18, "1:ncpus=1:mpiprocs=1:ompthreads=1:mem=10GB"),
		with(shared, 12, "1:ncpus=1:mpiprocs=1:mem=100GB:ompthreads=1"), with(shared, 20, "1:ncpus=64:mpiprocs=64:mem=64GB:ompthreads=1"),
		with(node, 136, "1:ncpus=128:mpiprocs=128:ompthreads=1"), with(node, 40, "1:ncpus=128:mem=235GB:ompthreads=1"),
		with(node, 30, "1:ncpus=120:mpiprocs=120:mem=235GB:ompthreads=1"), with(node, 30, "1:ncpus=1:mem=64GB:ompthreads=1"),
		with(node, 20, "1:mpiprocs=16:ompthreads=1"), with(node, 20, "1:ncpus=128:mpiprocs=8:ompthreads=16"), reordered,
		with(node, 16, "2:ncpus=128:mpiprocs=1:ompthreads=128"), with(node, 16, "3:ncpus=128:mpiprocs=128:ompthreads=1"),
		with(node, 20, "4:ncpus=128:mpiprocs=128:ompthreads=1"),
		with(node, 16, "4:ncpus=128:mpiprocs=2:ompthreads=64+1:ncpus=128:mpiprocs=1:ompthreads=128"),
		with(node, 22, "8:ncpus=128:mpiprocs=128:ompthreads=1:mem=235GB"), with(node, 6, "9:ncpus=128:mpiprocs=128:ompthreads=1:mem=235GB"),
		with(node, 4, "15:ncpus=128:mpiprocs=128:ompthreads=1"), with(node, 14, "20:ncpus=128:mpiprocs=128:ompthreads=1:mem=235GB"),
		with(node, 4, "23:ncpus=128:mpiprocs=128:ompthreads=1:mem=230GB"), with(node, 3, "40:ncpus=128:mpiprocs=128:ompthreads=1"),
		with(node, 1, "138:ncpus=128:mpiprocs=128:ompthreads=1:mem=235GB"),
		gpuMPS, gpuPlain, with(gpu, 6, "1:ncpus=2:ngpus=1:mem=64GB:gpu_type=a100:ompthreads=1"),
		with(gpu, 3, "2:ncpus=64:mpiprocs=4:ngpus=4:mem=480GB:gpu_type=a100:ompthreads=16"),
	}

	huge := with(node, 1, "2488:ncpus=128:mpiprocs=128:ompthreads=1:mem=235GB")
	huge.run, huge.wait, huge.walltimes, huge.load = [2]int64{15000, 17000}, [2]int64{600, 3000}, []string{"12:00:00"}, 105
	large := with(huge, 1, "512:ncpus=128:mpiprocs=64:ompthreads=2")
	small := with(shared, 1, "1:ncpus=1:mem=30:ompthreads=1")
	small.memText, small.routeMem = "30b", ""
	words := with(shared, 1, "1:ncpus=2:mem=3W:ompthreads=1")
	words.memText, words.routeMem = "3w", ""
	mega := with(shared, 1, "1:ncpus=4:mpiprocs=4:mem=200MB:cpu_type=milan:ompthreads=1")
	mega.memText, mega.routeMem = "200mb", ""
	bare := with(shared, 1, "1:ncpus=1:mpiprocs=1:mem=536870912:ompthreads=1")
	bare.memText, bare.routeMem = "536870912", ""
	wide := with(node, 1, "1:ncpus=128:mpiprocs=128:ompthreads=1")
	wide.memText = "692tb" // the routing queue's default that was never replaced
	ranks := with(node, 1, "2:ncpus=128:mpiprocs=64+1:ncpus=128:mem=100GB:ompthreads=4")
	long := with(node, 1, "1:ncpus=128:mpiprocs=128:ompthreads=1")
	long.walltimes = []string{"168:00:00", "240:00:00"}

	return profile{
		name: "derecho", server: "desched1", peer: "desched1.hpc.example.org", login: "derecho", zone: "America/Denver", firstID: 4_520_861,
		altered: 0.011, deleted: 140, exitLag: [2]int64{6, 45}, eligible: [2]int64{1, 3}, groups: []string{"ncar", "ncar", "ncar", "ncar", "csg"},
		common: common,
		special: map[string][]shape{
			"huge": {huge}, "large": {large}, "odd": {small, words, mega, bare, wide, ranks}, "long": {long},
			"phases": {with(node, 1, "4:ncpus=128:mpiprocs=128:ompthreads=1")}, "reserved": {with(node, 1, "2:ncpus=128:mpiprocs=128:ompthreads=1")},
		},
		noEligibleBefore: 1_736_272_070, // 2025-01-07 17:47:50 UTC
	}
}
