package main

import (
	"context"
	_ "embed"
	"errors"
	"fmt"
	"io"
	"os"
	"strconv"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/spf13/cobra"

	"pbsduck/cmd/pbsduck/flags"
	"pbsduck/cmd/pbsduck/ui"
	"pbsduck/duckdb/report"
	"pbsduck/export"
	"pbsduck/export/whole"
	"pbsduck/ingest/site"
)

// configTemplate is what config init writes: all keys, commented.
//
//go:embed pbsduck.toml
var configTemplate string

func newConfig(g *flags.Global) *cobra.Command {
	c := &cobra.Command{
		Use:   "config",
		Short: "Write, check and show the site's configuration",
		Long: `What is a site's own is in a file, pbsduck.toml, or --config FILE: machines with
their log folders and time zones, charging rules, columns of the site's own. Each
key is explained in docs/configuration.md and in the file that config init writes.`,
	}
	c.AddCommand(newConfigInit(g), newConfigCheck(g), newConfigShow(g))
	return c
}

func newConfigInit(g *flags.Global) *cobra.Command {
	return &cobra.Command{
		Use:     "init",
		Short:   "Write a commented configuration to begin with",
		Long:    "Writes a configuration with all keys, commented, to pbsduck.toml or --config FILE,\nwhich must not exist.",
		Example: "  pbsduck config init",
		Args:    flags.ExactArgs(0, "flags only"),
		RunE:    func(*cobra.Command, []string) error { return initConfig(g) },
	}
}

func initConfig(g *flags.Global) error {
	path := g.ConfigFile()
	if err := g.MayConfigure(); err != nil {
		return err
	}
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o666)
	if errors.Is(err, os.ErrExist) {
		return fmt.Errorf("%s is there already and was left alone: remove it first, or name another with --config", path)
	}
	if err != nil {
		return whole.Error(path, err)
	}
	_, err = f.WriteString(configTemplate)
	if err := errors.Join(err, f.Close()); err != nil {
		return err
	}
	g.Say("wrote %s: fill it in, then pbsduck config check", path)
	return nil
}

func newConfigCheck(g *flags.Global) *cobra.Command {
	return &cobra.Command{
		Use:   "check",
		Short: "Say what is wrong with the configuration",
		Long: `Reads the configuration, tries its rules out on made-up jobs, and says all that is
wrong, with lines. It needs no database, and changes none.`,
		Example: "  pbsduck config check",
		Args:    flags.ExactArgs(0, "flags only"),
		RunE: func(c *cobra.Command, _ []string) error {
			config, err := neededConfiguration(c.Context(), g)
			if err != nil {
				return err
			}
			g.Say("%s is fine: %s, %s of the site's own",
				config.Path, ui.Count(int64(len(config.Machines)), "machine"), ui.Count(int64(len(config.Site.Columns)), "column"))
			if _, err := report.All(config.Reports); err != nil {
				g.Say("  but of the site's own reports: %s", ui.Text(err))
			}
			for _, m := range config.Machines {
				if _, err := os.Stat(m.Logs); m.Logs != "" && err != nil {
					g.Say("  but the log folder of %s, %s", m.Name, whole.Error(m.Logs, err))
				}
			}
			return nil
		},
	}
}

// neededConfiguration is checked, and an error if there is none.
func neededConfiguration(ctx context.Context, g *flags.Global) (*site.Config, error) {
	config, err := g.CheckedConfiguration(ctx)
	if err == nil && config == nil {
		return nil, ui.Usagef("there is no %s here: write one with pbsduck config init, or name another with --config",
			flags.DefaultConfig)
	}
	return config, err
}

func newConfigShow(g *flags.Global) *cobra.Command {
	return &cobra.Command{
		Use:   "show",
		Short: "Show what the configuration comes to",
		Long: "Shows the machines, the rules with their factors and days, and the site's own\n" +
			"columns, as they are understood.",
		Example: "  pbsduck config show",
		Args:    flags.ExactArgs(0, "flags only"),
		RunE: func(c *cobra.Command, _ []string) error {
			config, err := neededConfiguration(c.Context(), g)
			if err != nil {
				return err
			}
			if len(config.Machines)+len(config.Facilities)+len(config.QueueGroups)+len(config.Site.Columns) == 0 &&
				config.Reports == "" {
				g.Say("%s configures no machine, no group, no report and no column: without them pbsduck does as its help says",
					config.Path)
			}
			return showConfig(ui.Stdout(), config)
		},
	}
}

// told is a number that a configuration may leave out.
func told(n *int64) string {
	if n == nil {
		return "no number of"
	}
	return strconv.FormatInt(*n, 10)
}

func showConfig(out io.Writer, c *site.Config) error {
	var w strings.Builder
	for _, m := range c.Machines {
		fmt.Fprintf(&w, "machine %s\n", export.Visible(m.Name))
		fmt.Fprintf(&w, "  logs\t%s\n  timezone\t%s\n", export.Visible(m.Logs), m.Zone)
		for _, k := range m.Capacity {
			fmt.Fprintf(&w, "  capacity\t%s: %s nodes, %s cores, %s GPUs\n", span(k.From, k.Until),
				told(k.Nodes), told(k.Cores), told(k.GPUs))
		}
		rules := m.Rules
		if len(rules) == 0 {
			rules = []site.Rule{site.Default()}
		}
		for _, r := range rules {
			fmt.Fprintf(&w, "  rules %s\t%s\n", export.Visible(r.Version), span(r.From, r.Until))
			if r.ChargedOver != site.OverJob {
				fmt.Fprintf(&w, "    charged_over\t%s\n", r.ChargedOver)
			}
			for _, f := range r.Fields() {
				fmt.Fprintf(&w, "    %s\t%s\n", f.Name, oneLine(f.SQL))
			}
			if r.QoS != "" {
				fmt.Fprintf(&w, "    qos\t%s\n    factors\t%s\n", oneLine(r.QoS), export.Visible(r.FactorsJSON()))
			}
		}
	}
	for _, g := range c.Facilities {
		fmt.Fprintf(&w, "facility %s\taccounts %s\n", export.Visible(g.Name), export.Visible(strings.Join(g.Patterns, " ")))
	}
	for _, g := range c.QueueGroups {
		fmt.Fprintf(&w, "queue group %s\tqueues %s\n", export.Visible(g.Name), export.Visible(strings.Join(g.Patterns, " ")))
	}
	if c.Reports != "" {
		fmt.Fprintf(&w, "reports\t%s\n", export.Visible(c.Reports))
	}
	for _, column := range c.Site.Columns {
		fmt.Fprintf(&w, "column %s\t%s from %s\n", column.Name, column.Type.SQL(), export.Visible(column.Source))
	}
	aligned := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	_, err := io.WriteString(aligned, w.String())
	return errors.Join(err, aligned.Flush())
}

func span(from, until time.Time) string {
	switch {
	case from.IsZero() && until.IsZero():
		return "always"
	case until.IsZero():
		return "from " + from.Format(time.DateOnly)
	case from.IsZero():
		return "until " + until.Format(time.DateOnly)
	}
	return from.Format(time.DateOnly) + " to " + until.Format(time.DateOnly)
}

func oneLine(sql string) string { return export.Visible(strings.Join(strings.Fields(sql), " ")) }
