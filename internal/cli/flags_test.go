package cli

import (
	"bytes"
	"context"
	"image/color"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"imgpool/internal/codec"
	"imgpool/stages"
)

// parse runs the words of a command line up to the point where the job would
// be made.
func parse(args ...string) (*request, string, error) {
	var out, errOut bytes.Buffer
	var got *request
	p := &program{Streams: Streams{In: strings.NewReader(""), Out: &out, Err: &errOut}, stop: context.Background()}
	p.resize = func(_ context.Context, r *request) error { got = r; return nil }
	err := p.run(context.Background(), append([]string{"imgpool"}, args...))
	return got, out.String(), err
}

// config is the Config of a command line that names the input "in".
func config(change func(*stages.Config)) stages.Config {
	var c stages.Config
	c.Discover.Inputs = []string{"in"}
	c.Resize.Gravity = stages.GravityCentre
	c.Output.Verb = "resized"
	change(&c)
	return c
}

func TestFlagsToConfig(t *testing.T) {
	for _, c := range []struct {
		args string
		want func(*stages.Config)
	}{
		{"in -w 800", func(c *stages.Config) { c.Resize.Width = 800 }},
		{"-w800 in", func(c *stages.Config) { c.Resize.Width = 800 }},
		{"-w=800 in", func(c *stages.Config) { c.Resize.Width = 800 }},
		{"--width 800 in -w 900", func(c *stages.Config) { c.Resize.Width = 900 }},
		{"in --height 600", func(c *stages.Config) { c.Resize.Height = 600 }},
		{"in --long-edge 2048", func(c *stages.Config) { c.Resize.LongEdge = 2048 }},
		{"in --short-edge 200", func(c *stages.Config) { c.Resize.ShortEdge = 200 }},
		{"in --percent 12.5%", func(c *stages.Config) { c.Resize.Percent = 12.5 }},
		{"in -w 4 --height 3 --fit cover --gravity northeast", func(c *stages.Config) {
			c.Resize.Width, c.Resize.Height, c.Resize.Fit = 4, 3, stages.FitCover
			c.Resize.Gravity = stages.Gravity{X: 1, Y: 0}
		}},
		{"in -w 4 --height 3 --fit fill --enlarge --filter box", func(c *stages.Config) {
			c.Resize.Width, c.Resize.Height, c.Resize.Fit = 4, 3, stages.FitFill
			c.Resize.Enlarge, c.Resize.Filter = true, "box"
		}},
		{"in -f webp -q 50 --progressive --metadata all --background #102030", func(c *stages.Config) {
			c.Encode = stages.EncodeOptions{Format: codec.WebP, Quality: 50, Progressive: true, Metadata: stages.MetadataAll,
				Background: &color.NRGBA{R: 16, G: 32, B: 48, A: 255}}
		}},
		{"in -w 1 --allow-truncated --max-pixels 50M", func(c *stages.Config) {
			c.Resize.Width = 1
			c.Decode = stages.DecodeOptions{AllowTruncated: true, MaxPixels: 50e6}
		}},
		{"in -w 1 --include **/*.{jpg,png} --include a,b --exclude x/** --no-recurse --hidden --copy-others", func(c *stages.Config) {
			c.Resize.Width = 1
			c.Discover = stages.DiscoverOptions{Inputs: []string{"in"}, Include: []string{"**/*.{jpg,png}", "a,b"},
				Exclude: []string{"x/**"}, NoRecurse: true, Hidden: true, CopyOthers: true}
		}},
		{"in -w 1 -o out --name {dir}/{name}-{width}{ext} --overwrite", func(c *stages.Config) {
			c.Resize.Width = 1
			c.Output = stages.OutputOptions{Path: "out", Name: "{dir}/{name}-{width}{ext}", Overwrite: true, Verb: "resized"}
		}},
		{"in -w 1 --in-place --dry-run --fail-fast", func(c *stages.Config) {
			c.Resize.Width, c.Output.InPlace, c.DryRun, c.FailFast = 1, true, true, true
		}},
		{"in -w 1 -j 3 --decode-workers 5 --resize-workers 2 --encode-workers 1 --queue 7 --rate 100/m --memory 1GiB", func(c *stages.Config) {
			c.Resize.Width = 1
			c.Pools = stages.PoolOptions{Jobs: 3, Decode: 5, Resize: 2, Encode: 1, Queue: 7, Rate: 100, RateUnit: time.Minute, Memory: 1 << 30}
		}},
		{"-w 1 -- -w in", func(c *stages.Config) { c.Resize.Width, c.Discover.Inputs = 1, []string{"-w", "in"} }},
		{"-w 1 help width h - x", func(c *stages.Config) {
			c.Resize.Width, c.Discover.Inputs, c.Output.Path = 1, []string{"help", "width", "h", "x"}, "out"
		}},
		{"- -w 1", func(c *stages.Config) { c.Resize.Width, c.Discover.Inputs = 1, []string{"-"} }},
		{"- -w 1 -o -", func(c *stages.Config) {
			c.Resize.Width, c.Discover.Inputs, c.Output.Path = 1, []string{"-"}, "-"
		}},
	} {
		args := strings.Fields(strings.Replace(c.args, " - x", " x -o out", 1))
		r, _, err := parse(append([]string{"resize"}, args...)...)
		if err != nil {
			t.Errorf("%s: %v", c.args, err)
			continue
		}
		if diff := cmp.Diff(config(c.want), r.Config); diff != "" {
			t.Errorf("%s: (-want +got)\n%s", c.args, diff)
		}
	}
}

func TestReportFlags(t *testing.T) {
	r, _, err := parse("resize", "in", "-w", "1", "--json", "-v", "--stats", "--progress", "plain", "--files-from", "list",
		"--cpuprofile", "cpu", "--memprofile", "mem", "--trace", "tr")
	if err != nil {
		t.Fatal(err)
	}
	if want := (reportOptions{json: true, verbose: true, stats: true, progress: "plain"}); r.report != want {
		t.Errorf("report %+v, want %+v", r.report, want)
	}
	if want := (profileOptions{cpu: "cpu", memory: "mem", trace: "tr"}); r.profile != want {
		t.Errorf("profiles %+v, want %+v", r.profile, want)
	}
	if r.filesFrom != "list" {
		t.Errorf("files from %q, want list", r.filesFrom)
	}
}

func TestUsageErrors(t *testing.T) {
	for _, c := range []struct {
		args string
		want []string
	}{
		{"", []string{"no command given"}},
		{"photos -w 800", []string{`unknown command "photos"`, "imgpool resize"}},
		{"rezise in", []string{"did you mean imgpool resize?"}},
		{"-w 800 in", []string{"did you mean imgpool resize -w 800 in?"}},
		{"--verbose resize in", []string{"flags belong behind the command"}},
		{"help rezise", []string{"did you mean imgpool resize?"}},
		{"version now", []string{"no arguments"}},
		{"info", []string{"no file named"}},
		{"info --jsn a", []string{"did you mean --json?", "imgpool help info"}},
		{"resize", []string{"no input", "nothing to do"}},
		{"resize in", []string{"nothing to do"}},
		{"resize -w 800", []string{"no input"}},
		{"resize in -w 0", []string{`--width "0": want a whole number from 1 to 65535`}},
		{"resize in -w -5", []string{`--width "-5"`}},
		{"resize in -w 1e3 -q 101 --fit round", []string{"--width", "--quality", "--fit"}},
		{"resize in --filter lancos", []string{"did you mean lanczos?"}},
		{"resize in -f heic", []string{"cannot write heic"}},
		{"resize in -f jpegg", []string{"did you mean jpeg?"}},
		{"resize in -w 8 --percent 50", []string{"only one of"}},
		{"resize in -w 8 --fit cover", []string{"need both"}},
		{"resize in -w 8 --gravity north", []string{"--gravity needs --fit cover"}},
		{"resize in -w 8 --in-place -f png", []string{"--in-place cannot be combined with --format"}},
		{"resize in -w 8 --in-place -o out", []string{"--in-place cannot be combined with --output"}},
		{"resize in -w 8 --include [", []string{"not a valid glob"}},
		{"resize in -w 8 --name {nme}", []string{"unknown field {nme}"}},
		{"resize in -w 8 --quiet -v", []string{"--quiet and --verbose"}},
		{"resize in -w 8 --quiet --progress bar", []string{"--quiet and --progress bar"}},
		{"resize - -w 8 --json", []string{"--json and the picture"}},
		{"resize - -w 8 --in-place", []string{"--in-place cannot be used with standard input"}},
		{"resize - - -w 8 -o out", []string{"is given 2 times"}},
		{"resize - --files-from - -w 8 -o out", []string{"both a picture and the list"}},
		{"resize in -w 8 -o -", []string{"--output - needs the one input -", "imgpool resize -w 800 - -o -"}},
		{"convert in -f png -o -", []string{"--output - needs the one input -", "imgpool convert -f webp - -o -"}},
		{"compress in -o -", []string{"--output - needs the one input -", "imgpool compress - -o -"}},
		{"resize in -w 8 --json=maybe", []string{`--json "maybe": want true or false`}},
		{"resize in -w 8 -o ''", []string{`--output "": is empty`}},
		{"resize '' -w 8", []string{"an input is empty"}},
		{"resize in --rate 0/s -w 8", []string{"--rate"}},
		{"resize in --memory lots -w 8", []string{"--memory", "1GiB"}},
	} {
		words := strings.Fields(c.args)
		for i, w := range words {
			if w == "''" {
				words[i] = ""
			}
		}
		r, out, err := parse(words...)
		if err == nil {
			t.Errorf("%s: no error, request %+v", c.args, r)
			continue
		}
		if code := exitCode(err); code != 2 {
			t.Errorf("%s: exit %d, want 2", c.args, code)
		}
		for _, want := range c.want {
			if !strings.Contains(err.Error(), want) {
				t.Errorf("%s: error %q lacks %q", c.args, err, want)
			}
		}
		if out != "" {
			t.Errorf("%s: a usage error wrote to standard output: %q", c.args, out)
		}
	}
}

// The help is the one place where all flags are listed; each must be there.
func TestHelpListsEveryFlag(t *testing.T) {
	for name, r := range map[string]*request{"resize": newRequest(), "compress": newCompressRequest(), "check": newCheckRequest()} {
		_, help, err := parse(name, "--help")
		if err != nil {
			t.Fatal(err)
		}
		for _, o := range r.opts {
			if !strings.Contains(help, o.Label()) || !strings.Contains(help, o.usage) {
				t.Errorf("the help of %s lacks %s", name, o.Label())
			}
			if o.group == "" || o.usage == "" {
				t.Errorf("%s: --%s has no group or no description", name, o.name)
			}
		}
		for line := range strings.Lines(help) {
			if len([]rune(line)) > 100 {
				t.Errorf("a line of the help is longer than 99 letters: %s", line)
			}
		}
		for _, also := range []string{"Usage:", "imgpool " + name, "Exit codes:", "130"} {
			if !strings.Contains(help, also) {
				t.Errorf("the help of %s lacks %q", name, also)
			}
		}
		_, again, err := parse("help", name)
		if err != nil || again != help {
			t.Errorf("imgpool help %s differs from imgpool %s --help (%v)", name, name, err)
		}
	}
}

func TestEveryCommandHasHelpAndExample(t *testing.T) {
	for _, name := range []string{"resize", "convert", "compress", "check", "info", "formats", "help", "version"} {
		_, help, err := parse(name, "-h")
		if err != nil || !strings.Contains(help, "Example") || !strings.Contains(help, "imgpool "+name) {
			t.Errorf("imgpool %s -h: %v\n%s", name, err, help)
		}
	}
	for _, args := range []string{"help", "--help", "-h"} {
		_, help, err := parse(strings.Fields(args)...)
		if err != nil || !strings.Contains(help, "Commands:") || !strings.Contains(help, "Example:") {
			t.Errorf("imgpool %s: %v\n%s", args, err, help)
		}
	}
}

func TestNamesAreUnique(t *testing.T) {
	for _, r := range []*request{newRequest(), newCompressRequest(), newCheckRequest()} {
		seen := map[string]bool{}
		for _, o := range r.opts {
			for _, name := range []string{o.name, o.short} {
				if name != "" && seen[name] {
					t.Errorf("%s stands for two flags", name)
				}
				seen[name] = true
			}
		}
	}
}
