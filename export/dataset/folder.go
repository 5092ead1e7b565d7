package dataset

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"

	"pbsduck/export/dictionary"
	"pbsduck/export/whole"
)

// A Folder is that of a hive-partitioned dataset:
//
//	_manifest.json                                    what is there, written last
//	_dictionary.md, _dictionary.json                  what it means
//	jobs/machine=derecho/year=2026/month=1/part-1.parquet
//	.staging/                                         what is being made, and what is about to go
//
// New partitions are made in .staging, all of them, with the new manifest as the last file. Then each takes its place:
// a single file by a rename, so that who lists the dataset now and reads it later finds the old rows or the new ones;
// several by changing places with their folder, under names that no other files of the partition had, so that nobody
// takes some old and some new ones for a whole. At last the manifest takes its place. What kills the process before the
// manifest is in .staging leaves the dataset as it was; after that, whoever opens the folder next brings it to its end.
type Folder struct {
	Dir      string
	Manifest *Manifest // nil if there is none yet
}

// LockName is the file on which all who write to a dataset, or must find it unchanged for a while, hold a lock.
const LockName = ".lock"

const stagingName = ".staging"

// OpenFolder opens the folder of a dataset, or makes it, and clears up what a process left that died. The caller holds
// a lock on it. One in which there is something else is refused.
func OpenFolder(dir string) (*Folder, error) {
	if err := os.MkdirAll(dir, 0o777); err != nil {
		return nil, whole.Error(dir, err)
	}
	f := &Folder{Dir: dir}
	var err error
	if f.Manifest, err = readManifest(f.path(ManifestName)); err != nil {
		return nil, err
	}
	if f.Manifest == nil {
		entries, err := os.ReadDir(dir)
		if err != nil {
			return nil, whole.Error(dir, err)
		}
		ours := []string{LockName, stagingName}
		if stray := slices.IndexFunc(entries,
			func(e fs.DirEntry) bool { return !slices.Contains(ours, e.Name()) }); stray >= 0 &&
			!f.isStaged() {
			return nil, fmt.Errorf(
				"%s is not empty and holds no dataset (there is %s): choose another folder, or a new one", dir,
				entries[stray].Name(),
			)
		}
	}
	return f, f.recover()
}

func (f *Folder) path(parts ...string) string {
	return filepath.Join(append([]string{f.Dir}, parts...)...)
}

func (f *Folder) staged(parts ...string) string {
	return f.path(append([]string{stagingName}, parts...)...)
}

// isStaged tells whether all that is to take its place is there.
func (f *Folder) isStaged() bool {
	_, err := os.Lstat(f.staged(ManifestName))
	return err == nil
}

// recover finishes what a process began that died, or clears it away.
func (f *Folder) recover() error {
	if f.isStaged() {
		return f.publish()
	}
	return f.Clear()
}

// Clear removes what is staged, unless it is about to take its place.
func (f *Folder) Clear() error {
	if f.isStaged() {
		return nil
	}
	return whole.Error(f.Dir, os.RemoveAll(f.staged()))
}

// StagingDir is where files are made that Stage takes; it is made.
func (f *Folder) StagingDir() (string, error) {
	dir := f.staged("making")
	return dir, whole.Error(f.Dir, os.MkdirAll(dir, 0o777))
}

// Stage has files take the place of what is in a partition: they are the parts, in their order. Names and digests are
// put into the partition.
func (f *Folder) Stage(p *Partition, made []string) error {
	dir := f.staged("new", filepath.FromSlash(p.Path))
	if err := os.MkdirAll(dir, 0o777); err != nil {
		return whole.Error(dir, err)
	}
	run := rand.Text()[:8]
	for i, file := range made {
		part := &p.Files[i]
		part.Name = "part-1.parquet"
		if len(made) > 1 {
			part.Name = fmt.Sprintf("part-%02d-%s.parquet", i+1, run)
		}
		var err error
		if part.Bytes, part.SHA256, err = digest(file); err != nil {
			return whole.Error(file, err)
		}
		if err := whole.Sync(file); err != nil {
			return err
		}
		if err := os.Rename(file, filepath.Join(dir, part.Name)); err != nil {
			return whole.Error(dir, err)
		}
	}
	return whole.Sync(dir)
}

func digest(path string) (bytes int64, sum string, err error) {
	file, err := os.Open(path)
	if err != nil {
		return 0, "", err
	}
	defer file.Close() //nolint:errcheck // it was only read from
	h := sha256.New()
	bytes, err = io.Copy(h, file)
	return bytes, hex.EncodeToString(h.Sum(nil)), err
}

// Commit has all that is staged take its place, with the documents and the manifest.
func (f *Folder) Commit(m *Manifest, documents ...Document) error {
	if err := f.stageManifest(m, documents); err != nil {
		return err
	}
	if err := whole.Sync(f.Dir); err != nil {
		return err
	}
	return f.publish()
}

// stageManifest stages the documents and then the manifest, by which all is there that is to take its place.
func (f *Folder) stageManifest(m *Manifest, documents []Document) error {
	m.addUp()
	m.Documents = listed(documents)
	if err := os.MkdirAll(f.staged(), 0o777); err != nil {
		return whole.Error(f.Dir, err)
	}
	for _, d := range documents {
		err := whole.Write(f.staged(d.Name), func(w io.Writer) error {
			_, err := w.Write(d.Text)
			return err
		})
		if err != nil {
			return err
		}
	}
	return m.write(f.staged(ManifestName))
}

// publish has what is staged take its place. It may be done again, wherever it stopped.
func (f *Folder) publish() error {
	next, err := readManifest(f.staged(ManifestName))
	if err != nil {
		return err
	}
	for _, p := range next.Partitions {
		if err := f.place(p); err != nil {
			return err
		}
	}
	if f.Manifest != nil {
		for _, p := range f.Manifest.Partitions {
			if next.Find(p.Path) == nil {
				if err := f.drop(p.Path); err != nil {
					return err
				}
			}
		}
	}
	for _, d := range next.Documents {
		if err := os.Rename(f.staged(d.Name), f.path(d.Name)); err != nil &&
			!errors.Is(err, fs.ErrNotExist) { // it went in its place
			return whole.Error(f.path(d.Name), err)
		}
	}
	if err := whole.Rename(f.staged(ManifestName), f.path(ManifestName)); err != nil {
		return err
	}
	f.Manifest = next
	return f.Clear()
}

// place has a partition take its place, if it is staged and has not yet.
func (f *Folder) place(p Partition) error {
	fresh, at := f.staged("new", filepath.FromSlash(p.Path)), f.path(filepath.FromSlash(p.Path))
	if names, err := namesIn(fresh); err != nil || !slices.Equal(names, p.names()) {
		return err // what is there went in its place
	}
	had, err := namesIn(at)
	switch {
	case err != nil:
		return err
	case had == nil:
		err = f.move(fresh, at)
	case len(had) == 1 && slices.Equal(had, p.names()):
		err = os.Rename(filepath.Join(fresh, had[0]), filepath.Join(at, had[0]))
	default:
		if err = exchange(fresh, at); errors.Is(err, errors.ErrUnsupported) {
			if err = f.drop(p.Path); err == nil {
				err = f.move(fresh, at)
			}
		}
	}
	if err != nil {
		return whole.Error(at, err)
	}
	return errors.Join(whole.Sync(at), whole.Sync(filepath.Dir(at)))
}

// move moves a folder to where none is.
func (f *Folder) move(from, to string) error {
	if err := os.MkdirAll(filepath.Dir(to), 0o777); err != nil {
		return err
	}
	if err := os.Rename(from, to); err != nil {
		return err
	}
	for dir := filepath.Dir(to); dir != filepath.Dir(f.Dir) && len(dir) >= len(f.Dir); dir = filepath.Dir(dir) {
		if err := whole.Sync(dir); err != nil {
			return err
		}
	}
	return nil
}

// drop removes a partition, all its files at once, and the folders above that are empty then.
func (f *Folder) drop(path string) error {
	at := f.path(filepath.FromSlash(path))
	if err := os.MkdirAll(f.staged("old"), 0o777); err != nil {
		return whole.Error(at, err)
	}
	err := os.Rename(at, f.staged("old", rand.Text()))
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return whole.Error(at, err)
	}
	for dir := filepath.Dir(at); len(dir) > len(f.Dir); dir = filepath.Dir(dir) {
		if os.Remove(dir) != nil {
			break // there is something in it
		}
	}
	return nil
}

// namesIn are the names in a folder, in order; nil if it is not there.
func namesIn(dir string) ([]string, error) {
	entries, err := os.ReadDir(dir)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	names := []string{}
	for _, e := range entries {
		names = append(names, e.Name())
	}
	return names, whole.Error(dir, err)
}

// Misfits tells what of the files is not as the manifest says: that they are there, alone, and of their sizes; or,
// thoroughly, every byte of them. It looks at the context before each file.
func (f *Folder) Misfits(ctx context.Context, thorough bool) (told []string, err error) {
	look := func(file string, want File) error {
		if err := ctx.Err(); err != nil {
			return err
		}
		wrong, err := misfit(file, want, thorough)
		told = append(told, wrong...)
		return err
	}
	for _, p := range f.Manifest.Partitions {
		dir := f.path(filepath.FromSlash(p.Path))
		has, err := namesIn(dir)
		if err != nil {
			return nil, err
		}
		for _, name := range has {
			if !slices.Contains(p.names(), name) {
				told = append(told, filepath.Join(dir, name)+" is not in the manifest")
			}
		}
		for _, want := range p.Files {
			if err := look(filepath.Join(dir, want.Name), want); err != nil {
				return nil, err
			}
		}
	}
	for _, want := range f.Manifest.Documents {
		if err := look(f.path(want.Name), want); err != nil {
			return nil, err
		}
	}
	strays, err := f.strays()
	return append(told, strays...), err
}

// Path is that of a file of a partition.
func (f *Folder) Path(p *Partition, file *File) string {
	return f.path(filepath.FromSlash(p.Path), file.Name)
}

// Misfit tells what of a file is not as the manifest says, every byte of it.
func (f *Folder) Misfit(p *Partition, file *File) (told []string, err error) {
	return misfit(f.Path(p, file), *file, true)
}

// Dictionary reads what the tables and columns mean.
func (f *Folder) Dictionary() ([]dictionary.Entry, error) {
	at := f.path(dictionaryJSON)
	text, err := os.ReadFile(at)
	if err != nil {
		return nil, whole.Error(at, err)
	}
	entries, err := dictionary.Read(text)
	if err != nil {
		return nil, fmt.Errorf("%s is no data dictionary: %w", at, err)
	}
	return entries, nil
}

// misfit tells what a file has that is not as the manifest says.
func misfit(file string, want File, thorough bool) (told []string, err error) {
	info, err := os.Stat(file)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return []string{file + " is missing"}, nil
	case err != nil:
		return nil, whole.Error(file, err)
	case info.Size() != want.Bytes:
		return []string{fmt.Sprintf("%s has %d bytes, not %d", file, info.Size(), want.Bytes)}, nil
	case !thorough:
		return nil, nil
	}
	_, sum, err := digest(file)
	if err == nil && sum != want.SHA256 {
		told = []string{file + " has another digest than in the manifest"}
	}
	return told, whole.Error(file, err)
}

// strays tells of files in the tables' folders that belong to no partition.
func (f *Folder) strays() (told []string, err error) {
	for _, t := range f.Manifest.Tables {
		err := filepath.WalkDir(f.path(t.Table), func(path string, e fs.DirEntry, err error) error {
			if err != nil || e.IsDir() {
				return err
			}
			in, err := filepath.Rel(f.Dir, filepath.Dir(path))
			if err == nil && f.Manifest.Find(filepath.ToSlash(in)) == nil {
				told = append(told, path+" is not in the manifest")
			}
			return err
		})
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			return nil, whole.Error(f.path(t.Table), err)
		}
	}
	return told, nil
}
