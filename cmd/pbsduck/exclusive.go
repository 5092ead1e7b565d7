package main

import (
	"fmt"
	"strings"

	"github.com/spf13/cobra"
)

// exclusive refuses more than one of the flags, as a usageError, which cobra's
// own check is not.
func exclusive(c *cobra.Command, names ...string) error {
	var given []string
	for _, name := range names {
		if c.Flags().Changed(name) {
			given = append(given, "--"+name)
		}
	}
	if len(given) > 1 {
		return usageError{fmt.Errorf("%s exclude each other", strings.Join(given, " and "))}
	}
	return nil
}
