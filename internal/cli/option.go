package cli

import (
	"errors"
	"flag"
	"fmt"
	"strings"

	"github.com/urfave/cli/v2"
)

// option is one flag of a command. It implements [cli.Flag] itself: the
// library's own flag types split lists at commas, trim values, copy them
// between a flag's names and stop at the first bad one.
type option struct {
	name  string // the long name, without dashes
	short string // one letter, or empty
	arg   string // what the help calls the value; empty for a switch
	group string // heading in the help
	usage string
	// set takes one value; a switch gets "true" or "false". What it returns
	// says what was expected, without naming the flag.
	set func(value string) error

	value string // as last given
	given bool
	errs  []error
}

// The headings of the flags, in the order of the help.
const (
	groupRules   = "Rules"
	groupSize    = "Size"
	groupOutput  = "Picture"
	groupFiles   = "Which files"
	groupWhere   = "Where to"
	groupPools   = "Workers and memory"
	groupReport  = "Reporting"
	groupProfile = "Profiling imgpool itself"
)

// isSwitch tells whether the flag takes no value.
func (o *option) isSwitch() bool { return o.arg == "" }

// Names implements [cli.Flag]. Short names are resolved by arrange, before the
// library sees the arguments.
func (o *option) Names() []string { return []string{o.name} }

// IsSet implements [cli.Flag].
func (o *option) IsSet() bool { return o.given }

// String implements [cli.Flag].
func (o *option) String() string { return o.Label() + "\t" + o.usage }

// Apply implements [cli.Flag].
func (o *option) Apply(set *flag.FlagSet) error {
	set.Var(optionValue{o}, o.name, o.usage)
	return nil
}

// IsVisible implements [cli.VisibleFlag].
func (o *option) IsVisible() bool { return true }

// Label is the flag as the help shows it: "-w, --width PX".
func (o *option) Label() string {
	var b strings.Builder
	if o.short != "" {
		b.WriteString("-" + o.short + ", ")
	} else {
		b.WriteString("    ")
	}
	b.WriteString("--" + o.name)
	if o.arg != "" {
		b.WriteString(" " + o.arg)
	}
	return b.String()
}

// Usage is the flag's description in the help.
func (o *option) Usage() string { return o.usage }

// Group is the heading the flag stands under in the help.
func (o *option) Group() string { return o.group }

// optionValue is the side of an option that the flag package sees. It never
// fails: bad values are kept, so that all of them can be reported at once.
type optionValue struct{ o *option }

func (v optionValue) IsBoolFlag() bool { return v.o.isSwitch() }

// String is what the library's check for --help reads.
func (v optionValue) String() string {
	if v.o == nil {
		return ""
	}
	return v.o.value
}

func (v optionValue) Set(s string) error {
	v.o.given, v.o.value = true, s
	if err := v.o.set(s); err != nil {
		v.o.errs = append(v.o.errs, fmt.Errorf("--%s %q: %w", v.o.name, s, err))
	}
	return nil
}

// problems joins what was wrong with the values of all options.
func problems(opts []*option) error {
	var errs []error
	for _, o := range opts {
		errs = append(errs, o.errs...)
	}
	return errors.Join(errs...)
}

// asFlags gives options the type that the library wants.
func asFlags(opts []*option) []cli.Flag {
	flags := make([]cli.Flag, len(opts))
	for i, o := range opts {
		flags[i] = o
	}
	return flags
}
