package export

import "strconv"

// gap is the number of blanks between two columns of a table.
const gap = 2

// The least that a table leaves of a column: so many cells of its text, so many of the header over a column of numbers.
const (
	leastText   = 16
	leastHeader = 12
)

// extent is what a column of a table would take if it could have all it needs, in character cells.
type extent struct {
	head, body int
	whole      bool // values that must not be cut, for what is left of a number is another number
}

func (e extent) full() int { return max(e.head, e.body) }

func (e extent) least() int {
	if e.whole {
		return max(e.body, min(e.head, leastHeader))
	}
	return min(e.full(), leastText)
}

// fit gives each column its width, so that a line takes at most width cells (0: unlimited). Where all of them cannot
// have what they need, the widest give way first, then headers over numbers; where even that is too much, the last
// columns are left out, and widths is shorter than columns.
func fit(columns []extent, width int) (widths []int) {
	shown := len(columns)
	if width == 0 {
		return capped(columns, unlimited)
	}
	for shown > 1 && lineWidth(capped(columns[:shown], 0), len(columns)) > width {
		shown--
	}
	columns, all := columns[:shown], len(columns)
	most := unlimited
	if lineWidth(capped(columns, most), all) > width {
		for most = width; most > 0 && lineWidth(capped(columns, most), all) > width; {
			most--
		}
	}
	widths = capped(columns, most)
	if shown == 1 {
		widths[0] = max(1, min(widths[0], width-tailWidth(1, all)))
	}
	return widths
}

const unlimited = int(^uint(0) >> 1)

// capped returns the widths if no column gets more than most, except for what it needs at least.
func capped(columns []extent, most int) []int {
	widths := make([]int, len(columns))
	for i, c := range columns {
		widths[i] = max(c.least(), min(c.full(), most))
	}
	return widths
}

// lineWidth returns the cells of a line of these columns, with the sign that some of all columns are left out.
func lineWidth(widths []int, all int) int {
	total := tailWidth(len(widths), all)
	for i, w := range widths {
		if i > 0 {
			total += gap
		}
		total += w
	}
	return total
}

func tailWidth(shown, all int) int {
	if shown == all {
		return 0
	}
	return gap + cells([]byte(moreColumns(all-shown)))
}

// moreColumns is the header that stands for n columns which are left out.
func moreColumns(n int) string { return "…+" + strconv.Itoa(n) }
