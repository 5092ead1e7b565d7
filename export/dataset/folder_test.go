package dataset

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// stage stages a partition with files that hold these texts.
func stage(t *testing.T, f *Folder, m *Manifest, path string, texts ...string) {
	t.Helper()
	dir, err := f.StagingDir()
	if err != nil {
		t.Fatal(err)
	}
	p := Partition{Table: strings.Split(path, "/")[0], Path: path}
	var made []string
	for i, text := range texts {
		file := filepath.Join(dir, string(rune('a'+i)))
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		p.Files, made = append(p.Files, File{Rows: 1}), append(made, file)
	}
	if err := f.Stage(&p, made); err != nil {
		t.Fatal(err)
	}
	m.Partitions = append(m.Partitions, p)
}

// holds compares what the files of each partition hold, with no name that begins with a dot.
func holds(t *testing.T, what, dir string, want map[string]string) {
	t.Helper()
	got := map[string]string{}
	err := filepath.WalkDir(dir, func(path string, e os.DirEntry, err error) error {
		if err != nil || e.IsDir() {
			if e != nil && e.Name() == stagingName {
				return filepath.SkipDir
			}
			return err
		}
		text, err := os.ReadFile(path)
		if in, _ := filepath.Rel(dir, filepath.Dir(path)); in != "." {
			got[filepath.ToSlash(in)] += string(text)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	for path := range got {
		if got[path] != want[path] {
			t.Errorf("%s: %s holds %q, want %q", what, path, got[path], want[path])
		}
	}
	if len(got) != len(want) {
		t.Errorf("%s: there is %v, want %v", what, got, want)
	}
}

// TestCutOff: wherever the taking of places is cut off, the next who opens the folder brings it to its end; before
// that, nothing has changed.
func TestCutOff(t *testing.T) {
	old := map[string]string{"t/a": "1", "t/b": "12", "t/c": "1", "t/d": "1", "t/gone/x": "1", "t/many": "12"}
	fresh := map[string]string{"t/a": "3", "t/b": "34", "t/c": "34", "t/d": "1", "t/new/x": "3", "t/many": "3"}
	for steps := -1; steps <= 6; steps++ {
		dir := t.TempDir()
		f, err := OpenFolder(dir)
		if err != nil {
			t.Fatal(err)
		}
		first := &Manifest{Format: ManifestFormat}
		stage(t, f, first, "t/a", "1")
		stage(t, f, first, "t/b", "1", "2")
		stage(t, f, first, "t/c", "1")
		stage(t, f, first, "t/d", "1")
		stage(t, f, first, "t/gone/x", "1")
		stage(t, f, first, "t/many", "1", "2")
		page := func(text string) []Document { return []Document{{dictionaryPage, []byte(text)}} }
		if err := f.Commit(first, page("old")...); err != nil {
			t.Fatal(err)
		}
		holds(t, "at first", dir, old)
		next := &Manifest{Format: ManifestFormat, Partitions: []Partition{*f.Manifest.Find("t/d")}}
		stage(t, f, next, "t/a", "3")
		stage(t, f, next, "t/b", "3", "4")
		stage(t, f, next, "t/c", "3", "4")
		stage(t, f, next, "t/new/x", "3")
		stage(t, f, next, "t/many", "3")
		holds(t, "staged", dir, old)
		want, said := old, "old"
		if steps >= 0 { // the manifest is there, and so many partitions have their places
			if err := f.stageManifest(next, page("new")); err != nil {
				t.Fatal(err)
			}
			for i := range min(steps, 5) {
				if err := f.place(next.Partitions[i]); err != nil {
					t.Fatal(err)
				}
			}
			if steps == 6 {
				if err := f.drop("t/gone/x"); err != nil {
					t.Fatal(err)
				}
			}
			want, said = fresh, "new"
		}
		f, err = OpenFolder(dir)
		if err != nil {
			t.Fatal(err)
		}
		holds(t, "opened again", dir, want)
		if text, err := os.ReadFile(f.path(dictionaryPage)); err != nil || string(text) != said {
			t.Errorf("the dictionary says %q, want %q: %v", text, said, err)
		}
		if told, err := f.Misfits(t.Context(), true); err != nil || len(told) > 0 {
			t.Errorf("%v, %v", told, err)
		}
		if _, err := os.Stat(f.staged()); !errors.Is(err, os.ErrNotExist) {
			t.Errorf("%s is left: %v", stagingName, err)
		}
	}
}

// TestMisfits: what anybody did to the files is told.
func TestMisfits(t *testing.T) {
	for _, c := range []struct {
		what string
		do   func(dir string) error
		want string
		deep bool // seen only by who reads all bytes
	}{
		{"missing", func(dir string) error { return os.Remove(dir + "/t/a/part-1.parquet") }, "is missing", false},
		{"longer", func(dir string) error { return os.WriteFile(dir+"/t/a/part-1.parquet", []byte("12"), 0o600) },
			"has 2 bytes, not 1", false},
		{"no dictionary", func(dir string) error { return os.Remove(dir + "/" + dictionaryPage) },
			dictionaryPage + " is missing", false},
		{"other bytes", func(dir string) error { return os.WriteFile(dir+"/t/a/part-1.parquet", []byte("2"), 0o600) },
			"another digest", true},
		{"a file more", func(dir string) error { return os.WriteFile(dir+"/t/a/more", nil, 0o600) },
			"more is not in the manifest", false},
		{"a folder more", func(dir string) error {
			return errors.Join(os.Mkdir(dir+"/t/b", 0o700), os.WriteFile(dir+"/t/b/part-1.parquet", nil, 0o600))
		}, "is not in the manifest", false},
	} {
		dir := t.TempDir()
		f, err := OpenFolder(dir)
		if err != nil {
			t.Fatal(err)
		}
		m := &Manifest{Format: ManifestFormat}
		stage(t, f, m, "t/a", "1")
		if err := errors.Join(f.Commit(m, Document{dictionaryPage, nil}), c.do(dir)); err != nil {
			t.Fatal(err)
		}
		for _, thorough := range []bool{false, true} {
			told, err := f.Misfits(t.Context(), thorough)
			found := slices.ContainsFunc(told, func(s string) bool { return strings.Contains(s, c.want) })
			if err != nil || found != (thorough || !c.deep) {
				t.Errorf("%s (thorough: %v): %v, %v", c.what, thorough, told, err)
			}
		}
		stopped, stop := context.WithCancel(t.Context())
		stop()
		if _, err := f.Misfits(stopped, true); !errors.Is(err, context.Canceled) {
			t.Errorf("%s: nobody waits, and it goes on: %v", c.what, err)
		}
	}
}
