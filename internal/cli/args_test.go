package cli

import (
	"errors"
	"slices"
	"strings"
	"testing"
)

func ignore(string) error { return nil }

// testOptions are a few flags of every kind.
func testOptions() []*option {
	return []*option{
		{name: "width", short: "w", arg: "PX", set: ignore},
		{name: "output", short: "o", arg: "PATH", set: ignore},
		{name: "verbose", short: "v", set: ignore},
		{name: "dry-run", short: "n", set: ignore},
		{name: "include", arg: "GLOB", set: ignore},
	}
}

func TestArrange(t *testing.T) {
	for _, c := range []struct{ args, want string }{
		{"", "--"},
		{"a b", "-- a b"},
		{"-w 800 a", "--width=800 -- a"},
		{"a -w 800", "--width=800 -- a"},
		{"a -w 800 b --verbose", "--width=800 --verbose=true -- a b"},
		{"-w800 a", "--width=800 -- a"},
		{"-w=800 a", "--width=800 -- a"},
		{"--width=800 a", "--width=800 -- a"},
		{"--width 800 a", "--width=800 -- a"},
		{"--width= a", "--width= -- a"},
		{"-vw800 a", "--verbose=true --width=800 -- a"},
		{"-vn a", "--verbose=true --dry-run=true -- a"},
		{"-v=false a", "--verbose=false -- a"},
		{"--verbose=false a", "--verbose=false -- a"},
		{"-w -5 a", "--width=-5 -- a"},
		{"-o - a", "--output=- -- a"},
		{"-", "-- -"},
		{"- -w 1", "--width=1 -- -"},
		{"-w 1 -- -w -x --", "--width=1 -- -w -x --"},
		{"--include **/*.{jpg,png} a", "--include=**/*.{jpg,png} -- a"},
		{"--include a=b,c a", "--include=a=b,c -- a"},
		{"-o -dash a", "--output=-dash -- a"},
		{"help width w", "-- help width w"},
	} {
		got, err := arrange(strings.Fields(c.args), testOptions())
		if err != nil {
			t.Errorf("%s: %v", c.args, err)
		} else if s := strings.Join(got, " "); s != c.want {
			t.Errorf("%s: arranged as %q, want %q", c.args, s, c.want)
		}
	}
}

func TestArrangeRefuses(t *testing.T) {
	for _, c := range []struct{ args, want string }{
		{"-x a", "unknown flag -x"},
		{"-5.jpg", "./-5.jpg"},
		{"a -x.jpg", "behind --"},
		{"--widht 800 a", "did you mean --width?"},
		{"--Width=800 a", "did you mean --width?"},
		{"-width 800 a", "did you mean --width?"},
		{"-widht 800 a", "want"}, // -w takes "idht": the value is refused later
		{"--dryrun a", "did you mean --dry-run?"},
		{"--zzzzzz a", "unknown flag --zzzzzz"},
		{"a -w", "needs a value"},
		{"a -w --", "needs a value"},
		{"a --output --dry-run", "--output=--dry-run"},
		{"a -o -n", "is a flag"},
		{"a --output --include=x", "is a flag"},
		{"---width 8", "unknown flag"},
		{"-v8 a", "unknown flag"},
	} {
		args, err := arrange(strings.Fields(c.args), testOptions())
		if c.want == "want" {
			if err != nil || args[0] != "--width=idht" {
				t.Errorf("%s: %q, %v", c.args, args, err)
			}
			continue
		}
		var usage *usageError
		if !errors.As(err, &usage) || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: error %v, want a usage error with %q", c.args, err, c.want)
		}
	}
}

func TestNearest(t *testing.T) {
	words := []string{"resize", "info", "help", "version"}
	for word, want := range map[string]string{
		"resize": "resize", "resise": "resize", "rezise": "resize", "inof": "info", "hepl": "help",
		"verison": "version", "versio": "version", "photos": "", "": "", "convert": "",
	} {
		if got := nearest(word, words); got != want {
			t.Errorf("nearest(%q) = %q, want %q", word, got, want)
		}
	}
}

func TestSlipsBetween(t *testing.T) {
	for _, c := range []struct {
		a, b string
		want int
	}{
		{"", "", 0}, {"abc", "abc", 0}, {"abc", "ab", 1}, {"ab", "abc", 1}, {"abc", "axc", 1},
		{"abc", "acb", 1}, {"", "abc", 3}, {"kitten", "sitting", 3}, {"grün", "grun", 1},
	} {
		if got := slipsBetween(c.a, c.b); got != c.want {
			t.Errorf("slipsBetween(%q, %q) = %d, want %d", c.a, c.b, got, c.want)
		}
	}
}

// What comes out must be read the same when it is arranged again, and no
// input may be lost or taken for a flag.
func FuzzArrange(f *testing.F) {
	f.Add("-w 800 a -- -x")
	f.Add("-vw8 -- -- - ---")
	f.Add("--output=--dry-run -o")
	f.Fuzz(func(t *testing.T, line string) {
		first, err := arrange(strings.Split(line, " "), testOptions())
		if err != nil {
			return
		}
		again, err := arrange(first, testOptions())
		if err != nil || !slices.Equal(first, again) {
			t.Fatalf("%q arranged as %q, then as %q, %v", line, first, again, err)
		}
	})
}
