//go:build unix

package index

import (
	"os"
	"path/filepath"
	"testing"
)

// Only here an open file can be removed.
func TestFolderRemovedDuringRun(t *testing.T) {
	dir := t.TempDir()
	l := open(t, dir)
	output(t, l, dir, "a.jpg", "one")
	if err := os.RemoveAll(filepath.Join(dir, Dir)); err != nil {
		t.Fatal(err)
	}
	output(t, l, dir, "b.jpg", "two")
	closeList(t, l)
	l = open(t, dir)
	if !owned(t, l, dir, "a.jpg") || !owned(t, l, dir, "b.jpg") {
		t.Error("what was written is not owned")
	}
}
