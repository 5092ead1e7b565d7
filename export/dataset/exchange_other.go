//go:build !linux

package dataset

import "errors"

func exchange(_, _ string) error { return errors.ErrUnsupported }
