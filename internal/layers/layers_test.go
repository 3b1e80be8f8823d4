// Package layers holds no code. Its test reads the source of the whole module
// and fails where a package reaches uphill or does what only another may do.
package layers

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"testing/fstest"
)

const module = "imgpool"

// mayImport is the module's map: for each package, which packages of the
// module it may import. "a/..." stands for a and everything below it. A
// package below a listed one has its rules unless it is listed itself.
var mayImport = map[string][]string{
	".":                   {"internal/cli"},
	"pipeline":            {},
	"stages":              {"pipeline", "internal/codec", "internal/resample", "internal/colour", "internal/meta", "internal/index", "internal/atomicfile", "internal/compress"},
	"internal/cli":        {"stages", "pipeline", "internal/progress", "internal/codec", "internal/meta", "internal/kernel/cpu"},
	"internal/progress":   {"pipeline"},
	"internal/compress":   {"internal/codec", "internal/jpeg", "internal/optimize/...", "internal/colour", "internal/meta"},
	"internal/codec":      {"internal/jpeg", "internal/optimize/...", "internal/colour", "internal/meta"},
	"internal/jpeg":       {"internal/kernel/..."},
	"internal/resample":   {"internal/kernel/..."},
	"internal/optimize":   {"internal/optimize/...", "internal/kernel/..."},
	"internal/colour":     {},
	"internal/meta":       {},
	"internal/index":      {"internal/atomicfile"},
	"internal/atomicfile": {},
	"internal/kernel":     {"internal/kernel/..."},
	"internal/layers":     {},
	// Its test runs the program.
	"internal/imgtest/features": {"internal/cli", "internal/imgtest"},
	// For tests only, so it may see everything that it makes pictures with.
	"internal/imgtest": {"internal/imgtest", "internal/codec", "internal/kernel/..."},
}

// testsOnly are packages that only test files may import.
var testsOnly = []string{"internal/imgtest", "internal/kernel/kerneltest"}

// libraries says which packages alone may import a library.
var libraries = map[string][]string{
	"unsafe":                            {"internal/kernel"},
	"github.com/urfave/cli/v2":          {"internal/cli"},
	"github.com/schollz/progressbar/v3": {"internal/progress"},
	"github.com/disintegration/imaging": {"internal/resample", "stages"},
	"github.com/bmatcuk/doublestar/v4":  {"stages"},
	"github.com/gen2brain/jpegn":        {"internal/codec", "internal/jpeg"},
	"github.com/deepteams/webp":         {"internal/codec"},
	"github.com/gen2brain/webp":         {"internal/codec"},
	"github.com/klauspost/compress":     {"internal/codec"},
	"github.com/kovidgoyal/imaging":     {"internal/colour"},
	"github.com/bep/imagemeta":          {"internal/meta"},
}

// mayGo lists the packages that may start goroutines and have channels, mayExit
// programs, which may end the process.
var (
	mayGo   = []string{".", "pipeline", "internal/progress"}
	mayExit = []string{".", "internal/imgtest/mktestdata"}
)

// file is one Go source file of the module.
type file struct {
	path string // slash-separated, from the module's root
	pkg  string // the folder of path
	test bool
	ast  *ast.File
}

// rule finds what a file does against one rule of the house.
type rule struct {
	name  string
	check func(f file, bad func(at token.Pos, what string))
}

var rules = []rule{
	{"imports go downhill", checkImports},
	{"goroutines and channels live in pipeline and internal/progress", checkGoroutines},
	{"only main ends the process", checkExit},
}

func TestLayers(t *testing.T) {
	set := token.NewFileSet()
	files := sources(t, os.DirFS("../.."), set)
	if len(files) < 20 {
		t.Fatalf("found only %d Go files: is this the module's root?", len(files))
	}
	for _, r := range rules {
		t.Run(strings.ReplaceAll(r.name, " ", "_"), func(t *testing.T) {
			for _, f := range files {
				r.check(f, func(at token.Pos, what string) { t.Errorf("%s: %s", set.Position(at), what) })
			}
		})
	}
}

// The release build is one static binary: with its tag nodynamic nothing may
// load libraries of the system, which would also give other bytes.
func TestReleaseBuildLoadsNoSystemLibraries(t *testing.T) {
	list := exec.Command("go", "list", "-tags", "nodynamic", "-deps", module)
	list.Env = append(os.Environ(), "CGO_ENABLED=0")
	out, err := list.CombinedOutput()
	if err != nil {
		t.Fatalf("go list: %v\n%s", err, out)
	}
	for pkg := range strings.FieldsSeq(string(out)) {
		if strings.Contains(pkg, "purego") || pkg == "runtime/cgo" {
			t.Errorf("%s is part of the release build", pkg)
		}
	}
}

// Every rule must find the file that breaks it, and nothing in the one that does
// not.
func TestRulesFindWhatTheyForbid(t *testing.T) {
	for _, c := range []struct{ path, code, want string }{
		{"internal/codec/a.go", `import "imgpool/stages"`, "may not import"},
		{"internal/cli/a.go", `import "imgpool/internal/imgtest"`, "for tests only"},
		{"internal/cli/a_test.go", `import "imgpool/internal/imgtest"`, ""},
		{"internal/kernel/idct/a.go", `import "imgpool/internal/kernel/cpu"`, ""},
		{"internal/kernel/idct/a.go", `import "imgpool/internal/codec"`, "may not import"},
		{"internal/helpers/a.go", ``, "has no place"},
		{"internal/jpeg/a.go", `import "unsafe"`, "may be imported by"},
		{"internal/kernel/idct/a.go", `import "unsafe"`, ""},
		{"pipeline/a.go", `import "golang.org/x/sync/errgroup"`, "standard library"},
		{"pipeline/a.go", `import "golang.org/x/time/rate"; func f() { go f(); close(make(chan int)) }`, ""},
		{"stages/a.go", `func f() { go f() }`, "go statement"},
		{"stages/a.go", `var c = make(chan int)`, "a channel"},
		{"stages/a.go", `func f() { close(c) }`, "closed"},
		{"internal/cli/a.go", `func f() { os.Exit(1) }`, "os.Exit"},
		{"main.go", `func main() { os.Exit(1) }`, ""},
	} {
		set := token.NewFileSet()
		tree := fstest.MapFS{c.path: {Data: []byte("package x\n" + c.code)}}
		var found []string
		for _, f := range sources(t, tree, set) {
			for _, r := range rules {
				r.check(f, func(_ token.Pos, what string) { found = append(found, what) })
			}
		}
		got := strings.Join(found, "; ")
		if c.want == "" && got != "" || !strings.Contains(got, c.want) {
			t.Errorf("%s with %s: found %q, want %q", c.path, c.code, got, c.want)
		}
	}
}

// Assembly outside internal/kernel escapes the rules that keep it safe.
func TestAssemblyLivesInKernel(t *testing.T) {
	err := fs.WalkDir(os.DirFS("../.."), ".", func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() && skipped(path, d) {
			return fs.SkipDir
		}
		if ext := filepath.Ext(path); (ext == ".s" || ext == ".c" || ext == ".syso") && !below(path, "internal/kernel") {
			t.Errorf("%s: assembly and C live below internal/kernel only", path)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

// skipped tells whether the go tool does not look into the folder either.
func skipped(path string, d fs.DirEntry) bool {
	name := d.Name()
	return path != "." && (strings.HasPrefix(name, ".") || strings.HasPrefix(name, "_") || name == "testdata" || name == "vendor")
}

// sources parses every Go file of the tree, whatever its build tags.
func sources(t *testing.T, tree fs.FS, set *token.FileSet) []file {
	t.Helper()
	var files []file
	err := fs.WalkDir(tree, ".", func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() && skipped(path, d) {
			return fs.SkipDir
		}
		if d.IsDir() || filepath.Ext(path) != ".go" {
			return nil
		}
		src, err := fs.ReadFile(tree, path)
		if err != nil {
			return err
		}
		parsed, err := parser.ParseFile(set, path, src, parser.SkipObjectResolution)
		if err != nil {
			return err
		}
		dir := filepath.ToSlash(filepath.Dir(path))
		files = append(files, file{path, dir, strings.HasSuffix(path, "_test.go"), parsed})
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return files
}

// below tells whether path is dir or lies in it.
func below(path, dir string) bool { return path == dir || strings.HasPrefix(path, dir+"/") }

func belowAny(path string, dirs []string) bool {
	return slices.ContainsFunc(dirs, func(dir string) bool { return below(path, dir) })
}

// allowed are the rules for pkg: its own, or those of the nearest package above.
func allowed(pkg string) (list []string, known bool) {
	for p := pkg; ; p = filepath.ToSlash(filepath.Dir(p)) {
		if list, known = mayImport[p]; known || p == "." {
			return list, known && (p != "." || pkg == ".")
		}
	}
}

func checkImports(f file, bad func(token.Pos, string)) {
	list, known := allowed(f.pkg)
	if !known {
		bad(f.ast.Package, "package "+f.pkg+" has no place in the map of this test: say there what it may import")
		return
	}
	for _, imp := range f.ast.Imports {
		path, err := strconv.Unquote(imp.Path.Value)
		if err != nil {
			bad(imp.Pos(), err.Error())
			continue
		}
		inner, ours := strings.CutPrefix(path, module+"/")
		switch {
		case !ours:
			checkLibrary(f, path, func(what string) { bad(imp.Pos(), what) })
		case belowAny(inner, testsOnly) && f.test, inner == f.pkg:
		case belowAny(inner, testsOnly) && !belowAny(f.pkg, testsOnly):
			bad(imp.Pos(), inner+" is for tests only")
		case !f.test && !reaches(list, inner):
			bad(imp.Pos(), f.pkg+" may not import "+inner)
		}
	}
}

// reaches tells whether the list of mayImport takes pkg.
func reaches(list []string, pkg string) bool {
	return slices.ContainsFunc(list, func(entry string) bool {
		dir, deep := strings.CutSuffix(entry, "/...")
		return pkg == dir || deep && below(pkg, dir)
	})
}

// checkLibrary reports a library in a package that is not its home, and one
// that has no home yet. Tests may use any library as an oracle.
func checkLibrary(f file, path string, bad func(string)) {
	for library, homes := range libraries {
		if below(path, library) && !belowAny(f.pkg, homes) && !f.test && !belowAny(f.pkg, testsOnly) {
			bad(path + " may be imported by " + strings.Join(homes, ", ") + " only")
		}
	}
	if f.pkg == "pipeline" && strings.Contains(path, ".") && !below(path, "golang.org/x/time/rate") && !f.test {
		bad("pipeline imports the standard library and golang.org/x/time/rate only, not " + path)
	}
}

func checkGoroutines(f file, bad func(token.Pos, string)) {
	if f.test || slices.Contains(mayGo, f.pkg) {
		return
	}
	ast.Inspect(f.ast, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.GoStmt:
			bad(n.Pos(), "a go statement outside pipeline and internal/progress")
		case *ast.ChanType:
			bad(n.Pos(), "a channel outside pipeline and internal/progress")
		case *ast.CallExpr:
			if id, ok := n.Fun.(*ast.Ident); ok && id.Name == "close" {
				bad(n.Pos(), "a channel is closed outside pipeline and internal/progress")
			}
		}
		return true
	})
}

func checkExit(f file, bad func(token.Pos, string)) {
	if f.test || slices.Contains(mayExit, f.pkg) {
		return
	}
	ast.Inspect(f.ast, func(n ast.Node) bool {
		call, ok := n.(*ast.CallExpr)
		if !ok {
			return true
		}
		sel, ok := call.Fun.(*ast.SelectorExpr)
		if !ok {
			return true
		}
		pkg, ok := sel.X.(*ast.Ident)
		if ok && (pkg.Name == "os" && sel.Sel.Name == "Exit" || pkg.Name == "log" && strings.HasPrefix(sel.Sel.Name, "Fatal")) {
			bad(n.Pos(), pkg.Name+"."+sel.Sel.Name+" outside main")
		}
		return true
	})
}
