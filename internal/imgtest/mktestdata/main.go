// Command mktestdata draws the pictures of testdata/photos, testdata/formats and testdata/broken anew:
//
//	go run ./internal/imgtest/mktestdata
//
// They are synthetic, made by this program alone, and the same at each run. What a file is there for is in its name.
package main

import (
	"bytes"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"runtime"
	"slices"

	"imgpool/internal/imgtest"
)

// files holds the contents of testdata by slash-separated path.
type files map[string][]byte

func main() {
	if err := run(filepath.Join(imgtest.Root(), "testdata")); err != nil {
		fmt.Fprintln(os.Stderr, "mktestdata:", err)
		os.Exit(1)
	}
}

// run replaces the three folders in dir by new ones.
func run(dir string) error {
	all, err := makeAll(addPhotos, addFormats, addAnimated, addBroken)
	if err != nil {
		return err
	}
	for _, sub := range []string{"photos", "formats", "broken"} {
		if err := os.RemoveAll(filepath.Join(dir, sub)); err != nil {
			return err
		}
	}
	for _, name := range slices.Sorted(maps.Keys(all)) {
		path := filepath.Join(dir, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(path), 0o777); err != nil {
			return err
		}
		if err := os.WriteFile(path, all[name], 0o666); err != nil {
			return err
		}
	}
	return nil
}

// makeAll makes the contents of all files that the given functions add.
func makeAll(adders ...func(files) error) (files, error) {
	// One encoder's bytes depend on the number of processors.
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(1))
	f := files{}
	for _, add := range adders {
		if err := add(f); err != nil {
			return nil, err
		}
	}
	return f, nil
}

// put encodes into a file's contents.
func (f files) put(name string, encode func(b *bytes.Buffer) error) error {
	var b bytes.Buffer
	if err := encode(&b); err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	f[name] = b.Bytes()
	return nil
}
