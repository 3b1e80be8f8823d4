package progress

import (
	"bytes"
	"io"
	"os"
	"path/filepath"
	"testing"
)

func TestParseMode(t *testing.T) {
	file, err := os.Create(filepath.Join(t.TempDir(), "log"))
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	for _, w := range []io.Writer{file, &bytes.Buffer{}} {
		for _, c := range []struct {
			name string
			mode Mode
			ok   bool
		}{
			{"bar", None, true}, // neither is a terminal
			{"plain", Plain, true},
			{"none", None, true},
			{"", None, false},
			{"Bar", None, false},
		} {
			if mode, err := ParseMode(c.name, w); mode != c.mode || (err == nil) != c.ok {
				t.Errorf("ParseMode(%q) = %v, %v; want %v, ok %v", c.name, mode, err, c.mode, c.ok)
			}
		}
		if got := columns(w); got != 80 {
			t.Errorf("the width of no terminal is %d, want 80", got)
		}
	}
}
