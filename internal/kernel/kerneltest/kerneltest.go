// Package kerneltest has what the tests of every kernel need: a run of one test
// body through each path of this machine, buffers whose every overrun shows,
// and buffers that end at an unmapped page.
package kerneltest

import (
	"testing"

	"imgpool/internal/kernel/cpu"
)

// ForEachImpl runs body as a subtest once per [cpu.Path] of this machine, the
// generic one included. The body must not be parallel.
func ForEachImpl(t *testing.T, body func(t *testing.T)) {
	t.Helper()
	for _, p := range cpu.Paths() {
		t.Run(p.String(), func(t *testing.T) {
			defer cpu.Use(p)()
			body(t)
		})
	}
}

// BenchEachImpl is [ForEachImpl] for benchmarks.
func BenchEachImpl(b *testing.B, body func(b *testing.B)) {
	b.Helper()
	for _, p := range cpu.Paths() {
		b.Run(p.String(), func(b *testing.B) {
			defer cpu.Use(p)()
			body(b)
		})
	}
}

// Generic calls f with every kernel on its generic path: what it computes is
// what the other paths must equal.
func Generic(f func()) {
	defer cpu.Use(cpu.Path{})()
	f()
}

const (
	canary = 0x5a // fills the margins
	margin = 96   // bytes on either side: more than the widest store
)

// Canary is a byte buffer inside a larger array whose margins are watched.
// Neither -race nor -asan sees assembly write outside of a slice.
type Canary struct {
	all []byte
	n   int
}

// NewCanary returns a buffer of n bytes that begins off bytes after a 32-byte
// boundary of the array (relative to it, not absolutely).
func NewCanary(n, off int) *Canary {
	c := &Canary{all: make([]byte, margin+off+n+margin), n: n}
	for i := range c.all {
		c.all[i] = canary
	}
	c.all = c.all[off:]
	return c
}

// Bytes returns the buffer; its capacity ends where it does.
func (c *Canary) Bytes() []byte { return c.all[margin : margin+c.n : margin+c.n] }

// Check fails the test if anything outside of the buffer was changed.
func (c *Canary) Check(t testing.TB) {
	t.Helper()
	for i, v := range c.all {
		if (i < margin || i >= margin+c.n) && v != canary {
			t.Fatalf("byte %d outside of a buffer of %d was written", i-margin, c.n)
		}
	}
}

// Int16s draws n values of the given kind, for transforms' coefficients:
// "small" is what photos have (mostly zero, a few units), "photo" spans the
// legal range sparsely, "any" is uniform over int16, "extreme" only its ends.
func Int16s(kind string, n int, next func() uint64) []int16 {
	out := make([]int16, n)
	for i := range out {
		r := next()
		switch kind {
		case "small":
			if r&7 == 0 {
				out[i] = int16(r>>8)&31 - 16
			}
		case "photo":
			if r&3 == 0 {
				out[i] = int16(r>>8) >> 5
			}
		case "any":
			out[i] = int16(r >> 8)
		case "extreme":
			out[i] = [4]int16{-32768, 32767, 0, -1}[r>>8&3]
		default:
			panic("kerneltest: internal error: unknown kind " + kind)
		}
	}
	return out
}

// Kinds lists the kinds that [Int16s] knows.
var Kinds = []string{"small", "photo", "any", "extreme"}
