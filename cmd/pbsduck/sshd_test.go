package main

import (
	"fmt"
	"net"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"strings"
	"time"

	"github.com/rogpeppe/go-internal/testscript"
)

// sshdPath is OpenSSH's server; empty where there is none.
func sshdPath() string {
	for _, path := range []string{"/usr/sbin/sshd", "/usr/local/sbin/sshd", "/usr/lib/ssh/sshd"} {
		if _, err := os.Stat(path); err == nil {
			return path
		}
	}
	return ""
}

// startSSHD starts an OpenSSH server on the loopback, which finds commands in a folder first, and puts an ssh in front
// of the PATH that is the system's, with a configuration in which the server is called cluster.
func startSSHD(ts *testscript.TestScript, _ bool, args []string) {
	if len(args) != 1 {
		ts.Fatalf("usage: sshd COMMANDS")
	}
	dir, err := os.MkdirTemp("", "sshd")
	ts.Check(err)
	ts.Defer(func() { _ = os.RemoveAll(dir) })
	me, err := user.Current()
	ts.Check(err)
	for _, key := range []string{"host", "me", "stranger"} {
		ts.Check(exec.Command("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", filepath.Join(dir, key)).Run())
	}
	if os.Geteuid() == 0 {
		ts.Check(os.MkdirAll("/run/sshd", 0o755))
	}
	free, err := net.Listen("tcp", "127.0.0.1:0")
	ts.Check(err)
	address := free.Addr().(*net.TCPAddr)
	ts.Check(free.Close())
	write := func(name, text string) string {
		path := filepath.Join(dir, name)
		ts.Check(os.WriteFile(path, []byte(text), 0o700))
		return path
	}
	settings := write("sshd_config", fmt.Sprintf(`ListenAddress 127.0.0.1:%d
HostKey %[2]s/host
AuthorizedKeysFile %[2]s/me.pub
StrictModes no
UsePAM no
PermitRootLogin yes
PasswordAuthentication no
KbdInteractiveAuthentication no
PidFile none
SetEnv PATH=%[3]s:/usr/bin:/bin
`, address.Port, dir, ts.MkAbs(args[0])))
	server := exec.Command(sshdPath(), "-D", "-e", "-f", settings)
	log, err := os.Create(filepath.Join(dir, "log"))
	ts.Check(err)
	server.Stderr = log
	ts.Check(server.Start())
	ts.Defer(func() { _ = server.Process.Kill(); _ = server.Wait(); _ = log.Close() })
	for try := 0; ; try++ {
		c, err := net.Dial("tcp", address.String())
		if err == nil {
			ts.Check(c.Close())
			break
		}
		if try == 200 {
			said, _ := os.ReadFile(log.Name())
			ts.Fatalf("sshd does not listen: %s", said)
		}
		time.Sleep(20 * time.Millisecond)
	}
	hosts := ""
	for name, key := range map[string]string{"cluster": "me", "closed": "stranger"} {
		hosts += fmt.Sprintf("Host %s\n HostName 127.0.0.1\n Port %d\n User %s\n IdentityFile %s/%s\n",
			name, address.Port, me.Username, dir, key)
	}
	hosts += "Host nobody\n HostName 127.0.0.1\n Port 1\n"
	hosts += fmt.Sprintf("Host *\n IdentitiesOnly yes\n IdentityAgent none\n StrictHostKeyChecking no\n"+
		" UserKnownHostsFile %s/known\n LogLevel ERROR\n", dir)
	client := write("ssh_config", hosts)
	ssh, err := exec.LookPath("ssh")
	ts.Check(err)
	ts.Check(os.Mkdir(filepath.Join(dir, "bin"), 0o755))
	write("bin/ssh", fmt.Sprintf("#!/bin/sh\nexec %s -F %s \"$@\"\n", ssh, client))
	ts.Setenv("PATH", strings.Join([]string{filepath.Join(dir, "bin"), ts.Getenv("PATH")}, string(os.PathListSeparator)))
}
