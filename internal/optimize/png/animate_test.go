package png

import (
	"bytes"
	"context"
	"encoding/binary"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// film builds an animation of three frames: the image data, which are the first
// if still, the whole picture, and a part of it.
func film(p raw, still bool) []byte {
	image := func(w, h int, seed uint64) []byte {
		p.width, p.height = w, h
		f, err := parse(p.build(seed))
		if err != nil {
			panic(err)
		}
		return f.idat
	}
	control := func(number, w, h, x, y int) (d []byte) {
		for _, v := range []int{number, w, h, x, y} {
			d = binary.BigEndian.AppendUint32(d, uint32(v))
		}
		return append(d, 0, 1, 0, 10, 1, 1)
	}
	fd := func(number int, data []byte) []byte {
		return append(binary.BigEndian.AppendUint32(nil, uint32(number)), data...)
	}
	w, h := p.width, p.height
	out := p.build(1)
	at := bytes.Index(out, []byte("IDAT")) - 4
	first, idat := out[:at:at], image(w, h, 1)
	whole, part := image(w, h, 2), image(w/2, h/3, 3)
	n := 0
	next := func() int { n++; return n - 1 }
	out = appendChunk(first, "acTL", []byte{0, 0, 0, byte(2 + btoi(still)), 0, 0, 0, 7})
	if still {
		out = appendChunk(out, "fcTL", control(next(), w, h, 0, 0))
	}
	out = appendChunk(out, "IDAT", idat)
	out = appendChunk(out, "fcTL", control(next(), w, h, 0, 0))
	out = appendChunk(out, "fdAT", fd(next(), whole[:9]))
	out = appendChunk(out, "fdAT", fd(next(), whole[9:]))
	out = appendChunk(out, "fcTL", control(next(), w/2, h/3, 1, 2))
	out = appendChunk(out, "fdAT", fd(next(), part))
	return appendChunk(out, "IEND")
}

// stills takes an animation apart: a file for the image data and for each frame.
func stills(t testing.TB, data []byte) (list [][]byte, controls [][]byte) {
	t.Helper()
	f, err := parse(data)
	if err != nil {
		t.Fatal(err)
	}
	write := func(h header, idat []byte) {
		out := appendChunk([]byte(signature), "IHDR", h.bytes())
		if f.palette != nil {
			out = appendChunk(out, "PLTE", f.palette)
		}
		if f.alpha != nil {
			out = appendChunk(out, "tRNS", f.alpha)
		}
		list = append(list, appendChunk(appendChunk(out, "IDAT", idat), "IEND"))
	}
	write(f.header, f.idat)
	if f.animation == nil {
		return list, nil
	}
	for _, fr := range f.animation.frames {
		controls = append(controls, fr.control[sequenceBytes:])
		if !fr.still {
			write(fr.header(&f.header), fr.data)
		}
	}
	return list, append(controls, f.animation.control)
}

// sameFilm fails the test unless both files show the same frames for as long.
func sameFilm(t testing.TB, a, b []byte) {
	t.Helper()
	x, xc := stills(t, a)
	y, yc := stills(t, b)
	if len(x) != len(y) || len(xc) != len(yc) {
		t.Fatalf("%d stills became %d, %d frames %d", len(x), len(y), len(xc), len(yc))
	}
	for i := range xc {
		if !bytes.Equal(xc[i], yc[i]) {
			t.Errorf("frame control %d changed", i)
		}
	}
	for i := range x {
		samePixels(t, x[i], y[i], false)
	}
}

func TestAnimationsKeepEveryFrame(t *testing.T) {
	for i, p := range everyKind {
		for _, still := range []bool{false, true} {
			p.width, p.height, p.interlaced = 20+i, 31, i%2 == 1
			p.fill = func(row []byte) { // of small samples, so that there is something to save
				for i := range row {
					row[i] &= 0x11
				}
			}
			data := film(p, still)
			out := optimize(t, data, Options{})
			sameFilm(t, data, out)
			if len(out) >= len(data) && i > 0 {
				t.Errorf("colour type %d of %d bits: not smaller than %d bytes", p.colour, p.depth, len(data))
			}
			if again := optimize(t, out, Options{}); !bytes.Equal(again, out) {
				t.Errorf("a second time changed the file")
			}
		}
	}
}

// swarm builds an animation of n frames of 7x7 pixels, all with the same data.
func swarm(n int) []byte {
	p := raw{width: 7, height: 7, depth: 8, colour: grey}
	shade := byte(0)
	p.fill = func(row []byte) { // which effort finds a filter for
		for i := range row {
			shade += byte(3 + i&1)
			row[i] = shade
		}
	}
	out := p.build(1)
	f, err := parse(out)
	if err != nil {
		panic(err)
	}
	be := binary.BigEndian
	at := bytes.Index(out, []byte("IDAT")) - 4
	out = appendChunk(out[:at:at], "acTL", be.AppendUint64(nil, uint64(n)<<32))
	out = appendChunk(out, "IDAT", f.idat)
	for i := range n {
		control := make([]byte, frameControl)
		be.PutUint32(control, uint32(2*i))
		be.PutUint32(control[4:], 7)
		be.PutUint32(control[8:], 7)
		out = appendChunk(out, "fcTL", control)
		out = appendChunk(out, "fdAT", append(be.AppendUint32(nil, uint32(2*i+1)), f.idat...))
	}
	return appendChunk(out, "IEND")
}

// However many small frames a file has, what each takes is bounded: beyond a
// number they get no more than the least effort, and show the same.
func TestManySmallFrames(t *testing.T) {
	frames := func(n, effort int) int {
		data := swarm(n)
		out := optimize(t, data, Options{Effort: effort})
		sameFilm(t, data, out)
		f, err := parse(out)
		if err != nil {
			t.Fatal(err)
		}
		size := 0
		for _, fr := range f.animation.frames {
			size += len(fr.data)
		}
		return size
	}
	if quick, slow := frames(10, 1), frames(10, 9); slow >= quick {
		t.Errorf("10 frames: effort 9 takes %d bytes, effort 1 %d", slow, quick)
	}
	if quick, slow := frames(manyFrames+1, 1), frames(manyFrames+1, 9); slow != quick {
		t.Errorf("%d frames: effort 9 takes %d bytes, effort 1 %d", manyFrames+1, slow, quick)
	}
}

func TestBrokenAnimations(t *testing.T) {
	good := film(raw{width: 20, height: 20, depth: 8, colour: rgb}, true)
	if _, err := Optimize(context.Background(), good, Options{MaxPixels: 800}); err == nil {
		t.Error("frames have more pixels than allowed")
	}
	for kind, at := range map[string]int{"acTL": 3, "fcTL": 7, "fdAT": 3, "IDAT": 9} {
		data := bytes.Clone(good)
		p := bytes.LastIndex(data, []byte(kind))
		n := int(binary.BigEndian.Uint32(data[p-4:]))
		body := bytes.Clone(data[p+4 : p+4+n])
		body[at]++
		copy(data[p-4:], appendChunk(nil, kind, body))
		if out, err := Optimize(context.Background(), data, Options{}); err == nil || out != nil {
			t.Errorf("a changed %s is not an error", kind)
		}
	}
}

// Odd and broken files, those of the corpus where it is there: whatever the
// standard library can read must show the same.
func TestOddFiles(t *testing.T) {
	found := 0
	for _, root := range []string{"../../../testdata", "../../../../shared/corpus/features/png", "../../../../shared/corpus/broken"} {
		filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
			if err != nil || d.IsDir() || !strings.HasSuffix(path, ".png") {
				return nil
			}
			found++
			t.Run(path[len(root)+1:], func(t *testing.T) {
				data, err := os.ReadFile(path)
				if err != nil {
					t.Fatal(err)
				}
				out, err := Optimize(context.Background(), data, Options{Effort: 2, MaxPixels: 1 << 20})
				if err == nil {
					sameFilm(t, data, out)
				}
			})
			return nil
		})
	}
	if found < 10 {
		t.Errorf("%d files", found)
	}
}
