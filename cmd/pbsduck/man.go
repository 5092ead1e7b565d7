package main

import (
	"cmp"
	"path/filepath"
	"slices"
	"strconv"

	"github.com/spf13/cobra"

	"pbsduck/cmd/pbsduck/flags"
	"pbsduck/cmd/pbsduck/manual"
	"pbsduck/cmd/pbsduck/ui"
)

func newMan(g *flags.Global) *cobra.Command {
	return &cobra.Command{
		Use:   "man DIR",
		Short: "Write man pages",
		Long: `Writes a man page for pbsduck and for each of its commands (section 1), and one for
the configuration, pbsduck.toml (section 5), into a folder, which is made if it does
not exist. Their date is today's, or that of SOURCE_DATE_EPOCH.`,
		Example: `  pbsduck man pages && man ./pages/pbsduck-ingest.1
  pbsduck man pages && cp pages/*.1 /usr/local/share/man/man1 && cp pages/*.5 /usr/local/share/man/man5`,
		Args: flags.ExactArgs(1, "the folder to write to"),
		RunE: func(c *cobra.Command, args []string) error { return writeMan(g, c.Root(), args[0]) },
	}
}

func writeMan(g *flags.Global, root *cobra.Command, dir string) error {
	e, err := manual.NewEdition("pbsduck " + g.Version)
	if err != nil {
		return ui.Usage(err)
	}
	pages := map[string]string{configPage + ".5": e.Configuration(configPage, "configuration of pbsduck",
		configTemplate, configFacts())}
	e.Commands(root, facts, pages)
	names := []string{dir}
	for name := range pages {
		names = append(names, filepath.Join(dir, name))
	}
	for _, name := range names {
		if err := g.MayWrite(name); err != nil {
			return err
		}
	}
	if err := manual.Write(dir, pages); err != nil {
		return err
	}
	g.Say("man pages are in %s", dir)
	return nil
}

// configPage is the man page of the configuration.
const configPage = flags.DefaultConfig

// A factOf is one of the commands that are listed, or of all that open a database.
type factOf struct {
	manual.Fact
	commands []string
}

var files = []factOf{
	{manual.Fact{Name: "pbsduck.duckdb", Text: "the database, if neither --db nor PBSDUCK_DB names another"}, nil},
	{manual.Fact{Name: "pbsduck.duckdb.wal", Text: "what was committed and is not in the database's file yet; " +
		"it belongs to it"}, nil},
	{manual.Fact{Name: "pbsduck.duckdb.lock", Text: "the lock under which one process at a time writes; it needs no care"},
		nil},
	{manual.Fact{Name: "pbsduck.duckdb.building",
		Text: "a database that is being built; what a killed run left, the next one clears away"},
		[]string{"ingest", "rebuild"}},
	{manual.Fact{Name: "pbsduck.duckdb.previous", Text: "the old database, once the new one has taken its place"},
		[]string{"rebuild"}},
	{manual.Fact{Name: "pbsduck.published.duckdb", Text: "the copy for readers: a link to its latest generation"},
		[]string{"publish", "ingest", "connect"}},
	{manual.Fact{Name: "pbsduck.published-N.duckdb", Text: "its generations"}, []string{"publish", "ingest"}},
	{manual.Fact{Name: "_manifest.json", Text: "in the folder of a dataset: which partitions it has, and what is in them"},
		[]string{"export", "publish", "ingest"}},
	{manual.Fact{Name: "truth.ndjson", Text: "beside the logs that are made: what each row must be"},
		[]string{"generate"}},
	{manual.Fact{Name: "DIR/pbsduck.toml", Text: "a configuration for the logs that are made"}, []string{"generate"}},
}

var configFile = manual.Fact{
	Name: flags.DefaultConfig,
	Text: "the site's configuration, read where it is there, if neither --config nor PBSDUCK_CONFIG names another; " +
		"see pbsduck.toml(5)",
}

var (
	inDatabase = manual.Fact{Name: "PBSDUCK_DB", Text: "the database, if --db does not name one"}
	inConfig   = manual.Fact{Name: "PBSDUCK_CONFIG", Text: "the configuration, if --config does not name one"}
)

var environment = []factOf{
	{inDatabase, nil},
	{manual.Fact{Name: "TZ",
		Text: "the system's time zone, which goes where nothing else says in which zone a log was written"},
		[]string{"ingest", "rebuild", "parse"}},
	{manual.Fact{Name: "LC_ALL, LC_CTYPE, LANG", Text: "whether the terminal shows UTF-8: the first that is set"},
		[]string{"query", "jobs", "report", "status", "verify", "schema", "record", "job"}},
	{manual.Fact{Name: "SOURCE_DATE_EPOCH", Text: "the date of the pages, in seconds since 1970; today if it is not set"},
		[]string{"man"}},
}

// withoutDatabase are the commands that open none, and what is below them.
var withoutDatabase = []string{"config", "completion", "generate", "man", "parse"}

// topic is the command below the root that c is, or is below; empty for the root.
func topic(c *cobra.Command) string {
	for ; c.HasParent(); c = c.Parent() {
		if !c.Parent().HasParent() {
			return c.Name()
		}
	}
	return ""
}

// facts are what is true of a command beside what its flags say.
func facts(c *cobra.Command) manual.Facts {
	of := topic(c)
	opens := !slices.Contains(withoutDatabase, of)
	chosen := func(all []factOf) (some []manual.Fact) {
		for _, f := range all {
			if f.commands == nil && opens || slices.Contains(f.commands, of) {
				some = append(some, f.Fact)
			}
		}
		return some
	}
	f := manual.Facts{
		Files:       append(chosen(files), configFile),
		Environment: append(chosen(environment), inConfig),
		ExitStatus:  exitStatus(c, opens),
	}
	if c.HasParent() {
		f.SeeAlso = append(f.SeeAlso, manual.Name(c.Parent())+"(1)")
	}
	for _, sub := range c.Commands() {
		if sub.IsAvailableCommand() {
			f.SeeAlso = append(f.SeeAlso, manual.Name(sub)+"(1)")
		}
	}
	f.SeeAlso = append(f.SeeAlso, configPage+"(5)")
	return f
}

// exitStatus are the exit codes that a command can have: as its help tells them, or else as that of all does.
func exitStatus(c *cobra.Command, opens bool) (all []manual.Fact) {
	_, own := manual.WithoutExitCodes(c.Long)
	for _, e := range ui.ExitCodes {
		text := cmp.Or(own[e.Code], e.Text)
		ofDatabase := e.Code == ui.ExitNoDatabase || e.Code == ui.ExitLocked || e.Code == ui.ExitNewer
		if own[e.Code] == "" && c.HasParent() && (e.Code == ui.ExitRejects || ofDatabase && !opens) {
			continue
		}
		all = append(all, manual.Fact{Name: strconv.Itoa(e.Code), Text: text})
	}
	return all
}

func configFacts() manual.Facts {
	return manual.Facts{
		Files:       []manual.Fact{configFile},
		Environment: []manual.Fact{inConfig},
		SeeAlso: []string{
			"pbsduck(1)", "pbsduck-config(1)", "pbsduck-ingest(1)", "pbsduck-recalculate(1)", "pbsduck-rebuild(1)",
		},
	}
}
