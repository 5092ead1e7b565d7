// Package remote asks qhist on another host, through the system's ssh.
//
// What enters: a host and a day. What leaves: what qhist prints of the day, as it comes, and whether that was all of
// it.
//
// Promises: nothing that a user or a host says is given to a shell: the command is fixed, but for eight digits. ssh
// never asks anybody anything. An answer that did not come to its end, or not in time, is an error.
package remote

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os/exec"
	"regexp"
	"strings"
	"sync"
	"time"
)

// ErrNoLog says that the host has no log of the day.
var ErrNoLog = errors.New("no log of that day")

// A ConnectError says that the host could not be reached, or does not let us in.
type ConnectError struct {
	Host, Said string
	final      bool // to try again is no use
}

func (e *ConnectError) Error() string {
	advice := ""
	if e.final {
		advice = "; pbsduck does not answer questions of ssh: see that ssh -o BatchMode=yes " + e.Host + " works"
	}
	return fmt.Sprintf("ssh can't reach %s: %s%s", e.Host, e.Said, advice)
}

// A Host is one where qhist is.
type Host struct {
	Name    string
	Timeout time.Duration // of one answer
	Tries   int           // to reach it; 0: one
	Pause   time.Duration // before the second; then twice as long each time
}

// hostName is made when it is asked for: as large as it is, it would cost each start of the program a millisecond.
var hostName = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`^([A-Za-z0-9_][A-Za-z0-9._-]{0,63}@)?[A-Za-z0-9_:][A-Za-z0-9._:-]{0,252}$`)
})

// CheckName refuses what is no name of a host, such as an option of ssh.
func CheckName(name string) error {
	if !hostName().MatchString(name) {
		return fmt.Errorf("%q is no host: give its name, or USER@NAME, as ssh knows it", name)
	}
	return nil
}

var dayName = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`^[0-9]{8}$`) })

// words are those of the command for a day such as 20260131.
func (h *Host) words(day string) []string {
	return []string{
		"-T", "-x", "-a", "-o", "BatchMode=yes", "-o", "ConnectTimeout=20",
		"-o", "ServerAliveInterval=15", "-o", "ServerAliveCountMax=4", "-o", "ClearAllForwardings=yes",
		"--", h.Name, "qhist -J -t s -p " + day,
	}
}

// Ask asks for a day. Read is given what qhist prints, and a function that says whether that was all, to be called when
// it was read; it is called again where the host could not be reached and another try is made.
func (h *Host) Ask(ctx context.Context, day string, read func(out io.Reader, whole func() error) error) error {
	if err := CheckName(h.Name); err != nil {
		return err
	}
	if !dayName().MatchString(day) {
		return fmt.Errorf("%q is no day such as 20260131", day)
	}
	pause := h.Pause
	for try := 1; ; try++ {
		err := h.ask(ctx, day, read)
		var unreached *ConnectError
		if !errors.As(err, &unreached) || unreached.final || try >= h.Tries {
			return err
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(pause):
		}
		pause *= 2
	}
}

func (h *Host) ask(ctx context.Context, day string, read func(io.Reader, func() error) error) error {
	limited, cancel := context.WithTimeoutCause(ctx, h.Timeout,
		fmt.Errorf("%s did not answer within %s", h.Name, h.Timeout))
	defer cancel()
	said := &tail{}
	c := exec.CommandContext(limited, "ssh", h.words(day)...)
	c.Stderr, c.WaitDelay = said, 5*time.Second
	out, err := c.StdoutPipe()
	if err != nil {
		return err
	}
	if err := c.Start(); err != nil {
		return fmt.Errorf("cannot run ssh: %w", err)
	}
	ended := false
	whole := func() error {
		ended = true
		if n, err := io.CopyN(io.Discard, out, mostLeft); n == mostLeft || err != nil && !errors.Is(err, io.EOF) {
			cancel() // what it prints on is not wanted
			_ = c.Wait()
			if ctx.Err() == nil && limited.Err() != nil {
				return timedOut(limited)
			}
			return ctx.Err()
		}
		err := c.Wait()
		if ctx.Err() != nil {
			return ctx.Err()
		}
		if limited.Err() != nil {
			return timedOut(limited)
		}
		return h.verdict(err, said.String())
	}
	err = read(out, whole)
	if !ended {
		cancel()
		_ = c.Wait()
	}
	return err
}

// mostLeft is how much of an answer that is of no use is read to its end.
const mostLeft = 1 << 20

// timedOut is the cause if the time was over.
func timedOut(ctx context.Context) error {
	if errors.Is(ctx.Err(), context.DeadlineExceeded) {
		return context.Cause(ctx)
	}
	return nil
}

// Exit codes of ssh and of the shell on the host.
const (
	exitSSH      = 255
	exitNotFound = 127
)

// refusals are what ssh says where it would have to ask somebody.
var refusals = []string{
	"Permission denied", "Host key verification failed", "Could not resolve hostname", "Bad configuration option",
	"Too many authentication failures",
}

// verdict says what an exit code and what was said on the way mean.
func (h *Host) verdict(err error, said string) error {
	var exit *exec.ExitError
	if errors.As(err, &exit) {
		switch exit.ExitCode() {
		case exitSSH:
			final := false
			for _, text := range refusals {
				final = final || strings.Contains(said, text)
			}
			return &ConnectError{h.Name, lastLine(said), final}
		case exitNotFound:
			return fmt.Errorf("%s has no qhist: %s", h.Name, lastLine(said))
		}
		return fmt.Errorf("qhist on %s failed (%w): %s", h.Name, err, lastLine(said))
	}
	if err != nil {
		return fmt.Errorf("ssh to %s: %w", h.Name, err)
	}
	switch {
	case strings.Contains(said, "no PBS records found"), strings.Contains(said, "beginning of logs"),
		strings.Contains(said, "is in the future"):
		return ErrNoLog
	case strings.Contains(said, "not in a valid format"):
		return fmt.Errorf("qhist on %s told of another day: it did not take the date as YYYYMMDD: %s", h.Name, lastLine(said))
	}
	return nil
}

func lastLine(said string) string {
	lines := strings.Split(strings.TrimSpace(said), "\n")
	last := strings.TrimSpace(lines[len(lines)-1])
	if last == "" {
		return "it does not say why"
	}
	return last
}

// A tail keeps the last bytes of what it is written.
type tail struct{ kept []byte }

const tailBytes = 16 << 10

func (t *tail) Write(p []byte) (int, error) {
	t.kept = append(t.kept, p...)
	if over := len(t.kept) - tailBytes; over > 0 {
		t.kept = append(t.kept[:0], t.kept[over:]...)
	}
	return len(p), nil
}

func (t *tail) String() string { return string(t.kept) }
