package jpeg

import (
	"bytes"
	"errors"
	"image"
	"runtime"
	"testing"
)

// segmentsOf joins segments, each marker and parameters, to the head of a file.
func segmentsOf(segments ...[]byte) []byte {
	out := []byte{0xFF, mSOI}
	for _, s := range segments {
		out = append(out, 0xFF, s[0], byte((len(s)+1)>>8), byte(len(s)+1))
		out = append(out, s[1:]...)
	}
	return out
}

// Segments that the tests below put together.
var (
	segDQT   = append([]byte{mDQT, 0}, bytes.Repeat([]byte{1}, 64)...)
	segGrey  = []byte{mSOF0, 8, 0, 16, 0, 16, 1, 1, 0x11, 0}
	segSOS   = []byte{mSOS, 1, 1, 0, 0, 63, 0}
	segJFIF  = []byte{mAPP0, 'J', 'F', 'I', 'F', 0, 1, 1, 0, 0, 1, 0, 1, 0, 0}
	segSOS3  = []byte{mSOS, 3, 1, 0, 2, 0, 3, 0, 0, 63, 0}
	segSOS4  = []byte{mSOS, 4, 1, 0, 2, 0, 3, 0, 4, 0, 0, 63, 0}
	segSOF4  = []byte{mSOF0, 8, 0, 16, 0, 16, 4, 1, 0x11, 0, 2, 0x11, 0, 3, 0x11, 0, 4, 0x11, 0}
	segColor = sof3(0x22, 0x11, 0x11)
)

func segAdobe(transform byte) []byte {
	return append([]byte{mAPPE}, 'A', 'd', 'o', 'b', 'e', 0, 100, 0, 0, 0, 0, transform)
}

// sof3 is the frame header of three components with these sampling factors.
func sof3(y, cb, cr byte) []byte {
	return []byte{mSOF0, 8, 0, 16, 0, 16, 3, 1, y, 0, 2, cb, 0, 3, cr, 0}
}

// with returns b with byte i replaced.
func with(b []byte, i int, v byte) []byte {
	b = bytes.Clone(b)
	b[i] = v
	return b
}

func TestParse(t *testing.T) {
	rgb := sof3(0x11, 0x11, 0x11)
	rgb[7], rgb[10], rgb[13] = 'R', 'G', 'B'
	sosRGB := []byte{mSOS, 3, 'R', 0, 'G', 0, 'B', 0, 0, 63, 0}
	for _, c := range []struct {
		name  string
		data  []byte
		want  string // error; empty: none
		model Model
	}{
		{"grey", segmentsOf(segDQT, segGrey, segSOS), "", Gray},
		{"colour", segmentsOf(segJFIF, segDQT, segColor, segSOS3), "", YCbCr},
		{"no JFIF", segmentsOf(segDQT, segColor, segSOS3), "", YCbCr},
		{"identifiers RGB", segmentsOf(segDQT, rgb, sosRGB), "unsupported JPEG feature: RGB", RGB},
		{"JFIF wins over identifiers", segmentsOf(segJFIF, segDQT, rgb, sosRGB), "", YCbCr},
		{"Adobe wins over identifiers", segmentsOf(segAdobe(1), segDQT, rgb, sosRGB), "", YCbCr},
		{"Adobe RGB", segmentsOf(segAdobe(0), segDQT, segColor, segSOS3), "unsupported JPEG feature: RGB", RGB},
		{"Adobe RGB behind the frame header", segmentsOf(segDQT, segColor, segAdobe(0), segSOS3), "unsupported JPEG feature: RGB", RGB},
		{"CMYK", segmentsOf(segDQT, segSOF4, segSOS4), "unsupported JPEG feature: CMYK", CMYK},
		{"YCCK", segmentsOf(segAdobe(2), segDQT, segSOF4, segSOS4), "unsupported JPEG feature: YCCK", YCCK},
		{"2 components", segmentsOf(segDQT, []byte{mSOF0, 8, 0, 16, 0, 16, 2, 1, 0x11, 0, 2, 0x11, 0}, []byte{mSOS, 1, 1, 0, 0, 63, 0}), "unsupported JPEG feature: 2 components", OtherModel},
		{"12 bits", segmentsOf(segDQT, with(segGrey, 1, 12), segSOS), "unsupported JPEG feature: 12 bits per sample", Gray},
		{"lossless", segmentsOf(with(segGrey, 0, 0xC3), segSOS), "unsupported JPEG feature: lossless coding", Gray},
		{"arithmetic", segmentsOf(segDQT, with(segGrey, 0, 0xC9), segSOS), "unsupported JPEG feature: arithmetic coding", Gray},
		{"arithmetic progressive", segmentsOf(segDQT, with(segGrey, 0, 0xCA), segSOS), "unsupported JPEG feature: arithmetic coding", Gray},
		{"differential", segmentsOf(segDQT, with(segGrey, 0, 0xC5), segSOS), "unsupported JPEG feature: hierarchical coding", Gray},
		{"DNL", segmentsOf(segDQT, with(segGrey, 3, 0), segSOS), "unsupported JPEG feature: number of lines in a DNL segment", Gray},
		{"two frames", segmentsOf(segDQT, segGrey, segGrey, segSOS), "unsupported JPEG feature: several frames", Gray},
		{"chroma larger than luma", segmentsOf(segDQT, sof3(0x11, 0x22, 0x22), segSOS3), "unsupported JPEG feature: unusual chroma sampling", YCbCr},
		{"chroma planes unlike", segmentsOf(segDQT, sof3(0x22, 0x11, 0x21), segSOS3), "unsupported JPEG feature: unusual chroma sampling", YCbCr},
		{"chroma a third", segmentsOf(segDQT, sof3(0x31, 0x11, 0x11), segSOS3), "unsupported JPEG feature: unusual chroma sampling", YCbCr},
		{"chroma two thirds", segmentsOf(segDQT, sof3(0x31, 0x21, 0x21), segSOS3), "unsupported JPEG feature: unusual chroma sampling", YCbCr},

		{"empty", nil, "invalid JPEG: no start of image", 0},
		{"PNG", []byte("\x89PNG\r\n\x1a\n"), "invalid JPEG: no start of image", 0},
		{"start only", []byte{0xFF, mSOI}, "invalid JPEG: the file ends in its header", 0},
		{"fill only", []byte{0xFF, mSOI, 0xFF, 0xFF, 0xFF}, "invalid JPEG: the file ends in its header", 0},
		{"ends at once", []byte{0xFF, mSOI, 0xFF, mEOI}, "invalid JPEG: end of image before the frame header", 0},
		{"starts twice", []byte{0xFF, mSOI, 0xFF, mSOI}, "invalid JPEG: a second start of image", 0},
		{"segment longer than the file", segmentsOf(segDQT)[:40], "invalid JPEG: the file ends in its header", 0},
		{"segment of length 1", append([]byte{0xFF, mSOI, 0xFF, mDQT, 0, 1}, segmentsOf(segGrey, segSOS)[2:]...), "invalid JPEG: the file ends in its header", 0},
		{"no scan", segmentsOf(segDQT, segGrey), "invalid JPEG: no scan in the file", 0},
		{"scan before the frame", segmentsOf(segDQT, segSOS), "invalid JPEG: scan before the frame header", 0},
		{"width 0", segmentsOf(segDQT, with(segGrey, 5, 0), segSOS), "invalid JPEG: width 0", 0},
		{"no components", segmentsOf(segDQT, segGrey[:7], segSOS), "invalid JPEG: frame header of wrong length", 0},
		{"sampling 0", segmentsOf(segDQT, with(segGrey, 8, 0x01), segSOS), "invalid JPEG: component parameters out of range", 0},
		{"sampling 5", segmentsOf(segDQT, with(segGrey, 8, 0x15), segSOS), "invalid JPEG: component parameters out of range", 0},
		{"table 4", segmentsOf(segDQT, with(segGrey, 9, 4), segSOS), "invalid JPEG: component parameters out of range", 0},
		{"one identifier twice", segmentsOf(segDQT, with(segColor, 10, 1), segSOS3), "invalid JPEG: two components with one identifier", 0},
		{"no quantisation table", segmentsOf(segGrey, segSOS), "invalid JPEG: missing quantisation table", 0},
		{"short quantisation table", segmentsOf(segDQT[:60], segGrey, segSOS), "invalid JPEG: broken quantisation table", 0},
		{"no Huffman table", segmentsOf(segDQT, segGrey, with(segSOS, 3, 0x22)), "invalid JPEG: missing Huffman table", 0},
		{"Huffman table number", segmentsOf(segDQT, segGrey, with(segSOS, 3, 0x44)), "invalid JPEG: scan of an unknown component or table", 0},
		{"unknown component", segmentsOf(segDQT, segGrey, with(segSOS, 2, 9)), "invalid JPEG: scan of an unknown component or table", 0},
		{"component twice", segmentsOf(segDQT, segColor, with(segSOS3, 4, 1)), "invalid JPEG: a component twice in a scan", 0},
		{"scan of none", segmentsOf(segDQT, segGrey, []byte{mSOS, 0, 0, 63, 0}), "invalid JPEG: scan header of wrong length", 0},
		{"11 blocks", segmentsOf(segDQT, sof3(0x33, 0x11, 0x11), segSOS3), "unsupported JPEG feature: unusual chroma sampling", YCbCr},
		{"24 blocks", segmentsOf(segDQT, sof3(0x44, 0x22, 0x22), segSOS3), "invalid JPEG: more than 10 blocks in an MCU", 0},
		{"oversubscribed", segmentsOf(segDQT, append([]byte{mDHT, 0, 3}, make([]byte, 18)...), segGrey, segSOS), "invalid JPEG: oversubscribed Huffman table", 0},
		{"short Huffman table", segmentsOf(segDQT, append([]byte{mDHT, 0}, make([]byte, 10)...), segGrey, segSOS), "invalid JPEG: broken Huffman table", 0},
		{"Huffman class 2", segmentsOf(segDQT, append([]byte{mDHT, 0x20}, make([]byte, 16)...), segGrey, segSOS), "invalid JPEG: broken Huffman table", 0},
		{"restart interval", segmentsOf(segDQT, []byte{mDRI, 1}, segGrey, segSOS), "invalid JPEG: restart interval of wrong length", 0},
	} {
		h, err := Parse(c.data)
		switch {
		case c.want == "" && err != nil, c.want != "" && (err == nil || err.Error() != c.want):
			t.Errorf("%s: %v, want %q", c.name, err, c.want)
		case errors.As(err, new(FormatError)):
			if h != nil {
				t.Errorf("%s: a header in spite of %v", c.name, err)
			}
		case h == nil || h.Model != c.model:
			t.Errorf("%s: header %+v, want the model %v", c.name, h, c.model)
		}
		if _, derr := Decode(c.data, Options{}); c.want != "" && (derr == nil || derr.Error() != c.want) {
			t.Errorf("%s: Decode says %v, Parse %v", c.name, derr, err)
		}
	}
}

// TestParseFields checks what a header holds.
func TestParseFields(t *testing.T) {
	h, err := Parse(segmentsOf(segJFIF, segAdobe(1), segDQT, []byte{mDRI, 1, 2}, sof3(0x21, 0x11, 0x11), segSOS3))
	if err != nil {
		t.Fatal(err)
	}
	if h.Width != 16 || h.Height != 16 || h.Precision != 8 || h.Progressive || h.RestartInterval != 0x102 ||
		!h.JFIF || h.AdobeTransform != 1 || h.Subsampling != image.YCbCrSubsampleRatio422 || len(h.Components) != 3 ||
		h.Components[0] != (Component{ID: 1, H: 2, V: 1}) {
		t.Errorf("%+v", h)
	}
	h, err = Parse(segmentsOf(segDQT, with(segGrey, 0, mSOF2), []byte{mSOS, 1, 1, 0, 0, 0, 1}))
	if err != nil || !h.Progressive || h.AdobeTransform != -1 || h.JFIF {
		t.Errorf("%+v, %v", h, err)
	}
}

// TestImplausibleSize: a small file that claims to be huge takes no memory.
func TestImplausibleSize(t *testing.T) {
	huge := bytes.Clone(segGrey)
	huge[2], huge[3], huge[4], huge[5] = 0xFF, 0xFF, 0xFF, 0xFF
	data := append(segmentsOf(segDQT, huge, segSOS), make([]byte, 1000)...)
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	_, err := new(Decoder).Decode(data, Options{AllowTruncated: true})
	runtime.ReadMemStats(&after)
	if !errors.As(err, new(*IncompleteError)) {
		t.Error(err)
	}
	if n := after.TotalAlloc - before.TotalAlloc; n > 1<<16 {
		t.Errorf("%d bytes allocated", n)
	}
}
