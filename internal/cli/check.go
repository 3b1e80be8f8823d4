package cli

import (
	"cmp"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/urfave/cli/v2"

	"imgpool/stages"
)

func (p *program) checkCommand() *cli.Command {
	r := newCheckRequest()
	return &cli.Command{
		Name:        "check",
		Usage:       "tell what could be smaller or breaks a rule; write nothing",
		UsageText:   "imgpool check [flags] INPUT...",
		Description: checkDescription,
		Flags:       asFlags(r.opts),
		Action: func(c *cli.Context) error {
			if err := r.resolve(c.Args().Slice()); err != nil {
				return err
			}
			if r.report.json {
				r.report.checkFormat = checkJSON
			}
			if r.report.checkFormat == "" && os.Getenv("GITHUB_ACTIONS") == "true" {
				r.report.checkFormat = checkGitHub
			}
			r.report.json = r.report.checkFormat == checkJSON
			return p.resize(c.Context, r)
		},
	}
}

// The ways in which a check tells what it found.
const (
	checkText   = "text"
	checkJSON   = "json"
	checkGitHub = "github"
)

// errFound says that a check found something; the report has told what.
var errFound = errors.New("check found something")

// findings prints what a check found, in the order of the paths: the same text
// however the run went. Annotations also mark what could not be looked at, for
// who reads them sees nothing else.
func (p *reporter) findings() {
	slices.SortStableFunc(p.found, func(a, b stages.Result) int { return cmp.Compare(a.Input, b.Input) })
	line := func(text string) { p.write(func() error { _, err := fmt.Fprintln(p.out, text); return err }) }
	for _, r := range p.found {
		if r.Outcome == stages.Failed {
			line(annotation(workspacePath(r.Input), "imgpool: "+r.Reason, failureCause(r)))
		}
		for _, f := range r.Findings {
			if p.checkFormat == checkGitHub {
				line(annotation(workspacePath(r.Input), "imgpool: "+f.Rule, f.Message))
			} else {
				line(show(r.Input) + ": " + show(f.Message))
			}
		}
	}
}

// failureCause is failureText without the path.
func failureCause(r stages.Result) string {
	return strings.TrimPrefix(failureText(r), r.Input+": ")
}

// annotation is a workflow command of GitHub Actions that marks a file.
func annotation(path, title, message string) string {
	return "::error file=" + annotationProperty.Replace(path) + ",title=" + annotationProperty.Replace(title) + "::" + annotationText.Replace(message)
}

// What has to be escaped in the text of a workflow command, and what more in
// its properties (actions/toolkit, packages/core/src/command.ts).
var (
	annotationText     = strings.NewReplacer("%", "%25", "\r", "%0D", "\n", "%0A")
	annotationProperty = strings.NewReplacer("%", "%25", "\r", "%0D", "\n", "%0A", ":", "%3A", ",", "%2C")
)

// workspacePath is path as GitHub knows it: with slashes, and below the
// checkout where it lies in there.
func workspacePath(path string) string {
	if root := os.Getenv("GITHUB_WORKSPACE"); root != "" {
		if abs, err := filepath.Abs(path); err == nil {
			if rel, err := filepath.Rel(root, abs); err == nil && filepath.IsLocal(rel) {
				path = rel
			}
		}
	}
	return filepath.ToSlash(path)
}
