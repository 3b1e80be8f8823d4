package cli

import (
	"fmt"
	"runtime"
	"runtime/debug"
	"strings"

	"imgpool/internal/kernel/cpu"
)

// printVersion writes the version; verbose adds what a bug report needs.
func (p *program) printVersion(verbose bool) error {
	info, _ := debug.ReadBuildInfo()
	if _, err := fmt.Fprintln(p.Out, "imgpool", versionOf(info)); err != nil || !verbose {
		return err
	}
	fmt.Fprintf(p.Out, "%s %s/%s, %d CPUs\n", runtime.Version(), runtime.GOOS, runtime.GOARCH, runtime.NumCPU())
	fmt.Fprintln(p.Out, "code path:", cpu.Name())
	if info == nil {
		return nil
	}
	for _, set := range info.Settings {
		if set.Key == "-tags" {
			fmt.Fprintln(p.Out, "build tags:", set.Value)
		}
	}
	for _, dep := range info.Deps {
		if strings.HasPrefix(dep.Path, "github.com/gen2brain/") || strings.HasPrefix(dep.Path, "github.com/deepteams/") ||
			dep.Path == "golang.org/x/image" {
			fmt.Fprintln(p.Out, "library:", dep.Path, dep.Version)
		}
	}
	return nil
}

// versionOf is the module's version when imgpool was installed by one, else
// the commit that it was built from.
func versionOf(info *debug.BuildInfo) string {
	if info == nil {
		return "unknown"
	}
	if v := info.Main.Version; v != "" && v != "(devel)" {
		return v
	}
	commit, changed := "", ""
	for _, s := range info.Settings {
		switch {
		case s.Key == "vcs.revision":
			commit = s.Value[:min(12, len(s.Value))]
		case s.Key == "vcs.modified" && s.Value == "true":
			changed = " with changes"
		}
	}
	if commit == "" {
		return "devel"
	}
	return "devel (" + commit + changed + ")"
}
