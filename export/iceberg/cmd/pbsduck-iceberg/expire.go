package main

import (
	"context"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"pbsduck/export/iceberg"
)

type expireOptions struct {
	*global
	older string
	keep  int
}

func newExpire(g *global) *cobra.Command {
	o := &expireOptions{global: g}
	c := &cobra.Command{
		Use:   "expire",
		Short: "Remove old snapshots, and the files that only they had",
		Long: `Removes snapshots that are older than --older-than from the tables that pbsduck-iceberg made, but for the
latest --keep of each table, with the files that no other snapshot has; and files of more than three days that no
snapshot knows: those of runs that were killed. Who reads such a snapshot meanwhile gets an error.`,
		Example: `  pbsduck-iceberg expire --catalog sqlite:catalog.db --older-than 30d --keep 10`,
		Args:    exactArgs(0, "no argument"),
		RunE:    func(c *cobra.Command, _ []string) error { return o.run(c.Context()) },
	}
	c.Flags().StringVar(&o.older, "older-than", "", "the `AGE` from which on snapshots go, such as 30d or 12h (required)")
	c.Flags().IntVar(&o.keep, "keep", 1, "how many of the latest of each table stay, however old")
	return c
}

func (o *expireOptions) run(ctx context.Context) error {
	age, err := parseAge(o.older)
	if err != nil {
		return err
	}
	if o.keep < 1 {
		return usagef("--keep %d: the current snapshot stays: give 1 or more", o.keep)
	}
	catalog, err := o.open(ctx, "", false)
	if err != nil {
		return err
	}
	defer catalog.Close() //nolint:errcheck // commits are done
	all, err := iceberg.Expire(ctx, catalog, age, o.keep)
	for _, t := range all {
		o.say("%s: %d snapshots removed, %d left; %d files that no snapshot knew removed (%d bytes)",
			t.Table, t.Snapshots, t.Left, t.Strays, t.Bytes)
	}
	return err
}

// parseAge reads days, or what Go calls a duration.
func parseAge(text string) (time.Duration, error) {
	if days, ok := strings.CutSuffix(text, "d"); ok {
		if n, err := strconv.Atoi(days); err == nil && n >= 0 && n < 100_000 {
			return time.Duration(n) * 24 * time.Hour, nil
		}
	}
	if d, err := time.ParseDuration(text); err == nil && d >= 0 {
		return d, nil
	}
	return 0, usagef("--older-than %q: give an age, such as 30d or 12h", text)
}
