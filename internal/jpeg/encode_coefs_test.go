package jpeg

import (
	"bytes"
	"fmt"
	"image"
	"math/bits"
	"math/rand/v2"
	"testing"

	"github.com/gen2brain/jpegn"

	"imgpool/internal/kernel/idct"
)

// randomCoefficients makes a picture of n components whose coefficients are not
// zero with probability 1/sparse and at most largest in magnitude.
func randomCoefficients(rnd *rand.Rand, w, h, n, hs, vs, sparse, largest int) *Coefficients {
	c := &Coefficients{Width: w, Height: h, Planes: make([]CoefficientPlane, n)}
	for i := range c.Planes {
		p := &c.Planes[i]
		p.H, p.V = 1, 1
		if i == 0 && n > 1 {
			p.H, p.V = hs, vs
		}
		for j := range p.Quant {
			p.Quant[j] = uint16(1 + rnd.IntN(40))
		}
	}
	c.Layout()
	for i := range c.Planes {
		for j := range c.Planes[i].Blocks {
			if rnd.IntN(sparse) == 0 {
				c.Planes[i].Blocks[j] = int16(rnd.IntN(2*largest+1) - largest)
			}
		}
	}
	return c
}

// TestCoefficientsSurvive writes coefficients of all kinds and reads them back.
func TestCoefficientsSurvive(t *testing.T) {
	rnd := rand.New(rand.NewPCG(21, 22))
	for i := range 160 {
		w, h := 1+rnd.IntN(150), 1+rnd.IntN(90)
		n := 1 + 2*rnd.IntN(2)
		factors := [][2]int{{1, 1}, {2, 1}, {2, 2}, {1, 2}, {4, 1}, {4, 2}}[rnd.IntN(6)]
		sparse := []int{1, 2, 6, 40, 2000}[rnd.IntN(5)]
		largest := []int{1, 2, 5, 40, 1023}[rnd.IntN(5)]
		c := randomCoefficients(rnd, w, h, n, factors[0], factors[1], sparse, largest)
		for _, progressive := range []bool{false, true} {
			what := fmt.Sprintf("%d: %dx%d, %d components of %v, 1/%d up to %d, progressive=%v", i, w, h, n, factors, sparse, largest, progressive)
			var b bytes.Buffer
			b.WriteString("kept")
			if err := WriteCoefficients(&b, c, WriteOptions{Progressive: progressive}); err != nil {
				t.Fatalf("%s: %v", what, err)
			}
			checkCoefficients(t, what, b.Bytes()[4:], c)
		}
	}
}

// checkCoefficients reads a file with the slow reference decoder of these tests
// and compares.
func checkCoefficients(t *testing.T, what string, data []byte, want *Coefficients) {
	t.Helper()
	r, err := refDecode(data)
	if err != nil {
		t.Fatalf("%s: %v", what, err)
	}
	if r.done != r.total || r.frame.Width != want.Width || r.frame.Height != want.Height || len(r.comps) != len(want.Planes) {
		t.Fatalf("%s: %d of %d blocks, %dx%d, %d components", what, r.done, r.total, r.frame.Width, r.frame.Height, len(r.comps))
	}
	for i, p := range want.Planes {
		c := &r.comps[i]
		if *c.quant != p.Quant || c.H != p.H || c.V != p.V {
			t.Fatalf("%s: component %d has another header", what, i)
		}
		for by := range p.BlocksY {
			for bx := range p.BlocksX {
				got, block := &c.coef[by*c.paddedX+bx], p.Blocks[(by*p.BlocksX+bx)*64:][:64]
				for k := range 64 {
					if got[zigzag[k]] != block[StoragePosition(k)] {
						t.Fatalf("%s: component %d, block %d,%d, coefficient %d: %d, want %d", what, i, bx, by, k, got[zigzag[k]], block[StoragePosition(k)])
					}
				}
			}
		}
	}
}

// TestRareLongRun has so many symbols of so different frequency that a single
// long run of ended bands gets a code of 16 bits.
func TestRareLongRun(t *testing.T) {
	c := &Coefficients{Width: 8 * 256, Height: 8 * 220, Planes: []CoefficientPlane{{H: 1, V: 1}}}
	for i := range c.Planes[0].Quant {
		c.Planes[0].Quant[i] = 1
	}
	c.Layout()
	for b := range 1 << 15 {
		k := 3 + bits.TrailingZeros(uint(b+1))
		c.Planes[0].Blocks[64*b+StoragePosition(k)] = 4
	}
	var b bytes.Buffer
	if err := WriteCoefficients(&b, c, WriteOptions{Progressive: true}); err != nil {
		t.Fatal(err)
	}
	checkCoefficients(t, "a rare long run", b.Bytes(), c)
	checkRecode(t, "a rare long run", b.Bytes(), RecodeOptions{})
}

// TestLongEndOfBandRuns has more than 32767 blocks without a coefficient, and
// correction bits pending all along.
func TestLongEndOfBandRuns(t *testing.T) {
	for _, fill := range []int16{0, 2} {
		c := &Coefficients{Width: 8 * 200, Height: 8 * 170, Planes: []CoefficientPlane{{H: 1, V: 1}}}
		for i := range c.Planes[0].Quant {
			c.Planes[0].Quant[i] = 1
		}
		c.Layout()
		blocks := c.Planes[0].Blocks
		for b := 0; b < len(blocks); b += 64 {
			blocks[b+StoragePosition(40)] = fill
		}
		blocks[len(blocks)-64+StoragePosition(63)] = -1
		var b bytes.Buffer
		if err := WriteCoefficients(&b, c, WriteOptions{Progressive: true}); err != nil {
			t.Fatal(err)
		}
		checkCoefficients(t, fmt.Sprintf("all %d", fill), b.Bytes(), c)
	}
}

func TestWriteCoefficientsRefuses(t *testing.T) {
	fresh := func() *Coefficients {
		return randomCoefficients(rand.New(rand.NewPCG(1, 1)), 20, 20, 3, 2, 2, 4, 100)
	}
	for name, spoil := range map[string]func(c *Coefficients){
		"width 0":             func(c *Coefficients) { c.Width = 0 },
		"height 65536":        func(c *Coefficients) { c.Height = 65536 },
		"two components":      func(c *Coefficients) { c.Planes = c.Planes[:2] },
		"no component":        func(c *Coefficients) { c.Planes = nil },
		"a step of 0":         func(c *Coefficients) { c.Planes[1].Quant[5] = 0 },
		"a step of 256":       func(c *Coefficients) { c.Planes[1].Quant[5] = 256 },
		"AC 1024":             func(c *Coefficients) { c.Planes[0].Blocks[3] = 1024 },
		"AC -32768":           func(c *Coefficients) { c.Planes[0].Blocks[3] = -32768 },
		"DC 1024":             func(c *Coefficients) { c.Planes[2].Blocks[0] = 1024 },
		"DC -1025":            func(c *Coefficients) { c.Planes[2].Blocks[64] = -1025 },
		"short":               func(c *Coefficients) { c.Planes[0].Blocks = c.Planes[0].Blocks[:65] },
		"wrong layout":        func(c *Coefficients) { c.Planes[0].BlocksX++ },
		"factor 0":            func(c *Coefficients) { c.Planes[0].H = 0 },
		"factor 5":            func(c *Coefficients) { c.Planes[0].V = 5 },
		"11 blocks in an MCU": func(c *Coefficients) { c.Planes[0].H, c.Planes[0].V, c.Planes[1].H = 4, 2, 2 },
	} {
		for _, progressive := range []bool{false, true} {
			c := fresh()
			spoil(c)
			b := bytes.NewBufferString("kept")
			if err := WriteCoefficients(b, c, WriteOptions{Progressive: progressive}); err == nil || b.String() != "kept" {
				t.Errorf("%s: error %v, %d bytes in the buffer", name, err, b.Len())
			}
		}
	}
	c := fresh()
	c.Planes[0].Blocks[0], c.Planes[0].Blocks[64] = -1024, 1023
	c.Planes[0].Blocks[1], c.Planes[0].Blocks[2] = -1023, 1023
	var b bytes.Buffer
	if err := WriteCoefficients(&b, c, WriteOptions{}); err != nil {
		t.Fatalf("largest coefficients: %v", err)
	}
	checkCoefficients(t, "largest coefficients", b.Bytes(), c)
}

// TestIDCTEqualsJpegn holds kernel/idct to its claim: the pixels are those of
// jpegn v0.6.1 at every scale.
func TestIDCTEqualsJpegn(t *testing.T) {
	rnd := rand.New(rand.NewPCG(31, 32))
	for i := range 60 {
		largest, sparse := []int{3, 30, 1023}[i%3], []int{2, 8, 60}[rnd.IntN(3)]
		c := randomCoefficients(rnd, 8*(1+rnd.IntN(20)), 8, 1, 1, 1, sparse, largest)
		p := &c.Planes[0]
		if i%3 < 2 { // what a photo has: detail is small
			for j := range p.Blocks {
				p.Blocks[j] /= int16(1 + (j%8+j/8%8)/2)
			}
		}
		var b bytes.Buffer
		if err := WriteCoefficients(&b, c, WriteOptions{}); err != nil {
			t.Fatal(err)
		}
		for _, scale := range []int{1, 2, 4, 8} {
			if scale == 1 && largest == 1023 {
				continue // beyond what the full transform shares with jpegn
			}
			img, err := jpegn.Decode(bytes.NewReader(b.Bytes()), &jpegn.Options{ScaleDenom: scale})
			if err != nil {
				t.Fatal(err)
			}
			want := img.(*image.Gray)
			side := 8 / scale
			got := make([]byte, side*side*p.BlocksX)
			rowOfPixels(got, p, side)
			for y := range side {
				if row := got[y*side*p.BlocksX:][:side*p.BlocksX]; !bytes.Equal(row, want.Pix[y*want.Stride:][:len(row)]) {
					t.Fatalf("picture %d, coefficients up to %d, 1/%d: row %d differs", i, largest, scale, y)
				}
			}
		}
	}
}

// rowOfPixels runs the inverse DCT that leaves side x side pixels of a block
// over a row of blocks.
func rowOfPixels(dst []byte, p *CoefficientPlane, side int) {
	var coef []int16
	var quant [64]uint16
	for y := range side {
		copy(quant[y*side:], p.Quant[y*8:y*8+side])
	}
	for b := range p.BlocksX {
		for y := range side {
			for x := range side {
				coef = append(coef, p.Blocks[b*64+x*8+y])
			}
		}
	}
	stride := side * p.BlocksX
	switch side {
	case 8:
		idct.Row8(dst, stride, coef, &quant)
	case 4:
		idct.Row4(dst, stride, coef, (*[16]uint16)(quant[:]))
	case 2:
		idct.Row2(dst, stride, coef, (*[4]uint16)(quant[:]))
	default:
		idct.Row1(dst, coef, quant[0])
	}
}
