//go:build !unix

package whole

import (
	"io/fs"
	"os"
)

func keepMode(path string, like fs.FileInfo, mask fs.FileMode) error {
	return os.Chmod(path, like.Mode().Perm()&^mask)
}
