package cli

import (
	"context"
	"os"
	"path/filepath"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"
)

// TestMain makes this test binary also the commands that the scripts run:
// imgpool itself and a few tools that make pictures and look at them.
func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){
		"imgpool": func() {
			background := context.Background()
			os.Exit(Run(background, background, os.Args, Streams{In: os.Stdin, Out: os.Stdout, Err: os.Stderr}))
		},
		"picture":   pictureTool,
		"sizeof":    sizeofTool,
		"tree":      treeTool,
		"jsonlines": jsonlinesTool,
		"contains":  containsTool,
		"append":    appendTool,
		"hardlink":  hardlinkTool,
	})
}

// TestScripts runs ../../testdata/script/*.txtar, one promise each.
func TestScripts(t *testing.T) {
	testscript.Run(t, testscript.Params{
		Dir:                 "../../testdata/script",
		RequireExplicitExec: true,
		RequireUniqueNames:  true,
		UpdateScripts:       os.Getenv("UPDATE_SCRIPTS") != "",
		Setup: func(env *testscript.Env) error {
			env.Setenv("NO_COLOR", "1")
			testdata, err := filepath.Abs("../../testdata")
			env.Setenv("TESTDATA", testdata)
			return err
		},
	})
}
