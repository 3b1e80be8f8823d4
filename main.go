// Command imgpool turns folders of images into smaller images.
package main

import (
	"context"
	"os"
	"os/signal"
	"syscall"
	"time"

	"imgpool/internal/cli"
)

// main wires signals to the command line: the first INT, TERM or HUP lets the
// run wind down, the second ends it at once, a third kills the process. An
// encoder cannot be interrupted: what has not ended a second after the second
// signal is left as it is, which is safe, since files appear by renaming only.
// A closed pipe is an error of its write, not the silent death of the process.
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
		interrupted := cli.Interrupted{Signal: second}
		abort(interrupted)
		time.Sleep(time.Second)
		os.Exit(interrupted.ExitCode())
	}()
	std := cli.Streams{In: os.Stdin, Out: os.Stdout, Err: os.Stderr}
	os.Exit(cli.Run(ctx, stop, os.Args, std))
}
