package main

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/cobra/doc"

	"pbsduck/cmd/pbsduck/flags"
)

func newMan(g *flags.Global) *cobra.Command {
	return &cobra.Command{
		Use:   "man DIR",
		Short: "Write man pages",
		Long: `Writes a man page for pbsduck and for each of its commands into a folder, which is
made if it does not exist. Their date is today's, or that of SOURCE_DATE_EPOCH.`,
		Example: `  pbsduck man /usr/local/share/man/man1`,
		Args:    flags.ExactArgs(1, "the folder to write to"),
		RunE:    func(c *cobra.Command, args []string) error { return writeMan(g, c.Root(), args[0]) },
	}
}

// pages are the files of the man pages of a command and those below it.
func pages(c *cobra.Command, dir string) []string {
	files := []string{filepath.Join(dir, strings.ReplaceAll(c.CommandPath(), " ", "-")+".1")}
	for _, sub := range c.Commands() {
		files = append(files, pages(sub, dir)...)
	}
	return files
}

func writeMan(g *flags.Global, root *cobra.Command, dir string) error {
	for _, name := range append([]string{dir}, pages(root, dir)...) {
		if err := g.MayWrite(name); err != nil {
			return err
		}
	}
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return err
	}
	root.DisableAutoGenTag = true
	header := &doc.GenManHeader{Section: "1", Source: "pbsduck " + g.Version, Manual: "PBS accounting logs in DuckDB and Parquet"}
	if err := doc.GenManTree(root, header, dir); err != nil {
		return fmt.Errorf("cannot write man pages to %s: %w", dir, err)
	}
	g.Say("man pages are in %s", dir)
	return nil
}
