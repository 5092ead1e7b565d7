package export

import (
	"time"

	"github.com/apache/arrow-go/v18/arrow"
)

// Texts gives for each column of a batch what tells the text of a row, as csv has it, and whether it is NULL. loc is
// the zone of instants; nil means UTC. They are good as long as the batch is.
func Texts(b arrow.RecordBatch, loc *time.Location) ([]func(row int) (text string, null bool), error) {
	if loc == nil {
		loc = time.UTC
	}
	cols, err := style{loc: loc}.columns(b)
	if err != nil {
		return nil, err
	}
	texts := make([]func(int) (string, bool), len(cols))
	for i := range cols {
		texts[i] = func(row int) (string, bool) {
			if cols[i].isNull(row) {
				return "", true
			}
			return string(cols[i].append(nil, row)), false
		}
	}
	return texts, nil
}

// IsNumber tells the types whose values are numbers: they stand to the right of their column.
func IsNumber(t arrow.DataType) bool { return isNumber(t) }
