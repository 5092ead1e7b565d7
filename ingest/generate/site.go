package generate

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// The configuration that fits the logs: DIR/pbsduck.toml names the machines, where their logs are, how large they were
// made, and what the profile says of charges and columns.

const (
	siteName  = "pbsduck.toml"
	siteFirst = "# Made by pbsduck generate: "
)

// maySite refuses a folder in which a site keeps a configuration of its own.
func maySite(dir string) error {
	text, err := os.ReadFile(filepath.Join(dir, siteName))
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil
	case err != nil:
		return fmt.Errorf("generate: %w", err)
	case !bytes.HasPrefix(text, []byte(siteFirst)):
		return fmt.Errorf("generate: %s is not of generate's making, and would be written over; name another folder",
			filepath.Join(dir, siteName))
	}
	return nil
}

func writeSite(dir string, worlds []*world) error {
	var b strings.Builder
	b.WriteString(siteFirst + "the machines of the logs in this folder, as large as their jobs fill.\n" +
		"priority = \"Resource_List.job_priority\"\n")
	var shared []string
	for _, w := range worlds {
		c := w.capacity()
		own, tables := w.Site, ""
		if i := strings.Index(own, "[["); i >= 0 { // keys of the machine go before its tables
			i = strings.LastIndex(own[:i], "\n\n") + 1
			own, tables = own[:i], own[i:]
		}
		fmt.Fprintf(&b, "\n[[machines]]\nname = %q\nlogs = %q\ntimezone = %q\n%s", w.Name, w.Name, w.Zone, own)
		fmt.Fprintf(&b, "\n[[machines.capacity]]\nnodes = %d\ncores = %d\ngpus = %d\n\n%s",
			c.Nodes, c.Cores, c.GPUs, strings.TrimLeft(tables, "\n"))
		if w.Shared != "" && !slices.Contains(shared, w.Shared) {
			shared = append(shared, w.Shared)
		}
	}
	for _, c := range shared {
		b.WriteString("\n" + c)
	}
	return os.WriteFile(filepath.Join(dir, siteName), []byte(b.String()), 0o644)
}
