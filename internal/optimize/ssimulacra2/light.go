package ssimulacra2

import "sync"

// lightOf8 is the linear light (0 to 1) of the 256 levels of sRGB.
var lightOf8 = sync.OnceValue(func() *[256]float32 {
	table := new([256]float32)
	for i := range table {
		table[i] = fromSRGB(float64(i) / 255)
	}
	return table
})

// lightOf16 is the same for 65536 levels. It is made when it is needed: it takes
// 256 KiB.
var lightOf16 = sync.OnceValue(func() *[65536]float32 {
	table := new([65536]float32)
	for i := range table {
		table[i] = fromSRGB(float64(i) / 65535)
	}
	return table
})

// fromSRGB is the transfer curve of sRGB (IEC 61966-2-1, 5.2).
func fromSRGB(v float64) float32 {
	if v <= 0.04045 {
		return float32(v / 12.92)
	}
	return float32(power((v+0.055)/1.055, 2.4))
}
