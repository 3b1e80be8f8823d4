package jpeg

import (
	"bytes"
	"crypto/sha256"
	"errors"
	"fmt"
	"image"
	"math/rand/v2"
	"testing"
)

// headSegments returns the payloads of a file's segments before the first scan.
func headSegments(t *testing.T, data []byte) map[byte][][]byte {
	t.Helper()
	out := map[byte][][]byte{}
	for pos := 2; ; {
		if pos+4 > len(data) || data[pos] != 0xFF {
			t.Fatalf("no marker at %d", pos)
		}
		marker, n := data[pos+1], int(data[pos+2])<<8|int(data[pos+3])
		out[marker] = append(out[marker], data[pos+4:pos+2+n])
		if marker == mSOS {
			return out
		}
		pos += 2 + n
	}
}

func TestEncodeMetadata(t *testing.T) {
	rnd := rand.New(rand.NewPCG(1, 2))
	bulk := func(n int) []byte {
		b := make([]byte, n)
		for i := range b {
			b[i] = byte(rnd.Uint32())
		}
		return b
	}
	for _, size := range []int{1, 1000, 0xFFFF - 2 - 14, 0xFFFF - 2 - 13, 150000} {
		o := EncodeOptions{WriteOptions: WriteOptions{ICC: bulk(size), EXIF: bulk(min(size, 65000)), XMP: bulk(min(size, 65000))}}
		m := testYCbCr(40, 30, image.YCbCrSubsampleRatio420)
		data := encoded(t, m, o)
		checkOracles(t, "metadata", data, m, 25)
		s := headSegments(t, data)
		if !bytes.HasPrefix(s[mAPP0][0], []byte("JFIF\x00")) {
			t.Error("no JFIF segment")
		}
		if got := s[mAPP0+1]; len(got) != 2 || !bytes.Equal(got[0][6:], o.EXIF) || !bytes.Equal(got[1][29:], o.XMP) {
			t.Errorf("%d bytes: EXIF and XMP differ", size)
		}
		var icc []byte
		for i, part := range s[mAPP0+2] {
			if string(part[:12]) != "ICC_PROFILE\x00" || int(part[12]) != i+1 || int(part[13]) != len(s[mAPP0+2]) {
				t.Fatalf("%d bytes: ICC part %d begins with %q", size, i, part[:14])
			}
			icc = append(icc, part[14:]...)
		}
		if !bytes.Equal(icc, o.ICC) {
			t.Errorf("%d bytes: profile differs", size)
		}
	}
}

// TestEncodeGoldenBytes pins the files made of integer noise: every machine,
// with or without SIMD, writes these. A change of the encoder's decisions
// changes the sums on purpose.
func TestEncodeGoldenBytes(t *testing.T) {
	m := image.NewYCbCr(image.Rect(0, 0, 301, 157), image.YCbCrSubsampleRatio420)
	rnd := rand.New(rand.NewPCG(77, 78))
	for _, p := range [][]byte{m.Y, m.Cb, m.Cr} {
		v := int32(100)
		for i := range p {
			v = max(0, min(255, v+int32(rnd.IntN(7))-3))
			p[i] = byte(v)
		}
	}
	for _, c := range []struct {
		o    EncodeOptions
		want string
	}{
		{EncodeOptions{Quality: 80}, "660a654ab0f735ca"},
		{EncodeOptions{Quality: 93, WriteOptions: WriteOptions{Progressive: true}}, "6ede5dc778238cbb"},
	} {
		if got := fmt.Sprintf("%x", sha256.Sum256(encoded(t, m, c.o))); got[:16] != c.want {
			t.Errorf("%+v: sum %s, want %s", c.o, got[:16], c.want)
		}
	}
}

func TestEncodeHeaders(t *testing.T) {
	data := encoded(t, testYCbCr(33, 21, image.YCbCrSubsampleRatio422), EncodeOptions{Quality: 50})
	s := headSegments(t, data)
	if len(s[mDQT]) != 1 || len(s[mDQT][0]) != 2*65 || len(s[mDHT]) != 1 {
		t.Errorf("%d DQT and %d DHT segments, want one each", len(s[mDQT]), len(s[mDHT]))
	}
	for k, natural := range zigzag {
		if got, want := s[mDQT][0][1+k], annexKQuant[0][natural]; got != want {
			t.Fatalf("quality 50, step %d: %d, want that of annex K, %d", k, got, want)
		}
	}
	want := []byte{8, 0, 21, 0, 33, 3, 1, 0x21, 0, 2, 0x11, 1, 3, 0x11, 1}
	if got := s[mSOF0][0]; !bytes.Equal(got, want) {
		t.Errorf("frame header % x, want % x", got, want)
	}
	if s := headSegments(t, encoded(t, testGray(9, 9), EncodeOptions{})); len(s[mDQT][0]) != 65 {
		t.Error("a grey file has more than one quantisation table")
	}
}

func TestScaledQuant(t *testing.T) {
	for _, c := range []struct {
		quality, natural int
		chroma           bool
		want             uint16
	}{
		{1, 0, false, 255}, {10, 0, false, 80}, {50, 1, false, 11}, {75, 0, false, 8}, {75, 0, true, 9},
		{80, 0, false, 6}, {80, 63, false, 40}, {92, 0, true, 3}, {100, 63, true, 1},
	} {
		if got := scaledQuant(c.chroma, c.quality)[c.natural]; got != c.want {
			t.Errorf("quality %d, chroma %v, step %d: %d, want %d", c.quality, c.chroma, c.natural, got, c.want)
		}
	}
}

// TestEncodeExtremes encodes noise and black-and-white at both ends of the
// scale: the largest coefficients, the longest codes, the fullest blocks.
func TestEncodeExtremes(t *testing.T) {
	rnd := rand.New(rand.NewPCG(5, 6))
	for _, hard := range []bool{false, true} {
		m := image.NewYCbCr(image.Rect(0, 0, 150, 110), image.YCbCrSubsampleRatio420)
		for _, pix := range [][]byte{m.Y, m.Cb, m.Cr} {
			for i := range pix {
				if pix[i] = byte(rnd.Uint32()); hard {
					pix[i] = byte(int8(pix[i]) >> 7)
				}
			}
		}
		for quality, floor := range map[int]float64{1: 4, 10: 6, 100: 45} {
			for _, progressive := range []bool{false, true} {
				o := EncodeOptions{Quality: quality, WriteOptions: WriteOptions{Progressive: progressive}}
				checkOracles(t, "noise", encoded(t, m, o), m, floor)
			}
		}
	}
}

// TestEncodePSNR holds the encoder to a PSNR per quality on a made-up scene.
func TestEncodePSNR(t *testing.T) {
	for quality, floor := range map[int]float64{30: 31, 60: 33.5, 80: 35.5, 92: 38.5, 98: 44} {
		m := testYCbCr(200, 150, image.YCbCrSubsampleRatio444)
		checkOracles(t, "scene", encoded(t, m, EncodeOptions{Quality: quality}), m, floor)
	}
}

// TestEncodeSubImage: a part of a larger picture is coded as if it stood alone,
// and samples outside of it do not matter.
func TestEncodeSubImage(t *testing.T) {
	big := testYCbCr(100, 80, image.YCbCrSubsampleRatio420)
	part := big.SubImage(image.Rect(16, 10, 71, 63)).(*image.YCbCr)
	alone := image.NewYCbCr(image.Rect(0, 0, 55, 53), image.YCbCrSubsampleRatio420)
	for y := range 53 {
		copy(alone.Y[y*alone.YStride:][:55], part.Y[y*part.YStride:])
	}
	for y := range 27 {
		copy(alone.Cb[y*alone.CStride:][:28], part.Cb[y*part.CStride:])
		copy(alone.Cr[y*alone.CStride:][:28], part.Cr[y*part.CStride:])
	}
	if !bytes.Equal(encoded(t, part, EncodeOptions{}), encoded(t, alone, EncodeOptions{})) {
		t.Error("a part gives other bytes than its copy")
	}
}

func TestEncodeRefuses(t *testing.T) {
	gray := func(w, h int) *image.Gray { return &image.Gray{Stride: w, Rect: image.Rect(0, 0, w, h)} }
	short := testYCbCr(64, 64, image.YCbCrSubsampleRatio420)
	short.Cr = short.Cr[:len(short.Cr)-1]
	narrow := testGray(64, 64)
	narrow.Stride = 63
	for name, c := range map[string]struct {
		img image.Image
		o   EncodeOptions
	}{
		"no pixels":        {gray(0, 5), EncodeOptions{}},
		"too wide":         {gray(65536, 1), EncodeOptions{}},
		"too high":         {gray(1, 65536), EncodeOptions{}},
		"RGBA":             {image.NewRGBA(image.Rect(0, 0, 4, 4)), EncodeOptions{}},
		"short plane":      {short, EncodeOptions{}},
		"empty plane":      {gray(8, 8), EncodeOptions{}},
		"stride":           {narrow, EncodeOptions{}},
		"odd start":        {testYCbCr(40, 40, image.YCbCrSubsampleRatio420).SubImage(image.Rect(1, 0, 20, 20)), EncodeOptions{}},
		"unknown ratio":    {&image.YCbCr{SubsampleRatio: 77, Rect: image.Rect(0, 0, 8, 8)}, EncodeOptions{}},
		"quality 101":      {testGray(8, 8), EncodeOptions{Quality: 101}},
		"negative quality": {testGray(8, 8), EncodeOptions{Quality: -1}},
		"long EXIF":        {testGray(8, 8), EncodeOptions{WriteOptions: WriteOptions{EXIF: make([]byte, 65528)}}},
		"long XMP":         {testGray(8, 8), EncodeOptions{WriteOptions: WriteOptions{XMP: make([]byte, 65505)}}},
		"long profile":     {testGray(8, 8), EncodeOptions{WriteOptions: WriteOptions{ICC: make([]byte, 255*65519+1)}}},
	} {
		b := bytes.NewBufferString("kept")
		if err := Encode(b, c.img, c.o); err == nil || b.String() != "kept" {
			t.Errorf("%s: error %v, %d bytes in the buffer", name, err, b.Len())
		}
	}
	var unsupported UnsupportedError
	if err := Encode(new(bytes.Buffer), image.NewRGBA(image.Rect(0, 0, 4, 4)), EncodeOptions{}); !errors.As(err, &unsupported) {
		t.Errorf("RGBA: %v is no UnsupportedError", err)
	}
}

// TestHuffmanBuilder checks tables of all sorts of counts: valid, no code of
// all ones, at most 16 bits, and as short as the best without a limit where
// that has at most 16 bits.
func TestHuffmanBuilder(t *testing.T) {
	rnd := rand.New(rand.NewPCG(8, 9))
	var h huffBuilder
	for i := range 2000 {
		var freq [256]uint32
		n := 1 + rnd.IntN(256)
		a, b := uint32(1), uint32(1)
		for range n {
			f := 1 + rnd.Uint32()>>rnd.IntN(31)>>8
			if i%4 == 0 { // the worst case for lengths
				if f, a, b = a, b, a+b; b > 1<<27 {
					a, b = 1, 1
				}
			}
			freq[rnd.IntN(256)] = f
		}
		spec, codes := h.build(&freq)
		checkHuffman(t, &freq, &spec, codes)
	}
	var none [256]uint32
	if _, codes := h.build(&none); codes != 0 {
		t.Errorf("%d codes for no symbol", codes)
	}
}

func checkHuffman(t *testing.T, freq *[256]uint32, spec *huffSpec, codes int) {
	t.Helper()
	used, weights := 0, []uint64{0}
	for _, f := range freq {
		if f > 0 {
			used++
			weights = append(weights, uint64(f))
		}
	}
	room, k, total, seen := 1, 0, uint64(0), map[uint8]bool{}
	longest := 0
	for l, c := range spec.counts {
		room = 2*room - int(c)
		for range c {
			v := spec.values[k]
			if seen[v] || freq[v] == 0 {
				t.Fatalf("symbol %d twice or for nothing", v)
			}
			seen[v] = true
			total += uint64(freq[v]) * uint64(l+1)
			longest = l + 1
			k++
		}
		if room < 1 {
			t.Fatalf("codes of all ones, or too many, at length %d", l+1)
		}
	}
	if k != used || codes != used {
		t.Fatalf("%d codes for %d symbols", k, used)
	}
	// Huffman's total is the sum of all merged weights.
	best := uint64(0)
	for len(weights) > 1 {
		i, j := twoLeast(weights)
		weights[i] += weights[j]
		best += weights[i]
		weights = append(weights[:j], weights[j+1:]...)
	}
	if total < best || longest < 16 && total > best {
		t.Fatalf("%d bits, the best is %d, longest code %d", total, best, longest)
	}
}

// twoLeast returns the indices i < j of the two least weights.
func twoLeast(w []uint64) (i, j int) {
	i, j = 0, 1
	if w[j] < w[i] {
		i, j = j, i
	}
	for k := 2; k < len(w); k++ {
		switch {
		case w[k] < w[i]:
			i, j = k, i
		case w[k] < w[j]:
			j = k
		}
	}
	return min(i, j), max(i, j)
}

// FuzzEncode lets the fuzzer choose pictures and options; both oracles have to
// read what comes out, and the reference decoder the coefficients.
func FuzzEncode(f *testing.F) {
	f.Add([]byte("some pixels"), uint8(17), uint8(9), uint8(0), uint8(80))
	f.Add(bytes.Repeat([]byte{0, 255}, 500), uint8(40), uint8(30), uint8(5), uint8(100))
	f.Fuzz(func(t *testing.T, pix []byte, w, h, kind, quality uint8) {
		if w == 0 || h == 0 || len(pix) == 0 {
			return
		}
		o := EncodeOptions{Quality: 1 + int(quality)%100, WriteOptions: WriteOptions{Progressive: kind&8 != 0}}
		var img image.Image
		fill := func(dst []byte) {
			for i := range dst {
				dst[i] = pix[(i*7+i/5)%len(pix)]
			}
		}
		if kind&7 >= 6 {
			m := image.NewGray(image.Rect(0, 0, int(w), int(h)))
			fill(m.Pix)
			img = m
		} else {
			m := image.NewYCbCr(image.Rect(0, 0, int(w), int(h)), ratios[kind&7])
			fill(m.Y)
			fill(m.Cb)
			fill(m.Cr)
			img = m
		}
		data := encoded(t, img, o)
		floor := 0.0
		if o.Quality >= 95 {
			floor = 27
		}
		checkOracles(t, "fuzz", data, img, floor)
		if r, err := refDecode(data); err != nil || r.done != r.total {
			t.Fatalf("the reference decoder: %v", err)
		}
	})
}
