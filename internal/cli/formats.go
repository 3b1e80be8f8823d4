package cli

import (
	"fmt"
	"runtime/debug"
	"strings"
	"text/tabwriter"

	"github.com/urfave/cli/v2"

	"imgpool/internal/codec"
)

// formatLine is the JSON object for one format.
type formatLine struct {
	Schema     int      `json:"schema"`
	Type       string   `json:"type"` // "format"
	Format     string   `json:"format"`
	Read       bool     `json:"read"`
	Write      bool     `json:"write"`
	Alpha      bool     `json:"alpha"`
	Extensions []string `json:"extensions"`
	// Libraries are the modules that read and write it; none means that
	// imgpool and Go's standard library do.
	Libraries []libraryLine `json:"libraries,omitempty"`
	// Unavailable is why the libraries are not used in this build.
	Unavailable string `json:"unavailable,omitempty"`
}

type libraryLine struct {
	Module  string `json:"module"`
	Version string `json:"version,omitempty"`
	Holds   string `json:"holds,omitempty"` // what is compiled into it
}

// librariesOf names the modules behind each format, and what they hold or are for. Formats without are imgpool's own.
var librariesOf = map[codec.Format][]libraryLine{
	codec.JPEG: {{Module: "imgpool"}, {Module: "github.com/gen2brain/jpegn", Holds: "for CMYK, RGB and odd subsampling"}},
	codec.PNG:  {{Module: "github.com/klauspost/compress"}},
	codec.WebP: {{Module: "golang.org/x/image"}, {Module: "github.com/gen2brain/webp", Holds: "libwebp"}},
	codec.TIFF: {{Module: "golang.org/x/image"}, {Module: "github.com/klauspost/compress"}},
	codec.AVIF: {{Module: "github.com/gen2brain/avif", Holds: "libavif, dav1d, libaom"}},
	codec.HEIC: {{Module: "github.com/gen2brain/heic", Holds: "libheif, libde265"}},
	codec.JXL:  {{Module: "github.com/gen2brain/jpegxl", Holds: "libjxl"}},
}

func (p *program) formatsCommand() *cli.Command {
	var help, asJSON bool
	return &cli.Command{
		Name:        "formats",
		Usage:       "list what this build reads and writes, and with which libraries",
		UsageText:   "imgpool formats [--json]",
		Description: formatsDescription,
		Flags: asFlags([]*option{
			{name: "json", group: groupReport, usage: "one JSON object per format", set: switchTo(&asJSON)},
			helpOption(&help),
		}),
		Action: func(c *cli.Context) error {
			if c.Args().Present() {
				return usagef("formats takes no arguments")
			}
			info, _ := debug.ReadBuildInfo()
			if err := p.printFormats(formatLines(info), asJSON); err != nil {
				return fmt.Errorf("standard output: %w", err)
			}
			return nil
		},
	}
}

// formatLines tells of every format that can be read.
func formatLines(info *debug.BuildInfo) []formatLine {
	versions := map[string]string{}
	if info != nil {
		for _, dep := range info.Deps {
			versions[dep.Path] = dep.Version
		}
	}
	var lines []formatLine
	for f := codec.Format(1); f.String() != codec.Unknown.String(); f++ {
		if !f.CanRead() && !f.CanWrite() {
			continue
		}
		l := formatLine{
			Schema: schema, Type: "format", Format: f.String(), Read: f.CanRead(), Write: f.CanWrite(),
			Alpha: f.CanAlpha(), Extensions: f.Exts(),
		}
		for _, lib := range librariesOf[f] {
			lib.Version = versions[lib.Module]
			l.Libraries = append(l.Libraries, lib)
		}
		if err := f.Unavailable(); err != nil {
			l.Unavailable, l.Read, l.Write = err.Error(), false, false
		}
		lines = append(lines, l)
	}
	return lines
}

// printFormats writes the lines as a table or as JSON.
func (p *program) printFormats(lines []formatLine, asJSON bool) error {
	if asJSON {
		for _, l := range lines {
			if err := writeLine(p.Out, l); err != nil {
				return err
			}
		}
		return nil
	}
	w := tabwriter.NewWriter(p.Out, 0, 0, 2, ' ', 0)
	fmt.Fprintln(w, "format\treads\twrites\textensions\twith")
	yes := map[bool]string{true: "yes", false: "no"}
	for _, l := range lines {
		var with []string
		for _, lib := range l.Libraries {
			text := strings.TrimSpace(lib.Module + " " + lib.Version)
			if lib.Module == "imgpool" {
				text = "imgpool itself"
			}
			if lib.Holds != "" {
				text += " (" + lib.Holds + ")"
			}
			with = append(with, text)
		}
		if len(with) == 0 {
			with = []string{"imgpool itself"}
		}
		if l.Unavailable != "" {
			with = []string{l.Unavailable}
		}
		fmt.Fprintf(w, "%s\t%s\t%s\t%s\t%s\n", l.Format, yes[l.Read], yes[l.Write],
			strings.Join(l.Extensions, " "), strings.Join(with, ", "))
	}
	return w.Flush()
}
