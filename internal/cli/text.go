package cli

import (
	"errors"
	"fmt"
	"io"
	"math"
	"os"
	"runtime"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"golang.org/x/term"
)

// joined is errors.Join, but nil-safe for callers that print line by line.
func joined(errs []error) error { return errors.Join(errs...) }

// show makes text that may hold a file's name safe for a terminal: what is not
// printable (escape sequences, line breaks, broken UTF-8) is written as Go
// writes it in strings.
func show(s string) string {
	clean := true
	for _, r := range s {
		clean = clean && r != utf8.RuneError && unicode.IsPrint(r)
	}
	if clean {
		return s
	}
	var b strings.Builder
	for len(s) > 0 {
		r, n := utf8.DecodeRuneInString(s)
		switch {
		case r == utf8.RuneError && n == 1:
			fmt.Fprintf(&b, `\x%02x`, s[0])
		case unicode.IsPrint(r):
			b.WriteRune(r)
		default:
			b.WriteString(strings.Trim(strconv.QuoteRune(r), "'"))
		}
		s = s[n:]
	}
	return b.String()
}

// formatBytes is n in decimal units, as file managers and drives count:
// "812 B", "3.2 MB", "80 kB".
func formatBytes(n int64) string {
	units := []string{"B", "kB", "MB", "GB", "TB", "PB", "EB"}
	v, i := float64(n), 0
	for math.Abs(v) >= 999.5 && i < len(units)-1 {
		v /= 1000
		i++
	}
	if i == 0 || math.Abs(v) >= 99.95 {
		return fmt.Sprintf("%.0f %s", v, units[i])
	}
	return fmt.Sprintf("%.1f %s", v, units[i])
}

// formatChange is what became of n bytes in per cent: "-96 %".
func formatChange(before, after int64) string {
	if before <= 0 {
		return ""
	}
	change := math.Round((float64(after) - float64(before)) / float64(before) * 100)
	if change == 0 {
		return "0 %"
	}
	return fmt.Sprintf("%+.0f %%", change)
}

// formatSeconds is d as a person would say it: "0.21 s", "1.9 s", "34 s",
// "2 min 05 s".
func formatSeconds(d time.Duration) string {
	s := d.Seconds()
	switch {
	case s < 0.995:
		return fmt.Sprintf("%.2f s", s)
	case s < 9.95:
		return fmt.Sprintf("%.1f s", s)
	case s < 99.5:
		return fmt.Sprintf("%.0f s", s)
	}
	whole := int(math.Round(s))
	if whole >= 3600 {
		return fmt.Sprintf("%d h %02d min", whole/3600, whole%3600/60)
	}
	return fmt.Sprintf("%d min %02d s", whole/60, whole%60)
}

// count is n with its noun: "1 file", "44 files".
func count(n int64, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return strconv.FormatInt(n, 10) + " " + noun + "s"
}

// isTerminal tells whether what is read or written here is a terminal.
func isTerminal(stream any) bool {
	f, ok := stream.(*os.File)
	return ok && term.IsTerminal(int(f.Fd()))
}

// wantsColour tells whether text on w may be coloured: only on a terminal that
// understands it, and not against the user's will (no-color.org).
func wantsColour(w io.Writer) bool {
	if os.Getenv("NO_COLOR") != "" || os.Getenv("TERM") == "dumb" {
		return false
	}
	if runtime.GOOS == "windows" && os.Getenv("WT_SESSION") == "" {
		return false
	}
	return isTerminal(w)
}

// paint colours text where colours are on.
type paint bool

func (on paint) with(code, s string) string {
	if !on {
		return s
	}
	return "\x1b[" + code + "m" + s + "\x1b[0m"
}

func (on paint) bad(s string) string  { return on.with("31", s) }
func (on paint) good(s string) string { return on.with("32", s) }
