package main

import (
	"context"
	"errors"
	"time"

	"github.com/spf13/cobra"

	"pbsduck/cmd/pbsduck/flags"
	"pbsduck/cmd/pbsduck/ui"
	"pbsduck/duckdb"
	"pbsduck/duckdb/hive"
	"pbsduck/export/dataset"
)

// An exportDataset are the flags of export that are about a dataset.
type exportDataset struct {
	dir       string
	check     string
	partition string
	reader    string
	records   bool
	rewrite   bool

	anonymize flags.Anonymize
}

// forIceberg is the reader for whom --for makes a dataset.
const forIceberg = "iceberg"

func (d *exportDataset) add(c *cobra.Command) {
	f := c.Flags()
	f.StringVar(&d.dir, "dataset", "", "write the hive-partitioned dataset in `DIR`, or what changed of it")
	f.StringVar(&d.check, "check", "", "read the dataset in `DIR` back, against its manifest and the database")
	f.StringVar(&d.partition, "partition", "",
		"by what a dataset is partitioned, its `KEYS`: machine,year or machine,year,month (default as it is, or by month)")
	f.StringVar(&d.reader, "for", "",
		"make the dataset one for a `READER` with a way of its own: iceberg, for pbsduck-iceberg (default as it is)")
	f.BoolVar(&d.records, "with-records", false,
		"have the dataset hold the raw records, too, as text (default as it is, or not)")
	f.BoolVar(&d.rewrite, "rewrite", false, "write all partitions of the dataset again")
	d.anonymize.Add(c)
}

// ofPlain are the flags that are not about a dataset, ofDataset those that are about nothing else.
var (
	ofPlain   = []string{"format", "table", "query", "as", "safe-csv", "allow-files"}
	ofDataset = []string{"partition", "for", "with-records", "rewrite"}
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
	if set("for") {
		options.Partition = dataset.ForIceberg
	}
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
	if d.anonymize.Given() && set("with-records") {
		return ui.Usagef("--with-records does not go with --anonymize: raw records hold all names")
	}
	if err := d.fitReader(set); err != nil {
		return err
	}
	return d.anonymize.Check(isOne, "--dataset or --check")
}

func (d *exportDataset) fitReader(set func(name string) bool) error {
	switch {
	case set("for") && d.reader != forIceberg:
		return ui.Usagef("--for %s: give iceberg, or leave it out for all others", d.reader)
	case set("for") && set("partition"):
		return ui.Usagef("--partition does not go with --for iceberg: that is by machine and month")
	case set("for") && d.anonymize.Given():
		return ui.Usagef("--for iceberg does not go with --anonymize")
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
	return o.filter.Read(ctx, o.Global, flags.ReadFor(set), func(db *duckdb.DB, jobs duckdb.Filter) (err error) {
		options.Filter = jobs
		if options.Anonymous, err = d.anonymize.Read(o.Global, db, db.Path(), set.Dir(), d.check == ""); err != nil {
			return err
		}
		return do(set, db, options)
	})
}

func (d *exportDataset) write(ctx context.Context, o *exportOptions, options hive.Options) error {
	return d.within(ctx, o, d.dir, options, func(set *hive.Dataset, db *duckdb.DB, options hive.Options) error {
		bar := o.Progress()
		options.Progress = bar.Show
		done, err := set.Update(ctx, db, options)
		bar.Finish()
		if err == nil {
			o.SayDataset(d.dir, done, time.Since(options.Now))
			o.SayAnonymity(done.Anonymity)
		}
		return err
	})
}

// verify reads a dataset back.
func (d *exportDataset) verify(ctx context.Context, o *exportOptions, options hive.Options) error {
	if alone, err := d.verifyAlone(ctx, o); alone || err != nil {
		return err
	}
	return d.within(ctx, o, d.check, options, func(set *hive.Dataset, db *duckdb.DB, options hive.Options) error {
		found, err := set.Check(ctx, db, options)
		if err != nil {
			return err
		}
		return d.sayFound(o, found)
	})
}

// verifyAlone reads a dataset back that can be compared with no database: resolve made it, or it is anonymous, and
// nobody says by which policy, as who was given it can't.
func (d *exportDataset) verifyAlone(ctx context.Context, o *exportOptions) (is bool, err error) {
	set, err := o.OpenDataset(ctx, d.check)
	if err != nil {
		return false, err
	}
	defer func() { err = errors.Join(err, set.Close()) }()
	again, why := "pbsduck resolve PARTS --dataset "+ui.ShellWord(d.check), "it was made by resolve of parts, and"
	switch {
	case set.IsAnonymous() && !d.anonymize.Given():
		again = "pbsduck export --dataset " + ui.ShellWord(d.check) + " --anonymize POLICY --rewrite"
		why = "it is anonymous, and without --anonymize POLICY and the key it"
	case !set.IsResolved():
		return false, nil
	}
	found, err := set.CheckAlone(ctx)
	if err != nil {
		return true, err
	}
	d.warnWrong(o, found)
	if !found.OK() {
		return true, errors.New(d.check + " is not what its manifest says: " + again + " writes it anew")
	}
	o.Say("%s is as its manifest says: %s in %s; %s is compared with no database",
		d.check, ui.Count(found.Rows, "row"), ui.Count(int64(found.Files), "file"), why)
	return true, nil
}

func (d *exportDataset) warnWrong(o *exportOptions, found *hive.Report) {
	for i, wrong := range found.Wrong {
		if i == ui.ToldWarnings {
			o.Warn("and %d more", len(found.Wrong)-i)
			break
		}
		o.Warn("%s", wrong)
	}
}

// sayFound says what a check found; that the dataset is not what it should be is an error.
func (d *exportDataset) sayFound(o *exportOptions, found *hive.Report) error {
	d.warnWrong(o, found)
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
