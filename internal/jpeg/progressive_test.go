package jpeg

import (
	"bytes"
	"errors"
	"fmt"
	"math/rand/v2"
	"reflect"
	"slices"
	"strconv"
	"testing"
	"time"

	"github.com/gen2brain/jpegn"

	"imgpool/internal/kernel/kerneltest"
)

// checkProgressive compares the decoder with the reference decoder on one file,
// at every pair of scales. It reports whether both took it.
func checkProgressive(t testing.TB, name string, data []byte) bool {
	t.Helper()
	h, err := Parse(data)
	if err != nil || !h.Progressive {
		return false
	}
	ref, refErr := refDecode(data)
	taken := false
	for _, o := range scalePairs(h) {
		o.AllowTruncated = true
		p, err := Decode(data, o)
		if err != nil {
			if refErr == nil && !errors.As(err, new(FormatError)) {
				t.Errorf("%s at %+v: %v, but the reference decodes it", name, o, err)
			}
			continue
		}
		if refErr != nil {
			t.Errorf("%s at %+v: decoded, but the reference says %v", name, o, refErr)
			p.Release()
			continue
		}
		taken = true
		comparePlanes(t, name, p, ref, o)
		p.Release()
	}
	return taken
}

// scalePairs lists the scales that a file can be decoded at.
func scalePairs(h *Header) (list []Options) {
	for _, luma := range []int{1, 2, 4, 8} {
		for _, chroma := range []int{luma, luma / 2} {
			o := Options{ScaleLuma: luma, ScaleChroma: chroma}
			if _, err := newFrame(h).setScales(o); err == nil && chroma > 0 {
				list = append(list, o)
			}
		}
	}
	return list
}

// comparePlanes fails the test where p is not what the reference decoded.
func comparePlanes(t testing.TB, name string, p *Picture, ref *refPicture, o Options) {
	t.Helper()
	for i, got := range planesOf(p.Image) {
		scale := o.ScaleLuma
		if i > 0 {
			scale = o.ScaleChroma
		}
		w, h := ref.frame.visible(i, scale)
		if x, y, bad := differing(got, ref.plane(i, scale), w, h); bad {
			t.Errorf("%s at %+v: component %d differs at (%d, %d)", name, o, i, x, y)
		}
	}
	if ref.done < ref.total && p.Incomplete == nil && o.ScaleLuma < 8 {
		t.Errorf("%s at %+v: taken for complete; the reference has %.1f %%", name, o, ref.percent())
	}
}

func TestProgressiveCorpus(t *testing.T) {
	n := 0
	corpus(t, "", func(name string, data []byte) {
		h, err := Parse(data)
		if err != nil || h.Width*h.Height > 1<<21 {
			return
		}
		if checkProgressive(t, name, data) {
			n++
		}
	})
	t.Logf("%d progressive files compared", n)
}

// TestProgressiveCost holds the memory that decoding takes against what is
// announced, and looks at what an idle decoder keeps.
func TestProgressiveCost(t *testing.T) {
	if n := reflect.TypeFor[progressiveState]().Size(); n > progressiveTableBytes {
		t.Errorf("progressiveState has %d bytes, more than %d", n, progressiveTableBytes)
	}
	p := testPicture(rand.New(rand.NewPCG(17, 18)), 300, 200, [2]int{2, 2}, [2]int{1, 1}, [2]int{1, 1})
	data := encodeProgressive(p, defaultScript())
	for _, data := range [][]byte{data, data[:len(data)-2]} {
		for _, o := range scalePairs(p.frame.Header) {
			var d Decoder
			picture, err := d.Decode(data, o)
			if err != nil {
				t.Fatalf("%+v: %v", o, err)
			}
			picture.Release()
			f := newFrame(p.frame.Header)
			if _, err := f.setScales(o); err != nil {
				t.Fatal(err)
			}
			if got, want := int64(d.progressive.scratch()), progressiveCost(f)-progressiveTableBytes; got > want {
				t.Errorf("%+v: %d bytes taken, %d announced", o, got, want)
			}
			if n := testing.AllocsPerRun(5, func() {
				picture, err := d.Decode(data, o)
				if err != nil {
					t.Fatal(err)
				}
				picture.Release()
			}); n > 80 {
				t.Errorf("%+v: %v allocations with a warm decoder", o, n)
			}
		}
	}
	var d Decoder
	d.progressive.value = make([]int16, maxIdleScratch)
	if _, err := d.Decode(data, Options{}); err != nil {
		t.Fatal(err)
	}
	if n := d.progressive.scratch(); n > maxIdleScratch {
		t.Errorf("an idle decoder keeps %d bytes", n)
	}
	for _, c := range d.progressive.comps[:cap(d.progressive.comps)] {
		if c.component != nil {
			t.Errorf("an idle decoder holds on to a picture")
		}
	}
}

// TestProgressiveAgainstJpegn compares whole photos, for which the reference
// decoder is too slow, with somebody else's decoder.
func TestProgressiveAgainstJpegn(t *testing.T) {
	n := 0
	corpus(t, "photos", func(name string, data []byte) {
		h, err := Parse(data)
		if err != nil || !h.Progressive {
			return
		}
		f := newFrame(h)
		n++
		for _, scale := range [][]int{{1, 4}, {2, 8}}[n%2] {
			want, err := jpegn.Decode(bytes.NewReader(data), &jpegn.Options{ScaleDenom: scale})
			if err != nil {
				t.Fatalf("%s: jpegn: %v", name, err)
			}
			p, err := Decode(data, Options{ScaleLuma: scale})
			if err != nil {
				t.Fatalf("%s: %v", name, err)
			}
			got := planesOf(p.Image)
			for i, plane := range planesOf(want) {
				w, h := f.visible(i, scale)
				if x, y, bad := differing(got[i], plane, w, h); bad {
					t.Errorf("%s at 1/%d: component %d differs at (%d, %d)", name, scale, i, x, y)
				}
			}
			p.Release()
		}
	})
}

// BenchmarkProgressive decodes the progressive photos of the corpus. Its metric
// min-ms, the sum of each file's least time, stands more noise than the mean.
func BenchmarkProgressive(b *testing.B) {
	var files [][]byte
	corpus(b, "photos", func(name string, data []byte) {
		if h, err := Parse(data); err == nil && h.Progressive {
			files = append(files, data)
		}
	})
	for _, scale := range []int{8, 4, 2, 1} {
		b.Run("scale"+strconv.Itoa(scale), func(b *testing.B) {
			least := make([]time.Duration, len(files))
			for b.Loop() {
				for i, data := range files {
					start := time.Now()
					p, err := Decode(data, Options{ScaleLuma: scale})
					if err != nil {
						b.Fatal(err)
					}
					if d := time.Since(start); least[i] == 0 || d < least[i] {
						least[i] = d
					}
					p.Release()
				}
			}
			var sum time.Duration
			for _, d := range least {
				sum += d
			}
			b.ReportMetric(sum.Seconds()*1e3, "min-ms")
		})
	}
}

// defaultScript is the one that libjpeg writes for three components.
func defaultScript() []testScan {
	return []testScan{
		{comps: []int{0, 1, 2}, al: 1},
		{comps: []int{0}, ss: 1, se: 5, al: 2},
		{comps: []int{2}, ss: 1, se: 63, al: 1},
		{comps: []int{1}, ss: 1, se: 63, al: 1},
		{comps: []int{0}, ss: 6, se: 63, al: 2},
		{comps: []int{0}, ss: 1, se: 63, ah: 2, al: 1},
		{comps: []int{0, 1, 2}, ah: 1},
		{comps: []int{2}, ss: 1, se: 63, ah: 1},
		{comps: []int{1}, ss: 1, se: 63, ah: 1},
		{comps: []int{0}, ss: 1, se: 63, ah: 1},
	}
}

// randomScript is any legal order of scans that sends comps components whole.
func randomScript(rng *rand.Rand, comps int) []testScan {
	var script []testScan
	al := rng.IntN(4)
	together := rng.IntN(2) == 0
	for ah := al + 1; ah > 0; ah-- {
		high := ah
		if ah == al+1 {
			high = 0
		}
		if together {
			all := []int{0, 1, 2}[:comps]
			script = append(script, testScan{comps: all, ah: high, al: ah - 1})
			continue
		}
		for c := range comps {
			script = append(script, testScan{comps: []int{c}, ah: high, al: ah - 1})
		}
	}
	var ac [][]testScan // by component
	for c := range comps {
		var scans []testScan
		level := rng.IntN(4)
		for al := level; al >= 0; al-- {
			ah := al + 1
			if al == level {
				ah = 0
			}
			begin := len(scans)
			for ss := 1; ss < 64; {
				se := min(63, ss+rng.IntN(1<<rng.IntN(7)))
				scans = append(scans, testScan{comps: []int{c}, ss: ss, se: se, ah: ah, al: al})
				ss = se + 1
			}
			rng.Shuffle(len(scans)-begin, func(i, j int) {
				scans[begin+i], scans[begin+j] = scans[begin+j], scans[begin+i]
			})
		}
		ac = append(ac, scans)
	}
	for len(ac) > 0 {
		c := rng.IntN(len(ac))
		script = append(script, ac[c][0])
		if ac[c] = ac[c][1:]; len(ac[c]) == 0 {
			ac = slices.Delete(ac, c, c+1)
		}
	}
	for i := range script {
		if rng.IntN(3) == 0 {
			script[i].interval = 1 + rng.IntN(40)
		}
		if rng.IntN(3) == 0 {
			script[i].maxRun = 1 + rng.IntN(20)
		}
	}
	return script
}

// TestProgressiveScripts re-scans pictures by many scripts. The coefficients
// that the reference decoder finds prove the encoder of the tests.
func TestProgressiveScripts(t *testing.T) {
	samplings := [][][2]int{
		{{1, 1}}, {{2, 2}, {1, 1}, {1, 1}}, {{1, 1}, {1, 1}, {1, 1}}, {{2, 1}, {1, 1}, {1, 1}},
		{{1, 2}, {1, 1}, {1, 1}}, {{4, 1}, {1, 1}, {1, 1}}, {{2, 2}}, {{4, 2}, {1, 1}, {1, 1}},
	}
	kerneltest.ForEachImpl(t, func(t *testing.T) {
		rng := rand.New(rand.NewPCG(1, 2))
		for n := range 60 {
			p := testPicture(rng, 1+rng.IntN(150), 1+rng.IntN(100), samplings[n%len(samplings)]...)
			script := randomScript(rng, len(p.comps))
			if n == 1 {
				script = defaultScript()
			}
			data := encodeProgressive(p, script)
			ref, err := refDecode(data)
			if err != nil || ref.done != ref.total {
				t.Fatalf("picture %d: the reference decodes %d of %d blocks: %v", n, ref.done, ref.total, err)
			}
			for i := range p.comps {
				if !slices.Equal(p.comps[i].coef, ref.comps[i].coef) {
					t.Fatalf("picture %d: component %d comes back otherwise", n, i)
				}
			}
			if !checkProgressive(t, fmt.Sprintf("picture %d", n), data) {
				t.Errorf("picture %d was not decoded", n)
			}
			if _, err := Decode(data, Options{}); err != nil {
				t.Errorf("picture %d: %v", n, err)
			}
		}
	})
}
