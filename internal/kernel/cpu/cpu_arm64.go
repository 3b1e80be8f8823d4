//go:build !purego

package cpu

const pureGo = false

// detect needs no probing: Advanced SIMD is part of the base of every arm64
// port of Go.
func detect() Path { return Path{NEON: true} }
