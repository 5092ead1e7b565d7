package generate

var (
	casperHTC   = hostRange{"crhtc", 2, 1, 86}
	casperGPU   = hostRange{"casper", 2, 1, 38}
	casperLarge = hostRange{"casper", 2, 50, 64}
)

// casper is a mixed cluster for analysis: most jobs are short and of one core, some have GPUs or much memory.
func casper() profile {
	htc := shape{
		route: []string{"cpu", "htc"}, place: "scatter", walltimes: []string{"00:20:00", "00:20:00", "00:30:00", "24:00:00", "06:00:00"},
		run: [2]int64{5, 50}, wait: [2]int64{1, 4}, load: 75, memory: [2]int64{3, 100},
		hosts: casperHTC, order: "ncpus ngpus mem", gpuFlag: "0", uniform: true,
	}
	with := func(s shape, weight int, sel string) shape { s.weight, s.sel = weight, sel; return s }
	in := func(s shape, queues ...string) shape { s.route = queues; return s }

	long := htc
	long.run, long.walltimes = [2]int64{300, 40000}, []string{"24:00:00", "12:00:00", "18:00:00"}
	data := in(htc, "gdex")
	data.gpuFlag, data.hosts, data.run, data.uniform = "", casperLarge, [2]int64{1, 400}, false
	data.walltimes, data.wait = []string{"06:00:00", "24:00:00"}, [2]int64{1, 3}
	large := in(htc, "cpu", "largememroute", "largemem")
	large.gpuFlag, large.hosts, large.run, large.walltimes, large.uniform = "", casperLarge, [2]int64{200, 900}, []string{"12:00:00"}, false
	login := in(htc, "jhublogin")
	login.gpuFlag, login.walltimes, login.run, login.load, login.place = "", []string{"720:00:00"}, [2]int64{3000, 2_300_000}, 4, "free"
	vis := in(htc, "vis")
	vis.hosts, vis.walltimes, vis.run, vis.load = casperGPU, []string{"24:00:00", "04:00:00"}, [2]int64{900, 30000}, 30
	gpu := in(vis, "gpu", "nvgpu")
	gpu.wait, gpu.walltimes, gpu.priority = [2]int64{2, 9000}, []string{"02:00:00", "12:00:00", "24:00:00"}, []string{"regular", "premium", "economy"}
	split := with(gpu, 5, "1:ncpus=48:ngpus=4:mem=362GB:gpu_type=v100:ompthreads=1")
	split.split = true
	many := in(long, "cpu", "htc")
	many.wait, many.load = [2]int64{3, 2000}, 88

	data.names = []string{"dsprep", "dspart", "dscheck"}
	common := []shape{
		with(htc, 620, "1:ncpus=1:mpiprocs=1:ompthreads=1"), with(htc, 45, "1:ncpus=4:mpiprocs=4:ompthreads=1"),
		with(htc, 30, "1:ncpus=16:mpiprocs=16:ompthreads=1"), with(long, 30, "1:ncpus=1:mem=16GB:ompthreads=1"),
		with(htc, 15, "1:ncpus=1:mpiprocs=1:ompthreads=1:mem=64GB"), with(long, 12, "1:ncpus=10:mem=300GB:ompthreads=1"),
		with(htc, 12, "1:ncpus=8:mpiprocs=1:ompthreads=8:mem=80GB"), with(htc, 8, "1:ncpus=2:mem=10G:ompthreads=1"),
		with(data, 40, "1:ncpus=1:mem=1gb:ompthreads=1"), with(data, 24, "1:ncpus=5:mem=1G:ompthreads=1"),
		with(large, 42, "1:ncpus=1:mpiprocs=1:cpu_type=genoa:mem=800GB:ompthreads=1"),
		with(login, 20, "1:ncpus=1:ngpus=0:mem=4GB:ompthreads=1"),
		with(vis, 12, "1:ncpus=1:ngpus=1:os=opensuse15:gpu_type=gp100:ompthreads=1"),
		with(in(gpu, "gpu", "a100"), 10, "1:ncpus=64:ngpus=1:mem=470GB:gpu_type=a100:ompthreads=1"),
		with(in(gpu, "gpu", "h100"), 6, "1:ncpus=64:ngpus=4:gpu_type=h100:mem=160GB:ompthreads=1"),
		with(gpu, 9, "2:ncpus=4:mpiprocs=4:ngpus=2:mem=60GB:gpu_type=v100:ompthreads=1"), split,
		with(many, 14, "1:ncpus=1:mpiprocs=1:mem=20GB+3:ncpus=36:mpiprocs=36:mem=100GB:ompthreads=1"),
	}

	small := with(htc, 1, "1:ncpus=1:mem=30:ompthreads=1")
	small.memText, small.vnodeMem = "30b", 1
	words := with(htc, 1, "1:ncpus=2:mem=3W:ompthreads=1")
	words.memText = "3w"
	mega := with(htc, 1, "1:ncpus=1:mpiprocs=1:mem=200mb:ompthreads=1")
	mega.memText = "200mb"
	bare := with(htc, 1, "1:ncpus=1:mem=1073741824:ompthreads=1")
	bare.memText = "1073741824"
	wide := with(htc, 1, "1:ncpus=1:mem=235GB:ompthreads=1")
	wide.memText = "692tb"
	same := with(htc, 1, "1:ncpus=2:mpiprocs=2:mem=8gb+2:ncpus=1:mem=4gb:ompthreads=2")
	same.place, same.together = "pack", true
	pair := with(many, 1, "2:ncpus=8:mpiprocs=8:mem=40GB:ompthreads=1")
	pair.run = [2]int64{120, 900}

	return profile{
		name: "casper", server: "casper-pbs", peer: "casper-pbs", login: "casper-login", zone: "America/Denver", firstID: 1_173_217,
		altered: 0.23, deleted: 90, exitLag: [2]int64{2, 6}, eligible: [2]int64{1, 3}, groups: []string{"ncar", "ncar", "ncar", "csg", "decs"},
		common: common,
		special: map[string][]shape{
			"odd": {small, words, mega, bare, wide, same}, "long": {with(login, 1, "1:ncpus=1:ngpus=0:mem=4GB:ompthreads=1")},
			"phases": {pair}, "reserved": {pair},
		},
	}
}
