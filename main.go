// Command imgpool turns folders of images into smaller images.
package main

import (
	"context"
	"os"
	"os/signal"
	"syscall"

	"imgpool/internal/cli"
)

// main wires signals to the command line: the first INT, TERM or HUP lets the
// run wind down, the second ends it at once, a third kills the process. A
// closed pipe is an error of its write, not the silent death of the process.
func main() {
	ctx, abort := context.WithCancelCause(context.Background())
	stop, windDown := context.WithCancelCause(ctx)
	signal.Ignore(syscall.SIGPIPE)
	signals := make(chan os.Signal, 2)
	signal.Notify(signals, os.Interrupt, syscall.SIGTERM, syscall.SIGHUP)
	go func() {
		windDown(cli.Interrupted{Signal: <-signals})
		second := <-signals
		signal.Stop(signals)
		abort(cli.Interrupted{Signal: second})
	}()
	std := cli.Streams{In: os.Stdin, Out: os.Stdout, Err: os.Stderr}
	os.Exit(cli.Run(ctx, stop, os.Args, std))
}
