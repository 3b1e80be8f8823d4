package colour

import "sync"

// encodeNodes is how many pieces the inverse curve of sRGB is cut into; it is linear in each. Just above its straight
// part, where it bends most, the error is 0.07 of 65535 levels.
const (
	encodeNodes = 1 << 14
	encodeShift = lightBits - 14
)

// encoding returns the table of sRGB's inverse curve: values at 16 bits with 8 more bits of fraction.
var encoding = sync.OnceValue(func() *[encodeNodes + 1]uint32 {
	var t [encodeNodes + 1]uint32
	for i := range t {
		t[i] = uint32(float64(lightToSRGB(float64(i)/encodeNodes)*65535*256) + 0.5)
	}
	return &t
})

// encode takes light, in units of 1/lightOne, to a value of 16 bits. What is outside of sRGB is cut off.
func encode(t *[encodeNodes + 1]uint32, light int64) int32 {
	if light <= 0 {
		return 0
	}
	if light >= lightOne {
		return 65535
	}
	i, f := light>>encodeShift&(encodeNodes-1), light&(1<<encodeShift-1)
	a, b := int64(t[i]), int64(t[i+1])
	return int32((a + (b-a)*f>>encodeShift + 128) >> 8)
}
