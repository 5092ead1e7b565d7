package duckdbtest

import (
	"fmt"
	"regexp"
	"strconv"
	"time"
)

// RunsZero is 10:00:00 of 2026-01-15 in Denver, from which the tables below count seconds.
const RunsZero = 1768496400

// RunEntry is a record of job 1.srv, which was submitted at 0 s. In its text @n stands for the instant n.
func RunEntry(at int, letter, text string) string {
	stamp := time.Unix(RunsZero+int64(at), 0).In(time.FixedZone("", -7*3600)).Format("01/02/2006 15:04:05")
	text = regexp.MustCompile(`@\d+`).ReplaceAllStringFunc(text, func(n string) string {
		i, _ := strconv.Atoi(n[1:])
		return strconv.Itoa(RunsZero + i)
	})
	return stamp + ";" + letter + ";1.srv;" + text + "\n"
}

const runsHead = `user=u group=g account="A" jobname=j queue=q ctime=@0 qtime=@0 etime=@0 `

// RunHeld is what a record says that the job held, in a run that began then.
func RunHeld(start, ncpus int) string {
	return fmt.Sprintf("%sstart=@%d Resource_List.mem=%dgb Resource_List.ncpus=%d Resource_List.nodect=%d "+
		"Resource_List.place=free ", runsHead, start, ncpus, ncpus, ncpus/2)
}

// RunEnded is what an E record says of the end of a run.
func RunEnded(end, exit, walltime, run int) string {
	used := ""
	if walltime >= 0 {
		used = fmt.Sprintf("resources_used.walltime=%d ", walltime)
	}
	return fmt.Sprintf("session=1 end=@%d Exit_status=%d %srun_count=%d", end, exit, used, run)
}
