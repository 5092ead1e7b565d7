package verify

// What the tests of this package take from it.
var (
	FileChecks = fileChecks
	Find       = func(c Check) finder { return c.find }
)
