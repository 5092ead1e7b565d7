package schema

// CheckName is the column, the last one of its table, by which verify tells a row that was changed.
const CheckName = "row_check"

var checkColumn = derived(CheckName, Integer, "", "the row", "Check of the row's other values (16 bits), "+
	"but for those that say where it was read: pbsduck verify tells by it a row that was changed since.")

// HasCheck tells whether the rows of a table carry a check.
func (t Table) HasCheck() bool { return t.Columns[len(t.Columns)-1].Name == CheckName }
