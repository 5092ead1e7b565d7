package main

import (
	"fmt"
	"os"
	"runtime"
	"runtime/debug"
	"strings"

	"github.com/spf13/cobra"

	"pbsduck/cmd/pbsduck/flags"
	"pbsduck/duckdb"
)

func newVersion(g *flags.Global) *cobra.Command {
	return &cobra.Command{
		Use:   "version",
		Short: "Say which pbsduck and which DuckDB this is",
		Long: `Says the version of pbsduck and the commit that it was built from, the version of the
DuckDB in it, the format of the files that it writes, and the version of its tables.`,
		Example: `  pbsduck version`,
		Args:    flags.MaxArgs(0, "no argument"),
		RunE: func(*cobra.Command, []string) error {
			_, err := os.Stdout.WriteString(versionText(g.Version))
			return err
		},
	}
}

// versionText is what `pbsduck version` and `pbsduck --version` say.
func versionText(version string) string {
	var b strings.Builder
	fmt.Fprintf(&b, "pbsduck %s\n", version)
	fmt.Fprintf(&b, "commit   %s\n", builtFrom())
	fmt.Fprintf(&b, "built    with %s for %s/%s\n", runtime.Version(), runtime.GOOS, runtime.GOARCH)
	fmt.Fprintf(&b, "DuckDB   %s\n", duckdb.EngineVersion())
	fmt.Fprintf(&b, "storage  %s; published copies %s\n", duckdb.StorageVersion, duckdb.PublishedVersion)
	fmt.Fprintf(&b, "schema   %d\n", duckdb.SchemaVersion)
	return b.String()
}

// builtFrom is the commit, as the build or Go itself wrote it into the program.
func builtFrom() string {
	if commit != "" {
		return commit
	}
	if info, ok := debug.ReadBuildInfo(); ok {
		for _, s := range info.Settings {
			if s.Key == "vcs.revision" {
				return s.Value
			}
		}
	}
	return "unknown"
}
