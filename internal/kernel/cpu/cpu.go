// Package cpu says which instruction sets the kernels may use, and lets tests
// choose among them.
//
// A kernel package asks the functions here once per call, so a test can run
// one body through every path of this machine in one process:
//
//	for _, p := range cpu.Paths() {
//		restore := cpu.Use(p)
//		...
//		restore()
//	}
//
// Every path of every kernel gives the same bytes, so the choice is one of
// speed only. Users switch the fast paths off with IMGPOOL_NOSIMD=1 in the
// environment; a build with the tag purego has none.
package cpu

import (
	"os"
	"strings"
)

// EnvNoSIMD names the environment variable that switches all fast paths off
// when it is neither empty nor "0". It is read once, at start.
const EnvNoSIMD = "IMGPOOL_NOSIMD"

// Path is a set of instruction set extensions that kernels may use together.
// The zero value is the generic Go path.
type Path struct {
	AVX2     bool // amd64: AVX2, with the operating system saving the registers
	BMI2     bool // amd64: BMI1 and BMI2 (PDEP, PEXT, SHLX, ...), of whatever speed
	FastPDEP bool // amd64: PDEP and PEXT in hardware; microcode on AMD Zen 1 and 2
	NEON     bool // arm64: Advanced SIMD, which every arm64 machine that Go runs on has
}

// best is what this machine and build can do; active is what kernels use.
var (
	best   = detect()
	off    = switchedOff(os.Getenv(EnvNoSIMD))
	active = start()
)

func switchedOff(env string) bool { return env != "" && env != "0" }

func start() Path {
	if off {
		return Path{}
	}
	return best
}

// AVX2 reports whether kernels may use AVX2.
func AVX2() bool { return active.AVX2 }

// BMI2 reports whether kernels may use BMI1 and BMI2, PDEP and PEXT excepted
// where their speed matters: see [FastPDEP].
func BMI2() bool { return active.BMI2 }

// FastPDEP reports whether PDEP and PEXT exist and take a few cycles.
func FastPDEP() bool { return active.FastPDEP }

// NEON reports whether kernels may use Advanced SIMD.
func NEON() bool { return active.NEON }

// Paths lists the paths that differ on this machine, the generic one first and
// the fastest last. IMGPOOL_NOSIMD does not shorten the list: tests prove the
// paths, whatever the user has chosen.
func Paths() []Path {
	paths := []Path{{}}
	if best.AVX2 {
		paths = append(paths, Path{AVX2: true})
	}
	if best.BMI2 {
		paths = append(paths, Path{AVX2: best.AVX2, BMI2: true})
	}
	if best != (Path{}) && best != paths[len(paths)-1] {
		paths = append(paths, best)
	}
	return paths
}

// Use makes kernels take path p until restore is called. It is for tests and
// benchmarks: it must not run while another goroutine is in a kernel, and p
// must be one of [Paths].
func Use(p Path) (restore func()) {
	known := false
	for _, q := range Paths() {
		known = known || p == q
	}
	if !known {
		panic("cpu: internal error: Use of a path that this machine lacks: " + p.String())
	}
	old := active
	active = p
	return func() { active = old }
}

// String names the extensions of p joined by "+", or "generic".
func (p Path) String() string {
	var names []string
	for _, f := range []struct {
		has  bool
		name string
	}{{p.AVX2, "avx2"}, {p.BMI2, "bmi2"}, {p.FastPDEP, "pdep"}, {p.NEON, "neon"}} {
		if f.has {
			names = append(names, f.name)
		}
	}
	if names == nil {
		return "generic"
	}
	return strings.Join(names, "+")
}

// Name is what `--version -v` prints: the path in use and, for a generic one,
// the reason.
func Name() string {
	switch {
	case active != Path{}:
		return active.String()
	case off && best != Path{}:
		return "generic (" + EnvNoSIMD + " is set)"
	case pureGo:
		return "generic (built with -tags purego)"
	}
	return "generic"
}
