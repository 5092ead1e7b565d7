package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"syscall"
	"time"
)

// A measure is one run of a step.
type measure struct {
	Seconds float64 `json:"seconds"`
	CPU     float64 `json:"cpu_seconds"`
	Bytes   int64   `json:"bytes,omitempty"` // of logs, as they are unpacked
	Rows    int64   `json:"rows,omitempty"`
	Peak    int64   `json:"peak_bytes"` // of memory, of the whole process
}

// cpuTime is what this process has used of all cores, in seconds.
func cpuTime() float64 {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		return 0
	}
	return used(&u)
}

func used(u *syscall.Rusage) float64 { return float64(u.Utime.Nano()+u.Stime.Nano()) / 1e9 }

// once runs a step in a process of its own; ok is false where its program is not there.
func (w *workspace) once(ctx context.Context, s *step) (m measure, ok bool, err error) {
	if s.command != nil {
		args := s.command(w)
		if args == nil {
			return m, false, nil
		}
		m, _, err = alone(ctx, args)
		m.Rows = s.rows(w)
		if s.bytes {
			m.Bytes = w.Bytes
		}
		return m, true, err
	}
	self, err := os.Executable()
	if err != nil {
		return m, false, err
	}
	outer, out, err := alone(ctx, []string{self, "-step", s.name, "-dir", w.dir, "-logs", w.logs})
	if err != nil {
		return m, false, err
	}
	err = json.Unmarshal(out, &m)
	m.Peak = outer.Peak
	if m.Rows == 0 {
		m.Rows = w.Jobs
	}
	return m, true, err
}

// A told is what a process of its own tells of the program that it ran.
type told struct {
	Measure measure
	Out     []byte
}

// alone runs a program from a process of its own, which is small: of one that a large process starts Linux counts the
// memory of that one, too.
func alone(ctx context.Context, args []string) (m measure, out []byte, err error) {
	self, err := os.Executable()
	if err != nil {
		return m, nil, err
	}
	var t told
	if _, out, err = child(ctx, append([]string{self, "-alone"}, args...)); err == nil {
		err = json.Unmarshal(out, &t)
	}
	return t.Measure, t.Out, err
}

// runAlone is what that process does.
func runAlone(ctx context.Context, args []string) error {
	m, out, err := child(ctx, args)
	if err != nil {
		return err
	}
	return json.NewEncoder(os.Stdout).Encode(told{m, out})
}

// rejected is the exit code of pbsduck for a log with lines that are no records.
const rejected = 3

// child runs a program to its end.
func child(ctx context.Context, args []string) (m measure, out []byte, err error) {
	c := exec.CommandContext(ctx, args[0], args[1:]...)
	var stdout, stderr bytes.Buffer
	c.Stdout, c.Stderr = &stdout, &stderr
	start := time.Now()
	err = c.Run()
	m.Seconds = time.Since(start).Seconds()
	var exit *exec.ExitError
	if errors.As(err, &exit) && exit.ExitCode() == rejected {
		err = nil
	}
	if err != nil {
		return m, nil, fmt.Errorf("%s: %w: %s", args[:min(3, len(args))], err, stderr.Bytes())
	}
	if u, ok := c.ProcessState.SysUsage().(*syscall.Rusage); ok {
		m.CPU, m.Peak = used(u), u.Maxrss*1024
	}
	return m, stdout.Bytes(), nil
}
