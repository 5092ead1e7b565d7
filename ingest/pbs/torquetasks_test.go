package pbs

import "testing"

func TestParseTasks(t *testing.T) {
	const gib = 1 << 30
	for text, want := range map[string]Tasks{
		"-L tasks=1:lprocs=8:memory=16GB:gpus=2": {
			CPUs: 8, GPUs: 2, Mem: 16 * gib, HasCPUs: true, HasGPUs: true, HasMem: true,
		},
		"-L tasks=1:lprocs=1 -L tasks=1:lprocs=1": {CPUs: 2, HasCPUs: true},
		"-L tasks=4:lprocs=2:gpus=1:default -L tasks=2:memory=1gb": {
			CPUs: 10, GPUs: 4, Mem: 2 * gib, HasCPUs: true, HasGPUs: true, HasMem: true,
		},
		"-L tasks=3":                          {CPUs: 3, HasCPUs: true},
		"-Ltasks=3:place=numanode=2:usecores": {CPUs: 3, HasCPUs: true},
		"-L tasks=2:lprocs=all:memory=3kb":    {Mem: 6144, HasMem: true},
		"tasks=1:lprocs=2:memory=4096":        {CPUs: 2, Mem: 4096, HasCPUs: true, HasMem: true},
		"-L tasks=0:lprocs=8":                 {HasCPUs: true},
		"-L tasks=1#shared:lprocs=8":          {CPUs: 8, HasCPUs: true},
		"  -L   tasks=1:lprocs=8   ":          {CPUs: 8, HasCPUs: true},
		"-L tasks=1:lprocs=8:lprocs=9:gpus=1:gpus=2:memory=1kb:swap=x": {
			CPUs: 8, GPUs: 1, Mem: 1024, HasCPUs: true, HasGPUs: true, HasMem: true,
		},
	} {
		if got, err := ParseTasks([]byte(text)); err != nil || got != want {
			t.Errorf("ParseTasks(%q) = %+v, %v; want %+v", text, got, err, want)
		}
	}
	for text, reason := range map[string]error{
		"": ErrEmpty, "  ": ErrEmpty, "-L x": ErrSyntax, "-L tasks=": ErrEmpty, "-L tasks=x": ErrSyntax,
		"-L lprocs=8": ErrSyntax, "-L tasks=1:lprocs=x": ErrSyntax, "-L tasks=1:gpus=": ErrEmpty,
		"-L tasks=1:memory=big": ErrSyntax, "-L tasks=9223372036854775807:lprocs=2": ErrOverflow,
		"-L tasks=2:memory=8191pb": ErrOverflow,
	} {
		got, err := ParseTasks([]byte(text))
		checkReason(t, text, err, reason)
		if got != (Tasks{}) {
			t.Errorf("ParseTasks(%q) = %+v beside the error", text, got)
		}
	}
}

func FuzzParseTasks(f *testing.F) {
	f.Add([]byte("-L tasks=1:lprocs=8:memory=16GB:gpus=2"))
	f.Fuzz(func(t *testing.T, b []byte) {
		got, err := ParseTasks(b)
		if got.CPUs < 0 || got.GPUs < 0 || got.Mem < 0 || err != nil && got != (Tasks{}) {
			t.Errorf("ParseTasks(%q) = %+v, %v", b, got, err)
		}
	})
}

func TestParseTasksDoesNotAllocate(t *testing.T) {
	in := []byte("-L tasks=1:lprocs=8:memory=16GB:gpus=2 -L tasks=2:lprocs=1")
	checkNoAllocation(t, func() { _, _ = ParseTasks(in) })
}
