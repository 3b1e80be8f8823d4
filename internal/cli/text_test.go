package cli

import (
	"testing"
	"time"
)

func TestShowMakesNamesSafe(t *testing.T) {
	for in, want := range map[string]string{
		"photos/été 1.jpg": "photos/été 1.jpg",
		"a\x1b[31mb":       `a\x1b[31mb`,
		"a\nb\tc":          `a\nb\tc`,
		"bad\xffutf":       `bad\xffutf`,
		"rtl\u202egpj":     `rtl\u202egpj`,
		"it's \\ \"q\"":    "it's \\ \"q\"",
		"":                 "",
	} {
		if got := show(in); got != want {
			t.Errorf("show(%q) = %q, want %q", in, got, want)
		}
	}
}

func TestFormatBytes(t *testing.T) {
	for in, want := range map[int64]string{
		0: "0 B", 812: "812 B", 999: "999 B", 1000: "1.0 kB", 78_120_000: "78.1 MB", 99_949: "99.9 kB", 99_951: "100 kB",
		999_499: "999 kB", 999_501: "1.0 MB", 3_200_000_000: "3.2 GB",
	} {
		if got := formatBytes(in); got != want {
			t.Errorf("formatBytes(%d) = %q, want %q", in, got, want)
		}
	}
}

func TestFormatSeconds(t *testing.T) {
	for in, want := range map[time.Duration]string{
		0: "0.00 s", 214 * time.Millisecond: "0.21 s", 1940 * time.Millisecond: "1.9 s", 9960 * time.Millisecond: "10 s",
		34 * time.Second: "34 s", 125 * time.Second: "2 min 05 s", 3599500 * time.Millisecond: "1 h 00 min", 3725 * time.Second: "1 h 02 min",
	} {
		if got := formatSeconds(in); got != want {
			t.Errorf("formatSeconds(%v) = %q, want %q", in, got, want)
		}
	}
}

func TestFormatChange(t *testing.T) {
	for _, c := range []struct {
		before, after int64
		want          string
	}{{100, 4, "-96 %"}, {100, 112, "+12 %"}, {100, 100, "0 %"}, {1000, 999, "0 %"}, {0, 5, ""}} {
		if got := formatChange(c.before, c.after); got != c.want {
			t.Errorf("formatChange(%d, %d) = %q, want %q", c.before, c.after, got, c.want)
		}
	}
}
