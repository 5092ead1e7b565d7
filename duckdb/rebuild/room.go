package rebuild

import (
	"encoding/binary"
	"os"

	"pbsduck/ingest/source"
)

// How large a database becomes, measured on logs of 1 to 3,400 MB: so much however small they are, a fifth of the first
// bytes of plain logs and less of those behind.
const (
	leastBytes = 4_200_000
	firstBytes = 100_000_000
	firstShare = 0.2
	laterShare = 0.15
)

// packed is how many times larger than packed ones plain logs are.
var packed = map[source.Codec]int64{source.Plain: 1, source.Gzip: 12, source.Zstd: 12, source.Xz: 17, source.Bzip2: 17}

// Room is about how many bytes a database of the logs that are given takes: as the old one has them, or else as most
// do.
func (r Readings) Room(given map[string][]source.Log) int64 {
	var total int64
	read := map[string]int64{}
	for _, f := range r.Logs {
		read[f.Path] = f.ReadBytes
		total += f.ReadBytes
	}
	var plain int64
	for _, logs := range given {
		for _, l := range logs {
			if l.Codec != source.Plain && read[l.Key] > 0 {
				plain += read[l.Key]
			} else {
				plain += unpacked(l)
			}
		}
	}
	if total > 0 && r.Bytes > leastBytes {
		return leastBytes + int64(float64(r.Bytes-leastBytes)*float64(plain)/float64(total))
	}
	first := min(plain, firstBytes)
	return leastBytes + int64(firstShare*float64(first)+laterShare*float64(plain-first))
}

// unpacked is about how large a log is when it is unpacked. What gzip packed says so in its last bytes, unless it is of
// several pieces, or 4 GiB and more.
func unpacked(l source.Log) int64 {
	if l.Codec == source.Gzip {
		if size := sizeInGzip(l.Path, l.Size); size > l.Size {
			return size
		}
	}
	return packed[l.Codec] * l.Size
}

// sizeInGzip is 0 if it can't be told.
func sizeInGzip(path string, size int64) int64 {
	f, err := os.Open(path)
	if err != nil {
		return 0
	}
	defer f.Close() //nolint:errcheck // it was only read
	var last [4]byte
	if _, err := f.ReadAt(last[:], size-int64(len(last))); err != nil {
		return 0
	}
	return int64(binary.LittleEndian.Uint32(last[:]))
}
