package colour

import (
	"bytes"
	"encoding/binary"
	"image"
	"math"
	"runtime"
	"strings"
	"testing"

	"imgpool/internal/imgtest"
)

// edit returns a copy of a profile with bytes replaced at an offset.
func edit(profile []byte, at int, b string) []byte {
	out := bytes.Clone(profile)
	copy(out[at:], b)
	return out
}

// tagAt returns where a tag's entry is in the tag table.
func tagAt(profile []byte, name string) int {
	for i := 132; i < 132+12*int(binary.BigEndian.Uint32(profile[128:])); i += 12 {
		if string(profile[i:i+4]) == name {
			return i
		}
	}
	panic("no tag " + name)
}

// dataAt returns where a tag's data are.
func dataAt(profile []byte, name string) int {
	return int(binary.BigEndian.Uint32(profile[tagAt(profile, name)+4:]))
}

// Each kind of damage gives an error that says what is wrong, and the picture stays as it was.
func TestBrokenProfiles(t *testing.T) {
	good, table := imgtest.DisplayP3.Profile(), imgtest.DisplayP3.TableProfile(5)
	mAB := edit(table, dataAt(table, "A2B1"), "mAB \x00\x00\x00\x00\x03\x03\x00\x00\x00\x00\x00\x20\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00"+
		"curv\x00\x00\x00\x00\x7f\xff\xff\xff")
	for _, c := range []struct {
		name    string
		profile []byte
		want    string
	}{
		{"one byte", []byte{1}, "cut off"},
		{"header only", good[:128], "cut off"},
		{"no signature", edit(good, 36, "abcd"), "signature"},
		{"device link", edit(good, 12, "link"), "class"},
		{"unknown connection space", edit(good, 20, "abcd"), "connection space"},
		{"four thousand million tags", edit(good, 128, "\xff\xff\xff\xff"), "impossible number of tags"},
		{"more tags than data", edit(good, 128, "\x00\x00\x00\xff"), "impossible number of tags"},
		{"CMYK without a table", edit(good, 16, "CMYK"), "lacks the tag A2B0"},
		{"Lab", edit(good, 16, "Lab "), "not supported"},
		{"tag beyond the end", edit(good, tagAt(good, "gXYZ")+4, "\xff\xff\xff\xf0"), "lacks the tag gXYZ"},
		{"tag of another type", edit(good, dataAt(good, "rXYZ"), "text"), "unknown type"},
		{"curve of another type", edit(good, dataAt(good, "rTRC"), "text"), "unknown type"},
		{"curve with 2^31 points", edit(good, dataAt(good, "rTRC")+8, "\x7f\xff\xff\xff"), "cut off"},
		{"formula of an unknown kind", edit(good, dataAt(good, "rTRC"), "para\x00\x00\x00\x00\x00\x09"), "unknown kind"},
		{"matrix leading to Lab", edit(good, 20, "Lab "), "connection space"},
		{"impossible colorant", edit(good, dataAt(good, "bXYZ")+8, "\x7f\xff\x00\x00"), "impossible colorants"},
		{"grey without a curve", edit(good, 16, "GRAY"), "kTRC"},
		{"grey without contrast", edit(imgtest.GrayProfile(0), dataAt(imgtest.GrayProfile(0), "kTRC")+12, string(make([]byte, 2048))), "white as dark"},
		{"table with 4 channels", edit(table, dataAt(table, "A2B1")+8, "\x04"), "broken"},
		{"table with a grid of 255", edit(table, dataAt(table, "A2B1")+10, "\xff"), "broken"},
		{"table with a grid of 1", edit(table, dataAt(table, "A2B1")+10, "\x01"), "broken"},
		{"table with long curves", edit(table, dataAt(table, "A2B1")+48, "\xff\xff\xff\xff"), "broken"},
		{"table with no curves", edit(table, dataAt(table, "A2B1")+48, "\x00\x00\x00\x00"), "broken"},
		{"table of another type", edit(table, dataAt(table, "A2B1"), "mBA "), "unknown type"},
		{"table with curves of 2^31 points", mAB, "broken"},
	} {
		m := inSRGB(5, 5)
		before := bytes.Clone(m.Pix)
		got, err := Convert(m, c.profile, SRGB)
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: error = %v, want one with %q", c.name, err, c.want)
		}
		if got != image.Image(m) || !bytes.Equal(before, m.Pix) {
			t.Errorf("%s: the picture changed", c.name)
		}
		if IsSRGB(c.profile) {
			t.Errorf("%s: counts as sRGB", c.name)
		}
	}
}

// A profile cannot make the reader allocate much more than it is long itself.
func TestHostileSizes(t *testing.T) {
	good, table := imgtest.DisplayP3.Profile(), imgtest.DisplayP3.TableProfile(5)
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	for at := 0; at+4 <= len(table); at += 17 {
		new(entry).build(source{profile: edit(table, at, "\x7f\xff\xff\xff")}, SRGB)
		if at+4 <= len(good) {
			new(entry).build(source{profile: edit(good, at, "\x7f\xff\xff\xff")}, SRGB)
		}
	}
	runtime.ReadMemStats(&after)
	if each := (after.TotalAlloc - before.TotalAlloc) / uint64(len(table)/17); each > 2<<20 {
		t.Errorf("building allocates %d bytes on average", each)
	}
}

func TestFormulas(t *testing.T) {
	number := func(b []byte, v float64) []byte {
		return binary.BigEndian.AppendUint32(b, uint32(int32(math.Round(v*65536))))
	}
	for _, c := range []struct {
		kind   byte
		params []float64
		x, y   float64
	}{
		{0, []float64{2}, 0.5, 0.25},
		{1, []float64{2, 1, -0.25}, 0.75, 0.25}, {1, []float64{2, 1, -0.25}, 0.2, 0},
		{2, []float64{2, 1, -0.25, 0.125}, 0.75, 0.375}, {2, []float64{2, 1, -0.25, 0.125}, 0.2, 0.125},
		{3, []float64{2, 1, 0, 0.5, 0.5}, 0.75, 0.5625}, {3, []float64{2, 1, 0, 0.5, 0.5}, 0.25, 0.125},
		{4, []float64{2, 1, 0, 0.5, 0.5, 0.125, 0.25}, 0.75, 0.6875}, {4, []float64{2, 1, 0, 0.5, 0.5, 0.125, 0.25}, 0.25, 0.375},
		{0, []float64{1}, 7, 1}, {0, []float64{1}, -7, 0}, {0, []float64{1}, math.NaN(), 0}, {1, []float64{2, 0, 1}, 0.5, 0},
	} {
		data := []byte{'p', 'a', 'r', 'a', 0, 0, 0, 0, 0, c.kind, 0, 0}
		for _, v := range c.params {
			data = number(data, v)
		}
		p := &profile{tags: map[string][]byte{"rTRC": data}}
		f, err := p.curve("rTRC")
		if err != nil {
			t.Errorf("kind %d: %v", c.kind, err)
			continue
		}
		if y := f(c.x); math.Abs(y-c.y) > 1e-9 {
			t.Errorf("kind %d with %v: f(%v) = %v, want %v", c.kind, c.params, c.x, y, c.y)
		}
		p.tags["rTRC"] = data[:len(data)-1]
		if _, err := p.curve("rTRC"); err == nil {
			t.Errorf("kind %d: a formula that is cut off was taken", c.kind)
		}
	}
}

func TestPow(t *testing.T) {
	for _, y := range []float64{1 / 2.4, 0.45, 1, 1.8, 2.2, 2.4, 3} {
		for x := 1e-9; x <= 1; x *= 1.07 {
			if got, want := pow(x, y), math.Pow(x, y); math.Abs(got-want) > 1e-13*want {
				t.Errorf("pow(%v, %v) = %v, want %v", x, y, got, want)
			}
		}
	}
	for _, c := range [][3]float64{{0, 2, 0}, {1, 2.4, 1}, {0.5, 0, 1}, {0, -1, math.Inf(1)}, {0.5, 3000, 0}, {0.5, -3000, math.Inf(1)}} {
		if got := pow(c[0], c[1]); got != c[2] {
			t.Errorf("pow(%v, %v) = %v, want %v", c[0], c[1], got, c[2])
		}
	}
}

// Nothing that a file may hold makes the conversion panic, or a grey picture lose its type.
func FuzzProfile(f *testing.F) {
	for _, seed := range [][]byte{
		imgtest.DisplayP3.Profile(), imgtest.SRGB.Profile(), imgtest.GrayProfile(2.2), imgtest.AdobeRGB.TableProfile(3),
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		e := &entry{}
		e.build(source{profile: data}, SRGB)
		if e.err != nil {
			return
		}
		if e.inks != nil {
			e.inks.at([4]uint16{0, 65535, 1, 12345})
			return
		}
		px := []pixel{{0, 0, 0}, {65535, 65535, 65535}, {65535, 0, 1}, {12345, 54321, 33333}}
		e.t.convert(px)
		for _, p := range px {
			if min(p.r, p.g, p.b) < 0 || max(p.r, p.g, p.b) > 65535 {
				t.Errorf("a colour becomes %v", p)
			}
		}
	})
}
