package progress

import (
	"fmt"
	"io"
	"os"

	"golang.org/x/term"
)

// Mode is the way in which progress is shown.
type Mode uint8

const (
	None  Mode = iota // not at all
	Bar               // a bar in the last line of a terminal
	Plain             // a line from time to time, for logs
)

// ParseMode returns the mode with the name bar, plain or none for output to w. A
// bar needs a terminal that can return to the start of a line: where w is none,
// or TERM is "dumb", the mode is None.
func ParseMode(name string, w io.Writer) (Mode, error) {
	switch name {
	case "bar":
		if isTerminal(w) && os.Getenv("TERM") != "dumb" {
			return Bar, nil
		}
		return None, nil
	case "plain":
		return Plain, nil
	case "none":
		return None, nil
	}
	return None, fmt.Errorf("unknown progress %q: use bar, plain or none", name)
}

func isTerminal(w io.Writer) bool {
	f, ok := w.(*os.File)
	return ok && term.IsTerminal(int(f.Fd()))
}

// columns returns the width of the terminal w, and 80 if that is unknown.
func columns(w io.Writer) int {
	if f, ok := w.(*os.File); ok {
		if width, _, err := term.GetSize(int(f.Fd())); err == nil && width > 0 {
			return width
		}
	}
	return 80
}
