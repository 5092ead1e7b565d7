package main

import (
	"cmp"
	"context"
	"errors"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"pbsduck/cmd/pbsduck/flags"
	"pbsduck/cmd/pbsduck/ui"
	"pbsduck/duckdb"
	"pbsduck/duckdb/hive"
	"pbsduck/export/anonymous"
)

// An exportDataset are the flags of export that are about a dataset.
type exportDataset struct {
	dir       string
	check     string
	partition string
	records   bool
	rewrite   bool

	policy, key string
}

func (d *exportDataset) add(c *cobra.Command) {
	f := c.Flags()
	f.StringVar(&d.dir, "dataset", "", "write the hive-partitioned dataset in `DIR`, or what changed of it")
	f.StringVar(&d.check, "check", "", "read the dataset in `DIR` back, against its manifest and the database")
	f.StringVar(&d.partition, "partition", "",
		"by what a dataset is partitioned, its `KEYS`: machine,year or machine,year,month (default as it is, or by month)")
	f.BoolVar(&d.records, "with-records", false,
		"have the dataset hold the raw records, too, as text (default as it is, or not)")
	f.BoolVar(&d.rewrite, "rewrite", false, "write all partitions of the dataset again")
	f.StringVar(&d.policy, "anonymize", "",
		"have the dataset tell no names: by the policy in a `FILE.toml`, or the one called default (docs/sharing.md)")
	f.StringVar(&d.key, "anonymize-key", "", "`FILE` of the key that names are made with; "+
		"made where there is none (default beside the database, with .key behind its name)")
}

// ofPlain are the flags that are not about a dataset, ofDataset those that are about nothing else.
var (
	ofPlain   = []string{"format", "table", "query", "as", "safe-csv", "allow-files"}
	ofDataset = []string{"partition", "with-records", "rewrite"}
	ofBoth    = []string{"anonymize", "anonymize-key"}
)

// args takes a folder where no flag names one.
func (d *exportDataset) args(c *cobra.Command, args []string) error {
	if d.dir == "" && d.check == "" {
		return flags.ExactArgs(1, "the folder to write to")(c, args)
	}
	return flags.ExactArgs(0, "no folder beside that of --dataset or --check")(c, args)
}

// run does what flags about a dataset ask for, if there are any.
func (d *exportDataset) run(c *cobra.Command, o *exportOptions) (done bool, err error) {
	set := c.Flags().Changed
	if err := d.fit(set); err != nil {
		return true, err
	}
	if !set("dataset") && !set("check") {
		return false, nil
	}
	options := hive.Options{Now: time.Now(), Rewrite: d.rewrite}
	if set("partition") {
		if options.Partition, err = hive.ParsePartition(d.partition); err != nil {
			return true, ui.Usage(err)
		}
	}
	if set("with-records") {
		options.Records = &d.records
	}
	if set("check") {
		return true, d.verify(c.Context(), o, options)
	}
	return true, d.write(c.Context(), o, options)
}

// fit refuses flags that do not go together.
func (d *exportDataset) fit(set func(name string) bool) error {
	isOne := set("dataset") || set("check")
	for _, name := range ofDataset {
		if set(name) && !set("dataset") {
			return ui.Usagef("--%s goes with --dataset", name)
		}
	}
	for _, name := range ofBoth {
		if set(name) && !isOne {
			return ui.Usagef("--%s goes with --dataset or --check", name)
		}
	}
	for _, name := range ofPlain {
		if set(name) && isOne {
			return ui.Usagef("--%s does not go with a dataset", name)
		}
	}
	switch {
	case set("dataset") && set("check"):
		return ui.Usagef("--dataset and --check exclude each other: check when it is written")
	case isOne && d.dir+d.check == "":
		return ui.Usagef("name the folder of the dataset")
	}
	return d.fitAnonymous(set)
}

func (d *exportDataset) fitAnonymous(set func(name string) bool) error {
	switch {
	case set("anonymize") && d.policy == "":
		return ui.Usagef("--anonymize: name a policy: default, or a file")
	case set("anonymize") && set("with-records"):
		return ui.Usagef("--with-records does not go with --anonymize: raw records hold all names")
	case set("anonymize-key") && !set("anonymize"):
		return ui.Usagef("--anonymize-key goes with --anonymize")
	}
	return nil
}

// work is done with a dataset, and the database that it is of.
type work func(set *hive.Dataset, db *duckdb.DB, options hive.Options) error

// within opens both for it.
func (d *exportDataset) within(
	ctx context.Context, o *exportOptions, dir string, options hive.Options, do work,
) (err error) {
	set, err := o.OpenDataset(ctx, dir)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, set.Close()) }()
	db, jobs, err := o.filter.Open(ctx, o.Global, flags.ReadFor(set))
	if err != nil {
		return err
	}
	defer db.Close()
	defer func() { err = o.filter.Blame(ctx, db, err) }()
	options.Filter = jobs
	if options.Anonymous, err = d.anonymous(db, set.Dir()); err != nil {
		return err
	}
	return do(set, db, options)
}

// anonymous reads the policy and the key; nil if no policy is given. What is to be written may make the key.
func (d *exportDataset) anonymous(db *duckdb.DB, shared string) (*hive.Anonymous, error) {
	if d.policy == "" {
		return nil, nil
	}
	policy, err := anonymous.Read(d.policy)
	if err == nil {
		err = policy.Check(db.Site().Dataset(false), ui.DidYouMean)
	}
	if err != nil {
		return nil, ui.Usage(err)
	}
	key, err := anonymous.ReadKey(cmp.Or(d.key, db.Path()+".key"), shared, d.check == "")
	if err != nil {
		return nil, err
	}
	return &hive.Anonymous{Policy: policy, Key: key}, nil
}

func (d *exportDataset) write(ctx context.Context, o *exportOptions, options hive.Options) error {
	return d.within(ctx, o, d.dir, options, func(set *hive.Dataset, db *duckdb.DB, options hive.Options) error {
		bar := o.Progress()
		options.Progress = bar.Show
		done, err := set.Update(ctx, db, options)
		bar.Finish()
		if err == nil {
			o.SayDataset(d.dir, done, time.Since(options.Now))
			d.sayAnonymity(o, done.Anonymity)
		}
		return err
	})
}

// sayAnonymity tells how many jobs are alike.
func (d *exportDataset) sayAnonymity(o *exportOptions, a *hive.Anonymity) {
	if a == nil {
		return
	}
	by := "in anything"
	if len(a.By) > 0 {
		by = "in (" + strings.Join(a.By, ", ") + ")"
	}
	o.Say("k-anonymity: each of %s is one of %s or more that are alike %s; %s alone, %s among fewer than %d",
		ui.Count(a.Jobs, "job"), ui.Grouped(a.Least), by, ui.Grouped(a.Alone), ui.Grouped(a.Few), a.Below)
}

// verify reads a dataset back.
func (d *exportDataset) verify(ctx context.Context, o *exportOptions, options hive.Options) error {
	return d.within(ctx, o, d.check, options, func(set *hive.Dataset, db *duckdb.DB, options hive.Options) error {
		found, err := set.Check(ctx, db, options)
		if err != nil {
			return err
		}
		return d.sayFound(o, found)
	})
}

// sayFound says what a check found; that the dataset is not what it should be is an error.
func (d *exportDataset) sayFound(o *exportOptions, found *hive.Report) error {
	for i, wrong := range found.Wrong {
		if i == ui.ToldWarnings {
			o.Warn("and %d more", len(found.Wrong)-i)
			break
		}
		o.Warn("%s", wrong)
	}
	if !found.OK() {
		return errors.New(d.check + " is not what its manifest and the database say: pbsduck export --dataset " +
			ui.ShellWord(d.check) + " --rewrite writes it anew")
	}
	if found.Behind > 0 {
		o.Say("%s changed in the database since: pbsduck export --dataset writes them",
			ui.Count(int64(found.Behind), "month"))
	}
	o.Say("%s is as its manifest and the database say: %s in %s",
		d.check, ui.Count(found.Rows, "row"), ui.Count(int64(found.Files), "file"))
	return nil
}
