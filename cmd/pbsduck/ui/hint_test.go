package ui

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// typed is what users type: a flag, or a command.
var typed = regexp.MustCompile(`(^|[ (])--[a-z]{2,}|` +
	`pbsduck (ingest|rebuild|query|export|recalculate|summarize|forget|publish|verify)\b`)

// TestEngineNamesNoFlags: errors of the engine say what is wrong. What to type is said here, in hint.
func TestEngineNamesNoFlags(t *testing.T) {
	const root = "../../../"
	literals := 0
	for _, dir := range []string{"duckdb", "ingest", "export"} {
		err := filepath.WalkDir(root+dir, func(path string, _ fs.DirEntry, err error) error {
			// What ingest/schema says are comments in the database, for people; the commands of a module are below it.
			if err != nil || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") ||
				strings.Contains(path, "ingest/schema/") || strings.Contains(path, "/cmd/pbsduck-iceberg/") {
				return err
			}
			files := token.NewFileSet()
			f, err := parser.ParseFile(files, path, nil, 0)
			if err != nil {
				return err
			}
			ast.Inspect(f, func(n ast.Node) bool {
				text, ok := n.(*ast.BasicLit)
				if !ok || text.Kind != token.STRING {
					return true
				}
				if literals++; typed.MatchString(text.Value) && !strings.Contains(text.Value, "zstd -d") {
					t.Errorf("%s: %s", files.Position(text.Pos()), text.Value)
				}
				return true
			})
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	if literals < 1000 {
		t.Errorf("only %d texts found", literals)
	}
}
