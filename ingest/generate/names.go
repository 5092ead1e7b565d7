package generate

import (
	"fmt"
	"strings"
)

// Words that job names are put together from. They name nothing real.
var (
	subjects = []string{
		"aerosol", "basin", "canopy", "cloudbox", "coast", "column", "convect", "crust", "eddy", "flare", "fjord",
		"glacier", "gyre", "haze", "icefield", "jetlet", "lagoon", "mantle", "mesoscale", "monsoon", "orbit", "ozone",
		"plume", "polar", "rainband", "ridge", "sandsea", "seaice", "shelf", "snowpack", "soil", "squall", "strato",
		"surge", "thermocline", "tide", "upwell", "vortex",
	}
	actions = []string{
		"regrid", "spinup", "calib", "fcst", "hindcast", "ens", "merge", "prep", "post", "restart", "budget", "tune",
		"sweep", "nudge", "sample", "analyze", "diag", "stitch", "subset", "trend", "mean", "plot",
	}
)

// stem invents the constant part of a job name.
func stem(d dice) string {
	s := pick(d, subjects) + pick(d, []string{"_", "-", "."}) + pick(d, actions)
	switch d.r.IntN(12) {
	case 0:
		return pick(d, actions)
	case 1:
		return "STDIN"
	case 2: // long, as the names of test suites are
		return fmt.Sprintf(
			"test.%s_Ld%d.ne%dpg3_t%d.%s.mach_gnu.%s.C%d_%s", strings.ToUpper(s[:3]), d.between(1, 9),
			d.between(16, 120), d.between(100, 300), strings.ToUpper(pick(d, subjects)), pick(d, actions),
			d.between(1, 9), pick(d, subjects),
		)
	}
	return s
}

func userName(n int) string    { return fmt.Sprintf("user%04d", n) }
func projectName(n int) string { return fmt.Sprintf("PROJ%04d", n) }
