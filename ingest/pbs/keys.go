package pbs

import (
	"bytes"
	"encoding/binary"
)

// A Key is the number of an attribute name that the project reads. Names outside the list are Unknown; they are kept
// all the same.
type Key uint16

// Keys of the job data block, in the order in which servers write them (OpenPBS acct_job(), Torque acct_job()), then
// those of other records.
const (
	Unknown Key = iota
	GridName
	User
	Group
	Account
	Project
	AccountingID
	JobName
	Queue
	ResvName
	ResvID
	CTime
	QTime
	ETime
	StartCount
	Start
	Owner
	Depend
	ArrayIndices
	ExecHost
	ExecVnode
	LoginNode
	ReqMem
	ReqMPIProcs
	ReqNCPUs
	ReqNGPUs
	ReqNodect
	ReqNodes
	ReqPlace
	ReqSelect
	ReqWalltime
	ReqCPUType
	ReqGPUType
	ReqGPUs
	ReqGPU
	ReqGRes
	ReqMPPWidth
	ReqMPPDepth
	ReqMPPPerNode
	ReqMPPNodect
	ReqProcs
	ReqSize
	ReqNeedNodes
	TaskRequest
	Session
	AltID
	ExecutionSlots
	NodeCount
	End
	ExitStatus
	UsedCPUPercent
	UsedCPUTime
	UsedMem
	UsedNCPUs
	UsedVMem
	UsedWalltime
	EligibleTime
	RunCount
	Requestor
	Name
	Duration
	ReservedNodes
	Released
	ExecGPUs
	firstExtra // keys that a caller registers (site columns) are numbered from here
)

var keyNames = [...]string{
	GridName: "gridname", User: "user", Group: "group", Account: "account", Project: "project",
	AccountingID: "accounting_id", JobName: "jobname", Queue: "queue", ResvName: "resvname", ResvID: "resvID",
	CTime: "ctime", QTime: "qtime", ETime: "etime", StartCount: "start_count", Start: "start", Owner: "owner",
	Depend: "depend", ArrayIndices: "array_indices", ExecHost: "exec_host", ExecVnode: "exec_vnode",
	LoginNode: "login_node", ReqMem: "Resource_List.mem", ReqMPIProcs: "Resource_List.mpiprocs",
	ReqNCPUs: "Resource_List.ncpus", ReqNGPUs: "Resource_List.ngpus", ReqNodect: "Resource_List.nodect",
	ReqNodes: "Resource_List.nodes", ReqPlace: "Resource_List.place", ReqSelect: "Resource_List.select",
	ReqWalltime: "Resource_List.walltime", ReqCPUType: "Resource_List.cpu_type", ReqGPUType: "Resource_List.gpu_type",
	ReqGPUs: "Resource_List.gpus", ReqGPU: "Resource_List.gpu", ReqGRes: "Resource_List.gres",
	ReqMPPWidth: "Resource_List.mppwidth", ReqMPPDepth: "Resource_List.mppdepth",
	ReqMPPPerNode: "Resource_List.mppnppn", ReqMPPNodect: "Resource_List.mppnodect", ReqSize: "Resource_List.size",
	ReqProcs: "Resource_List.procs", ReqNeedNodes: "Resource_List.neednodes",
	TaskRequest: "Resource_Request_2.0", Session: "session", AltID: "alt_id", ExecutionSlots: "total_execution_slots",
	NodeCount: "unique_node_count", End: "end", ExitStatus: "Exit_status",
	UsedCPUPercent: "resources_used.cpupercent", UsedCPUTime: "resources_used.cput", UsedMem: "resources_used.mem",
	UsedNCPUs: "resources_used.ncpus", UsedVMem: "resources_used.vmem", UsedWalltime: "resources_used.walltime",
	EligibleTime: "eligible_time", RunCount: "run_count",
	Requestor: "requestor", Name: "name", Duration: "duration", ReservedNodes: "nodes", Released: "resources_released",
	ExecGPUs: "exec_gpus",
}

// String is the attribute name as PBS writes it.
func (k Key) String() string {
	if int(k) < len(keyNames) {
		return keyNames[k]
	}
	return ""
}

// tellsQuantity says whether its value is a number, a duration or a size, which holds no blank: where it does, bytes
// are missing, and what follows is of another record. isQuantity looks at a value itself.
func (k Key) tellsQuantity() bool {
	switch k {
	case CTime, QTime, ETime, StartCount, Start, ReqMem, ReqMPIProcs, ReqNCPUs, ReqNGPUs, ReqNodect, ReqWalltime, ReqGPUs,
		ReqMPPWidth, ReqMPPDepth, ReqMPPPerNode, ReqMPPNodect, ReqProcs, Session, ExecutionSlots, NodeCount, End,
		ExitStatus, UsedCPUPercent, UsedCPUTime, UsedMem, UsedNCPUs, UsedVMem, UsedWalltime, EligibleTime, RunCount:
		return true
	}
	return false
}

// rank is the place of a key in the server's order. Keys that follow each other have growing ranks; the members of a
// resource list share one.
type rank uint8

const (
	rankNone rank = iota // not part of a job data block
	rankHead             // gridname ... login_node: rank is rankHead plus the key number
)

const (
	rankRequested = rankHead + rank(LoginNode) + 1 + iota // Resource_List.*
	rankAssigned                                          // resource_assigned.*
	rankSession                                           // session, alt_id, Torque's counts, end, Exit_status
	_                                                     // (room for the six of them)
	_
	_
	_
	_
	rankUsed     // resources_used.*
	rankEligible // eligible_time
	rankRuns     // run_count
)

var (
	prefixRequested = []byte("Resource_List.")
	prefixAssigned  = []byte("resource_assigned.")
	prefixUsed      = []byte("resources_used.")

	queueName = []byte(keyNames[Queue])
	ctimeName = []byte(keyNames[CTime])
	endName   = []byte(keyNames[End])
	ownerName = []byte(keyNames[Owner])
)

// keyInfo is what the parser remembers of an attribute name that it has met.
type keyInfo struct {
	key   Key
	rank  rank
	list  bool // member of a resource list: may repeat its rank
	quote quoting
	name  []byte
	eq    []byte             // name and '='
	start [nameWords]uint64  // the first bytes of eq
	mask  [nameWords]uint64  // and which of them are there
	rest  []byte             // what does not fit there
	next  [followKinds]guess // the names that followed it: the likely next ones
}

// differs is 0 if b begins with the name and '=', or as much of them as fits. It compares all words at once: a loop
// costs more.
func (k *keyInfo) differs(b *[nameWords * 8]byte) uint64 {
	return (word(b[0:])^k.start[0])&k.mask[0] | (word(b[8:])^k.start[1])&k.mask[1] |
		(word(b[16:])^k.start[2])&k.mask[2] | (word(b[24:])^k.start[3])&k.mask[3]
}

// begins tells whether text begins with the name and '='.
func (k *keyInfo) begins(text []byte) bool { return k != nil && bytes.HasPrefix(text, k.eq) }

// nameWords is how many words of a name a keyInfo has.
const nameWords = 4

// word is the first eight bytes of b.
func word(b []byte) uint64 { return binary.LittleEndian.Uint64(b) }

// A guess is the names that came last and before that at some place.
type guess struct{ last, before *keyInfo }

// find gives the one that text begins with, or nil.
func (g *guess) find(text []byte) *keyInfo {
	switch {
	case g.last.begins(text):
	case g.before.begins(text):
		g.last, g.before = g.before, g.last
	default:
		return nil
	}
	return g.last
}

// learn makes k the one that came last.
func (g *guess) learn(k *keyInfo) { g.last, g.before = k, g.last }

// followKinds is how many kinds of records have guesses of their own: Q, S and E hold the same names, and others behind
// them.
const followKinds = 4

func followKind(letter byte) byte { return letter >> 1 % followKinds }

// quoting says when PBS puts quotes around a value.
type quoting uint8

const (
	quoteNever   quoting = iota
	quoteAlways          // account, gridname, accounting_id
	quoteIfBlank         // project, Resource_List.*; also group of old Windows builds
)

func newKeyInfo(name []byte, key Key) *keyInfo {
	k := &keyInfo{key: key, name: name, eq: append(bytes.Clone(name), '=')}
	short := min(len(k.eq), nameWords*8)
	k.rest = k.eq[short:]
	for i, c := range k.eq[:short] {
		k.start[i/8] |= uint64(c) << (i % 8 * 8)
		k.mask[i/8] |= 0xff << (i % 8 * 8)
	}
	switch {
	case bytes.HasPrefix(name, prefixRequested):
		k.rank, k.list, k.quote = rankRequested, true, quoteIfBlank
	case bytes.HasPrefix(name, prefixAssigned):
		k.rank, k.list, k.quote = rankAssigned, true, quoteIfBlank
	case bytes.HasPrefix(name, prefixUsed):
		k.rank, k.list = rankUsed, true
	case key >= GridName && key <= LoginNode:
		k.rank = rankHead + rank(key)
	case key >= Session && key <= ExitStatus:
		k.rank = rankSession + rank(key-Session)
	case key == EligibleTime:
		k.rank = rankEligible
	case key == RunCount:
		k.rank = rankRuns
	}
	switch key {
	case Account, GridName, AccountingID:
		k.quote = quoteAlways
	case Project, Group:
		k.quote = quoteIfBlank
	}
	return k
}

// A keyTable maps attribute names to what is known of them. It learns names as they come, up to a limit that hostile
// input can't push. What it has learned changes nothing but the time it takes.
type keyTable struct{ byName map[string]*keyInfo }

const maxLearnedKeys = 4096

func newKeyTable(extra []string) *keyTable {
	t := &keyTable{byName: make(map[string]*keyInfo, 2*len(keyNames))}
	for k, name := range keyNames {
		if name != "" {
			t.byName[name] = newKeyInfo([]byte(name), Key(k))
		}
	}
	for i, name := range extra {
		if t.byName[name] == nil {
			t.byName[name] = newKeyInfo([]byte(name), firstExtra+Key(i))
		}
	}
	return t
}

func (t *keyTable) lookup(name []byte) *keyInfo {
	if k := t.byName[string(name)]; k != nil {
		return k
	}
	k := newKeyInfo(bytes.Clone(name), Unknown)
	if len(t.byName) < maxLearnedKeys {
		t.byName[string(name)] = k
	}
	return k
}

// inJob tells whether a name is that of a key of the job data block.
func (t *keyTable) inJob(name []byte) bool {
	if k := t.byName[string(name)]; k != nil {
		return k.rank != rankNone
	}
	return bytes.HasPrefix(name, prefixRequested) || bytes.HasPrefix(name, prefixAssigned) ||
		bytes.HasPrefix(name, prefixUsed)
}

// known is what is known of the name of a key of the job data block; nil if it is none.
func (t *keyTable) known(name []byte) *keyInfo {
	if k := t.byName[string(name)]; k != nil && k.rank != rankNone {
		return k
	}
	switch {
	case bytes.HasPrefix(name, prefixRequested),
		bytes.HasPrefix(name, prefixAssigned),
		bytes.HasPrefix(name, prefixUsed):
		return t.lookup(name)
	}
	return nil
}

// keyLength is the length of the attribute name at the start of b, which an '=' must follow; 0 if there is none. Names
// look like [A-Za-z_][A-Za-z0-9_]*(.[A-Za-z0-9_][A-Za-z0-9_.-]*)?
func keyLength(b []byte) int {
	dotted := false
	for i, c := range b {
		switch {
		case c == '=':
			if i > 0 && b[i-1] != '.' {
				return i
			}
			return 0
		case c >= 'a' && c <= 'z', c >= 'A' && c <= 'Z', c == '_':
		case c >= '0' && c <= '9':
			if i == 0 {
				return 0
			}
		case c == '.':
			if i == 0 {
				return 0
			}
			dotted = true
		case c == '-':
			if !dotted || b[i-1] == '.' {
				return 0
			}
		default:
			return 0
		}
	}
	return 0
}
