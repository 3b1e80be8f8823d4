package cli

import (
	"os"
	"path/filepath"
	"testing"
)

func TestProfilesAreWrittenAndReplaceOnlyProfiles(t *testing.T) {
	dir := t.TempDir()
	p := profileOptions{cpu: filepath.Join(dir, "cpu"), memory: filepath.Join(dir, "mem"), trace: filepath.Join(dir, "trace")}
	for range 2 { // the second time over the files of the first
		stop, err := p.start()
		if err != nil {
			t.Fatal(err)
		}
		if err := stop(); err != nil {
			t.Fatal(err)
		}
		for _, path := range []string{p.cpu, p.memory, p.trace} {
			if info, err := os.Stat(path); err != nil || info.Size() == 0 {
				t.Errorf("%s: %v, empty or missing", path, err)
			}
		}
	}

	photo := filepath.Join(dir, "photo.jpg")
	if err := os.WriteFile(photo, []byte("\xff\xd8\xff picture"), 0o644); err != nil {
		t.Fatal(err)
	}
	if _, err := (profileOptions{cpu: photo}).start(); exitCode(err) != 2 {
		t.Errorf("a profile over a picture: %v, want a usage error", err)
	}
	if got, err := os.ReadFile(photo); err != nil || string(got) != "\xff\xd8\xff picture" {
		t.Errorf("the picture became %q, %v", got, err)
	}
}
