package cli

import (
	"runtime/debug"

	"github.com/urfave/cli/v2"
)

func (p *program) compressCommand() *cli.Command {
	r := newCompressRequest()
	return &cli.Command{
		Name:        "compress",
		Usage:       "write the smallest files that look the same",
		UsageText:   "imgpool compress [flags] INPUT...",
		Description: compressDescription,
		Flags:       asFlags(r.opts),
		Action: func(c *cli.Context) error {
			if err := r.resolve(c.Args().Slice()); err != nil {
				return err
			}
			info, _ := debug.ReadBuildInfo()
			r.Version = versionOf(info)
			return p.resize(c.Context, r)
		},
	}
}
