package index

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// paths are names that a careless format trips over.
var paths = []string{
	"a.jpg", "sub/b.jpg", "with space", "tab\there", "line\nbreak", "\r", `quote"s`, `back\slash`, `end\`, "`tick`", "'", "\xff\xfe.jpg",
	"\x00", "\u00fc\u2028.jpg", "#comment", "1\t2\t\"x\"", listMark, strings.Repeat("ä", 4000),
}

func TestLineRoundTrip(t *testing.T) {
	entries := []entry{
		{last: record{1, 2}, before: record{1, 2}},
		{last: record{0, 0}, before: record{5, -6}},
		{last: record{1 << 62, 1<<63 - 1}, before: record{-1, -1 << 63}},
		{last: record{1, 2}, before: record{1, 2}, origin: Origin{Size: 5, How: SumOf(nil)}},
		{last: record{1, 2}, before: record{3, 4}, origin: Origin{1 << 62, -1, SumOf([]byte("how")), Sum{}, Sum{1}, Sum{15: 0xFF}}},
	}
	for _, path := range paths {
		for _, e := range entries {
			line := string(appendLine(nil, path, e))
			if strings.Count(line, "\n") != 1 || !strings.HasSuffix(line, "\n") {
				t.Errorf("line of %q is %q: not one line", path, line)
			}
			p, got, ok := parseLine(strings.TrimSuffix(line, "\n"))
			if !ok || p != path || got != e {
				t.Errorf("line %q gives %q, %v, %v", line, p, got, ok)
			}
		}
	}
}

// A line that was cut off anywhere is never taken for a whole one.
func TestLineCutOff(t *testing.T) {
	for _, path := range paths {
		line := string(appendLine(nil, path, entry{record{123, 456}, record{7, 8}, Origin{1, 2, Sum{3}, Sum{4}, Sum{5}, Sum{6}}}))
		for n := range len(line) - 1 {
			if p, _, ok := parseLine(line[:n]); ok {
				t.Errorf("%q, cut from %q, reads as %q", line[:n], line, p)
			}
		}
	}
}

func TestLineNonsense(t *testing.T) {
	for _, line := range []string{"", "\"a\"", "1\t\"a\"", "1\t2\t3\t\"a\"", "1\t2\t3\t4\t5\t\"a\"", "x\t2\t\"a\"", "1\t2\"a\"", "1\t2\ta\t\"b\"",
		"1\t2\t\"\"", "1\t2\t\"a\"b", "1\t2\t'a'", "1\t2\t3\t4\t5\t6\t\"a\"", "1\t2\t3\t4\t\t\t\t\t\"a\"", "3\t4\t00\t00\t00\t00\t\"a\"", "1\t2\t`a`", "99999999999999999999\t2\t\"a\"", strings.Repeat("\x00", 100), journalHeader} {
		if p, _, ok := parseLine(line); ok {
			t.Errorf("%q reads as %q", line, p)
		}
	}
}

func FuzzParseLine(f *testing.F) {
	for _, path := range paths {
		f.Add(string(appendLine(nil, path, entry{record{1, 2}, record{3, 4}, Origin{Size: 1, How: Sum{1}}})))
	}
	f.Fuzz(func(t *testing.T, line string) {
		path, e, ok := parseLine(line)
		if !ok {
			return
		}
		again, e2, ok := parseLine(strings.TrimSuffix(string(appendLine(nil, path, e)), "\n"))
		if !ok || again != path || e2 != e {
			t.Errorf("%q reads as %q %v, which is written so that it reads as %q %v", line, path, e, again, e2)
		}
	})
}

func TestLoadLimits(t *testing.T) {
	path := filepath.Join(t.TempDir(), "list")
	three := listHeader + "1\t2\t\"a\"\n1\t2\t\"b\"\n1\t2\t\"c\"\n"
	long := listHeader + "1\t2\t\"" + strings.Repeat("x", maxLine) + "\"\n"
	for _, c := range []struct {
		name, data string
		max        limits
		want       string // part of the error; "" for none
	}{
		{"just fits", three, limits{int64(len(three)), 3}, ""},
		{"one byte more", three, limits{int64(len(three)) - 1, 3}, "larger than"},
		{"one entry more", three, limits{1 << 20, 2}, "more than 2 entries"},
		{"long line", long, allowed, "line of more than"},
		{"empty", "", allowed, "not made by imgpool"},
		{"cut header", listHeader[:5], allowed, "not made by imgpool"},
		{"other file", "#!/bin/sh\n", allowed, "not made by imgpool"},
		{"newer version", "imgpool list 2\n", allowed, "another version"},
		{"older two-digit version", "imgpool list 10\n", allowed, "another version"},
	} {
		if err := os.WriteFile(path, []byte(c.data), 0o600); err != nil {
			t.Fatal(err)
		}
		err := load(map[string]entry{}, path, listHeader, c.max)
		if c.want == "" && err != nil || c.want != "" && (err == nil || !strings.Contains(err.Error(), c.want)) {
			t.Errorf("%s: error = %v, want %q", c.name, err, c.want)
		}
	}
}
