package flags

import (
	"cmp"
	"errors"
	"io/fs"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"pbsduck/cmd/pbsduck/ui"
	"pbsduck/duckdb"
	"pbsduck/duckdb/hive"
	"pbsduck/export/anonymous"
)

// Anonymize are the flags that say by which policy, and with which key, a dataset tells no names.
type Anonymize struct {
	policy, key string

	flags *pflag.FlagSet
}

// Add adds them to a command.
func (a *Anonymize) Add(c *cobra.Command) {
	a.flags = c.Flags()
	a.flags.StringVar(&a.policy, "anonymize", "", "have the dataset tell no names: by the policy in a `FILE.toml`, "+
		"or the one called default (docs/sharing.md)")
	a.flags.StringVar(&a.key, "anonymize-key", "", "`FILE` of the key that names are made with; made where there is none "+
		"(default beside the database, with .key behind its name)")
}

// Given tells whether a policy is.
func (a *Anonymize) Given() bool { return a.flags.Changed("anonymize") }

// Check refuses flags that do not go together, nor with what there is: a dataset, or none.
func (a *Anonymize) Check(isDataset bool, dataset string) error {
	for _, name := range []string{"anonymize", "anonymize-key"} {
		if a.flags.Changed(name) && !isDataset {
			return ui.Usagef("--%s goes with %s", name, dataset)
		}
	}
	if a.flags.Changed("anonymize-key") && !a.Given() {
		return ui.Usagef("--anonymize-key goes with --anonymize")
	}
	return nil
}

// Read reads the policy and the key; nil if no policy is given. The key is beside the database of that name, and
// made where there is none if it may be; the folder is that of the dataset.
func (a *Anonymize) Read(g *Global, db *duckdb.DB, name, folder string, mayMake bool) (*hive.Anonymous, error) {
	if !a.Given() {
		return nil, nil
	}
	policy, err := anonymous.Read(a.policy)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, ui.Usagef("--anonymize %w; the policy that is built in is called %s", err, anonymous.Standard)
	}
	if err == nil {
		err = policy.Check(db.Site().Dataset(false), ui.DidYouMean)
	}
	if err != nil {
		return nil, ui.Usage(err)
	}
	path := cmp.Or(a.key, name+".key")
	there := isThere(path)
	key, err := anonymous.ReadKey(path, folder, mayMake)
	if err != nil {
		return nil, err
	}
	if !there {
		g.Say("made the key %s, which only you may read (mode 0600): keep it, for without it the next dataset has other "+
			"names, and give it to nobody who has the dataset", path)
	}
	return &hive.Anonymous{Policy: policy, Key: key}, nil
}

// SayAnonymity tells how many jobs of a dataset are alike.
func (g *Global) SayAnonymity(a *hive.Anonymity) {
	if a == nil {
		return
	}
	by := "in anything"
	if len(a.By) > 0 {
		by = "in (" + strings.Join(a.By, ", ") + ")"
	}
	g.Say("k-anonymity: each of %s is one of %s or more that are alike %s; %s alone, %s among fewer than %d",
		ui.Count(a.Jobs, "job"), ui.Grouped(a.Least), by, ui.Grouped(a.Alone), ui.Grouped(a.Few), a.Below)
}
