package compress

import (
	"bytes"
	"encoding/binary"
	"hash/crc32"
	"image"
	"image/png"
	"slices"
	"testing"

	"imgpool/internal/imgtest"
	"imgpool/internal/optimize/palette"
)

// The mark costs no byte, changes no pixel, and is found again.
func TestMark(t *testing.T) {
	var file bytes.Buffer
	if err := png.Encode(&file, imgtest.Photo(1, 64, 48)); err != nil {
		t.Fatal(err)
	}
	before := bytes.Clone(file.Bytes())
	if marked(before) {
		t.Fatal("a file of another encoder is taken for marked")
	}
	data := bytes.Clone(before)
	mark(data)
	if !marked(data) || len(data) != len(before) {
		t.Errorf("marked: %v, %d bytes instead of %d", marked(data), len(data), len(before))
	}
	want, err := png.Decode(bytes.NewReader(before))
	if err != nil {
		t.Fatal(err)
	}
	got, err := png.Decode(bytes.NewReader(data)) // checks the sums of chunks and of the zlib header
	if err != nil {
		t.Fatal(err)
	}
	if !samePicture(got, want) {
		t.Error("the pixels are others")
	}
}

// A picture that has a palette already gets a smaller one, but not twice: not at the same effort, not at another, and not
// after it was made smaller without loss in between.
func TestPaletteOfPaletteOnce(t *testing.T) {
	photo := imgtest.Photo(5, 160, 120)
	many, _, err := palette.Quantise(photo, palette.Options{Quality: 100})
	if err != nil {
		t.Fatal(err)
	}
	var file bytes.Buffer
	if err := png.Encode(&file, many); err != nil {
		t.Fatal(err)
	}
	once, _ := smallest(t, file.Bytes(), Options{Quality: 60})
	if once.Method != Lossy || !marked(once.Data) {
		t.Fatalf("%v, marked %v", once.Method, marked(once.Data))
	}
	first, err := png.Decode(bytes.NewReader(once.Data))
	if err != nil {
		t.Fatal(err)
	}
	data := once.Data
	for _, o := range []Options{{Quality: 60}, {Quality: 60, Lossless: true, Effort: 7}, {Quality: 60, Effort: 9}, {Quality: 30, Effort: 1}} {
		again, _ := smallest(t, data, o)
		got, err := png.Decode(bytes.NewReader(again.Data))
		if err != nil {
			t.Fatal(err)
		}
		if again.Method == Lossy || !samePicture(got, first) {
			t.Errorf("%+v: %v, the same pixels: %v", o, again.Method, samePicture(got, first))
		}
		data = again.Data
	}
}

// inTwo cuts the first chunk of image data in two, which takes 12 bytes more.
func inTwo(data []byte) []byte {
	at := firstIDAT(data)
	n := binary.BigEndian.Uint32(data[at:])
	chunk := func(content []byte) []byte {
		c := binary.BigEndian.AppendUint32(nil, uint32(len(content)))
		c = append(append(c, "IDAT"...), content...)
		return binary.BigEndian.AppendUint32(c, crc32.ChecksumIEEE(c[4:]))
	}
	content := data[at+8:][:n]
	return slices.Concat(data[:at], chunk(content[:n/2]), chunk(content[n/2:]), data[at+12+int(n):])
}

// What was coded without loss tells with what effort. Next to nothing is not
// taken from it with no more effort, so that the second run finds nothing; it is
// with more, or where it is needed.
func TestSettledFilesStay(t *testing.T) {
	var file bytes.Buffer
	if err := png.Encode(&file, imgtest.Photo(2, 64, 48)); err != nil {
		t.Fatal(err)
	}
	for effort, header := range map[int]uint16{4: zlibUsual, 5: zlibUtmost} {
		o := Options{Lossless: true, Effort: effort}
		once, _ := smallest(t, file.Bytes(), o)
		at := firstIDAT(once.Data)
		if got := binary.BigEndian.Uint16(once.Data[at+8:]); once.Method != Recoded || got != header {
			t.Fatalf("effort %d: %v, header %#x, want %#x", effort, once.Method, got, header)
		}
		if again, _ := smallest(t, once.Data, o); again.Method != Kept {
			t.Errorf("effort %d: the second time %v", effort, again.Method)
		}
	}
	best, _ := smallest(t, file.Bytes(), Options{Lossless: true})
	split := inTwo(best.Data)
	for _, c := range []struct {
		header uint16
		o      Options
		want   Method
	}{
		{zlibUsual, Options{}, Kept},
		{zlibUsual, Options{Effort: 5}, Recoded},
		{zlibUsual, Options{MaxBytes: int64(len(best.Data))}, Recoded},
		{zlibUtmost, Options{}, Kept},
		{zlibUtmost, Options{Effort: 9}, Kept},
		{zlibHeader, Options{}, Kept},
		{0x7801, Options{}, Recoded},
	} {
		c.o.Lossless = true
		data := bytes.Clone(split)
		setZlibHeader(data, c.header)
		if r, _ := smallest(t, data, c.o); r.Method != c.want {
			t.Errorf("%#x, %+v: %v, %d bytes to %d, want %v", c.header, c.o, r.Method, len(data), len(r.Data), c.want)
		}
	}
}

// Files that end anywhere, and chunks of any length, are neither marked nor read beyond their end.
func TestMarkOfBrokenFiles(t *testing.T) {
	var file bytes.Buffer
	if err := png.Encode(&file, image.NewGray(image.Rect(0, 0, 3, 3))); err != nil {
		t.Fatal(err)
	}
	whole := file.Bytes()
	idat := bytes.Index(whole, []byte("IDAT")) - 4
	for n := range idat + 12 {
		cut := bytes.Clone(whole[:n])
		if mark(cut); marked(cut) {
			t.Errorf("%d bytes are marked", n)
		}
	}
	for _, n := range []byte{0, 1, 0x7f, 0xff} {
		odd := bytes.Clone(whole)
		odd[idat], odd[idat+3] = n&0xf0, n
		if mark(odd); marked(odd) {
			t.Errorf("a chunk of the length %#x is marked", n)
		}
	}
}
