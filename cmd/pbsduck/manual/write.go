package manual

import (
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"time"

	"github.com/spf13/cobra"
)

// NewEdition is that of today, or of the day of SOURCE_DATE_EPOCH, which who builds packages sets.
func NewEdition(source string) (Edition, error) {
	const name = "SOURCE_DATE_EPOCH"
	day := time.Now()
	if text := os.Getenv(name); text != "" {
		seconds, err := strconv.ParseInt(text, 10, 64)
		if err != nil {
			return Edition{}, fmt.Errorf("%s %q: give seconds since 1970", name, text)
		}
		day = time.Unix(seconds, 0).UTC()
	}
	return Edition{Date: day.Format(time.DateOnly), Source: source}, nil
}

// Commands adds the pages of a command and of those below it, by the names of their files.
func (e Edition) Commands(c *cobra.Command, facts func(c *cobra.Command) Facts, pages map[string]string) {
	pages[Name(c)+".1"] = e.Command(c, facts(c))
	for _, sub := range c.Commands() {
		if sub.IsAvailableCommand() {
			e.Commands(sub, facts, pages)
		}
	}
}

// Write writes pages into a folder, which is made if it does not exist.
func Write(dir string, pages map[string]string) error {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return err
	}
	for name, text := range pages {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o644); err != nil {
			return fmt.Errorf("cannot write man pages to %s: %w", dir, err)
		}
	}
	return nil
}
