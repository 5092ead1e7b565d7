package generate

import (
	"bufio"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
)

// files writes a profile's day files, truth and counts.
type files struct {
	w      *world
	dir    string
	truth  *output // nil without truth
	log    *output // nil before the first slot
	day    int     // index of log in the calendar's days
	counts counts
	sum    ProfileSummary
	order  []entryRef
	second [slotSeconds + 1]int
}

// counts is the content of truth-counts.json.
type counts struct {
	Profile    string                `json:"profile"`
	Capacity   Capacity              `json:"capacity"`
	Files      map[string]*fileCount `json:"files"`
	Jobs       int64                 `json:"jobs"`
	Repeats    int64                 `json:"exact_repeats"`
	Superseded int64                 `json:"superseded"`
	Events     int64                 `json:"events"`
}

// fileCount counts one file. Lines are physical ones, a torn last one included; orphans stand before the first record.
type fileCount struct {
	Lines         int64            `json:"lines"`
	Bytes         int64            `json:"bytes"`
	Records       map[string]int64 `json:"records"`
	Continuations int64            `json:"continuation_lines"`
	Orphans       int64            `json:"orphan_lines"`
	Torn          int64            `json:"torn_lines"`
}

// output is a buffered file.
type output struct {
	*bufio.Writer
	f *os.File
}

func create(path string) (*output, error) {
	f, err := os.Create(path)
	if err != nil {
		return nil, err
	}
	return &output{bufio.NewWriterSize(f, 1<<18), f}, nil
}

func (o *output) Close() error {
	if o == nil {
		return nil
	}
	err := o.Flush()
	if e := o.f.Close(); err == nil {
		err = e
	}
	return err
}

func createFiles(dir string, w *world) (*files, error) {
	f := &files{
		w: w, dir: dir, day: -1,
		sum: ProfileSummary{Name: w.Name, Records: map[string]int64{}, RecordBytes: map[string]int64{}},
	}
	f.counts = counts{Profile: w.Name, Capacity: w.capacity(), Files: map[string]*fileCount{}}
	if !w.truth {
		return f, nil
	}
	var err error
	f.truth, err = create(filepath.Join(dir, w.Name+".truth.ndjson"))
	return f, err
}

// add writes a slot's truth and, if it has a file, the records that lie in it, whichever slots they come from.
func (f *files) add(out *slotOutput, records []*chunkOfRecords) error {
	f.counts.Jobs += out.jobs
	f.counts.Repeats += out.repeats
	f.counts.Superseded += out.superseded
	f.counts.Events += out.events
	if f.truth != nil {
		if _, err := f.truth.Write(out.truth); err != nil {
			return err
		}
	}
	if out.slot < 0 {
		return nil
	}
	if err := f.turnTo(f.w.cal.slotAt(out.slot).file); err != nil {
		return err
	}
	return f.merge(f.w.cal.slotAt(out.slot).start, records)
}

// turnTo opens the file of a day.
func (f *files) turnTo(day int) error {
	if f.day == day {
		return nil
	}
	if err := f.log.Close(); err != nil {
		return err
	}
	f.day = day
	name := f.w.cal.days[day]
	f.counts.Files[name] = &fileCount{Records: map[string]int64{}}
	f.sum.Files++
	var err error
	if f.log, err = create(filepath.Join(f.dir, f.w.Name, name)); err != nil {
		return err
	}
	if f.w.hostile {
		return f.orphans(garbage(f.w.seed, f.w.Name, name))
	}
	return nil
}

func (f *files) count() *fileCount { return f.counts.Files[f.w.cal.days[f.day]] }

// entryRef is a record in one of several chunks.
type entryRef struct{ chunk, entry int32 }

// merge writes the records in order of their second; within one, in order of submission. It is a counting sort.
func (f *files) merge(start int64, records []*chunkOfRecords) error {
	clear(f.second[:])
	n := 0
	for _, c := range records {
		for i := range c.index {
			f.second[c.index[i].at-start+1]++
		}
		n += len(c.index)
	}
	for i := 1; i < len(f.second); i++ {
		f.second[i] += f.second[i-1]
	}
	if cap(f.order) < n {
		f.order = make([]entryRef, n)
	}
	f.order = f.order[:n]
	for ci, c := range records {
		for i := range c.index {
			to := &f.second[c.index[i].at-start]
			f.order[*to] = entryRef{int32(ci), int32(i)}
			*to++
		}
	}
	return f.writeOrdered(records)
}

func (f *files) writeOrdered(records []*chunkOfRecords) error {
	var number, size [256]int64
	file := f.count()
	for _, r := range f.order {
		c := records[r.chunk]
		e := &c.index[r.entry]
		if _, err := f.log.Write(c.data[e.from:e.to]); err != nil {
			return err
		}
		number[e.letter]++
		size[e.letter] += int64(e.to - e.from)
		file.Lines += int64(e.lines)
		file.Continuations += int64(e.lines - 1)
	}
	for letter, n := range number {
		if n > 0 {
			file.Records[string(rune(letter))] += n
			file.Bytes += size[letter]
			f.sum.Records[string(rune(letter))] += n
			f.sum.RecordBytes[string(rune(letter))] += size[letter]
		}
	}
	return nil
}

// orphans writes lines that belong to no record.
func (f *files) orphans(lines []string) error {
	for _, l := range lines {
		n, err := f.log.WriteString(l + "\n")
		if err != nil {
			return err
		}
		f.count().Lines++
		f.count().Orphans++
		f.count().Bytes += int64(n)
	}
	return nil
}

// finish tears the last line if asked for, closes all, and writes the counts.
func (f *files) finish() (ProfileSummary, error) {
	if f.w.hostile {
		n, err := f.log.Write(f.w.tornLine())
		if err != nil {
			return f.sum, f.abandon(err)
		}
		f.count().Lines++
		f.count().Torn++
		f.count().Bytes += int64(n)
	}
	if err := f.log.Close(); err != nil {
		return f.sum, f.abandon(err)
	}
	if err := f.truth.Close(); err != nil {
		return f.sum, err
	}
	for _, c := range f.counts.Files {
		f.sum.Bytes += c.Bytes
	}
	f.sum.Capacity, f.sum.Zone = f.counts.Capacity, f.w.Zone
	f.sum.Jobs, f.sum.Repeats = f.counts.Jobs, f.counts.Repeats
	f.sum.Superseded, f.sum.Events = f.counts.Superseded, f.counts.Events
	text, err := json.MarshalIndent(f.counts, "", "  ")
	if err != nil {
		return f.sum, fmt.Errorf("counts: %w", err)
	}
	return f.sum, os.WriteFile(filepath.Join(f.dir, f.w.Name+".truth-counts.json"), append(text, '\n'), 0o644)
}

// abandon closes what is open and passes the error on.
func (f *files) abandon(err error) error {
	_ = f.log.Close() // the first error is the one to report
	_ = f.truth.Close()
	return err
}
