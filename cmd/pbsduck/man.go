package main

import (
	"fmt"
	"os"

	"github.com/spf13/cobra"
	"github.com/spf13/cobra/doc"
)

func newMan(g *global) *cobra.Command {
	return &cobra.Command{
		Use:   "man DIR",
		Short: "Write man pages",
		Long: `Writes a man page for pbsduck and for each of its commands into a folder, which is
made if it does not exist. Their date is today's, or that of SOURCE_DATE_EPOCH.`,
		Example: `  pbsduck man /usr/local/share/man/man1`,
		Args:    exactArgs(1, "the folder to write to"),
		RunE:    func(c *cobra.Command, args []string) error { return writeMan(g, c.Root(), args[0]) },
	}
}

func writeMan(g *global, root *cobra.Command, dir string) error {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return err
	}
	root.DisableAutoGenTag = true
	header := &doc.GenManHeader{Section: "1", Source: "pbsduck " + version, Manual: "PBS accounting logs in DuckDB and Parquet"}
	if err := doc.GenManTree(root, header, dir); err != nil {
		return fmt.Errorf("cannot write man pages to %s: %w", dir, err)
	}
	g.say("man pages are in %s", dir)
	return nil
}
