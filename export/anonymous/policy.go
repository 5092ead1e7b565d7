package anonymous

import (
	_ "embed" // for the standard policy
	"errors"
	"fmt"
	"math"
	"os"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"pbsduck/export/whole"
	"pbsduck/ingest/schema"
	"pbsduck/ingest/site"
)

// Standard is the name of the policy that is built in.
const Standard = "default"

//go:embed default.toml
var standard []byte

// A Policy says what becomes of the columns of a dataset.
type Policy struct {
	Tables      []string // nil: all
	ShiftByKey  bool
	Days        int   // by which instants are moved, if not by key
	Jobs, Users int64 // a name of fewer jobs is pooled, and a text that is kept, also if fewer users have it
	Columns     map[string]Action

	path  string
	lines site.Lines
}

// An Action is what becomes of a column.
type Action struct {
	Do     Doing
	Bounds []float64     // of Bucket, of numbers: ascending
	Width  time.Duration // of Bucket, of instants
}

// A Doing is a kind of action.
type Doing string

// The actions.
const (
	Keep   Doing = "keep"
	Drop   Doing = "drop"
	Hash   Doing = "hash"
	Bucket Doing = "bucket"
)

type document struct {
	Tables []string `toml:"tables"`
	Shift  string   `toml:"shift"`
	Small  struct {
		Jobs  int64 `toml:"jobs"`
		Users int64 `toml:"users"`
	} `toml:"small"`
	Columns map[string]any `toml:"columns"`
}

// Read reads a policy: Standard, or that of a file.
func Read(path string) (*Policy, error) {
	if path == Standard {
		return parse(path, standard)
	}
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, whole.Error(path, err)
	}
	return parse(path, text)
}

func parse(path string, text []byte) (*Policy, error) {
	d := document{Shift: "none"}
	d.Small.Jobs, d.Small.Users = 10, 3
	lines, err := site.Decode(path, text, "docs/sharing.md lists all that there are", &d)
	if err != nil {
		return nil, err
	}
	p := &Policy{
		Tables: d.Tables, Jobs: d.Small.Jobs, Users: d.Small.Users, Columns: map[string]Action{}, path: path, lines: lines,
	}
	wrong := []error{p.shift(d.Shift)}
	if p.Jobs < 1 || p.Users < 1 {
		wrong = append(wrong, p.errorf("small", "give numbers from 1 on"))
	}
	if len(d.Columns) == 0 {
		wrong = append(wrong, p.errorf("columns", "no column is named, so that all would be dropped"))
	}
	for name, value := range d.Columns {
		action, err := parseAction(value)
		if err != nil {
			wrong = append(wrong, p.errorf("columns."+name, "%v", err))
		}
		p.Columns[name] = action
	}
	return p, p.inOrder(wrong)
}

// errorf is an error at a key.
func (p *Policy) errorf(key, format string, args ...any) error {
	return &site.Error{Path: p.path, Line: p.lines[key], Key: key, Message: fmt.Sprintf(format, args...)}
}

// inOrder puts errors in the order of their lines.
func (p *Policy) inOrder(all []error) error {
	line := func(err error) int {
		var at *site.Error
		errors.As(err, &at)
		return at.Line
	}
	all = slices.DeleteFunc(all, func(err error) bool { return err == nil })
	slices.SortFunc(all, func(a, b error) int {
		return 2*(line(a)-line(b)) + strings.Compare(a.Error(), b.Error())
	})
	return errors.Join(all...)
}

var shifts = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`^([+-]?\d{1,5}) (day|week)s?$`) })

// shift reads by how much instants are moved: whole days, so that local days move as they do.
func (p *Policy) shift(text string) error {
	m := shifts().FindStringSubmatch(text)
	switch {
	case text == "by key":
		p.ShiftByKey = true
	case m != nil:
		p.Days, _ = strconv.Atoi(m[1]) // five digits
		if m[2] == "week" {
			p.Days *= 7
		}
	case text != "none":
		return p.errorf("shift", `%q is no shift: give "by key", "none", or whole days or weeks such as "-200 weeks"`, text)
	}
	return nil
}

// Shift is by how many days instants are moved with a key: by it, back by one to eleven years of whole weeks.
func (p *Policy) Shift(k Key) int {
	if !p.ShiftByKey {
		return p.Days
	}
	return -7 * int(52+k.Number("shift", "")%522)
}

const actions = `"keep", "drop", "hash", { bucket = [1, 64] } or { bucket = "1h" }`

func parseAction(value any) (Action, error) {
	switch v := value.(type) {
	case string:
		a := Action{Do: Doing(v)}
		if !slices.Contains([]Doing{Keep, Drop, Hash}, a.Do) {
			return a, fmt.Errorf("%q is no action: give %s", v, actions)
		}
		return a, nil
	case map[string]any:
		if bucket, ok := v["bucket"]; ok && len(v) == 1 {
			return parseBucket(bucket)
		}
	}
	return Action{}, errors.New("this is no action: give " + actions)
}

func parseBucket(value any) (Action, error) {
	a := Action{Do: Bucket}
	switch v := value.(type) {
	case string:
		width, err := time.ParseDuration(v)
		if a.Width = width; err != nil || width < time.Second || 24*time.Hour%width != 0 {
			return a, fmt.Errorf("%q is no width of buckets: give one of which a day is a multiple, such as 15m or 1h", v)
		}
		return a, nil
	case []any:
		for i, one := range v {
			switch n := one.(type) {
			case int64:
				a.Bounds = append(a.Bounds, float64(n))
			case float64:
				a.Bounds = append(a.Bounds, n)
			}
			if len(a.Bounds) <= i || math.IsInf(a.Bounds[i], 0) || math.IsNaN(a.Bounds[i]) {
				return a, fmt.Errorf("a bound of a bucket is %v, which is no number", one)
			}
		}
		if n := len(a.Bounds); n > 0 && n <= 1000 && slices.IsSorted(a.Bounds) &&
			len(slices.Compact(slices.Clone(a.Bounds))) == n {
			return a, nil
		}
	}
	return a, errors.New("give the bounds of buckets in ascending order, such as [1, 8, 64], or a width such as \"1h\"")
}

// freeTexts are columns in which anything may stand, names too; they never leave.
var freeTexts = []string{"select_spec", "text", "raw", "record"}

// own are texts that pbsduck or the configuration says, and no user.
var own = []string{"exit_class", "flags", "type", "kind", "ended", "rule_version"}

// singles are texts that are each other ones, or of things: they are not pooled.
var singles = []string{"machine", "job_id", "object_id", "node"}

// Pools tells whether a name or text in the column may become "pooled".
func (p *Policy) Pools(c schema.Column) bool {
	if c.Type != schema.Text || slices.Contains(own, c.Name) || slices.Contains(singles, c.Name) {
		return false
	}
	do := p.Columns[c.Name].Do
	return do == Keep || do == Hash && c.Name != "name" // of which each job may have its own
}

// Check tells what of a policy does not fit the tables that there are. Near says what a word may have been meant for.
func (p *Policy) Check(tables []schema.Table, near func(word string, names []string) string) error {
	columns := map[string]schema.Column{}
	var names, tableNames []string
	for _, t := range tables {
		tableNames = append(tableNames, t.Name)
		for _, c := range t.Columns {
			if _, ok := columns[c.Name]; !ok {
				names = append(names, c.Name)
			}
			columns[c.Name] = c
		}
	}
	var wrong []error
	for _, t := range p.Tables {
		if !slices.Contains(tableNames, t) {
			wrong = append(wrong, p.errorf("tables", "no table %q: there are %s", t, strings.Join(tableNames, ", ")))
		}
	}
	for name, action := range p.Columns {
		c, ok := columns[name]
		if !ok {
			wrong = append(wrong, p.errorf("columns."+name, "no table has a column %q%s", name, near(name, names)))
			continue
		}
		if err := action.fits(c); err != nil {
			wrong = append(wrong, p.errorf("columns."+name, "%v", err))
		}
	}
	if do := p.Columns["machine"].Do; do != Keep && do != Hash {
		wrong = append(wrong,
			p.errorf("columns.machine", "the folders of a dataset are named by machine: keep it, or hash it"))
	}
	return p.inOrder(wrong)
}

// fits tells what is wrong with an action on a column.
func (a Action) fits(c schema.Column) error {
	isNumber := c.Type == schema.Integer || c.Type == schema.Float
	switch {
	case a.Do == Drop:
		return nil
	case slices.Contains(freeTexts, c.Name) || c.Type == schema.Bytes:
		return errors.New("free texts and raw records may hold anybody's name and never leave: drop it")
	case c.Name == "name" && a.Do == Keep:
		return errors.New("job names are free texts, which never leave: hash it, or drop it")
	case a.Do == Hash && c.Type != schema.Text:
		return errors.New("only texts are hashed: keep it, drop it, or put it in buckets")
	case a.Do == Bucket && a.Bounds != nil && !isNumber:
		return errors.New("it holds no numbers, which these buckets are for")
	case a.Do == Bucket && a.Width > 0 && c.Type != schema.Timestamp:
		return errors.New("it holds no instants, which these buckets are for")
	}
	return nil
}

// Of leaves of tables what the policy lets through, and says in the comment of a column what became of it. The machine
// stays first.
func (p *Policy) Of(tables []schema.Table) []schema.Table {
	var all []schema.Table
	for _, t := range tables {
		if p.Tables != nil && !slices.Contains(p.Tables, t.Name) {
			continue
		}
		var kept []schema.Column
		for _, c := range t.Columns {
			action, named := p.Columns[c.Name]
			if !named || action.Do == Drop {
				continue
			}
			c.Comment += p.note(c, action)
			c.NotNull = c.NotNull && action.Bounds == nil
			kept = append(kept, c)
		}
		if len(kept) > 1 {
			t.Columns = kept
			all = append(all, t)
		}
	}
	return all
}

// note says what became of a column.
func (p *Policy) note(c schema.Column, a Action) string {
	note := ""
	switch {
	case a.Do == Hash:
		note = " Another name stands for each, everywhere the same."
	case a.Bounds != nil:
		note = " The lower bound of its bucket; NULL below " + strconv.FormatFloat(a.Bounds[0], 'g', -1, 64) + "."
	case a.Width > 0:
		note = " The beginning of its " + a.Width.String() + "."
	}
	if p.Pools(c) {
		note += fmt.Sprintf(" Those of fewer than %d jobs are pooled.", p.Jobs)
	}
	if (c.Type == schema.Timestamp || c.Type == schema.Date) && (p.ShiftByKey || p.Days != 0) {
		note += " All instants and days are moved by the same time."
	}
	return note
}

// Text is the policy in words that are the same for the same policy.
func (p *Policy) Text() string {
	var names []string
	for name := range p.Columns {
		names = append(names, name)
	}
	slices.Sort(names)
	text := fmt.Sprint(p.Tables, p.ShiftByKey, p.Days, p.Jobs, p.Users)
	for _, name := range names {
		text += fmt.Sprintf(" %s=%v", name, p.Columns[name])
	}
	return text
}
