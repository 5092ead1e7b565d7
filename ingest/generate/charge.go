package generate

import (
	"slices"
	"strconv"
	"strings"
)

// factors are NCAR's, by quality of service.
var factors = map[string]float64{"premium": 1.5, "regular": 1, "special": 1, "economy": 0.7, "uncharged": 0}

// appendCharge writes what the job is charged by NCAR's rules, as examples/ncar.toml has them: a
// node of Derecho costs 128 cores and 4 GPUs, but in queues for development; what is unknown counts
// as 0.
func (s *simulation) appendCharge(b []byte, j *job) []byte {
	cpus, gpus, queue := j.c.ncpus, j.c.ngpus, j.executionQueue()
	if s.profile.name == "derecho" {
		if !strings.Contains(queue, "dev") {
			cpus, gpus = int64(j.c.nodes)*128, int64(j.c.nodes)*4
		}
		if !strings.Contains(queue, "gpu") {
			gpus = 0
		}
	}
	wall, mem := j.use.wall, j.use.memKB
	if j.bare || j.badWall != nil {
		wall = 0
	}
	if j.bare || j.badMem != nil || j.use.zeroMem {
		mem = 0
	}
	qos := "regular"
	if queue == "jhublogin" {
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
