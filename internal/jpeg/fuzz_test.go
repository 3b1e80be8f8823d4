package jpeg

import (
	"math/rand/v2"
	"testing"

	"imgpool/internal/kernel/kerneltest"
)

// FuzzDecode compares with the reference decoder, on every path.
func FuzzDecode(f *testing.F) {
	variants(func(_ string, s *synth) { f.Add(s.bytes()) })
	corpus(f, "broken", func(_ string, data []byte) {
		if len(data) < 1<<14 {
			f.Add(data)
		}
	})
	f.Fuzz(func(t *testing.T, data []byte) {
		h, err := Parse(data)
		if err == nil && (h.Width*h.Height > 1<<16 || h.Progressive) {
			return
		}
		var d Decoder
		kerneltest.Generic(func() { checkAgainstReference(t, &d, "generic", data) })
		checkAgainstReference(t, &d, "fastest", data)
	})
}

// FuzzValid writes valid files from the fuzzer's choices; they must decode
// completely and as jpegn decodes them.
func FuzzValid(f *testing.F) {
	for i := range 40 {
		f.Add(uint64(i), uint16(10*i+1), uint16(7*i+1), uint8(i), uint8(i%5), uint8(i*37))
	}
	f.Fuzz(func(t *testing.T, seed uint64, w, h uint16, sampling, interval, freedom uint8) {
		rng := rand.New(rand.NewPCG(seed, 1))
		kind := samplings[2+int(sampling)%6]
		s := newSynth(rng, 1+int(w)%200, 1+int(h)%200, int(freedom)%2, kind...)
		s.interval = int(interval)
		s.oddCodes = freedom&4 != 0
		s.wideQuant = freedom&8 != 0
		if freedom&16 != 0 {
			s.scans = [][]int{{0}, {1}, {2}}
		}
		s.moderate()
		data := s.bytes()
		var d Decoder
		checkAgainstJpegn(t, &d, "valid file", data, 1, 2, 4, 8)
		checkAgainstReference(t, &d, "valid file", data)
	})
}
