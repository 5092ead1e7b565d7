package pbs

// A Dialect is the family of servers that wrote a record. They share a grammar, and differ in what some values mean.
type Dialect uint8

// The dialects. PBS Professional speaks OpenPBS's.
const (
	OpenPBS Dialect = iota
	Torque
)

// Dialect tells which server wrote the record, by its attributes alone: logs of a site that moved hold both. Only
// Torque writes owner= into a job data block, which decides, as its users can write what else is told by; only OpenPBS
// puts quotes around an account and knows project, select, exec_vnode, eligible_time and run_count, and only it tells
// how many CPUs were used: PBS Professional before 8 had none of the others. A record with neither is taken for
// Torque's, which always lacks those. It is for job data blocks: a reservation has an owner= too.
func (r *Record) Dialect() Dialect {
	d := Torque
	for i := range r.Attrs {
		switch a := &r.Attrs[i]; a.Key {
		case Owner:
			return Torque
		case Account:
			if a.Quoted {
				d = OpenPBS
			}
		case Project, ReqSelect, ExecVnode, UsedCPUPercent, UsedNCPUs, EligibleTime, RunCount:
			d = OpenPBS
		}
	}
	return d
}
