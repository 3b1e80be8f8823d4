package cli

import (
	"context"
	"errors"
	"fmt"
	"image"
	"slices"
	"strings"
	"syscall"

	"github.com/urfave/cli/v2"

	"imgpool/internal/codec"
	"imgpool/internal/meta"
	"imgpool/stages"
)

func (p *program) infoCommand() *cli.Command {
	var help, asJSON bool
	return &cli.Command{
		Name:        "info",
		Usage:       "tell what is known of pictures from their headers",
		UsageText:   "imgpool info [flags] FILE...",
		Description: infoDescription,
		Flags: asFlags([]*option{
			{name: "json", group: groupReport, usage: "one JSON object per file", set: switchTo(&asJSON)},
			helpOption(&help),
		}),
		Action: func(c *cli.Context) error {
			if !c.Args().Present() {
				return usagef("no file named, as in: imgpool info a.jpg")
			}
			return p.info(c.Context, c.Args().Slice(), asJSON)
		},
	}
}

// info reports on each file, and goes on after one that cannot be read.
func (p *program) info(ctx context.Context, paths []string, asJSON bool) error {
	stdin := p.In
	if slices.Contains(paths, "-") {
		var done func()
		stdin, done = interruptible(p.In, p.stop)
		defer done()
	}
	var result error
	for _, path := range paths {
		if p.stop.Err() != nil || ctx.Err() != nil {
			return context.Cause(p.stop)
		}
		header, size, err := stages.Inspect(path, stdin)
		if err != nil {
			fmt.Fprintln(p.Err, paint(wantsColour(p.Err)).bad("failed")+"  "+show(err.Error()))
			result = errFilesFailed
		}
		switch {
		case asJSON:
			err = writeLine(p.Out, newInfoLine(path, size, header, err))
		case err == nil:
			err = p.printInfo(path, size, header)
		default:
			err = nil
		}
		if errors.Is(err, syscall.EPIPE) { // nobody reads on
			return errFilesFailed
		}
		if err != nil {
			return fmt.Errorf("standard output: %w", err)
		}
	}
	return result
}

// infoLine is the JSON object for one file.
type infoLine struct {
	Schema  int    `json:"schema"`
	Type    string `json:"type"` // "info"
	Path    string `json:"path"`
	PathRaw []byte `json:"path_base64,omitempty"`
	Bytes   int64  `json:"bytes"`
	Error   string `json:"error,omitempty"`
	*headerLine
}

// headerLine is the part of an infoLine that only a readable file has.
type headerLine struct {
	Format string `json:"format"`
	// Width and Height are as stored; orientation 5 to 8 swaps them for
	// whoever looks at the picture.
	Width       int    `json:"width"`
	Height      int    `json:"height"`
	Orientation int    `json:"orientation"`
	Depth       int    `json:"depth"` // bits per sample
	Model       string `json:"model"`
	Subsampling string `json:"subsampling,omitempty"`
	Alpha       bool   `json:"alpha"`
	Frames      int    `json:"frames"`
	Lossless    bool   `json:"lossless"`
	Progressive bool   `json:"progressive"`
	Profile     string `json:"profile,omitempty"`
	// Blocks are the metadata blocks with their sizes in bytes.
	Blocks []blockLine `json:"blocks"`
}

type blockLine struct {
	Name  string `json:"name"`
	Bytes int    `json:"bytes"`
}

func newInfoLine(path string, size int64, h *codec.Header, err error) infoLine {
	l := infoLine{Schema: schema, Type: "info", Path: path, PathRaw: rawPath(path), Bytes: size}
	if err != nil {
		l.Error = err.Error()
		return l
	}
	l.headerLine = &headerLine{
		Format: h.Format.String(), Width: h.Width, Height: h.Height, Orientation: h.Orientation,
		Depth: h.Depth, Model: h.Model.String(), Subsampling: subsampling(h), Alpha: h.Alpha,
		Frames: h.Frames, Lossless: h.Lossless, Progressive: h.Progressive,
		Profile: profile(h), Blocks: []blockLine{},
	}
	for _, b := range h.Blocks {
		l.Blocks = append(l.Blocks, blockLine{b.Name, b.Size})
	}
	return l
}

// printInfo writes what a person wants to know: the path, then one line a fact.
func (p *program) printInfo(path string, size int64, h *codec.Header) error {
	var b strings.Builder
	fmt.Fprintf(&b, "%s\n", show(path))
	fact := func(name, format string, args ...any) {
		fmt.Fprintf(&b, "  %-12s %s\n", name, show(fmt.Sprintf(format, args...)))
	}
	var traits []string
	for trait, has := range map[string]bool{"progressive": h.Progressive, "lossless": h.Format == codec.WebP && h.Lossless} {
		if has {
			traits = append(traits, ", "+trait)
		}
	}
	fact("format", "%s, %s%s", h.Format, formatBytes(size), strings.Join(traits, ""))
	fact("size", "%dx%d", h.Width, h.Height)
	fact("orientation", "%d (%s)", h.Orientation, orientations[(h.Orientation-1)&7])
	fact("pixels", "%s, %d bits per sample%s%s", h.Model, h.Depth, map[bool]string{true: ", alpha"}[h.Alpha],
		map[bool]string{true: ", " + subsampling(h)}[subsampling(h) != ""])
	if name := profile(h); name != "" {
		fact("profile", "%s", name)
	} else {
		fact("profile", "none, taken as sRGB")
	}
	fact("frames", "%d", h.Frames)
	var blocks []string
	for _, m := range h.Blocks {
		blocks = append(blocks, fmt.Sprintf("%s %s", m.Name, formatBytes(int64(m.Size))))
	}
	if blocks == nil {
		blocks = []string{"none"}
	}
	fact("metadata", "%s", strings.Join(blocks, ", "))
	_, err := p.Out.Write([]byte(b.String()))
	return err
}

// orientations says what has to be done to see the picture upright, for the
// EXIF orientations 1 to 8 (TIFF 6.0, tag 274).
var orientations = [8]string{
	"upright", "mirrored", "turned by 180°", "upside down mirrored",
	"mirrored, turned by 90° left", "turn 90° right", "mirrored, turned by 90° right", "turn 90° left",
}

// profile is the name of the ICC profile, or of what the file says in its place
// about colours other than sRGB; nothing without either.
func profile(h *codec.Header) string {
	icc, _ := h.Profile()
	if len(icc) == 0 {
		icc = h.ICC
	}
	if len(icc) == 0 {
		return ""
	}
	if name := meta.ProfileName(icc); name != "" {
		return name
	}
	return "unnamed"
}

// subsampling is the chroma subsampling of a JPEG in the usual notation.
func subsampling(h *codec.Header) string {
	if h.Format != codec.JPEG || h.Model != codec.YCbCr {
		return ""
	}
	switch h.Subsampling {
	case image.YCbCrSubsampleRatio444:
		return "4:4:4"
	case image.YCbCrSubsampleRatio422:
		return "4:2:2"
	case image.YCbCrSubsampleRatio420:
		return "4:2:0"
	case image.YCbCrSubsampleRatio440:
		return "4:4:0"
	case image.YCbCrSubsampleRatio411:
		return "4:1:1"
	case image.YCbCrSubsampleRatio410:
		return "4:1:0"
	}
	return ""
}
