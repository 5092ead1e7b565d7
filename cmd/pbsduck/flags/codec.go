package flags

import (
	"cmp"

	"github.com/spf13/cobra"

	"pbsduck/cmd/pbsduck/ui"
	"pbsduck/ingest"
	"pbsduck/ingest/site"
)

// A Codec is the flag --codec.
type Codec struct{ name string }

// Add adds it to a command.
func (k *Codec) Add(c *cobra.Command) {
	c.Flags().StringVar(&k.name, "codec", "",
		"how raw records are packed, by `CODEC`: zstd (default), or gzip for tools that have nothing else")
}

// Choose is the codec of raw records: the flag's, else the configuration's, which may be nil, else zstd.
func (k *Codec) Choose(config *site.Config) (string, error) {
	name := k.name
	if name == "" && config != nil {
		name = config.Codec
	}
	name = cmp.Or(name, ingest.CodecZstd)
	if name != ingest.CodecZstd && name != ingest.CodecGzip {
		return "", ui.Usagef("unknown codec %q: use zstd or gzip", name)
	}
	return name, nil
}
