package cli

import (
	"errors"
	"fmt"
	"image/color"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"

	"golang.org/x/image/colornames"

	"imgpool/internal/codec"
	"imgpool/stages"
)

// The functions below make the set functions of options: each returns one that
// parses a value into *dst, or says what was expected.

func switchTo(dst *bool) func(string) error {
	return func(s string) error {
		v, err := strconv.ParseBool(s)
		if err != nil {
			return errors.New("want true or false")
		}
		*dst = v
		return nil
	}
}

// firstFrameTo makes a switch of --frame 1.
func firstFrameTo(dst *int) func(string) error {
	var first bool
	parse := switchTo(&first)
	return func(s string) error {
		if err := parse(s); err != nil {
			return err
		}
		if first {
			*dst = 1
		}
		return nil
	}
}

// textTo refuses the empty value: it is nearly always an unset variable in a
// script, and an output folder that silently becomes the default is worse than
// an error.
func textTo(dst *string) func(string) error {
	return func(s string) error {
		if s == "" {
			return errors.New("is empty")
		}
		*dst = s
		return nil
	}
}

func listTo(dst *[]string) func(string) error {
	return func(s string) error {
		if s == "" {
			return errors.New("is empty")
		}
		*dst = append(*dst, s)
		return nil
	}
}

func wholeTo(dst *int, low, high int) func(string) error {
	return func(s string) error {
		v, err := strconv.Atoi(s)
		if err != nil || v < low || v > high {
			return fmt.Errorf("want a whole number from %d to %d", low, high)
		}
		*dst = v
		return nil
	}
}

func percentTo(dst *float64) func(string) error {
	return func(s string) error {
		v, err := strconv.ParseFloat(strings.TrimSpace(strings.TrimSuffix(s, "%")), 64)
		if err != nil || !(v > 0 && v <= 10000) {
			return errors.New("want a number above 0 and up to 10000, as in 50 or 12.5")
		}
		*dst = v
		return nil
	}
}

// scoreTo takes a score on the scale of SSIMULACRA 2.
func scoreTo(dst *float64) func(string) error {
	return func(s string) error {
		v, err := strconv.ParseFloat(s, 64)
		if err != nil || !(v > 0 && v <= 100) {
			return errors.New("want a score above 0 and up to 100, as in 90")
		}
		*dst = v
		return nil
	}
}

// nameTo takes one of the names in known.
func nameTo(dst *string, known ...string) func(string) error {
	return func(s string) error {
		for _, name := range known {
			if strings.EqualFold(s, name) {
				*dst = name
				return nil
			}
		}
		return oneOf(s, known)
	}
}

// named is a value that the command line calls by a name.
type named[T any] struct {
	name  string
	value T
}

// choiceTo takes the value of one of the names in known.
func choiceTo[T any](dst *T, known ...named[T]) func(string) error {
	return func(s string) error {
		var names []string
		for _, k := range known {
			if strings.EqualFold(s, k.name) {
				*dst = k.value
				return nil
			}
			names = append(names, k.name)
		}
		return oneOf(s, names)
	}
}

var fits = []named[stages.Fit]{
	{"inside", stages.FitInside}, {"cover", stages.FitCover}, {"fill", stages.FitFill},
}

var metadataPolicies = []named[stages.Metadata]{
	{"none", stages.MetadataNone}, {"copyright", stages.MetadataCopyright}, {"safe", stages.MetadataSafe}, {"all", stages.MetadataAll},
}

var profilePolicies = []named[stages.ProfilePolicy]{
	{"srgb", stages.ProfileSRGB}, {"keep", stages.ProfileKeep}, {"p3", stages.ProfileP3},
}

var gravities = []named[stages.Gravity]{
	{"centre", stages.GravityCentre}, {"center", stages.GravityCentre},
	{"north", stages.Gravity{X: 0.5, Y: 0}}, {"northeast", stages.Gravity{X: 1, Y: 0}},
	{"east", stages.Gravity{X: 1, Y: 0.5}}, {"southeast", stages.Gravity{X: 1, Y: 1}},
	{"south", stages.Gravity{X: 0.5, Y: 1}}, {"southwest", stages.Gravity{X: 0, Y: 1}},
	{"west", stages.Gravity{X: 0, Y: 0.5}}, {"northwest", stages.Gravity{X: 0, Y: 0}},
}

// formatTo takes a format that can be written, or "keep".
func formatTo(dst *codec.Format) func(string) error {
	return func(s string) error {
		if strings.EqualFold(s, "keep") {
			*dst = codec.Unknown
			return nil
		}
		f, err := codec.ParseFormat(s)
		if err == nil && f.CanWrite() {
			*dst = f
			return nil
		}
		if err == nil {
			return fmt.Errorf("this build cannot write %s", f)
		}
		return oneOf(s, writableFormats())
	}
}

// formatsTo takes a list of formats, separated by commas; it does not matter how often one is named.
func formatsTo(dst *[]codec.Format) func(string) error {
	return func(s string) error {
		*dst = nil
		for name := range strings.SplitSeq(s, ",") {
			f, err := codec.ParseFormat(strings.TrimSpace(name))
			if err != nil {
				return fmt.Errorf("unknown format %q: want a list as in jpeg,png,webp", name)
			}
			if !slices.Contains(*dst, f) {
				*dst = append(*dst, f)
			}
		}
		return nil
	}
}

// savingsTo takes a share or a size: 5%, 2k, 500B.
func savingsTo(dst **stages.Savings) func(string) error {
	return func(s string) error {
		wrong := errors.New("want a share or a size as in 1%, 2k or 500B")
		if number, ok := strings.CutSuffix(s, "%"); ok {
			v, err := strconv.ParseFloat(strings.TrimSpace(number), 64)
			if err != nil || !(v >= 0 && v <= 100) {
				return wrong
			}
			*dst = &stages.Savings{Percent: v}
			return nil
		}
		if s == "0" {
			*dst = &stages.Savings{}
			return nil
		}
		v, ok := scaled(s, "b")
		if !ok || !strings.ContainsAny(s, "bBkKmMgG") { // 5 may mean either
			return wrong
		}
		*dst = &stages.Savings{Bytes: v}
		return nil
	}
}

// writableFormats are the names that --format takes.
func writableFormats() []string {
	names := []string{"keep"}
	for f := codec.Format(1); f.String() != codec.Unknown.String(); f++ {
		if f.CanWrite() {
			names = append(names, f.String())
		}
	}
	return names
}

// colourTo takes a CSS colour name, #rgb or #rrggbb. The # may be left out,
// because a shell takes a bare one for the start of a comment.
func colourTo(dst **color.NRGBA) func(string) error {
	return func(s string) error {
		if c, ok := colornames.Map[strings.ToLower(s)]; ok {
			*dst = &color.NRGBA{R: c.R, G: c.G, B: c.B, A: 255}
			return nil
		}
		hex := strings.TrimPrefix(s, "#")
		if len(hex) == 3 {
			hex = string([]byte{hex[0], hex[0], hex[1], hex[1], hex[2], hex[2]})
		}
		v, err := strconv.ParseUint(hex, 16, 32)
		if err != nil || len(hex) != 6 {
			return errors.New("want a colour name, #rgb or #rrggbb")
		}
		*dst = &color.NRGBA{R: uint8(v >> 16), G: uint8(v >> 8), B: uint8(v), A: 255}
		return nil
	}
}

// units are the factors of sizes and counts. A unit's first letter decides;
// "i" behind it makes it binary.
var units = map[string]float64{
	"": 1, "k": 1e3, "m": 1e6, "g": 1e9, "t": 1e12,
	"ki": 1 << 10, "mi": 1 << 20, "gi": 1 << 30, "ti": 1 << 40,
}

// scaled reads a number with an optional unit, from 1 up to 2^62, rounded to a
// whole number.
func scaled(s, suffix string) (int64, bool) {
	low := strings.ToLower(s)
	digits := strings.TrimRight(low, "abcdefghijklmnopqrstuvwxyz ")
	unit := strings.TrimSuffix(strings.TrimSpace(low[len(digits):]), suffix)
	factor, ok := units[unit]
	v, err := strconv.ParseFloat(digits, 64)
	if err != nil || !ok {
		return 0, false
	}
	v = math.Round(v * factor)
	if !(v >= 1 && v <= 1<<62) {
		return 0, false
	}
	return int64(v), true
}

// bytesTo takes a size in bytes: 200k and 200kB are 200 000, 1GiB is 2^30.
func bytesTo(dst *int64) func(string) error {
	return func(s string) error {
		v, ok := scaled(s, "b")
		if !ok {
			return errors.New("want a size as in 1GiB, 500MB or 200k")
		}
		*dst = v
		return nil
	}
}

// pixelsTo takes a number of pixels: 50M and 50MP are 50 million.
func pixelsTo(dst *int64) func(string) error {
	return func(s string) error {
		v, ok := scaled(s, "p")
		if !ok {
			return errors.New("want a number of pixels as in 268M")
		}
		*dst = v
		return nil
	}
}

// rateTo takes items per time: 50/s, 100/m, 1000/h; 50 is 50/s.
func rateTo(dst *float64, per *time.Duration) func(string) error {
	return func(s string) error {
		number, unit, found := strings.Cut(s, "/")
		if !found {
			unit = "s"
		}
		v, err := strconv.ParseFloat(number, 64)
		every, ok := map[string]time.Duration{
			"s": time.Second, "m": time.Minute, "min": time.Minute, "h": time.Hour,
		}[strings.ToLower(unit)]
		if err != nil || !ok || !(v > 0 && v <= 1e9) {
			return errors.New("want files per time, as in 50/s, 100/m or 1000/h")
		}
		*dst, *per = v, every
		return nil
	}
}
