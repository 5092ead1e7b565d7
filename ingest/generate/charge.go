package generate

import (
	"slices"
	"strconv"
	"strings"
)

// A chargeRule says what jobs are charged, as the rules of the profile's site have it. A node costs so many cores and
// GPUs, but in queues that share them; a machine whose nodes have no price charges what is asked for.
type chargeRule struct {
	NodeCores int64  `toml:"node_cores"`
	NodeGPUs  int64  `toml:"node_gpus"`
	Shared    string `toml:"shared"` // queues whose name holds this share nodes
	GPUs      string `toml:"gpus"`   // queues whose name holds this charge GPUs; "": all do
	Free      string `toml:"free"`   // queue that is not charged
}

// factors are NCAR's, by quality of service.
var factors = map[string]float64{"premium": 1.5, "regular": 1, "special": 1, "economy": 0.7, "uncharged": 0}

// appendCharge writes what the job is charged by the profile's rules; what is unknown counts as 0.
func (s *simulation) appendCharge(b []byte, j *job) []byte {
	cpus, gpus, queue, r := j.c.ncpus, j.c.ngpus, j.executionQueue(), &s.Charge
	if r.NodeCores > 0 && !strings.Contains(queue, r.Shared) {
		cpus, gpus = int64(j.c.nodes)*r.NodeCores, int64(j.c.nodes)*r.NodeGPUs
	}
	if !strings.Contains(queue, r.GPUs) {
		gpus = 0
	}
	wall, mem := j.use.wall, j.use.memKB
	if j.bare || j.badWall != nil {
		wall = 0
	}
	if j.bare || j.badMem != nil || j.use.zeroMem {
		mem = 0
	}
	qos := "regular"
	if r.Free != "" && queue == r.Free {
		qos = "uncharged"
	} else if slices.Contains([]string{"premium", "economy", "special"}, j.c.priority) {
		qos = j.c.priority
	}
	hours := float64(wall) / 3600
	b = append(appendKey(b, "charge"), '{')
	b = appendFloat(b, "cpu_hours", hours*float64(cpus))
	b = appendFloat(b, "gpu_hours", hours*float64(gpus))
	b = appendFloat(b, "memory_hours", hours*float64(mem)/(1<<20))
	b = appendText(b, "qos", qos, true)
	b = appendFloat(b, "qos_factor", factors[qos])
	b[len(b)-1] = '}'
	return append(b, ',')
}

func appendFloat(b []byte, key string, f float64) []byte {
	return append(strconv.AppendFloat(appendKey(b, key), f, 'g', -1, 64), ',')
}
