//go:build !unix

package kerneltest

import "testing"

// Guarded returns n bytes. Guard pages are made on Unix only; elsewhere the
// canaries alone watch.
func Guarded(t testing.TB, n int, atStart bool) []byte { return make([]byte, n) }

// GuardedInt16s is [Guarded] for n int16 values.
func GuardedInt16s(t testing.TB, n int, atStart bool) []int16 { return make([]int16, n) }
