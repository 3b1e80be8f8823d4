//go:build !purego

package cpu

import "testing"

func TestSlowPDEP(t *testing.T) {
	amd := [3]uint32{0x68747541, 0x444d4163, 0x69746e65}
	hygon := [3]uint32{0x6f677948, 0x656e6975, 0x6e65476e}
	intel := [3]uint32{0x756e6547, 0x6c65746e, 0x49656e69}
	for _, c := range []struct {
		name   string
		vendor [3]uint32
		sig    uint32
		want   bool
	}{
		{"excavator", amd, 0x00660f01, true},
		{"zen 1", amd, 0x00800f11, true},
		{"zen 2", amd, 0x00870f10, true},
		{"zen 3", amd, 0x00a20f10, false},
		{"zen 5", amd, 0x00b40f40, false},
		{"dhyana", hygon, 0x00900f02, true},
		{"haswell", intel, 0x000306c3, false},
		{"ice lake", intel, 0x000706e5, false},
	} {
		if got := slowPDEP(c.vendor[0], c.vendor[1], c.vendor[2], c.sig); got != c.want {
			t.Errorf("%s: slow = %v, want %v", c.name, got, c.want)
		}
	}
}
