package duckdb

import (
	"errors"
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"unicode/utf8"

	duck "github.com/duckdb/duckdb-go/v2"
	"github.com/rivo/uniseg"
)

// DuckDB says what is wrong in several lines: the message, what it could mean, and the line of the SQL with a mark
// under the place. People get one line of it, with the place as numbers.

// Message is the text of an error, where DuckDB's part of it is one line.
func Message(err error) string {
	var told *duck.Error
	if !errors.As(err, &told) {
		return err.Error()
	}
	return strings.Replace(err.Error(), told.Error(), problem(told.Error()), 1)
}

var sqlLine = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`^LINE (\d+): `) })

// problem is what DuckDB says is wrong in one line, without the piece of SQL.
func problem(message string) string {
	var said []string
	for line := range strings.SplitSeq(message, "\n") {
		line = strings.TrimSpace(line)
		if sqlLine().MatchString(line) {
			break
		}
		if line != "" && (len(said) == 0 || said[len(said)-1] != line) {
			said = append(said, line)
		}
	}
	return strings.Join(said, " ")
}

// QuestionError says in one line what is wrong with a question, and where in it; and what helps, where that is known.
func QuestionError(question string, err error) error {
	var told *duck.Error
	if !errors.As(err, &told) || errors.Is(err, ErrCorrupt) {
		return err
	}
	text, _, _ := strings.Cut(problem(told.Error()), " Please try installing")
	text = strings.TrimPrefix(text, functionFailed)
	text = strings.TrimPrefix(text, "Invalid Input Error: ")
	text += adviceOn(told.Error())
	if line, column, ok := placeIn(question, told.Error()); ok {
		text = fmt.Sprintf("line %d, column %d: %s", line, column, text)
	}
	return &kindOfError{text, questionKind(told.Error())}
}

// placeIn finds the place that DuckDB marks. It shows a piece of the line only, between dots, if that is long.
func placeIn(question, message string) (line, column int, ok bool) {
	shown := strings.Split(message, "\n")
	for i, s := range shown {
		m := sqlLine().FindStringSubmatch(s)
		if m == nil || i+1 == len(shown) {
			continue
		}
		mark := strings.IndexByte(shown[i+1], '^') - len(m[0])
		line, _ = strconv.Atoi(m[1])
		lines := strings.Split(question, "\n")
		if mark < 0 || line > len(lines) {
			return 0, 0, false
		}
		piece := strings.TrimSuffix(s[len(m[0]):], "...")
		if cut, isCut := strings.CutPrefix(piece, "..."); isCut && !strings.HasPrefix(lines[line-1], piece) {
			piece, mark = cut, mark-len("...")
		}
		before, _, found := strings.Cut(lines[line-1], piece)
		return line, utf8.RuneCountInString(before) + characters(piece, mark) + 1, found
	}
	return 0, 0, false
}

// characters is how many of a text take so many cells of a terminal.
func characters(text string, cells int) int {
	n := 0
	for _, r := range text {
		if cells <= 0 {
			break
		}
		cells -= uniseg.StringWidth(string(r))
		n++
	}
	return n
}

// adviceOn says what a question can't have, what to multiply instead of numbers whose product is too large, and by what
// to join.
func adviceOn(message string) string {
	switch {
	case isBadRecord(message):
		return "; TRY(...) around the function gives NULL for it"
	case strings.Contains(message, "Overflow in multiplication"):
		return "; job_details has sizes in GiB and times in hours, whose product fits"
	case idAsNumber().MatchString(message):
		return "; job_id of job_records, job_nodes, job_charges and job_sources is the number of the job's row, jobs.id: " +
			"join ON r.job_id = j.id"
	case strings.Contains(message, "://"):
		return "; nothing is downloaded: fetch the file first"
	case questionKind(message) != nil:
	case strings.Contains(message, "requires the extension"), strings.Contains(message, "exists in the"):
		return "; extensions are not loaded, and nothing is downloaded"
	}
	return ""
}

// idAsNumber is a job's id where a number should be.
var idAsNumber = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`Could not convert string '\d+(\[\d*\])?\.[A-Za-z][^']*' to INT64`)
})

// functionFailed is what DuckDB and its driver say in front of the error of a function of ours.
const functionFailed = "Invalid Input Error: database/sql/driver: API error: "

// isBadRecord tells whether a question met a raw record that can't be read, which says nothing about the database as a
// whole.
func isBadRecord(message string) bool { return strings.Contains(message, ErrBadRecord.Error()) }

// questionKind tells whether a question was refused files, or met a record that can't be read.
func questionKind(message string) error {
	switch {
	case isBadRecord(message):
		return ErrBadRecord
	case strings.Contains(message, "://"): // see adviceOn
	case strings.Contains(message, "file system operations are disabled"),
		strings.Contains(message, "No extension found that is capable of reading the file"):
		return ErrFiles
	case missingFile().MatchString(message):
		return ErrMaybeFile
	}
	return nil
}

// missingFile is a table that is missing, and has the name of a file.
var missingFile = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`^Catalog Error: Table with name \S*[./*]\S* does not exist`)
})
