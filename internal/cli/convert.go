package cli

import (
	"path/filepath"

	"github.com/urfave/cli/v2"

	"imgpool/internal/codec"
	"imgpool/stages"
)

// convertCommand is resize without the need of a size.
func (p *program) convertCommand() *cli.Command {
	r := newRequest()
	r.convert, r.Output.Verb = true, stages.VerbConvert
	return &cli.Command{
		Name:        "convert",
		Usage:       "write pictures, or whole folders of them, in another format",
		UsageText:   "imgpool convert -f FORMAT [flags] INPUT...",
		Description: convertDescription,
		Flags:       asFlags(r.opts),
		Action: func(c *cli.Context) error {
			if err := r.resolve(c.Args().Slice()); err != nil {
				return err
			}
			return p.resize(c.Context, r)
		},
	}
}

// namesFormat tells whether an output's extension is that of a format that can
// be written.
func namesFormat(path string) bool {
	f, err := codec.ParseFormat(filepath.Ext(path))
	return err == nil && f.CanWrite()
}
