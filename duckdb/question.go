package duckdb

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/apache/arrow-go/v18/arrow/array"
)

// A question is SQL that people wrote. It may read, and nothing else: a database that is opened for reading is locked
// (DB.Seal), and what a locked one would still do is refused by its words before it runs.

// asking are the words that a question begins with.
var asking = []string{
	"select", "from", "with", "values", "table", "pivot", "unpivot", "describe", "desc", "summarize", "show", "explain",
	"(",
}

// steering are functions that change the session, write where only DuckDB may, or run SQL that is hidden in a text.
var steering = []string{
	"enable_logging", "disable_logging", "truncate_duckdb_logs", "enable_profiling", "disable_profiling",
	"enable_peg_parser", "disable_peg_parser", "check_peg_parser", "checkpoint", "force_checkpoint", "query",
	"json_execute_serialized_sql", "arrow_scan", "arrow_scan_dumb",
}

// Ask answers a question. The caller releases the reader before the next statement.
func (db *DB) Ask(ctx context.Context, question string) (array.RecordReader, error) {
	if err := OnlyAsks(question); err != nil {
		return nil, err
	}
	reader, err := db.Query(ctx, question)
	if err != nil {
		return nil, QuestionError(question, err)
	}
	return reader, nil
}

// Questions are the statements of SQL, each of which is checked to be a question. What stands before one is blanks, so
// that errors name the place in the whole.
func Questions(sql string) ([]string, error) {
	var all []string
	start := 0
	for i := 0; i <= len(sql); {
		kind, end := tokenSign, i+1
		if i < len(sql) {
			kind, end = sqlToken(sql, i)
		}
		if i == len(sql) || kind == tokenSign && sql[i] == ';' {
			if len(sqlWords(sql[start:i])) > 0 {
				all = append(all, blanks(sql[:start])+sql[start:i])
			}
			start = end
		}
		i = end
	}
	if len(all) == 0 {
		return nil, OnlyAsks(sql)
	}
	for _, one := range all {
		if err := OnlyAsks(one); err != nil {
			return nil, err
		}
	}
	return all, nil
}

// blanks takes the place of a text, line by line and character by character.
func blanks(text string) string {
	return strings.Map(func(r rune) rune {
		if r == '\n' {
			return r
		}
		return ' '
	}, text)
}

// OnlyAsks tells what is wrong with SQL that is no single question.
func OnlyAsks(sql string) error {
	words := sqlWords(sql)
	for len(words) > 0 && words[len(words)-1] == ";" {
		words = words[:len(words)-1]
	}
	first := explained(words)
	switch {
	case len(words) == 0:
		return ErrNoSQL
	case slices.Contains(words, ";"):
		return errors.New("these are several statements: give one at a time")
	case first == "" || !slices.Contains(asking, first):
		return &kindOfError{
			fmt.Sprintf(
				"%s is no question: the database is read-only here, and takes one SELECT "+
					"(or FROM, WITH, VALUES, PIVOT, DESCRIBE, SUMMARIZE, SHOW, EXPLAIN)",
				strings.ToUpper(cmp.Or(first, words[0])),
			),
			ErrNoQuestion,
		}
	}
	for i, w := range words[:len(words)-1] {
		if words[i+1] == "(" && slices.Contains(steering, w) {
			return fmt.Errorf(
				"the function %s is not for questions: the database is read-only here, and its settings are locked", w,
			)
		}
	}
	return nil
}

// Mentions tells whether a table or view of that name may be asked by SQL.
func Mentions(sql, name string) bool { return slices.Contains(sqlWords(sql), name) }

// explained is the word that a statement begins with, or that which follows EXPLAIN.
func explained(words []string) string {
	if len(words) == 0 || words[0] != "explain" {
		return strings.Join(words[:min(1, len(words))], "")
	}
	words = words[1:]
	if len(words) > 0 && words[0] == "analyze" {
		words = words[1:]
	}
	if end := slices.Index(words, ")"); end >= 0 && len(words) > 1 && words[0] == "(" &&
		(words[1] == "format" || words[1] == "analyze") {
		words = words[end+1:]
	}
	return strings.Join(words[:min(1, len(words))], "")
}

// sqlWords are the words and signs of SQL, in lower case, without comments; a text is two quotes, whatever is in it.
func sqlWords(sql string) []string {
	var words []string
	for i := 0; i < len(sql); {
		kind, end := sqlToken(sql, i)
		switch kind {
		case tokenWord:
			words = append(words, strings.ToLower(sql[i:end]))
		case tokenName:
			words = append(words, strings.ToLower(strings.ReplaceAll(strings.Trim(sql[i:end], `"`), `""`, `"`)))
		case tokenText:
			words = append(words, "''")
		case tokenSign:
			words = append(words, sql[i:end])
		}
		i = end
	}
	return words
}

type sqlKind int

const (
	tokenBlank sqlKind = iota // and comments
	tokenWord
	tokenName // in double quotes
	tokenText
	tokenSign
)

// sqlToken finds what begins at i, and where it ends, as DuckDB does.
func sqlToken(sql string, i int) (kind sqlKind, end int) {
	rest := sql[i:]
	switch c := rest[0]; {
	case c == ' ' || c >= '\t' && c <= '\r':
		return tokenBlank, i + 1
	case strings.HasPrefix(rest, "--"):
		return tokenBlank, i + until(rest, "\n", 0)
	case strings.HasPrefix(rest, "/*"):
		return tokenBlank, i + commentLength(rest)
	case (c == 'e' || c == 'E') && len(rest) > 1 && rest[1] == '\'':
		return tokenText, i + quotedLength(rest[1:], true) + 1
	case c == '\'':
		return tokenText, i + quotedLength(rest, false)
	case c == '"':
		return tokenName, i + quotedLength(rest, false)
	case c == '$':
		if n := dollarLength(rest); n > 0 {
			return tokenText, i + n
		}
	case wideBlank(rest) > 0:
		return tokenBlank, i + wideBlank(rest)
	case inWord(c):
		n := 1
		for n < len(rest) && (inWord(rest[n]) || rest[n] == '$') && wideBlank(rest[n:]) == 0 {
			n++
		}
		return tokenWord, i + n
	}
	return tokenSign, i + 1
}

func inWord(c byte) bool {
	return c == '_' || c >= '0' && c <= '9' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= 0x80
}

// wideBlank is the length of a blank beyond ASCII that a text begins with, which DuckDB takes for a blank, too; 0 if it
// begins with something else.
func wideBlank(s string) int {
	r, n := utf8.DecodeRuneInString(s)
	if r >= utf8.RuneSelf && (unicode.IsSpace(r) || r >= '\u200b' && r <= '\u200d' || r == '\u2060' || r == '\ufeff') {
		return n
	}
	return 0
}

// until is how many bytes it is from a place to the end of a mark, or of all.
func until(s, mark string, from int) int {
	if at := strings.Index(s[from:], mark); at >= 0 {
		return from + at + len(mark)
	}
	return len(s)
}

// commentLength is that of a comment, in which there may be others.
func commentLength(s string) int {
	depth := 1
	for i := 2; i < len(s)-1; i++ {
		switch s[i : i+2] {
		case "/*":
			depth++
			i++
		case "*/":
			i++
			if depth--; depth == 0 {
				return i + 1
			}
		}
	}
	return len(s)
}

// quotedLength is that of a text between two of the quotes that it begins with, of which two within it are one.
func quotedLength(s string, escapes bool) int {
	for i := 1; i < len(s); i++ {
		switch {
		case escapes && s[i] == '\\':
			i++
		case s[i] == s[0] && i+1 < len(s) && s[i+1] == s[0]:
			i++
		case s[i] == s[0]:
			return i + 1
		}
	}
	return len(s)
}

// dollarLength is that of a text between two of the same $TAG$; 0 if it is none.
func dollarLength(s string) int {
	end := strings.IndexByte(s[1:], '$') + 1
	if end == 0 || end > 1 && s[1] >= '0' && s[1] <= '9' {
		return 0
	}
	for _, c := range []byte(s[1:end]) {
		if !inWord(c) {
			return 0
		}
	}
	return until(s, s[:end+1], end+1)
}
