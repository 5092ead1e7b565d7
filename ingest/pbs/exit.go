package pbs

import "strconv"

// ExitClass sorts exit statuses by who ended the job.
type ExitClass string

// The classes, in the order of their statuses.
const (
	ExitPBSLimit    ExitClass = "pbs_limit"    // OpenPBS -29..-24 and -31, Torque -12..-10: killed for exceeding a limit
	ExitPBSOther    ExitClass = "pbs_other"    // every other negative status: PBS could not run or keep the job
	ExitOK          ExitClass = "ok"           // 0
	ExitProgram     ExitClass = "program"      // 1..127 and 193..255: the job's script ended so
	ExitShellSignal ExitClass = "shell_signal" // 128..192: as shells report a command that died of a signal, 128 + signal
	ExitSignal      ExitClass = "signal"       // 256 and more: the job's top process was killed, 256 + signal
)

// ExitClasses are all of them.
var ExitClasses = []ExitClass{ExitOK, ExitPBSLimit, ExitPBSOther, ExitProgram, ExitShellSignal, ExitSignal}

// signalBase is what MoM adds to the number of the signal that killed the top process: 0x100 in scan_for_terminated,
// OpenPBS src/resmom/linux/mom_start.c.
const (
	signalBase      = 256
	shellSignalBase = 128
	lastSignal      = 64 // SIGRTMAX, signal(7)
)

// ClassifyExit gives the class of an Exit_status.
func (d Dialect) ClassifyExit(status int64) ExitClass {
	switch {
	case status < 0 && d.isLimit(status):
		return ExitPBSLimit
	case status < 0:
		return ExitPBSOther
	case status == 0:
		return ExitOK
	case shellSignalBase <= status && status <= shellSignalBase+lastSignal:
		return ExitShellSignal
	case status < signalBase:
		return ExitProgram
	}
	return ExitSignal
}

func (d Dialect) isLimit(status int64) bool {
	if d == Torque {
		return -12 <= status && status <= -10
	}
	return status == -31 || -29 <= status && status <= -24
}

// ExitMeaning says in a few words what an Exit_status stands for, for people to read: "walltime exceeded" for OpenPBS's
// -29 and Torque's -11, "SIGTERM (qdel)" for 271.
func (d Dialect) ExitMeaning(status int64) string {
	switch d.ClassifyExit(status) {
	case ExitOK:
		return "success"
	case ExitPBSLimit, ExitPBSOther:
		meanings := pbsExits
		if d == Torque {
			meanings = torqueExits
		}
		if text, ok := meanings[status]; ok {
			return text
		}
		return "ended by PBS, code " + strconv.FormatInt(status, 10)
	case ExitProgram:
		return programMeaning(status)
	case ExitShellSignal:
		if name, ok := signalNames[status-shellSignalBase]; ok {
			return name + " to a command of the script"
		}
		return programMeaning(status)
	}
	return signalMeaning(status - signalBase)
}

func programMeaning(status int64) string {
	switch status {
	case 126:
		return "command not executable"
	case 127:
		return "command not found"
	}
	return "program exit " + strconv.FormatInt(status, 10)
}

func signalMeaning(signal int64) string {
	name, ok := signalNames[signal]
	switch {
	case signal == 15:
		return name + " (qdel)"
	case ok:
		return name
	}
	return "signal " + strconv.FormatInt(signal, 10)
}

// pbsExits are the JOB_EXEC_* codes of OpenPBS src/include/job.h; -31 and -32 come from the PBS Professional 2026
// reference guide.
var pbsExits = map[int64]string{
	-1:  "start failed before files were staged, no retry",
	-2:  "start failed after files were staged, no retry",
	-3:  "start failed, to be retried",
	-4:  "aborted at MoM start",
	-5:  "aborted at MoM start, checkpointed, not migratable",
	-6:  "aborted at MoM start, checkpointed, migratable",
	-7:  "restart from checkpoint failed",
	-10: "invalid user or group id",
	-11: "rerun (requeued)",
	-12: "checkpointed and killed",
	-13: "bad password",
	-14: "rerun, another node of the job failed",
	-15: "requeued for restart from checkpoint",
	-16: "rejected by a hook, requeued",
	-17: "rejected by a hook, deleted",
	-18: "requeued by a hook",
	-19: "deleted by a hook",
	-20: "rerun, connection to the first node lost",
	-21: "security breach in a PBS directory",
	-22: "hook error or hook timeout",
	-23: "no Kerberos credentials",
	-24: "ncpus exceeded (burst)",
	-25: "ncpus exceeded (sum)",
	-26: "vmem exceeded",
	-27: "mem exceeded",
	-28: "cput exceeded",
	-29: "walltime exceeded",
	-30: "a node could not join the job",
	-31: "hpmem exceeded",
	-32: "job lost by MoM",
}

// torqueExits are the JOB_EXEC_* codes of Torque src/include/pbs_job.h, up to 6.1; before 4, -10 stood for any limit.
var torqueExits = map[int64]string{
	-1:  "start failed before files were staged, no retry",
	-2:  "start failed after files were staged, no retry",
	-3:  "start failed, to be retried",
	-4:  "aborted at MoM start",
	-5:  "aborted at MoM start, checkpointed, not migratable",
	-6:  "aborted at MoM start, checkpointed, migratable",
	-7:  "restart from checkpoint failed",
	-8:  "the command could not be executed",
	-9:  "stdout or stderr could not be opened",
	-10: "mem exceeded",
	-11: "walltime exceeded",
	-12: "cput exceeded",
	-13: "no cgroup could be made, to be retried",
	-14: "prologue failed, to be retried",
}

// signalNames are the signals of Linux on x86 and arm, signal(7).
var signalNames = map[int64]string{
	1: "SIGHUP", 2: "SIGINT", 3: "SIGQUIT", 4: "SIGILL", 5: "SIGTRAP", 6: "SIGABRT", 7: "SIGBUS", 8: "SIGFPE",
	9: "SIGKILL", 10: "SIGUSR1", 11: "SIGSEGV", 12: "SIGUSR2", 13: "SIGPIPE", 14: "SIGALRM", 15: "SIGTERM",
	16: "SIGSTKFLT", 17: "SIGCHLD", 18: "SIGCONT", 19: "SIGSTOP", 20: "SIGTSTP", 21: "SIGTTIN", 22: "SIGTTOU",
	23: "SIGURG", 24: "SIGXCPU", 25: "SIGXFSZ", 26: "SIGVTALRM", 27: "SIGPROF", 28: "SIGWINCH", 29: "SIGIO",
	30: "SIGPWR", 31: "SIGSYS",
}
