package alpha

import (
	"bytes"
	"math"
	"math/rand/v2"
	"testing"
	"unsafe"

	"imgpool/internal/kernel/kerneltest"
)

// planes returns four planes of n levels whose margins are watched.
func planes(n, offset int) (p [4][]int16, canaries [4]*kerneltest.Canary) {
	for k := range p {
		canaries[k] = kerneltest.NewCanary(2*n, offset%16*2)
		p[k] = words(canaries[k].Bytes())
	}
	return p, canaries
}

func words(b []byte) []int16 {
	return unsafe.Slice((*int16)(unsafe.Pointer(unsafe.SliceData(b))), len(b)/2)
}

// results takes pixels apart, disturbs the planes as filters do, and puts them
// together again. kind 0 is any alpha, 1 opaque, 2 runs of both.
func results(t testing.TB, n, offset, kind int, seed uint64) (split []int16, joined []byte) {
	rnd := rand.New(rand.NewPCG(seed, 6))
	src := make([]byte, offset+4*n)[offset:]
	opaque := false
	for i := range src {
		src[i] = byte(rnd.Uint32())
		if i%4 == 3 {
			if rnd.IntN(12) == 0 {
				opaque = !opaque
			}
			if kind == 1 || kind == 2 && opaque {
				src[i] = 255
			}
		}
	}
	p, canaries := planes(n, offset)
	Premultiply(p[0], p[1], p[2], p[3], src)
	for k, c := range canaries {
		c.Check(t)
		split = append(split, p[k]...)
		for i := range p[k] {
			if k < 3 || kind == 0 {
				p[k][i] += int16(rnd.IntN(2001) - 1000)
			} else if p[3][i] == 255*64 {
				p[3][i] += int16(rnd.IntN(1000))
			}
		}
	}
	out := kerneltest.NewCanary(4*n, offset)
	Unpremultiply(out.Bytes(), p[0], p[1], p[2], p[3])
	out.Check(t)
	return split, out.Bytes()
}

func agree(t testing.TB, n, offset, kind int, seed uint64) {
	t.Helper()
	split, joined := results(t, n, offset, kind, seed)
	var wantSplit []int16
	var wantJoined []byte
	kerneltest.Generic(func() { wantSplit, wantJoined = results(t, n, offset, kind, seed) })
	for i := range wantSplit {
		if split[i] != wantSplit[i] {
			t.Fatalf("%d pixels, offset %d, kind %d: level %d of plane %d is %d, generic %d",
				n, offset, kind, i%n, i/n, split[i], wantSplit[i])
		}
	}
	if !bytes.Equal(joined, wantJoined) {
		t.Fatalf("%d pixels, offset %d, kind %d: pixels differ:\n%v\n%v", n, offset, kind, joined, wantJoined)
	}
}

func TestPathsAgree(t *testing.T) {
	kerneltest.ForEachImpl(t, func(t *testing.T) {
		for n := 0; n <= 256; n++ {
			for offset := n % 4; offset < 32; offset += 4 {
				agree(t, n, offset, (n+offset)%3, uint64(n))
			}
		}
	})
}

// every returns all pairs of colour and alpha.
func every() []byte {
	pix := make([]byte, 0, 4<<16)
	for i := range 1 << 16 {
		pix = append(pix, byte(i), 255-byte(i), byte(i), byte(i>>8))
	}
	return pix
}

func TestEveryColourAndAlpha(t *testing.T) {
	pix := every()
	kerneltest.ForEachImpl(t, func(t *testing.T) {
		p, _ := planes(len(pix)/4, 0)
		Premultiply(p[0], p[1], p[2], p[3], pix)
		back := make([]byte, len(pix))
		Unpremultiply(back, p[0], p[1], p[2], p[3])
		for i, l := range p[0] {
			c, a := float64(pix[4*i]), float64(pix[4*i+3])
			if d := math.Abs(float64(l) - c*a*64/255); d >= 1 || a == 255 && d != 0 {
				t.Fatalf("%g with alpha %g is off by %g levels", c, a, d)
			}
			if back[4*i+3] != pix[4*i+3] {
				t.Fatalf("alpha %g became %d", a, back[4*i+3])
			}
			// Seen on black: within half a sample's worth of alpha, and a level.
			if d := math.Abs(float64(back[4*i]) - c); a > 0 && d*a/255 > 0.5*a/255+1.0/64 {
				t.Fatalf("%g with alpha %g came back as %d", c, a, back[4*i])
			}
		}
	})
}

// The promise of Unpremultiply: neither on black nor on white is a pixel more
// than three quarters of a sample off, rounding of constants aside.
func TestErrorIsSharedBetweenBlackAndWhite(t *testing.T) {
	var p [4][]int16
	for a := int16(0); a <= 255*64; a += 5 {
		for k := range 9 {
			for c := range 3 {
				p[c] = append(p[c], int16(int(a)*k/8))
			}
			p[3] = append(p[3], a)
		}
	}
	pix := make([]byte, 4*len(p[3]))
	Unpremultiply(pix, p[0], p[1], p[2], p[3])
	for i, a := range p[3] {
		black := float64(pix[4*i])*float64(pix[4*i+3])/255 - float64(p[0][i])/64
		white := black - float64(pix[4*i+3]) + float64(a)/64
		if math.Abs(black) > 0.76 || math.Abs(white) > 0.76 {
			t.Fatalf("levels %d with alpha %d: off by %.3f on black, %.3f on white", p[0][i], a, black, white)
		}
	}
}

func TestGuardPages(t *testing.T) {
	kerneltest.ForEachImpl(t, func(t *testing.T) {
		for n := 1; n <= 70; n++ {
			for _, atStart := range []bool{false, true} {
				var p [4][]int16
				for k := range p {
					p[k] = kerneltest.GuardedInt16s(t, n, atStart)
				}
				pix := kerneltest.Guarded(t, 4*n, atStart)
				for i := range pix {
					pix[i] = 255
				}
				Premultiply(p[0], p[1], p[2], p[3], pix)
				Unpremultiply(pix, p[0], p[1], p[2], p[3])
			}
		}
	})
}

func TestBrokenContractPanics(t *testing.T) {
	four, three := make([]int16, 4), make([]int16, 3)
	for name, call := range map[string]func(){
		"plane":        func() { Premultiply(four, three, four, four, make([]byte, 16)) },
		"pixels":       func() { Premultiply(four, four, four, four, make([]byte, 15)) },
		"other plane":  func() { Unpremultiply(make([]byte, 16), four, four, three, four) },
		"other pixels": func() { Unpremultiply(make([]byte, 15), four, four, four, four) },
	} {
		func() {
			defer func() {
				if recover() == nil {
					t.Errorf("%s: no panic", name)
				}
			}()
			call()
		}()
	}
}

func FuzzPaths(f *testing.F) {
	f.Add(uint16(100), uint8(3), uint8(0), uint64(1))
	f.Fuzz(func(t *testing.T, n uint16, offset, kind uint8, seed uint64) {
		agree(t, int(n%1000), int(offset%32), int(kind%3), seed)
	})
}

func BenchmarkAlpha(b *testing.B) {
	const n = 4096
	for kind, name := range []string{"any", "opaque"} {
		pix := make([]byte, 4*n)
		for i := range pix {
			pix[i] = byte(i * 7)
			if i%4 == 3 && kind == 1 {
				pix[i] = 255
			}
		}
		p, _ := planes(n, 0)
		Premultiply(p[0], p[1], p[2], p[3], pix)
		for what, f := range map[string]func(){
			"split": func() { Premultiply(p[0], p[1], p[2], p[3], pix) },
			"join":  func() { Unpremultiply(pix, p[0], p[1], p[2], p[3]) },
		} {
			b.Run(what+"/"+name, func(b *testing.B) {
				kerneltest.BenchEachImpl(b, func(b *testing.B) {
					for b.Loop() {
						f()
					}
					b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/n, "ns/pixel")
				})
			})
		}
	}
}
