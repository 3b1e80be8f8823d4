package cli

import (
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"
)

// arrange brings a command's arguments into the one form that cannot be
// misread: every flag as --name=value, then "--", then the inputs. The library
// stops reading flags at the first input, takes an unknown flag behind it for
// a file name and lets a flag swallow the next flag as its value; none of that
// can happen afterwards.
func arrange(args []string, opts []*option) ([]string, error) {
	a := arranger{opts: opts, rest: args}
	for len(a.rest) > 0 {
		arg := a.rest[0]
		a.rest = a.rest[1:]
		var err error
		switch {
		case arg == "--":
			a.inputs = append(a.inputs, a.rest...)
			a.rest = nil
		case strings.HasPrefix(arg, "--"):
			err = a.long(arg)
		case strings.HasPrefix(arg, "-") && arg != "-":
			err = a.short(arg)
		default:
			a.inputs = append(a.inputs, arg)
		}
		if err != nil {
			return nil, err
		}
	}
	return append(append(a.flags, "--"), a.inputs...), nil
}

// arranger is the state of one call of arrange.
type arranger struct {
	opts   []*option
	rest   []string // arguments not looked at yet
	flags  []string // --name=value
	inputs []string
}

func (a *arranger) byName(name string) *option {
	for _, o := range a.opts {
		if o.name == name {
			return o
		}
	}
	return nil
}

func (a *arranger) byLetter(letter string) *option {
	for _, o := range a.opts {
		if o.short == letter {
			return o
		}
	}
	return nil
}

// long reads --name, --name=value or --name value.
func (a *arranger) long(arg string) error {
	name, value, inline := strings.Cut(arg[2:], "=")
	o := a.byName(name)
	if o == nil {
		return a.unknown(arg, "--"+name)
	}
	return a.take(o, "--"+name, value, inline)
}

// short reads -w 800, -w800, -w=800, and switches in one word as in -vw800.
func (a *arranger) short(arg string) error {
	if name, _, _ := strings.Cut(arg[1:], "="); len(name) > 1 && a.byName(name) != nil {
		return usagef("unknown flag %s: did you mean --%s?", arg, name)
	}
	for letters := arg[1:]; letters != ""; {
		_, n := utf8.DecodeRuneInString(letters)
		o := a.byLetter(letters[:n])
		if o == nil {
			return a.unknown(arg, "-"+letters[:n])
		}
		value := letters[n:]
		if o.isSwitch() && !strings.HasPrefix(value, "=") {
			a.flags = append(a.flags, "--"+o.name+"=true")
			letters = value
			continue
		}
		inline := value != ""
		return a.take(o, "-"+letters[:n], strings.TrimPrefix(value, "="), inline)
	}
	return nil
}

// take appends option o, named as by the user, with its value: the inline one,
// or the next argument.
func (a *arranger) take(o *option, named, value string, inline bool) error {
	switch {
	case inline:
	case o.isSwitch():
		value = "true"
	case len(a.rest) == 0 || a.rest[0] == "--":
		return usagef("flag %s needs a value: %s", named, o.Label())
	case a.isFlag(a.rest[0]):
		return usagef("flag %s needs a value, and %s is a flag (if it is meant as the value, write --%s=%s)", named, a.rest[0], o.name, a.rest[0])
	default:
		value, a.rest = a.rest[0], a.rest[1:]
	}
	a.flags = append(a.flags, "--"+o.name+"="+value)
	return nil
}

// isFlag tells whether arg is exactly one of the command's flags.
func (a *arranger) isFlag(arg string) bool {
	if name, ok := strings.CutPrefix(arg, "--"); ok {
		name, _, _ = strings.Cut(name, "=")
		return a.byName(name) != nil
	}
	letter, ok := strings.CutPrefix(arg, "-")
	return ok && letter != "" && a.byLetter(letter) != nil
}

// unknown is the error for an argument that looks like a flag and is none.
func (a *arranger) unknown(arg, named string) error {
	var names []string
	for _, o := range a.opts {
		names = append(names, "--"+o.name)
		if strings.HasPrefix(arg, "--") {
			continue
		}
		if o.short != "" {
			names = append(names, "-"+o.short)
		}
	}
	near := ""
	if strings.HasPrefix(named, "--") {
		near = nearest(named, names)
	} else if len(arg) > 2 {
		near = nearest("-"+arg, names)
	}
	if near != "" {
		return usagef("unknown flag %s: did you mean %s?", show(arg), near)
	}
	return usagef("unknown flag %s (a file of that name is given as ./%s or behind --)", show(arg), show(arg))
}

// nearest returns the word that differs from word by the fewest typing slips,
// or "" when every word differs by more than a third of its letters.
func nearest(word string, words []string) string {
	best, bestSlips := "", 0
	for _, w := range words {
		letters := utf8.RuneCountInString(strings.TrimLeft(w, "-"))
		slips := slipsBetween(word, w)
		if slips <= max(1, letters/3) && letters > 1 && (best == "" || slips < bestSlips) {
			best, bestSlips = w, slips
		}
	}
	return best
}

// slipsBetween counts the letters inserted, left out, replaced, or swapped with
// their neighbour between a and b (the optimal string alignment distance).
func slipsBetween(a, b string) int {
	x, y := []rune(a), []rune(b)
	var before []int // the row before the previous one
	prev := make([]int, len(y)+1)
	for j := range prev {
		prev[j] = j
	}
	for i := range x {
		row := make([]int, len(y)+1)
		row[0] = i + 1
		for j := range y {
			cost := 1
			if x[i] == y[j] {
				cost = 0
			}
			row[j+1] = min(prev[j+1]+1, row[j]+1, prev[j]+cost)
			if i > 0 && j > 0 && x[i] == y[j-1] && x[i-1] == y[j] {
				row[j+1] = min(row[j+1], before[j-1]+1)
			}
		}
		before, prev = prev, row
	}
	return prev[len(y)]
}

// oneOf is the error for a value that is none of the known ones.
func oneOf(value string, known []string) error {
	if near := nearest(strings.ToLower(value), known); near != "" {
		return fmt.Errorf("did you mean %s?", near)
	}
	return fmt.Errorf("want one of %s", strings.Join(slices.Clone(known), ", "))
}
