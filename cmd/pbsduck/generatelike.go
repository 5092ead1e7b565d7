package main

import (
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"

	"pbsduck/cmd/pbsduck/ui"
	"pbsduck/duckdb"
	"pbsduck/duckdb/likeness"
	"pbsduck/export/whole"
	"pbsduck/ingest/generate"
)

// likeFlags checks --like and what goes with it.
func (o *generateOptions) likeFlags(c *cobra.Command) error {
	switch {
	case o.like == "" && c.Flags().Changed("like"):
		return ui.Usagef("--like: name a database")
	case o.like == "" && o.hideQueues:
		return ui.Usagef("--hide-queues goes with --like")
	case o.like != "" && c.Flags().Changed("profile"):
		return ui.Usagef("--profile and --like exclude each other: --like makes profiles")
	}
	return nil
}

// fit makes profiles like the machines of a database, if there is one to be like, and has logs made by them.
func (o *generateOptions) fit(c *cobra.Command, dir string) error {
	if err := o.likeFlags(c); err != nil || o.like == "" {
		return err
	}
	if err := o.MayWrite(dir); err != nil {
		return err
	}
	ctx, of := c.Context(), *o.Global
	of.DB = o.like
	db, err := of.OpenWith(ctx, duckdb.Options{})
	if err != nil {
		return err
	}
	defer db.Close()
	machines, err := db.Machines(ctx)
	if err != nil {
		return err
	}
	texts, names := map[string]string{}, []string{}
	for _, m := range machines {
		path := filepath.Join(dir, m.Name+".toml")
		text, err := likeness.Profile(ctx, db, m, o.hideQueues)
		if errors.Is(err, likeness.ErrTooFew) {
			o.Warn("left out %v", err)
			continue
		}
		if err == nil {
			err = o.mayKeep(path, text)
		}
		if err != nil {
			return err
		}
		texts[path], names = text, append(names, path)
	}
	if len(names) == 0 {
		return errors.New(o.like + " has no machine to be like")
	}
	if _, err := os.Stat(dir); errors.Is(err, fs.ErrNotExist) {
		o.madeDir = dir
	}
	if err := os.MkdirAll(dir, 0o777); err != nil {
		return err
	}
	for _, path := range names {
		if _, err := os.Lstat(path); errors.Is(err, fs.ErrNotExist) {
			o.made = append(o.made, path)
		}
		err := whole.Write(path, func(w io.Writer) error {
			_, err := io.WriteString(w, texts[path])
			return err
		})
		if err == nil {
			_, err = generate.ProfileName(path)
		}
		if err != nil {
			return err
		}
	}
	o.profiles = names
	return nil
}

// sayProfiles says where the profiles are.
func (o *generateOptions) sayProfiles() {
	if o.like == "" {
		return
	}
	for _, path := range o.profiles {
		o.Say("%s: the profile; --profile %s makes logs by it again", path, ui.ShellWord(path))
	}
}

// unfit takes away the profiles that fit made, as no logs were made by them, and their folder, if nothing else is in
// it.
func (o *generateOptions) unfit() (err error) {
	for _, path := range o.made {
		err = errors.Join(err, whole.Remove(path))
	}
	if o.madeDir != "" {
		_ = os.Remove(o.madeDir)
	}
	return err
}

// mayKeep refuses to write over a profile that somebody may have edited.
func (o *generateOptions) mayKeep(path, text string) error {
	if err := o.MayWrite(path); err != nil {
		return err
	}
	has, err := os.ReadFile(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil
	case err != nil:
		return whole.Error(path, err)
	case string(has) != text:
		return errors.New(path + " is there, and is another: --profile " + ui.ShellWord(path) +
			" makes logs by it; or remove it, and it is made again")
	}
	return nil
}
