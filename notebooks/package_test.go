package notebooks

import (
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

const packageDir = "python/pbsduck"

// usePackage lets Python find the package in its sources, and the command.
func usePackage(t *testing.T) {
	t.Helper()
	sources := packageSources(t)
	t.Setenv("PYTHONPATH", filepath.Join(sources, "src"))
	t.Setenv("PYTHONDONTWRITEBYTECODE", "1")
}

// packageSources is the absolute path of the package's folder. Its files are read because go test takes a result from
// its cache unless a file changed that the test itself opened.
func packageSources(t *testing.T) string {
	t.Helper()
	dir, err := filepath.Abs(packageDir)
	if err != nil {
		t.Fatal(err)
	}
	if err := fs.WalkDir(os.DirFS(dir), ".", func(path string, d fs.DirEntry, err error) error {
		if err == nil && d.Type().IsRegular() {
			read(t, filepath.Join(packageDir, path))
		}
		return err
	}); err != nil {
		t.Fatal(err)
	}
	return dir
}

// TestPackage makes the wheel with the command in it, installs it in an environment of its own, and runs there the
// package's own tests, which find the command nowhere else.
func TestPackage(t *testing.T) {
	interpreter, w := python(t), theWorld(t)
	dir, sources := t.TempDir(), packageSources(t)
	t.Setenv("PBSDUCK_BINARY", filepath.Join(w.bin, "pbsduck"))
	t.Setenv("PBSDUCK_VERSION", "v1.2.3-4-gabcdef0")
	t.Setenv("PIP_DISABLE_PIP_VERSION_CHECK", "1")
	w.tool(t, nil, interpreter, "-m", "pip", "wheel", "-q", "--no-deps", "--no-build-isolation", "-w", dir, sources)
	wheel := filepath.Join(dir, "pbsduck-1.2.3.post4+gabcdef0-py3-none-linux_x86_64.whl")
	fresh := filepath.Join(dir, "venv")
	w.tool(t, nil, interpreter, "-m", "venv", "--without-pip", fresh)
	own := filepath.Join(fresh, "bin", "python")
	w.tool(t, nil, interpreter, "-m", "pip", "--python", own, "install", "-q", "--no-deps", "--no-index", wheel)
	others := strings.TrimSpace(string(w.tool(t, nil, interpreter, "-c",
		"import sysconfig; print(sysconfig.get_path('purelib'))")))
	at := strings.TrimSpace(string(w.tool(t, nil, own, "-c", "import sysconfig; print(sysconfig.get_path('purelib'))")))
	if err := os.WriteFile(filepath.Join(at, "others.pth"), []byte(others+"\n"), 0o666); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"pbsduck/py.typed", "pbsduck/reports.py"} {
		if _, err := os.Stat(filepath.Join(at, name)); err != nil {
			t.Error(err)
		}
	}
	tests := exec.CommandContext(t.Context(), own, "-m", "unittest", "discover", "-s", filepath.Join(sources, "tests"))
	tests.Dir = dir
	tests.Env = append(os.Environ(), "PATH=/usr/bin:/bin", "PYTHONPATH=", "PYTHONDONTWRITEBYTECODE=1")
	if out, err := tests.CombinedOutput(); err != nil {
		t.Errorf("%v\n%s", err, out)
	}
}

// TestPackageTypes: what the package says of its types is right, also for those who use it, as its tests do.
func TestPackageTypes(t *testing.T) {
	interpreter := python(t)
	check := exec.CommandContext(t.Context(), interpreter, "-m", "mypy", "--cache-dir", t.TempDir())
	check.Dir = packageSources(t)
	check.Env = append(os.Environ(), "MYPYPATH=src")
	if out, err := check.CombinedOutput(); err != nil {
		t.Errorf("%v\n%s", err, out)
	}
}
