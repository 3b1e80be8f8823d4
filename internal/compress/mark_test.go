package compress

import (
	"bytes"
	"image"
	"image/png"
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
