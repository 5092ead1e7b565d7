package source

import "golang.org/x/sys/unix"

// kernelFiles are file systems whose files are views into the kernel: some have no end, some block whoever reads them.
var kernelFiles = map[uint32]string{
	unix.PROC_SUPER_MAGIC: "proc", unix.SYSFS_MAGIC: "sysfs", unix.DEBUGFS_MAGIC: "debugfs", unix.TRACEFS_MAGIC: "tracefs",
	unix.SECURITYFS_MAGIC: "securityfs", unix.CGROUP_SUPER_MAGIC: "cgroup", unix.CGROUP2_SUPER_MAGIC: "cgroup2",
	unix.BPF_FS_MAGIC: "bpf", unix.PSTOREFS_MAGIC: "pstore", unix.EFIVARFS_MAGIC: "efivarfs",
	unix.SELINUX_MAGIC: "selinuxfs", unix.SMACK_MAGIC: "smackfs", unix.BINFMTFS_MAGIC: "binfmt_misc",
	unix.RDTGROUP_SUPER_MAGIC: "resctrl", unix.NSFS_MAGIC: "nsfs", 0x62656570: "configfs", 0x65735543: "fusectl",
	0x19800202: "mqueue", unix.DEVPTS_SUPER_MAGIC: "devpts",
}

// kernelFS names the file system of a path where it is one of those; else it is empty.
func kernelFS(path string) string {
	var st unix.Statfs_t
	if unix.Statfs(path, &st) != nil {
		return ""
	}
	return kernelFiles[uint32(st.Type)]
}
