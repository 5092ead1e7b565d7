package main

import (
	"fmt"
	"slices"

	"github.com/spf13/cobra"

	"pbsduck/cmd/pbsduck/manual"
	"pbsduck/export/dataset"
)

func newMan(g *global) *cobra.Command {
	return &cobra.Command{
		Use:   "man DIR",
		Short: "Write man pages",
		Long: `Writes a man page for pbsduck-iceberg and for each of its commands into a folder, which is made if it does not
exist. Their date is today's, or that of SOURCE_DATE_EPOCH.`,
		Example: `  pbsduck-iceberg man pages && man ./pages/pbsduck-iceberg-update.1`,
		Args:    exactArgs(1, "the folder to write to"),
		RunE: func(c *cobra.Command, args []string) error {
			e, err := manual.NewEdition("pbsduck-iceberg " + version)
			if err != nil {
				return usage(err)
			}
			pages := map[string]string{}
			e.Commands(c.Root(), facts, pages)
			if err := manual.Write(args[0], pages); err != nil {
				return err
			}
			g.say("man pages are in %s", args[0])
			return nil
		},
	}
}

var usedFiles = []manual.Fact{
	{Name: "DATASET/_manifest.json", Text: "what the dataset holds, as pbsduck export wrote it"},
	{
		Name: "DATASET/" + dataset.LockName,
		Text: "the lock that an update holds, so that no export changes the dataset meanwhile",
	},
	{Name: "WAREHOUSE/NAMESPACE/TABLE/", Text: "a table: data and metadata; readers need it and the catalog only"},
	{Name: "~/.pgpass", Text: "passwords of catalogs in PostgreSQL"},
}

var variables = []manual.Fact{
	{Name: "PBSDUCK_ICEBERG_CATALOG", Text: "the catalog, if --catalog does not name one"},
	{Name: "PBSDUCK_ICEBERG_WAREHOUSE", Text: "the warehouse of new tables, if --warehouse does not name one"},
	{Name: "PBSDUCK_ICEBERG_TOKEN", Text: "the token that a REST catalog asks for"},
	{Name: "PBSDUCK_ICEBERG_CREDENTIAL", Text: "ID:SECRET, for which a REST catalog gives a token"},
	{Name: "PGPASSWORD", Text: "the password of a catalog in PostgreSQL"},
}

// facts are what is true of a command beside what its flags say.
func facts(c *cobra.Command) manual.Facts {
	f := manual.Facts{SeeAlso: []string{"pbsduck(1)", "pbsduck-export(1)"}}
	opens := !c.HasParent() || slices.Contains([]string{"update", "list", "expire"}, c.Name())
	if opens {
		f.Files, f.Environment = usedFiles, variables
	}
	if c.Name() == "man" {
		f.Environment = []manual.Fact{
			{Name: "SOURCE_DATE_EPOCH", Text: "the date of the pages, in seconds since 1970; today if it is not set"},
		}
	}
	_, codes := manual.WithoutExitCodes(about)
	for _, code := range []int{exitOK, exitError, exitUsage, exitNone, exitLocked, exitNewer, exitInterrupted} {
		if opens || code <= exitUsage {
			f.ExitStatus = append(f.ExitStatus, manual.Fact{Name: fmt.Sprint(code), Text: codes[code]})
		}
	}
	if c.HasParent() {
		f.SeeAlso = append(f.SeeAlso, manual.Name(c.Parent())+"(1)")
	}
	for _, sub := range c.Commands() {
		if sub.IsAvailableCommand() {
			f.SeeAlso = append(f.SeeAlso, manual.Name(sub)+"(1)")
		}
	}
	return f
}
