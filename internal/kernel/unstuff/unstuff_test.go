package unstuff

import (
	"bytes"
	"math/rand/v2"
	"testing"

	"imgpool/internal/kernel/kerneltest"
)

// slow is Copy, a byte at a time.
func slow(src []byte) (out []byte, read int) {
	for read < len(src) {
		if src[read] != 0xFF {
			out = append(out, src[read])
			read++
			continue
		}
		if read+1 == len(src) || src[read+1] != 0 {
			break
		}
		out = append(out, 0xFF)
		read += 2
	}
	return out, read
}

func check(t testing.TB, src []byte) {
	t.Helper()
	want, wantRead := slow(src)
	for _, atStart := range []bool{false, true} {
		in := kerneltest.Guarded(t, len(src), atStart)
		copy(in, src)
		dst := kerneltest.Guarded(t, len(src), atStart)
		written, read := Copy(dst, in)
		if read != wantRead || !bytes.Equal(dst[:written], want) {
			t.Fatalf("%x: %d bytes for %d, want %d for %d", src, written, read, len(want), wantRead)
		}
		if read := Skip(in); read != wantRead {
			t.Fatalf("%x: skipped %d bytes, want %d", src, read, wantRead)
		}
	}
}

// random makes n bytes of which one in rare is 0xFF; one 0xFF in markers is not
// followed by a zero (none if markers is 0).
func random(rng *rand.Rand, n, rare, markers int) []byte {
	b := make([]byte, n)
	for i := range b {
		b[i] = byte(rng.Uint32())
		if b[i] == 0xFF {
			b[i] = 1
		}
		if rng.IntN(rare) == 0 {
			b[i] = 0xFF
		}
		if i > 0 && b[i-1] == 0xFF && (markers == 0 || rng.IntN(markers) > 0) {
			b[i] = 0
		}
	}
	return b
}

func TestCopy(t *testing.T) {
	kerneltest.ForEachImpl(t, func(t *testing.T) {
		rng := rand.New(rand.NewPCG(1, 2))
		for n := range 200 {
			for _, rare := range []int{1, 2, 7, 50, 1 << 20} {
				check(t, random(rng, n, rare, 0))
				check(t, random(rng, n, rare, 4))
			}
		}
		// One 0xFF at each place of a group, with each kind of byte behind it.
		for at := range 70 {
			for _, behind := range []byte{0, 1, 0xD0, 0xFF} {
				b := bytes.Repeat([]byte{7}, 71)
				b[at] = 0xFF
				if at < 70 {
					b[at+1] = behind
				}
				check(t, b)
			}
		}
	})
}

func FuzzCopy(f *testing.F) {
	rng := rand.New(rand.NewPCG(3, 4))
	for n := range 20 {
		f.Add(random(rng, 10*n, 9, n))
	}
	f.Fuzz(func(t *testing.T, src []byte) {
		check(t, src)
		kerneltest.Generic(func() { check(t, src) })
	})
}

func TestMisuse(t *testing.T) {
	defer func() {
		if recover() == nil {
			t.Error("no panic for a short dst")
		}
	}()
	Copy(make([]byte, 9), make([]byte, 10))
}

// BenchmarkCopy copies bytes with as many 0xFF as entropy-coded data have.
func BenchmarkCopy(b *testing.B) {
	src := random(rand.New(rand.NewPCG(5, 6)), 1<<20, 200, 0)
	dst := make([]byte, len(src))
	kerneltest.BenchEachImpl(b, func(b *testing.B) {
		b.SetBytes(int64(len(src)))
		for b.Loop() {
			Copy(dst, src)
		}
	})
}

// BenchmarkSkip is BenchmarkCopy for Skip.
func BenchmarkSkip(b *testing.B) {
	src := random(rand.New(rand.NewPCG(5, 6)), 1<<20, 200, 0)
	kerneltest.BenchEachImpl(b, func(b *testing.B) {
		b.SetBytes(int64(len(src)))
		for b.Loop() {
			Skip(src)
		}
	})
}
