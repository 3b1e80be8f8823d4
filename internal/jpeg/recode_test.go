package jpeg

import (
	"bytes"
	"errors"
	"fmt"
	"math/rand/v2"
	"runtime"
	"slices"
	"testing"

	"imgpool/internal/kernel/kerneltest"
)

// checkRecode recodes data and reads both files with the reference decoder: all
// coefficients, tables and identifiers are to be the same. It returns the
// result, nil if the file was refused as a file may be.
func checkRecode(t testing.TB, name string, data []byte, o RecodeOptions) []byte {
	t.Helper()
	b := bytes.NewBufferString("kept")
	err := Recode(b, data, o)
	if err != nil {
		var format FormatError
		var unsupported UnsupportedError
		var incomplete *IncompleteError
		if !errors.As(err, &format) && !errors.As(err, &unsupported) && !errors.As(err, &incomplete) {
			t.Fatalf("%s: %v", name, err)
		}
		if b.String() != "kept" {
			t.Fatalf("%s: %d bytes in spite of %v", name, b.Len(), err)
		}
		return nil
	}
	out := b.Bytes()[4:]
	want, err := refRead(data, true)
	if err != nil {
		t.Fatalf("%s: recoded, but %v", name, err)
	}
	got, err := refRead(out, true)
	if err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	if got.done != got.total || got.frame.Width != want.frame.Width || got.frame.Height != want.frame.Height || got.frame.Model != want.frame.Model {
		t.Fatalf("%s: %d of %d blocks, %dx%d, %v", name, got.done, got.total, got.frame.Width, got.frame.Height, got.frame.Model)
	}
	for i := range want.comps {
		w, g := &want.comps[i], &got.comps[i]
		if w.ID != g.ID || w.H != g.H || w.V != g.V || *w.quant != *g.quant {
			t.Fatalf("%s: component %d has another header", name, i)
		}
		for y := range w.blocksY {
			if at := y * w.paddedX; !slices.Equal(w.coef[at:][:w.blocksX], g.coef[at:][:w.blocksX]) {
				t.Fatalf("%s: component %d, row %d of blocks is not the same", name, i, y)
			}
		}
	}
	return out
}

// TestRecodeSynthesised recodes every kind of sequential file, with every path.
func TestRecodeSynthesised(t *testing.T) {
	kerneltest.ForEachImpl(t, func(t *testing.T) {
		n := 0
		variants(func(name string, s *synth) {
			n++
			s.moderate()
			if checkRecode(t, name, s.bytes(), RecodeOptions{Effort: 1 + n%9}) == nil {
				t.Errorf("%s: refused", name)
			}
		})
	})
}

// TestRecodeScripts recodes progressive files of random scripts, four components
// among them.
func TestRecodeScripts(t *testing.T) {
	rng := rand.New(rand.NewPCG(31, 32))
	kinds := [][][2]int{
		{{1, 1}}, {{2, 2}}, {{2, 2}, {1, 1}, {1, 1}}, {{1, 1}, {1, 1}, {1, 1}}, {{1, 2}, {2, 1}, {1, 1}},
		{{4, 4}, {1, 1}, {2, 2}}, // more blocks than an interleaved scan may have
	}
	for n := range 60 {
		p := testPicture(rng, 1+rng.IntN(150), 1+rng.IntN(100), kinds[n%len(kinds)]...)
		for i := range p.comps { // what 8-bit pictures have
			for b := range p.comps[i].coef {
				for k, v := range p.comps[i].coef[b] {
					p.comps[i].coef[b][k] = max(-1023, min(1023, v))
				}
			}
		}
		script := randomScript(rng, len(p.comps))
		if n%len(kinds) == 5 {
			script = script[:0]
			for c := range p.comps {
				script = append(script, testScan{comps: []int{c}}, testScan{comps: []int{c}, ss: 1, se: 63})
			}
		}
		if checkRecode(t, fmt.Sprintf("picture %d", n), encodeProgressive(p, script), RecodeOptions{Effort: 1 + n%9}) == nil {
			t.Errorf("picture %d: refused", n)
		}
	}
}

// TestRecodeColourModels has CMYK, YCCK and RGB by Adobe's segment and by
// identifiers, which other than YCbCr the decoder does not decode.
func TestRecodeColourModels(t *testing.T) {
	rng := rand.New(rand.NewPCG(33, 34))
	adobe := func(transform byte) []byte {
		return appendSegment(nil, mAPPE, append([]byte("Adobe\x00\x64\x00\x00\x00\x00"), transform))
	}
	jfif := appendSegment(nil, mAPP0, jfifHead)
	four := [][2]int{{2, 2}, {1, 1}, {1, 1}, {2, 2}}
	three := [][2]int{{1, 1}, {1, 1}, {1, 1}}
	for _, c := range []struct {
		name     string
		segments []byte
		sampling [][2]int
		ids      string
		model    Model
		adobe    bool // stays
	}{
		{"CMYK", adobe(0), four, "", CMYK, true},
		{"CMYK without Adobe", nil, four, "", CMYK, false},
		{"YCCK", adobe(2), four, "", YCCK, true},
		{"RGB", adobe(0), three, "", RGB, true},
		{"RGB by identifiers", nil, three, "RGB", RGB, false},
		{"YCbCr by Adobe", adobe(1), three, "", YCbCr, true},
		{"YCbCr twice", slices.Concat(jfif, adobe(1)), three, "", YCbCr, false},
		{"two components", nil, three[:2], "", OtherModel, false},
		{"grey", adobe(0), three[:1], "", Gray, true},
	} {
		s := newSynth(rng, 75, 61, 1, c.sampling...)
		s.moderate()
		data := slices.Insert(s.bytes(), 2, c.segments...)
		for i, id := range []byte(c.ids) {
			for at := bytes.Index(data, []byte{0xFF, mSOF0}); ; {
				data[at+10+3*i] = id
				data[bytes.Index(data, []byte{0xFF, mSOS})+5+2*i] = id
				break
			}
		}
		out := checkRecode(t, c.name, data, RecodeOptions{})
		if out == nil {
			t.Errorf("%s: refused", c.name)
			continue
		}
		var d Decoder
		if _, err := d.readSparse(out, 0); err != nil || d.parser.header.Model != c.model {
			t.Errorf("%s: %v, %v", c.name, d.parser.header.Model, err)
		}
		if bytes.Contains(out, []byte("Adobe")) != c.adobe || bytes.Contains(out, []byte("JFIF")) != bytes.Contains(data, []byte("JFIF")) {
			t.Errorf("%s: the segments are others: %q", c.name, out[:40])
		}
	}
}

// TestRecodeMetadata looks for what the options have, in its order.
func TestRecodeMetadata(t *testing.T) {
	rng := rand.New(rand.NewPCG(35, 36))
	s := newSynth(rng, 40, 30, 1, [2]int{1, 1})
	s.moderate()
	thumbnail := append([]byte("JFIF\x00\x01\x02\x01\x00\x48\x00\x60\x01\x01"), 1, 2, 3)
	old := slices.Concat(appendSegment(nil, mAPP0, thumbnail), appendSegment(nil, 0xFE, []byte("old comment")), appendSegment(nil, mAPP0+2, []byte("old profile")))
	data := append(slices.Insert(s.bytes(), 2, old...), "trailer"...)
	comment := appendSegment(nil, 0xFE, []byte("new comment"))
	out := checkRecode(t, "metadata", data, RecodeOptions{ICC: bytes.Repeat([]byte("p"), 70000), EXIF: []byte("MM-exif"), XMP: []byte("<x/>"), Segments: comment})
	at := 0
	for _, want := range []string{"JFIF\x00\x01\x02\x01\x00\x48\x00\x60\x00\x00\xFF", "MM-exif", "<x/>", "ICC_PROFILE\x00\x01\x02", "ICC_PROFILE\x00\x02\x02", "new comment"} {
		i := bytes.Index(out[at:], []byte(want))
		if i < 0 {
			t.Fatalf("no %q behind byte %d", want, at)
		}
		at += i
	}
	for _, gone := range []string{"old", "trailer"} {
		if bytes.Contains(out, []byte(gone)) {
			t.Errorf("%q is still there", gone)
		}
	}
	var b bytes.Buffer
	for _, o := range []RecodeOptions{{Effort: 10}, {Effort: -1}, {MaxPixels: 40*30 - 1}, {EXIF: make([]byte, 1<<16)}} {
		if err := Recode(&b, data, o); err == nil || b.Len() > 0 {
			t.Errorf("%d, %d: error %v, %d bytes", o.Effort, o.MaxPixels, err, b.Len())
		}
	}
}

// TestRecodeRefuses has files that decoders show in different ways.
func TestRecodeRefuses(t *testing.T) {
	dc := luma(0, 0, 0, 0)
	for name, script := range map[string][]testScan{
		"a bit left open":      {dc, luma(1, 63, 0, 1)},
		"no high frequencies":  {dc, luma(1, 20, 0, 0)},
		"a first scan twice":   {dc, luma(1, 63, 0, 0), luma(1, 63, 0, 0)},
		"DC twice":             {dc, dc, luma(1, 63, 0, 0)},
		"no first scan":        {dc, luma(1, 63, 1, 0)},
		"a bit that is missed": {dc, luma(1, 63, 0, 3), luma(1, 63, 2, 1), luma(1, 63, 1, 0)},
	} {
		p := testPicture(rand.New(rand.NewPCG(3, 4)), 99, 77, [2]int{1, 1})
		if checkRecode(t, name, encodeProgressive(p, script), RecodeOptions{}) != nil {
			t.Errorf("%s: recoded", name)
		}
	}
	s := newSynth(rand.New(rand.NewPCG(5, 6)), 50, 40, 1, [2]int{1, 1}, [2]int{1, 1}, [2]int{1, 1})
	s.moderate()
	s.scans = [][]int{{0}, {1}, {2}, {0}}
	cut := s.bytes()
	for name, data := range map[string][]byte{"a component twice": cut, "cut off": cut[:len(cut)/3], "nothing": nil} {
		if checkRecode(t, name, data, RecodeOptions{}) != nil {
			t.Errorf("%s: recoded", name)
		}
	}
	s.scans = nil
	s.comps[1].coef[3][9] = 1024
	if checkRecode(t, "a large coefficient", s.bytes(), RecodeOptions{}) != nil {
		t.Error("a large coefficient: recoded")
	}
}

// TestRecodeCorpus recodes real files. None of those that encoders wrote as they
// usually do may grow, and the result is the smallest that there is to Recode.
func TestRecodeCorpus(t *testing.T) {
	recoded, refused, before, after := 0, 0, 0, 0
	for _, dir := range []string{"features", "assets", "broken", "photos/test-assets"} {
		corpus(t, dir, func(name string, data []byte) {
			if h, _ := Parse(data); h != nil && h.Width*h.Height > 1<<18 {
				return // the reference takes seconds for these
			}
			out := checkRecode(t, name, data, RecodeOptions{})
			if out == nil {
				refused++
				return
			}
			recoded++
			before, after = before+len(data), after+len(out)
			if again := checkRecode(t, name+", again", out, RecodeOptions{}); !bytes.Equal(again, out) {
				t.Errorf("%s: %d bytes, recoded %d", name, len(out), len(again))
			}
		})
	}
	t.Logf("%d files recoded, %d to %d bytes; %d refused", recoded, before, after, refused)
}

// TestRecodeCost holds that Recode takes no more than RecodeCost says, of
// pictures with few and with many coefficients, of values that take few bits in
// the file too, and not much less where these are many.
func TestRecodeCost(t *testing.T) {
	for strength := range 4 {
		s := newSynth(rand.New(rand.NewPCG(18, 19)), 1200, 900, min(strength, 1), [2]int{2, 2}, [2]int{1, 1}, [2]int{1, 1})
		s.moderate()
		if strength > 1 {
			rng := rand.New(rand.NewPCG(20, 21))
			for _, c := range s.comps {
				for b := range c.coef {
					for k := 1; k < 64; k++ {
						c.coef[b][k] = int16(1 - 2*rng.IntN(2))
						if strength == 2 {
							c.coef[b][k] = int16(rng.IntN(40) - 20)
						}
					}
				}
			}
		}
		data := s.bytes()
		for _, progressive := range []bool{false, true} {
			if progressive {
				var b bytes.Buffer
				if err := Recode(&b, data, RecodeOptions{Effort: 7}); err != nil {
					t.Fatal(err)
				}
				data = b.Bytes()
			}
			h, err := Parse(data)
			if err != nil {
				t.Fatal(err)
			}
			var out bytes.Buffer
			out.Grow(2 * len(data))
			var before, after runtime.MemStats
			runtime.GC() // empties the pools
			runtime.GC()
			runtime.ReadMemStats(&before)
			err = Recode(&out, data, RecodeOptions{})
			runtime.ReadMemStats(&after)
			if err != nil {
				t.Fatal(err)
			}
			var coarse bytes.Buffer
			coarse.Grow(3 * len(data))
			var mid, end runtime.MemStats
			runtime.ReadMemStats(&mid)
			if _, err := Requantise(&coarse, data, RequantiseOptions{Quality: 60}); err != nil {
				t.Fatal(err)
			}
			runtime.ReadMemStats(&end)
			if took, cost := int64(end.TotalAlloc-mid.TotalAlloc), RequantiseCost(h, len(data)); took > cost {
				t.Errorf("strength %d, progressive %v: took %d bytes, RequantiseCost is %d", strength, progressive, took, cost)
			}
			if took, cost := int64(after.TotalAlloc-before.TotalAlloc), RecodeCost(h, len(data)); took > cost {
				t.Errorf("strength %d, progressive %v: took %d bytes, RecodeCost is %d", strength, progressive, took, cost)
			} else if strength > 1 && took < cost/2 {
				t.Errorf("strength %d, progressive %v: took only %d bytes, RecodeCost is %d", strength, progressive, took, cost)
			} else {
				t.Logf("strength %d, progressive %v: took %d bytes, RecodeCost is %d, file %d", strength, progressive, took, cost, len(data))
			}
		}
	}
}

// FuzzRecode recodes anything. What comes out has the same coefficients.
func FuzzRecode(f *testing.F) {
	variants(func(_ string, s *synth) { f.Add(s.bytes(), uint8(4)) })
	corpus(f, "broken", func(_ string, data []byte) {
		if len(data) < 1<<14 {
			f.Add(data, uint8(1))
		}
	})
	f.Fuzz(func(t *testing.T, data []byte, effort uint8) {
		checkRecode(t, "file", data, RecodeOptions{Effort: 1 + int(effort)%9, MaxPixels: 1 << 16})
	})
}
