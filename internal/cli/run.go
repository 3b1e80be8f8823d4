package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/urfave/cli/v2"
)

// Streams are the standard streams of the process.
type Streams struct {
	In       io.Reader
	Out, Err io.Writer
}

// program is one invocation of imgpool.
type program struct {
	Streams
	// stop is cancelled when the run should wind down: nothing new starts,
	// what is in flight finishes.
	stop context.Context
	// resize carries out a resolved request; tests put their own here.
	resize func(context.Context, *request) error
}

// Run carries out the command line args (args[0] is the program's name) and
// returns the exit code. When stop is cancelled, the run starts no new file and
// finishes those in flight; when ctx is cancelled, it ends at once. The cause
// of either decides the exit code if it is an [Interrupted].
func Run(ctx, stop context.Context, args []string, std Streams) int {
	p := &program{Streams: std, stop: stop}
	p.resize = p.runResize
	err := p.run(ctx, args)
	if err != nil && !errors.Is(err, errFilesFailed) && !errors.Is(err, errFound) {
		for line := range strings.Lines(err.Error()) {
			fmt.Fprintf(std.Err, "imgpool: %s\n", show(strings.TrimSuffix(line, "\n")))
		}
	}
	return exitCode(err)
}

// run finds the command, brings the arguments in order and hands them to the
// library.
func (p *program) run(ctx context.Context, args []string) error {
	app, root := p.app()
	if len(args) < 2 {
		fmt.Fprint(p.Err, "usage: ", app.UsageText, "\n\n")
		return usagef("no command given: imgpool help lists them, as in: imgpool resize -w 800 photos")
	}
	args = args[1:]
	if strings.HasPrefix(args[0], "-") {
		return p.runRoot(ctx, app, root, args)
	}
	cmd := app.Command(args[0])
	if cmd == nil {
		return p.unknownCommand(app, args[0])
	}
	arranged, err := arrange(args[1:], optionsOf(cmd.Flags))
	if err != nil {
		return withHelpHint(err, cmd.Name)
	}
	if err := app.RunContext(ctx, append([]string{app.Name, cmd.Name}, arranged...)); err != nil {
		return withHelpHint(err, cmd.Name)
	}
	return nil
}

// runRoot handles flags in front of a command: --help and --version.
func (p *program) runRoot(ctx context.Context, app *cli.App, root []*option, args []string) error {
	for i, arg := range args {
		switch {
		case app.Command(arg) == nil:
		case slices.Contains(args[:i], "--help") || slices.Contains(args[:i], "-h"):
			return app.RunContext(ctx, []string{app.Name, arg, "--help"})
		default:
			return usagef("flags belong behind the command, as in: imgpool %s %s", arg, strings.Join(args[:i], " "))
		}
	}
	arranged, err := arrange(args, root)
	if err == nil {
		return app.RunContext(ctx, append([]string{app.Name}, arranged...))
	}
	for _, c := range app.Commands {
		if _, e := arrange(args, optionsOf(c.Flags)); e == nil {
			return usagef("no command given: did you mean imgpool %s %s?", c.Name, strings.Join(args, " "))
		}
	}
	return err
}

// app describes the command line to the library, which finds commands, reads
// flags and prints help. Its habits of exiting, of printing usage errors to
// standard output and of taking -v for the version are switched off.
func (p *program) app() (*cli.App, []*option) {
	var help, version, verbose bool
	root := []*option{
		helpOption(&help),
		{name: "version", usage: "print the version; with -v, more", set: switchTo(&version)},
		{name: "verbose", short: "v", usage: "with --version", set: switchTo(&verbose)},
	}
	app := &cli.App{
		Name:                      "imgpool",
		Usage:                     "turns folders of images into smaller images",
		UsageText:                 "imgpool COMMAND [flags] INPUT...",
		CustomAppHelpTemplate:     rootHelp,
		Flags:                     asFlags(root),
		Commands:                  []*cli.Command{p.resizeCommand(), p.convertCommand(), p.compressCommand(), p.checkCommand(), p.infoCommand(), p.formatsCommand(), p.helpCommand(), p.versionCommand()},
		HideHelp:                  true,
		HideHelpCommand:           true,
		HideVersion:               true,
		DisableSliceFlagSeparator: true,
		Reader:                    p.In,
		Writer:                    p.Out,
		ErrWriter:                 p.Err,
		ExitErrHandler:            func(*cli.Context, error) {},
		Action: func(c *cli.Context) error {
			switch {
			case version:
				return p.printVersion(verbose)
			case c.Args().Present():
				return p.unknownCommand(c.App, c.Args().First())
			default:
				return usagef("no command given: imgpool help lists them")
			}
		},
	}
	for _, c := range app.Commands {
		c.HideHelp, c.HideHelpCommand = true, true
		c.CustomHelpTemplate = commandHelp
		c.OnUsageError = usageFromLibrary
	}
	app.OnUsageError = usageFromLibrary
	return app, root
}

// usageFromLibrary takes an error of the library's flag parser. Arguments were
// arranged before, so it is a last resort.
func usageFromLibrary(_ *cli.Context, err error, _ bool) error { return &usageError{err} }

func (p *program) resizeCommand() *cli.Command {
	r := newRequest()
	return &cli.Command{
		Name:        "resize",
		Usage:       "write smaller copies of pictures, or of whole folders of them",
		UsageText:   "imgpool resize [flags] INPUT...",
		Description: resizeDescription,
		Flags:       asFlags(r.opts),
		Action: func(c *cli.Context) error {
			if err := r.resolve(c.Args().Slice()); err != nil {
				return err
			}
			return p.resize(c.Context, r)
		},
	}
}

func (p *program) helpCommand() *cli.Command {
	var help bool
	return &cli.Command{
		Name:        "help",
		Usage:       "explain imgpool, or one of its commands",
		UsageText:   "imgpool help [COMMAND]",
		Description: "Example:\n  imgpool help resize",
		Flags:       asFlags([]*option{helpOption(&help)}),
		Action: func(c *cli.Context) error {
			topic := c.Args().First()
			if topic == "" {
				return cli.ShowAppHelp(c)
			}
			if c.App.Command(topic) == nil {
				return p.unknownCommand(c.App, topic)
			}
			return c.App.RunContext(c.Context, []string{c.App.Name, topic, "--help"})
		},
	}
}

func (p *program) versionCommand() *cli.Command {
	var help, verbose bool
	return &cli.Command{
		Name:        "version",
		Usage:       "print the version",
		UsageText:   "imgpool version [-v]",
		Description: versionDescription,
		Flags: asFlags([]*option{
			{name: "verbose", short: "v", group: groupReport, usage: "also the build and the code paths", set: switchTo(&verbose)},
			helpOption(&help),
		}),
		Action: func(c *cli.Context) error {
			if c.Args().Present() {
				return usagef("version takes no arguments")
			}
			return p.printVersion(verbose)
		},
	}
}

// unknownCommand is the error for a first word that is no command.
func (p *program) unknownCommand(app *cli.App, word string) error {
	var names []string
	for _, c := range app.Commands {
		names = append(names, c.Name)
	}
	if near := nearest(word, names); near != "" {
		return usagef("unknown command %q: did you mean imgpool %s?", word, near)
	}
	return usagef("unknown command %q: use one of %s, as in: imgpool resize -w 800 photos", word, strings.Join(names, ", "))
}

// withHelpHint adds to a usage error where the flags are explained.
func withHelpHint(err error, command string) error {
	var usage *usageError
	if !errors.As(err, &usage) {
		return err
	}
	return &usageError{fmt.Errorf("%w\nsee: imgpool help %s", err, command)}
}

// optionsOf is the inverse of asFlags.
func optionsOf(flags []cli.Flag) []*option {
	var opts []*option
	for _, f := range flags {
		if o, ok := f.(*option); ok {
			opts = append(opts, o)
		}
	}
	return opts
}
