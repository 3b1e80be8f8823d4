package cpu

import "testing"

func TestPathsStartGenericAndEndBest(t *testing.T) {
	paths := Paths()
	if paths[0] != (Path{}) {
		t.Errorf("first path is %v, want generic", paths[0])
	}
	if last := paths[len(paths)-1]; last != best {
		t.Errorf("last path is %v, want %v", last, best)
	}
	seen := map[Path]bool{}
	for _, p := range paths {
		if seen[p] {
			t.Errorf("path %v listed twice", p)
		}
		seen[p] = true
	}
}

func TestUseSetsAndRestores(t *testing.T) {
	before := active
	for _, p := range Paths() {
		restore := Use(p)
		if got := (Path{AVX2(), BMI2(), FastPDEP(), NEON()}); got != p {
			t.Errorf("after Use(%v) the switches say %v", p, got)
		}
		restore()
		if active != before {
			t.Errorf("restore left %v, want %v", active, before)
		}
	}
}

func TestUseRefusesWhatIsMissing(t *testing.T) {
	defer func() {
		if recover() == nil {
			t.Error("no panic for AVX2 and NEON at once")
		}
	}()
	Use(Path{AVX2: true, NEON: true})
}

func TestSwitchedOff(t *testing.T) {
	for env, want := range map[string]bool{"": false, "0": false, "1": true, "yes": true} {
		if got := switchedOff(env); got != want {
			t.Errorf("%s=%q: off = %v, want %v", EnvNoSIMD, env, got, want)
		}
	}
}

func TestNames(t *testing.T) {
	defer func(b, a Path, o bool) { best, active, off = b, a, o }(best, active, off)
	for _, c := range []struct {
		best, active Path
		off          bool
		want         string
	}{
		{Path{AVX2: true, BMI2: true, FastPDEP: true}, Path{AVX2: true, BMI2: true, FastPDEP: true}, false, "avx2+bmi2+pdep"},
		{Path{NEON: true}, Path{NEON: true}, false, "neon"},
		{Path{NEON: true}, Path{}, true, "generic (IMGPOOL_NOSIMD is set)"},
	} {
		best, active, off = c.best, c.active, c.off
		if got := Name(); got != c.want {
			t.Errorf("Name() = %q, want %q", got, c.want)
		}
	}
}
