package main

import (
	"context"
	"fmt"
	"os"
	"runtime"
	"slices"
	"strings"
)

// rounds runs all steps one after the other, several times.
func (w *workspace) rounds(ctx context.Context) (map[string][]measure, error) {
	all := map[string][]measure{}
	for round := range w.runs {
		for i := range steps {
			fmt.Fprintf(os.Stderr, "round %d of %d: %s\n", round+1, w.runs, steps[i].title)
			m, ok, err := w.once(ctx, &steps[i])
			if err != nil {
				return nil, err
			}
			if ok {
				all[steps[i].name] = append(all[steps[i].name], m)
			}
		}
	}
	return all, nil
}

// A report is what a run of all steps came to.
type report struct {
	Cores    int    `json:"cores"`
	Go       string `json:"go"`
	Rounds   int    `json:"rounds"`
	Files    int    `json:"log_files"`
	Bytes    int64  `json:"log_bytes"`
	Jobs     int64  `json:"jobs"`
	Asked    int64  `json:"asked_jobs"`
	Lines    int64  `json:"lines"`
	Database int64  `json:"database_bytes"`
	Steps    []line `json:"steps"`
}

// A line is the median of a step.
type line struct {
	Name   string    `json:"name"`
	Title  string    `json:"title"`
	Unit   string    `json:"unit"`
	Median measure   `json:"median"`
	All    []measure `json:"all"`
}

func summarize(w *workspace, results map[string][]measure) *report {
	r := &report{
		Cores: runtime.NumCPU(), Go: runtime.Version(), Rounds: w.runs,
		Files: len(w.logFiles), Bytes: w.Bytes, Jobs: w.Jobs, Asked: w.Asked, Lines: w.Records, Database: w.Database,
	}
	for _, s := range steps {
		if all := results[s.name]; len(all) > 0 {
			r.Steps = append(r.Steps, line{s.name, s.title, s.unit, medianOf(all), all})
		}
	}
	return r
}

// medianOf is the median of each number by itself.
func medianOf(all []measure) measure {
	m := all[0]
	m.Seconds = median(all, func(m measure) float64 { return m.Seconds })
	m.CPU = median(all, func(m measure) float64 { return m.CPU })
	m.Peak = int64(median(all, func(m measure) float64 { return float64(m.Peak) }))
	return m
}

func median(all []measure, of func(measure) float64) float64 {
	values := make([]float64, len(all))
	for i, m := range all {
		values[i] = of(m)
	}
	slices.Sort(values)
	return values[len(values)/2]
}

// String is the report as markdown.
func (r *report) String() string {
	lines := []string{
		fmt.Sprintf("%d cores, %s; %d logs, %.0f MB, %d lines, %d jobs; %d jobs are asked; medians of %d rounds",
			r.Cores, r.Go, r.Files, float64(r.Bytes)/1e6, r.Lines, r.Jobs, r.Asked, r.Rounds), "",
		"| step | s | CPU s | MB/s | MB/s of CPU | rows/s | peak MiB |",
		"|---|---:|---:|---:|---:|---:|---:|",
	}
	for _, l := range r.Steps {
		m := l.Median
		lines = append(lines, fmt.Sprintf("| %s | %.3f | %.3f | %s | %s | %.0f %s | %d |", l.Title, m.Seconds, m.CPU,
			rate(m.Bytes, m.Seconds), rate(m.Bytes, m.CPU), float64(m.Rows)/m.Seconds, l.Unit, m.Peak>>20))
	}
	lines = append(lines, "", "| ratio | |", "|---|---:|")
	return strings.Join(append(lines, r.ratios()...), "\n") + "\n"
}

func rate(bytes int64, seconds float64) string {
	if bytes == 0 || seconds == 0 {
		return ""
	}
	return fmt.Sprintf("%.0f", float64(bytes)/seconds/1e6)
}

// ratios compare the steps of a run with each other.
func (r *report) ratios() []string {
	s, cpu := map[string]float64{}, map[string]float64{}
	for _, l := range r.Steps {
		s[l.Name], cpu[l.Name] = l.Median.Seconds, l.Median.CPU
	}
	floor := max(s["arrow+records"]/float64(r.Cores), s["insert"])
	both := (cpu["arrow+records"] + cpu["insert"]) / float64(r.Cores)
	rows := []string{
		fmt.Sprintf("| ingest against its floor (parsing by all cores, or inserting) | %.0f %% |", 100*floor/s["ingest"]),
		fmt.Sprintf("| ingest against parsing and inserting at once, no core ever idle, and nothing else | %.0f %% |",
			100*both/s["ingest"]),
		fmt.Sprintf("| what keeping raw records costs | %.0f %% |", 100*(s["ingest"]/s["ingest-none"]-1)),
		fmt.Sprintf("| the same, of processor time | %.0f %% |", 100*(cpu["ingest"]/cpu["ingest-none"]-1)),
		fmt.Sprintf("| gzip'd against plain logs | %.0f %% |", 100*s["ingest"]/s["ingest-gz"]),
		fmt.Sprintf("| database bytes per job | %.0f |", float64(r.Database)/float64(max(1, r.Jobs))),
	}
	for _, other := range []string{"pbsparse", "read_csv"} {
		if s[other] > 0 {
			rows = append(rows, fmt.Sprintf("| %s takes so many times as long as ingest | %.1f |",
				strings.ReplaceAll(other, "_", `\_`), s[other]/s["ingest"]))
		}
	}
	return rows
}
