package iceberg

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"net/url"
	"os"
	"path"
	"path/filepath"
	"strings"
	"time"

	"github.com/apache/iceberg-go"
	iceio "github.com/apache/iceberg-go/io"
	"github.com/apache/iceberg-go/table"

	"pbsduck/export/dataset"
	"pbsduck/export/whole"
)

// A wanted file is one of the dataset that a table is to have.
type wanted struct {
	partition *dataset.Partition
	file      *dataset.File
}

// digestLength is how much of a file's digest is in its name in a table.
const digestLength = 32

func (w wanted) digest() string { return w.file.SHA256[:digestLength] }

// digestOf is what the name of a table's file says of its content; empty if it is none of ours.
func digestOf(path string) string {
	digest, _, found := strings.Cut(path[strings.LastIndex(path, "/")+1:], "-")
	if !found || len(digest) != digestLength {
		return ""
	}
	return digest
}

// A placing puts files of the dataset among those of a table, each under a name that no file ever had: a snapshot may
// be removed with its files without harm to others.
type placing struct {
	folder *dataset.Folder
	io     iceio.WriteFileIO
	placed map[string]string // by digest, the file in the warehouse
}

// place has a file be in the warehouse, and returns its name there.
func (p *placing) place(w wanted, location string) (string, error) {
	if at := p.placed[w.digest()]; at != "" {
		return at, nil
	}
	told, err := p.folder.Misfit(w.partition, w.file)
	if err != nil {
		return "", err
	}
	if len(told) > 0 {
		return "", fmt.Errorf("%s: %s, so %w", p.folder.Dir, told[0], ErrMisfit)
	}
	from := p.folder.Path(w.partition, w.file)
	at := fmt.Sprintf(
		"%s/data/%s/%s-%s.parquet",
		location,
		url.PathEscape(path.Base(w.partition.Path)),
		w.digest(),
		strings.ToLower(rand.Text()[:8]),
	)
	if local, ok := localPath(at); ok {
		err = link(from, local)
	} else {
		err = p.upload(from, at)
	}
	if err != nil {
		return "", err
	}
	p.placed[w.digest()] = at
	return at, nil
}

// ErrMisfit is told of a dataset whose files are not those that its manifest names.
var ErrMisfit = errors.New("the dataset is not what its manifest says")

// localPath is that of a file of the warehouse, if it is on this host.
func localPath(name string) (string, bool) {
	if strings.HasPrefix(name, "/") {
		return name, true
	}
	at, err := url.Parse(name)
	if err != nil || at.Scheme != "file" || at.Host != "" {
		return "", false
	}
	return at.Path, true
}

// link has a file stand under another name, too: the dataset never writes into a file that it has. Where that can't be,
// it is copied. It is as new as its name: what no table knows, and is old, is removed.
func link(from, to string) error {
	dir := filepath.Dir(to)
	if err := os.MkdirAll(dir, 0o777); err != nil {
		return whole.Error(dir, err)
	}
	err := os.Link(from, to)
	if err == nil {
		err = os.Chtimes(to, time.Now(), time.Now())
	}
	if err != nil {
		_ = os.Remove(to)
		err := whole.Write(to, func(out io.Writer) error { return copyTo(out, from) })
		if err != nil {
			return err
		}
	}
	return whole.Sync(dir)
}

func copyTo(out io.Writer, from string) error {
	in, err := os.Open(from)
	if err != nil {
		return err
	}
	defer in.Close() //nolint:errcheck // it was only read from
	_, err = io.Copy(out, in)
	return err
}

func (p *placing) upload(from, to string) error {
	out, err := p.io.Create(to)
	if err != nil {
		return fmt.Errorf("cannot write %s: %w", to, err)
	}
	if err := errors.Join(copyTo(out, from), out.Close()); err != nil {
		return fmt.Errorf("cannot write %s: %w", to, errors.Join(err, p.io.Remove(to)))
	}
	return nil
}

// clear removes files that were placed, but for those that are kept.
func (p *placing) clear(kept map[string]bool) {
	for digest, at := range p.placed {
		if !kept[at] {
			_ = p.io.Remove(at) // it is one that no table knows
		}
		delete(p.placed, digest)
	}
}

// describe reads what a file says of itself, and holds it against the manifest. What Iceberg is told wrongly, its
// readers pass over without a word: a file of one month in which some instants are NULL loses those rows.
func (k kind) describe(
	ctx context.Context,
	t *table.StagedTable,
	fs iceio.IO,
	w wanted,
	at string,
) (iceberg.DataFile, error) {
	schema, spec := t.Schema(), t.Spec()
	f, err := table.FileToDataFile(ctx, fs, at, schema, spec, 0, t.Properties())
	from := filepath.Join(filepath.FromSlash(w.partition.Path), w.file.Name)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", from, err)
	}
	field, _ := schema.FindFieldByName(dataset.Instant(k.name))
	nulls, known := f.NullValueCounts()[field.ID]
	in := partitionOf(t.Spec(), f)
	unknown := int64(0)
	if w.file.Timeless {
		unknown = w.file.Rows
	}
	switch {
	case f.Count() != w.file.Rows:
		err = fmt.Errorf("it has %d rows, and %d in the manifest", f.Count(), w.file.Rows)
	case in.machine != w.partition.Machine:
		err = fmt.Errorf("its machine is %v, and %s in the manifest", in.machine, w.partition.Machine)
	case !known || nulls != unknown:
		err = fmt.Errorf("%s is NULL in %d of its %d rows, which should be %d", field.Name, nulls, f.Count(), unknown)
	case (in.month == nil) != w.file.Timeless:
		err = fmt.Errorf("the month of its %s can't be told", field.Name)
	}
	if err != nil {
		return nil, fmt.Errorf("%s: %w: %w", from, err, ErrMisfit)
	}
	return f, nil
}

// A place is where in a table a file stands.
type place struct {
	machine, month any // month is nil where it is unknown
}

func partitionOf(spec iceberg.PartitionSpec, f iceberg.DataFile) (p place) {
	for _, one := range spec.Fields() {
		value := f.Partition()[one.FieldID]
		if one.Name == "machine" {
			p.machine = value
		} else {
			p.month = value
		}
	}
	return p
}
