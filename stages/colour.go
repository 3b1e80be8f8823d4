package stages

import (
	"errors"
	"fmt"
	"slices"

	"imgpool/internal/codec"
	"imgpool/internal/colour"
)

// ProfilePolicy says what becomes of colours.
type ProfilePolicy uint8

// The policies.
const (
	ProfileSRGB ProfilePolicy = iota // converted to sRGB, without a profile
	ProfileKeep                      // not converted, the profile stays
	ProfileP3                        // converted to Display P3, whose profile is embedded
)

// colours is what becomes of one picture's colours, decided from its header.
type colours struct {
	// convert says that pixels have to be changed, from the profile from,
	// sRGB if it is empty, to a space.
	convert bool
	from    []byte
	to      colour.Space
	// embed is the output's profile, chunks what a PNG has in its place.
	embed    []byte
	chunks   []codec.ColourChunk
	warnings []string
	lost     string // why the profile that is asked for cannot be held, else empty
}

// makeColours decides about a picture that is written in the format f. What
// an output cannot hold is converted to sRGB. all says that the policy for
// metadata keeps everything.
func makeColours(h *codec.Header, f codec.Format, policy ProfilePolicy, all bool) colours {
	c := colours{to: colour.SRGB}
	c.from, c.warnings = h.Profile()
	broken := false
	err := colour.Check(c.from, h.Inks())
	if err == nil && h.Animated() && len(c.from) > 0 && colour.ForGrey(c.from) {
		err = errors.New("colour profile is for grey, an animation has colours")
	}
	if err != nil {
		broken = true
		c.from = nil
		c.warn("colour profile not usable, taken as %s: %v", withoutProfile(h), err)
	}
	holds := holdsProfile(h, f, c.from)
	switch {
	case policy == ProfileKeep && h.Inks():
		c.lost = fmt.Sprintf("inks become sRGB: %s is not written in CMYK", f)
	case policy == ProfileKeep && broken:
	case policy == ProfileKeep && holds:
		c.embed = c.from
		if f == codec.PNG {
			c.chunks = h.ColourChunks()
		}
		return c
	case policy == ProfileKeep && !colour.IsSRGB(c.from):
		c.lost = fmt.Sprintf("colours become sRGB: %s is not written with this kind of profile", f)
	case policy == ProfileP3 && h.Model == codec.Gray: // the same in both spaces
	case policy == ProfileP3 && f.CanProfile(false):
		c.to = colour.DisplayP3
		c.embed = c.to.Profile()
	case policy == ProfileP3:
		c.lost = fmt.Sprintf("colours become sRGB: %s is not written with a profile", f)
	}
	c.convert = broken || h.Inks() || !colour.Is(c.from, c.to)
	if !c.convert && all && len(c.embed) == 0 && holds {
		c.embed = c.from
	}
	return c
}

func (c *colours) warn(format string, args ...any) {
	c.warnings = append(c.warnings, fmt.Sprintf(format, args...))
}

// withoutProfile says what the colours of h are taken for without a profile.
func withoutProfile(h *codec.Header) string {
	if h.Inks() {
		return "offset printing"
	}
	return "sRGB"
}

// holdsProfile tells whether a file of format f that h's picture goes into
// holds the profile.
func holdsProfile(h *codec.Header, f codec.Format, profile []byte) bool {
	grey := len(profile) > 0 && colour.ForGrey(profile)
	if !f.CanProfile(grey) {
		return len(profile) == 0
	}
	return !grey || f == codec.PNG || h.Model == codec.Gray && !h.Alpha
}

// exifColourSpace is how EXIF calls a space (Exif 2.32, 4.6.5 B): 65535 is any
// that has no number.
var exifColourSpace = map[colour.Space]uint16{colour.SRGB: 1, colour.DisplayP3: 65535}

// own makes c independent of the file's bytes.
func (c *colours) own() {
	c.from, c.embed, c.chunks = slices.Clone(c.from), slices.Clone(c.embed), slices.Clone(c.chunks)
	for i := range c.chunks {
		c.chunks[i].Content = slices.Clone(c.chunks[i].Content)
	}
}
