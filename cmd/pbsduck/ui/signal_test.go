package ui_test

import (
	"bufio"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"syscall"
	"testing"
	"time"

	"pbsduck/cmd/pbsduck/ui"
)

// stubborn says in the environment that this process is one that goes on when it is told to end.
const stubborn = "PBSDUCK_TEST_STUBBORN"

func TestMain(m *testing.M) {
	if os.Getenv(stubborn) == "" {
		os.Exit(m.Run())
	}
	ctx, _ := ui.UntilSignal()
	fmt.Println("ready")
	<-ctx.Done()
	fmt.Println("told")
	select {}
}

// TestSecondInterrupt ends a program that does not end by itself.
func TestSecondInterrupt(t *testing.T) {
	p := exec.CommandContext(t.Context(), os.Args[0])
	p.Env = append(os.Environ(), stubborn+"=1")
	out, err := p.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := p.Start(); err != nil {
		t.Fatal(err)
	}
	said := bufio.NewScanner(out)
	for _, want := range []string{"ready", "told"} {
		if !said.Scan() || said.Text() != want {
			t.Fatalf("it said %q, not %q", said.Text(), want)
		}
		if err := p.Process.Signal(os.Interrupt); err != nil {
			t.Fatal(err)
		}
	}
	ended := make(chan error)
	go func() { ended <- p.Wait() }()
	for {
		select {
		case err := <-ended:
			var exit *exec.ExitError
			if !errors.As(err, &exit) || exit.Sys().(syscall.WaitStatus).Signal() != syscall.SIGINT {
				t.Fatalf("it ended by %v, not by Ctrl-C", err)
			}
			return
		case <-time.After(100 * time.Millisecond):
			_ = p.Process.Signal(os.Interrupt) // it may be gone
		}
	}
}
