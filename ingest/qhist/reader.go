package qhist

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"pbsduck/ingest/pbs"
	"pbsduck/ingest/schema"
)

// Options say whose output it is.
type Options struct {
	Name     string // in errors
	Location *time.Location
	Parser   *pbs.Parser // of the builder that gets the jobs
	Site     schema.Site // whose attributes may hold a hyphen, which qhist writes as _
}

// A Reader reads the jobs of one output.
type Reader struct {
	name   string
	in     *limited
	json   *json.Decoder
	making maker
	state  state
	asked  int64
	others int64
}

type state uint8

const (
	atBegin state = iota
	inJobs
	atEnd
)

// mostOfJob is how many bytes one job may take.
const mostOfJob = 16 << 20

// NewReader makes a reader.
func NewReader(r io.Reader, o Options) *Reader {
	in := &limited{in: bufio.NewReaderSize(r, 1<<16)}
	d := json.NewDecoder(in)
	d.UseNumber()
	return &Reader{name: o.Name, in: in, json: d, making: newMaker(o)}
}

// Asked is when qhist was asked, by the server's clock; zero if it does not say so, or not yet.
func (r *Reader) Asked() time.Time {
	if r.asked == 0 {
		return time.Time{}
	}
	return time.Unix(r.asked, 0)
}

// Others is how many records were no E records, and were left out.
func (r *Reader) Others() int64 { return r.others }

// Next reads a job. It is io.EOF behind the last one, when the output is whole.
func (r *Reader) Next(j *Job) error {
	if r.state == atBegin {
		if err := r.begin(); err != nil {
			return err
		}
	}
	for r.state == inJobs {
		if !r.json.More() {
			return r.end()
		}
		is, err := r.job(j)
		if err != nil {
			return err
		}
		if is {
			return nil
		}
		r.others++
	}
	return io.EOF
}

// begin reads up to the first job.
func (r *Reader) begin() error {
	if first, err := r.in.firstByte(); err != nil {
		return fmt.Errorf("%s: qhist printed nothing: %w", r.name, noEOF(err))
	} else if first == '<' {
		return fmt.Errorf("%s: it is HTML, not qhist's JSON: is it an error page, or one to log in with?", r.name)
	} else if first != '{' {
		return fmt.Errorf("%s: it is not qhist's JSON: it begins with %q; ask for it with qhist -J -t s -p YYYYMMDD",
			r.name, first)
	}
	if err := r.delim('{'); err != nil {
		return err
	}
	for r.json.More() {
		name, err := r.text()
		if err != nil {
			return err
		}
		switch name {
		case "timestamp":
			if err := r.json.Decode(&r.asked); err != nil {
				return r.wrong(err)
			}
		case "Jobs":
			if err := r.delim('{'); err != nil {
				return err
			}
			r.state = inJobs
			return nil
		default:
			return fmt.Errorf("%s: it is not qhist's JSON: it has %q where qhist has timestamp and Jobs", r.name, name)
		}
	}
	if _, err := r.json.Token(); err != nil {
		return r.wrong(err)
	}
	return fmt.Errorf("%s: it is not qhist's JSON: it has no Jobs", r.name)
}

// end reads what is behind the last job.
func (r *Reader) end() error {
	for range 2 {
		if err := r.delim('}'); err != nil {
			return err
		}
	}
	switch _, err := r.json.Token(); {
	case errors.Is(err, io.EOF):
		r.state = atEnd
		return io.EOF
	case err != nil && !isSyntax(err):
		return r.wrong(err)
	}
	return fmt.Errorf("%s: there is more behind the end of the JSON: give one output of qhist, of one day", r.name)
}

// job reads a job; it is false if the record is no E record.
func (r *Reader) job(j *Job) (bool, error) {
	r.in.left = mostOfJob
	id, err := r.text()
	if err != nil {
		return false, err
	}
	fields := map[string]any{}
	if err := r.json.Decode(&fields); err != nil {
		return false, r.wrong(err)
	}
	if typ, ok := fields["type"].(string); ok && typ != "E" {
		return false, nil
	}
	if err := r.making.make(j, id, fields); err != nil {
		return false, fmt.Errorf("%s: job %s: %w", r.name, id, err)
	}
	if head := r.making.head; r.asked != 0 && head > r.asked+slack {
		return false, fmt.Errorf("%s: job %s was recorded %s after qhist was asked: %s %w",
			r.name, id, time.Duration(head-r.asked)*time.Second, r.making.zone, ErrOtherZone)
	}
	return true, nil
}

// ErrOtherZone is the error of an answer that was read in another time zone than it was written in.
var ErrOtherZone = errors.New("is not the time zone of the server")

// slack is how far clocks may be apart, in seconds.
const slack = 15 * 60

func (r *Reader) text() (string, error) {
	t, err := r.json.Token()
	if err != nil {
		return "", r.wrong(err)
	}
	s, ok := t.(string)
	if !ok {
		return "", fmt.Errorf("%s: it is not qhist's JSON: %v at byte %d", r.name, t, r.json.InputOffset())
	}
	return s, nil
}

func (r *Reader) delim(d json.Delim) error {
	t, err := r.json.Token()
	if err != nil {
		return r.wrong(err)
	}
	if t != d {
		return fmt.Errorf("%s: it is not qhist's JSON: %v instead of %s at byte %d", r.name, t, d, r.json.InputOffset())
	}
	return nil
}

// wrong says what is wrong with the JSON.
func (r *Reader) wrong(err error) error {
	at := r.json.InputOffset()
	switch {
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
		return fmt.Errorf("%s: the JSON is cut off at byte %d: qhist did not print all of it, so nothing was taken in",
			r.name, at)
	case strings.Contains(err.Error(), "after object key:value pair") && r.state == inJobs:
		return fmt.Errorf("%s: a comma is missing at byte %d, as where qhist prints several days: "+
			"ask it for one day at a time (qhist -J -t s -p YYYYMMDD)", r.name, at)
	case isSyntax(err):
		return fmt.Errorf("%s: it is not JSON from byte %d on: %w", r.name, at, err)
	}
	return fmt.Errorf("%s: %w", r.name, err)
}

func isSyntax(err error) bool {
	var syntax *json.SyntaxError
	var typ *json.UnmarshalTypeError
	return errors.As(err, &syntax) || errors.As(err, &typ)
}

func noEOF(err error) error {
	if errors.Is(err, io.EOF) {
		return io.ErrUnexpectedEOF
	}
	return err
}

// limited gives no more bytes than a job may have, from when left was set.
type limited struct {
	in   *bufio.Reader
	left int64
}

func (l *limited) Read(p []byte) (int, error) {
	if l.left <= 0 {
		return 0, fmt.Errorf("one job takes more than %d MiB", mostOfJob>>20)
	}
	n, err := l.in.Read(p)
	l.left -= int64(n)
	return n, err
}

// firstByte is the first one that is no white space.
func (l *limited) firstByte() (byte, error) {
	l.left = mostOfJob
	for {
		b, err := l.in.ReadByte()
		if err != nil {
			return 0, err
		}
		switch b {
		case ' ', '\t', '\r', '\n':
		default:
			return b, l.in.UnreadByte()
		}
	}
}
