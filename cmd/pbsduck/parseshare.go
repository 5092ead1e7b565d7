package main

import (
	"strconv"
	"strings"

	"github.com/zeebo/xxh3"

	"pbsduck/cmd/pbsduck/ui"
	"pbsduck/ingest/source"
)

// A logShare is the K-th of N parts of some logs, K/N on the command line; of none all are meant.
type logShare struct{ k, n uint64 }

func (s *logShare) String() string {
	if s.n == 0 {
		return ""
	}
	return strconv.FormatUint(s.k, 10) + "/" + strconv.FormatUint(s.n, 10)
}

func (s *logShare) Type() string { return "share" }

func (s *logShare) Set(text string) error {
	first, second, _ := strings.Cut(text, "/")
	k, err := strconv.ParseUint(first, 10, 32)
	n, wrong := strconv.ParseUint(second, 10, 32)
	if err != nil || wrong != nil || k < 1 || k > n {
		return ui.Usagef("give two numbers, as 3/10 for the third of ten shares")
	}
	s.k, s.n = k, n
	return nil
}

// of are the logs that are in the share. Only its path decides where a log belongs, so that no other one that comes or
// goes meanwhile moves it from a share that is still to be parsed to one that was.
func (s *logShare) of(logs []source.Log) (mine []source.Log) {
	for _, l := range logs {
		if s.n == 0 || xxh3.HashString(l.Key)%s.n == s.k-1 {
			mine = append(mine, l)
		}
	}
	return mine
}
