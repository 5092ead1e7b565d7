package generate

import (
	"bytes"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path"
	"regexp"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/pelletier/go-toml/v2"
)

// A profile is a machine to imitate, as a file of profiles/ describes it; docs/profiles.md explains each key.
type profile struct {
	Name             string           `toml:"name"`
	Dialect          string           `toml:"dialect"`
	Zone             string           `toml:"timezone"`
	Server           string           `toml:"server"`
	Peer             string           `toml:"peer"`
	Login            string           `toml:"login"`
	FirstID          int64            `toml:"first_id"`
	Groups           []string         `toml:"groups"`
	Filled           int64            `toml:"filled"`
	Altered          float64          `toml:"altered"`
	ExitLag          [2]int64         `toml:"exit_lag"`
	NoEligibleBefore time.Time        `toml:"no_eligible_before"`
	Without          []string         `toml:"without"`
	Priorities       map[string]int64 `toml:"priorities"`
	Nodes            []kind           `toml:"nodes"`
	Queues           []map[string]any `toml:"queues"`
	Charge           chargeRule       `toml:"charge"`
	Site             string           `toml:"site"`
	Shared           string           `toml:"shared"`
	Jobs             int              `toml:"jobs"`     // a day, if not told otherwise
	Activity         []int64          `toml:"activity"` // weights of the local hours
	Weekdays         []int64          `toml:"weekdays"` // from Monday on
	Users            []int64          `toml:"users"`    // weights of users
	Exits            [][2]int64       `toml:"exits"`    // exit statuses with their weights

	shapes []shape // of Queues
}

// A kind is the nodes of a machine that are alike. How many there are, follows from how much is asked of them: size.go.
type kind struct {
	Name   string `toml:"name"`
	Prefix string `toml:"prefix"`
	Digits int    `toml:"digits"`
	Cores  int64  `toml:"cores"`
	GPUs   int64  `toml:"gpus"`
	Memory string `toml:"memory"`
	Whole  bool   `toml:"whole"`  // a job has its nodes for itself
	Filled int64  `toml:"filled"` // to how much of a hundred jobs fill them; 0: the profile's

	memKB int64
}

//go:embed profiles/*.toml
var profileFiles embed.FS

// Profiles lists the machines that can be imitated.
func Profiles() []string {
	var names []string
	entries, _ := fs.ReadDir(profileFiles, "profiles") // embedded: it is there
	for _, e := range entries {
		names = append(names, strings.TrimSuffix(e.Name(), ".toml"))
	}
	return names
}

// ProfileName gives the name of a machine: of one of Profiles(), or of that which a file describes whose name ends in
// .toml.
func ProfileName(source string) (string, error) {
	p, err := findProfile(source)
	return p.Name, err
}

// findProfile reads one of Profiles(), or a site's own from a file.
func findProfile(source string) (profile, error) {
	if strings.HasSuffix(source, ".toml") {
		text, err := os.ReadFile(source)
		if err != nil {
			return profile{}, fmt.Errorf("generate: %w", err)
		}
		return parseProfile(source, text)
	}
	text, err := profileFiles.ReadFile(path.Join("profiles", source+".toml"))
	if err != nil {
		return profile{}, fmt.Errorf(
			"generate: no profile %q; choose from %v, or name a file that ends in .toml", source, Profiles(),
		)
	}
	return parseProfile(source, text)
}

func parseProfile(source string, text []byte) (p profile, err error) {
	if err := decodeStrictly(text, &p); err != nil {
		return p, fmt.Errorf("generate: profile %s: %w", source, err)
	}
	for _, check := range []func() error{p.checkNames, p.checkWays, p.checkNodes, p.readQueues} {
		if err := check(); err != nil {
			return p, fmt.Errorf("generate: profile %s: %w", source, err)
		}
	}
	return p, nil
}

// decodeStrictly refuses keys that nothing has, and says where what is wrong stands.
func decodeStrictly(text []byte, to any) error {
	err := toml.NewDecoder(bytes.NewReader(text)).DisallowUnknownFields().Decode(to)
	var unknown *toml.StrictMissingError
	if errors.As(err, &unknown) {
		line, _ := unknown.Errors[0].Position()
		return fmt.Errorf("line %d: unknown key %s", line, strings.Join(unknown.Errors[0].Key(), "."))
	}
	var wrong *toml.DecodeError
	if errors.As(err, &wrong) {
		line, _ := wrong.Position()
		return fmt.Errorf("line %d: %w", line, wrong)
	}
	return err
}

var plainName = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`^[A-Za-z][A-Za-z0-9_-]*$`) })

func (p *profile) checkNames() error {
	switch {
	case !plainName().MatchString(p.Name):
		return fmt.Errorf("name %q: use letters, digits, - and _", p.Name)
	case p.Dialect != "pbs" && p.Dialect != "torque":
		return fmt.Errorf("dialect %q: use pbs or torque", p.Dialect)
	case p.Zone == "" || p.Server == "" || p.Login == "" || len(p.Groups) == 0:
		return errors.New("timezone, server, login and groups are required")
	case p.Filled < 1 || p.Filled > 95:
		return fmt.Errorf("filled = %d: use 1 to 95, in percent", p.Filled)
	}
	for _, name := range p.Without {
		if !slices.ContainsFunc(stories, func(r rule) bool { return r.name == name }) {
			return fmt.Errorf("without: there is no story %q", name)
		}
	}
	return nil
}

func (p *profile) checkNodes() error {
	seen := map[string]bool{}
	for i := range p.Nodes {
		k := &p.Nodes[i]
		if k.Name == "" || k.Prefix == "" || k.Cores < 1 || seen[k.Name] {
			return fmt.Errorf("nodes %q: each kind needs a name of its own, prefix and cores", k.Name)
		}
		seen[k.Name] = true
		if k.Filled == 0 {
			k.Filled = p.Filled
		}
		var err error
		if k.memKB, err = kilobytes(k.Memory); err != nil {
			return fmt.Errorf("nodes %s: memory: %w", k.Name, err)
		}
	}
	return nil
}

// readQueues makes the shapes: a job of a queue has what its queue says, but where it says otherwise itself.
func (p *profile) readQueues() error {
	for i, q := range p.Queues {
		jobs, _ := q["jobs"].([]any)
		if len(jobs) == 0 {
			return fmt.Errorf("queue %d has no jobs", i+1)
		}
		for n, j := range jobs {
			own, ok := j.(map[string]any)
			if !ok {
				return fmt.Errorf("queue %d, job %d: not a table", i+1, n+1)
			}
			merged := maps.Clone(q)
			delete(merged, "jobs")
			maps.Copy(merged, own)
			s, err := p.readShape(merged)
			if err != nil {
				return fmt.Errorf("queue %d, job %d: %w", i+1, n+1, err)
			}
			p.shapes = append(p.shapes, s)
		}
	}
	for _, name := range neededBy(storiesOf(p)) {
		if !slices.ContainsFunc(p.shapes, func(s shape) bool { return s.Story == name }) {
			return fmt.Errorf("no job has story = %q", name)
		}
	}
	return nil
}

func (p *profile) readShape(table map[string]any) (s shape, err error) {
	text, err := toml.Marshal(table)
	if err != nil {
		return s, err
	}
	if err := decodeStrictly(text, &s); err != nil {
		_, what, _ := strings.Cut(err.Error(), ": ") // the line is not the file's
		return s, errors.New(what)
	}
	s.kind = slices.IndexFunc(p.Nodes, func(k kind) bool { return k.Name == s.Nodes })
	switch {
	case s.kind < 0:
		return s, fmt.Errorf("nodes = %q: no such kind", s.Nodes)
	case len(s.Route) == 0 || len(s.Walltimes) == 0 || s.Run[1] < 1:
		return s, errors.New("route, walltimes and run are required")
	case s.Story == "" && s.Weight < 1:
		return s, errors.New("a job has a weight, or a story that tells of it")
	}
	s.exclusive = p.Nodes[s.kind].Whole
	return s, s.checkWays()
}
