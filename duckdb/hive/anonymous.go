package hive

import (
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"pbsduck/duckdb"
	"pbsduck/export/anonymous"
	"pbsduck/export/dataset"
	"pbsduck/ingest/schema"
)

// ErrWantsPolicy is the error of a folder that is to stay anonymous.
var ErrWantsPolicy = errors.New("it is written by its policy only")

// An Anonymous dataset is written by a policy, and with a key.
type Anonymous struct {
	Policy *anonymous.Policy
	Key    anonymous.Key
}

// pooled is what stands for names of few jobs.
const pooled = "pooled"

// shift is by how many days instants are moved.
func (a *Anonymous) shift() int {
	if a == nil {
		return 0
	}
	return a.Policy.Shift(a.Key)
}

// machine is the name of a machine in the dataset.
func (a *Anonymous) machine(name string) string {
	if a != nil && a.Policy.Columns["machine"].Do == anonymous.Hash {
		return a.Key.Name("machine", name)
	}
	return name
}

// secret stands in a manifest for what it may not say, and tells it apart from others; empty for an empty one.
func (a *Anonymous) secret(kind, text string) string {
	if a == nil || text == "" {
		return text
	}
	return a.Key.Name(kind, text)
}

// policy tells policies, with their keys, apart.
func (a *Anonymous) policy() string {
	if a == nil {
		return ""
	}
	return a.Key.Name("policy", a.Policy.Text())
}

// hide takes out of a manifest what it says of the house, and of when things were: the logs begin and end on a day.
func (a *Anonymous) hide(m *dataset.Manifest) {
	if a == nil {
		return
	}
	m.Policy = a.policy()
	m.Database, m.Copy = a.secret("path", m.Database), a.secret("path", m.Copy)
	m.Origin = a.secret("made", m.MadeAt.Format(time.RFC3339Nano))
	m.MadeAt = time.Time{}
	m.Filter, m.ExportedAt = a.secret("filter", m.Filter), time.Time{}
	for i := range m.Machines {
		one := &m.Machines[i]
		one.Name = a.machine(one.Name)
		for _, at := range []**time.Time{&one.First, &one.Last} {
			if *at != nil {
				moved := a.day(**at)
				*at = &moved
			}
		}
	}
}

// day is the day of an instant, moved: policies that tell of instants by the hour only are not told more beside the
// rows.
func (a *Anonymous) day(t time.Time) time.Time {
	return t.UTC().AddDate(0, 0, a.shift()).Truncate(24 * time.Hour)
}

// kind is what the names of a column are called: those of users and of accounts that are spelled alike are two.
func kind(column string) string { return strings.TrimSuffix(column, "_name") }

// value is what stands in the dataset for a column of a row j.
func (a *Anonymous) value(c schema.Column) string {
	column := "j." + c.Name
	action := a.Policy.Columns[c.Name]
	switch days := a.shift(); {
	case a.Policy.Pools(c):
		return fmt.Sprintf("CASE WHEN %s IS NOT NULL THEN coalesce(%s.alias, '%s') END", column, known(c), pooled)
	case action.Do == anonymous.Hash && (c.Name == "job_id" || c.Name == "object_id"):
		return "job_pseudonym(" + column + ")"
	case action.Do == anonymous.Hash:
		return fmt.Sprintf("pseudonym('%s', %s)", kind(c.Name), column)
	case action.Bounds != nil:
		value := "CASE"
		for _, bound := range slices.Backward(action.Bounds) {
			value += fmt.Sprintf(" WHEN %s >= %[2]v THEN %[2]v", column, bound)
		}
		return "(" + value + " END)::" + c.Type.SQL()
	case c.Type == schema.Timestamp && (action.Width > 0 || days != 0):
		micros := "epoch_us(" + column + ")"
		if width := action.Width.Microseconds(); width > 0 {
			micros = fmt.Sprintf("(%s - ((%[1]s %% %[2]d) + %[2]d) %% %[2]d)", micros, width)
		}
		return fmt.Sprintf("make_timestamptz(%s + %d)", micros, int64(days)*microsPerDay)
	case c.Type == schema.Date && days != 0:
		return fmt.Sprintf("%s + %d", column, days)
	}
	return column
}

const microsPerDay = 24 * 60 * 60 * 1_000_000

// known names a column's rows of the table of known names.
func known(c schema.Column) string { return "known_" + c.Name }

// values are those of the columns of a table behind the machine, each under its name, and what they are joined from.
func (a *Anonymous) values(t schema.Table) (columns, joins string) {
	var all []string
	for _, c := range t.Columns {
		if c.Name != "machine" {
			all = append(all, a.value(c)+" AS "+c.Name)
		}
		if a.Policy.Pools(c) {
			joins += fmt.Sprintf(" LEFT JOIN known %[1]s ON %[1]s.of_column = '%[2]s' AND %[1]s.original = j.%[2]s",
				known(c), c.Name)
		}
	}
	return strings.Join(all, ", "), joins
}

// rows asks for the rows of a table. The days of users and accounts that are one now are added up.
func (a *Anonymous) rows(t schema.Table, from, where string) string {
	columns, joins := a.values(t)
	if t.Name != "daily_summary" {
		return "SELECT " + columns + " FROM (\n" + from + "\n) j" + joins + where
	}
	var outer []string
	for _, c := range t.Columns[1:] {
		switch c.Type {
		case schema.Integer:
			outer = append(outer, "sum(j."+c.Name+")::BIGINT AS "+c.Name)
		case schema.Float:
			outer = append(outer, "round(sum(j."+c.Name+"), 6) AS "+c.Name)
		default:
			outer = append(outer, "j."+c.Name)
		}
	}
	if where == "" {
		where = " WHERE true"
	}
	return "SELECT j.* EXCLUDE (ordered_by) FROM (SELECT " + strings.Join(outer, ", ") +
		", j.ordered_by FROM (SELECT " + columns +
		", j.ordered_by FROM (\n" + from + "\n) j" + joins + where + " AND j.day IS NOT NULL) j GROUP BY ALL) j"
}

// order is by which rows stand in a file: what they say, and in the order of time as far as they say it. So the order
// tells nothing that they don't, not when jobs ended within an hour, and not which rows of two tables are of the same
// job.
func order(t schema.Table) string {
	names := duckdb.ColumnNames(t)[1:]
	for _, instant := range []string{"submit_time", "end_time", "time"} {
		if at := slices.Index(names, instant); at >= 0 {
			names = slices.Insert(slices.Delete(names, at, at+1), 0, instant)
		}
	}
	return strings.Join(names, ", ")
}

// prepare makes what the questions ask: functions, and the names that enough jobs have, with what stands for each.
func (a *Anonymous) prepare(ctx context.Context, db *duckdb.DB, tables []schema.Table, filter duckdb.Filter) error {
	inner, outer := a.Key.Pads()
	if err := db.Exec(ctx,
		duckdb.With(file("pseudonym"), duckdb.Vars{"inner_pad": inner, "outer_pad": outer})); err != nil {
		return err
	}
	if err := db.Exec(ctx,
		"CREATE OR REPLACE TEMP TABLE known (of_column VARCHAR, original VARCHAR, alias VARCHAR)"); err != nil {
		return err
	}
	for _, c := range a.pooling(tables) {
		alias, users := "j."+c.Name, a.Policy.Users
		if a.Policy.Columns[c.Name].Do == anonymous.Hash {
			alias, users = fmt.Sprintf("pseudonym('%s', j.%s)", kind(c.Name), c.Name), 0
		}
		err := db.Exec(ctx, fmt.Sprintf("INSERT INTO known SELECT '%[1]s', j.%[1]s, %[2]s FROM "+whose(c)+
			" j WHERE j.%[1]s IS NOT NULL AND (%[3]s)"+
			" GROUP BY j.%[1]s HAVING count(*) >= %[4]d AND count(DISTINCT j.user_name) >= %[5]d",
			c.Name, alias, whichJobs(filter), a.Policy.Jobs, users))
		if err != nil {
			return err
		}
	}
	return nil
}

// whose has a column and the users of its values: a rule may say any text of a job.
func whose(c schema.Column) string {
	if c.Name == "qos" {
		return "job_details"
	}
	return "jobs"
}

func whichJobs(f duckdb.Filter) string {
	if f.All() {
		return "true"
	}
	return f.Jobs()
}

// pooling are the columns of tables in which few jobs may be pooled, each once.
func (a *Anonymous) pooling(tables []schema.Table) (columns []schema.Column) {
	for _, t := range tables {
		for _, c := range t.Columns {
			if a.Policy.Pools(c) && !slices.ContainsFunc(columns, func(o schema.Column) bool { return o.Name == c.Name }) {
				columns = append(columns, c)
			}
		}
	}
	return columns
}

// instants are by which rows of these tables are parted, as the questions of a dataset have it.
var instants = map[string][2]string{
	"jobs": {"jobs", "coalesce(j.end_time, j.submit_time)"}, "runs": {"job_runs", "coalesce(j.end_time, j.submit_time)"},
	"charges": {"job_details", "coalesce(j.end_time, j.submit_time)"}, "events": {"events", "j.time"},
	"daily_summary": {"daily_summary", "j.day::TIMESTAMP"},
}

// pools says of each machine and month which names are pooled in it: if that changes, it is written again.
func (a *Anonymous) pools(ctx context.Context, db *duckdb.DB, tables []schema.Table) (map[string]string, error) {
	var parts []string
	for _, t := range tables {
		from, ok := instants[t.Name]
		if !ok {
			continue
		}
		for _, c := range a.pooling([]schema.Table{t}) {
			parts = append(parts, fmt.Sprintf("SELECT DISTINCT j.machine, strftime(make_timestamp(epoch_us(%[1]s) + %[2]d), "+
				"'%%Y-%%m') AS month, '%[3]s' AS of_column, j.%[3]s AS original FROM %[4]s j"+
				" WHERE j.%[3]s IS NOT NULL AND j.%[3]s NOT IN (SELECT original FROM known WHERE of_column = '%[3]s')",
				from[1], int64(a.shift())*microsPerDay, c.Name, from[0]))
		}
	}
	marks := map[string]string{}
	if len(parts) == 0 {
		return marks, nil
	}
	rows, err := db.Conn().QueryContext(ctx,
		"SELECT machine, month, sum(hash(of_column, original)::HUGEINT)::VARCHAR FROM ("+
			strings.Join(parts, " UNION ")+") WHERE month IS NOT NULL GROUP BY machine, month")
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		var machine, month, sum string
		if err := rows.Scan(&machine, &month, &sum); err != nil {
			return nil, err
		}
		marks[machine+" "+month] = sum
	}
	return marks, rows.Err()
}

// Anonymity says how many jobs of a dataset are alike in what somebody may know of one.
type Anonymity struct {
	By    []string // the columns
	Jobs  int64
	Least int64 // as many jobs are at least alike: k
	Alone int64 // jobs that no other one is like
	Few   int64 // jobs that fewer than the policy's number are like, themselves among them
	Below int64 // that number
}

// knowable is what somebody may know of a job: whose it was, how large, and on which day; each told by the first of the
// columns that is there.
var knowable = [][]string{
	{"account", "project", "group_name", "user_name"},
	{"ncpus", "nodect", "ngpus"},
	{"end_date", "end_time", "start_time", "submit_time"},
}

// anonymity reads it in what was written. It is nil without jobs.
func (d *Dataset) anonymity(
	ctx context.Context, db *duckdb.DB, a *Anonymous, tables []schema.Table,
) (*Anonymity, error) {
	at := slices.IndexFunc(tables, func(t schema.Table) bool { return t.Name == "jobs" })
	var written []string
	for _, p := range d.folder.Manifest.Partitions {
		if p.Table == "jobs" {
			written = append(written, d.paths(&p)...)
		}
	}
	if at < 0 || len(written) == 0 {
		return nil, nil
	}
	found := &Anonymity{Below: a.Policy.Jobs}
	var by []string
	for _, names := range knowable {
		for _, name := range names {
			i := slices.IndexFunc(tables[at].Columns, func(c schema.Column) bool { return c.Name == name })
			if i < 0 {
				continue
			}
			value := name
			if tables[at].Columns[i].Type == schema.Timestamp {
				name, value = "day of "+name, "epoch_us("+name+") // "+fmt.Sprint(microsPerDay)
			}
			found.By, by = append(found.By, name), append(by, value)
			break
		}
	}
	grouped := ""
	if len(by) > 0 {
		grouped = "GROUP BY " + strings.Join(by, ", ")
	}
	err := db.Conn().QueryRowContext(ctx, fmt.Sprintf(`SELECT sum(n)::BIGINT, min(n),
		coalesce(sum(n) FILTER (n = 1), 0)::BIGINT, coalesce(sum(n) FILTER (n < %d), 0)::BIGINT
		FROM (SELECT count(*) AS n FROM read_parquet(%s, hive_partitioning = false) %s)`,
		found.Below, duckdb.Literal(written), grouped)).
		Scan(&found.Jobs, &found.Least, &found.Alone, &found.Few)
	return found, err
}

// months are those of a dataset in which rows stand whose instants are moved by days: of each of the database, parts of
// two.
func (a *Anonymous) months(all []month, pools map[string]string) (slots []slot) {
	days := a.shift()
	told := map[int]string{} // by the number of the slot, what it is made of
	for _, m := range all {
		end := m.end().AddDate(0, 0, days)
		for first := monthOf(m.first.AddDate(0, 0, days)); first.Before(end); first = first.AddDate(0, 1, 0) {
			if n := len(slots); n == 0 || slots[n-1].machine != m.machine || !slots[n-1].first.Equal(first) {
				slots = append(slots, slot{machine: m.machine, first: first,
					span: span{m.machine, first.AddDate(0, 0, -days), first.AddDate(0, 1, 0).AddDate(0, 0, -days)}})
			}
			told[len(slots)-1] += fmt.Sprintf("%s %d ", m, m.change)
		}
	}
	for i := range slots {
		s := &slots[i]
		pool := pools[s.machine+" "+s.first.Format("2006-01")]
		s.change = a.Key.Number("month", s.machine+" "+told[i]+hex.EncodeToString([]byte(pool)))
		s.machine = a.machine(s.machine)
	}
	return slots
}

func monthOf(t time.Time) time.Time { return time.Date(t.Year(), t.Month(), 1, 0, 0, 0, 0, time.UTC) }
