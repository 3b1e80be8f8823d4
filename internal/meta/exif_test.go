package meta

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"testing"
)

// orders are the two byte orders of TIFF with their marks.
var orders = []struct {
	mark  string
	order binary.AppendByteOrder
}{
	{"II", binary.LittleEndian},
	{"MM", binary.BigEndian},
}

// entry is a directory entry whose value is stored in place.
type entry struct {
	tag, typ uint16
	count    uint32
	value    []byte
}

// tiffBlock builds a TIFF header with one directory.
func tiffBlock(mark string, order binary.AppendByteOrder, entries ...entry) []byte {
	b := order.AppendUint16([]byte(mark), 42)
	b = order.AppendUint32(b, headerLen)
	b = order.AppendUint16(b, uint16(len(entries)))
	for _, e := range entries {
		b = order.AppendUint16(b, e.tag)
		b = order.AppendUint16(b, e.typ)
		b = order.AppendUint32(b, e.count)
		b = append(b, append(bytes.Clone(e.value), 0, 0, 0, 0)[:4]...)
	}
	return order.AppendUint32(b, 0)
}

func TestOrientation(t *testing.T) {
	for _, o := range orders {
		short := func(v uint16) []byte { return o.order.AppendUint16(nil, v) }
		make1 := entry{0x010f, 2, 4, []byte("abc\x00")}
		for v := uint16(1); v <= 8; v++ {
			block := tiffBlock(o.mark, o.order, make1, entry{tagOrientation, typeShort, 1, short(v)})
			for _, exif := range [][]byte{block, append([]byte("Exif\x00\x00"), block...)} {
				if got := Orientation(exif); got != int(v) {
					t.Errorf("%s: orientation %d read as %d", o.mark, v, got)
				}
			}
		}
		cases := []struct {
			name  string
			entry entry
			want  int
		}{
			{"byte", entry{tagOrientation, typeByte, 1, []byte{6}}, 6},
			{"long", entry{tagOrientation, typeLong, 1, o.order.AppendUint32(nil, 3)}, 3},
			{"zero", entry{tagOrientation, typeShort, 1, short(0)}, 1},
			{"nine", entry{tagOrientation, typeShort, 1, short(9)}, 1},
			{"two values", entry{tagOrientation, typeShort, 2, short(6)}, 1},
			{"text", entry{tagOrientation, 2, 1, short(6)}, 1},
			{"another tag", entry{tagOrientation + 1, typeShort, 1, short(6)}, 1},
		}
		for _, c := range cases {
			if got := Orientation(tiffBlock(o.mark, o.order, make1, c.entry)); got != c.want {
				t.Errorf("%s, %s: got %d, want %d", o.mark, c.name, got, c.want)
			}
		}
	}
}

// A block cut at any byte, or with its directory out of bounds, must read as upright and never panic.
func TestOrientationOfBrokenBlocks(t *testing.T) {
	block := tiffBlock("II", binary.LittleEndian, entry{tagOrientation, typeShort, 1, []byte{6, 0}})
	end := len(block) - 4 // the offset of the next directory is not needed
	for n := range end {
		if got := Orientation(block[:n]); got != 1 {
			t.Errorf("cut at %d: got %d, want 1", n, got)
		}
	}
	for _, offset := range []uint32{0, 7, uint32(len(block)), 1 << 31, 1<<32 - 1} {
		bad := bytes.Clone(block)
		binary.LittleEndian.PutUint32(bad[4:], offset)
		if got := Orientation(bad); got != 1 {
			t.Errorf("directory at %d: got %d, want 1", offset, got)
		}
	}
	many := bytes.Clone(block)
	binary.LittleEndian.PutUint16(many[8:], 0xffff)
	if got := Orientation(many); got != 6 {
		t.Errorf("count too high: got %d, want 6", got)
	}
}

func TestResetOrientation(t *testing.T) {
	for _, o := range orders {
		for _, e := range []entry{
			{tagOrientation, typeByte, 1, []byte{6}},
			{tagOrientation, typeShort, 1, o.order.AppendUint16(nil, 8)},
			{tagOrientation, typeLong, 1, o.order.AppendUint32(nil, 3)},
		} {
			block := tiffBlock(o.mark, o.order, entry{0x010f, 2, 4, []byte("abc\x00")}, e, e)
			before := bytes.Clone(block)
			got := ResetOrientation(block)
			if !bytes.Equal(block, before) {
				t.Fatalf("%s type %d: the argument was changed", o.mark, e.typ)
			}
			if v := Orientation(got); v != 1 {
				t.Errorf("%s type %d: orientation is %d after the reset", o.mark, e.typ, v)
			}
			one := entry{e.tag, e.typ, 1, o.order.AppendUint32(nil, 1)}
			if e.typ != typeLong {
				one.value = append(o.order.AppendUint16(nil, 1), 0, 0)
			}
			if e.typ == typeByte {
				one.value = []byte{1}
			}
			want := tiffBlock(o.mark, o.order, entry{0x010f, 2, 4, []byte("abc\x00")}, one, one)
			if !bytes.Equal(got, want) {
				t.Errorf("%s type %d:\n got %x\nwant %x", o.mark, e.typ, got, want)
			}
		}
	}
	if got := ResetOrientation(nil); len(got) != 0 {
		t.Errorf("reset of nothing gave %x", got)
	}
}

func FuzzOrientation(f *testing.F) {
	for _, o := range orders {
		f.Add(tiffBlock(o.mark, o.order, entry{tagOrientation, typeShort, 1, o.order.AppendUint16(nil, 6)}))
	}
	f.Add([]byte("Exif\x00\x00II*\x00\x08\x00\x00\x00"))
	f.Fuzz(func(t *testing.T, exif []byte) {
		before := bytes.Clone(exif)
		if v := Orientation(exif); v < 1 || v > 8 {
			t.Fatalf("orientation %d", v)
		}
		reset := ResetOrientation(exif)
		if !bytes.Equal(exif, before) {
			t.Fatal("the argument was changed")
		}
		if len(reset) != len(exif) {
			t.Fatalf("length %d became %d", len(exif), len(reset))
		}
		if v := Orientation(reset); v != 1 {
			t.Fatalf("orientation %d after the reset", v)
		}
	})
}

func ExampleOrientation() {
	exif := tiffBlock("MM", binary.BigEndian, entry{tagOrientation, typeShort, 1, []byte{0, 6}})
	fmt.Println(Orientation(exif), Orientation(ResetOrientation(exif)))
	// Output: 6 1
}

// Sizes of any type come out right, for there are programs that write signed ones.
func TestPatchEXIFTypes(t *testing.T) {
	for _, o := range orders {
		for typ := uint16(1); typ <= 12; typ++ {
			sub := o.order.AppendUint16(nil, 1)
			sub = o.order.AppendUint16(o.order.AppendUint16(sub, tagPixelX), typ)
			sub = o.order.AppendUint32(o.order.AppendUint32(sub, 1), 0)
			at := uint32(8 + 2 + entryLen + 4)
			block := append(tiffBlock(o.mark, o.order, entry{tagExifIFD, typeLong, 1, o.order.AppendUint32(nil, at)})[:at], sub...)
			block = o.order.AppendUint32(block, 0)
			b, ok := parseEXIF(patchEXIF(block, Target{Width: 70000, Height: 2, Orientation: 1}), All, false)
			if f := b.nested[tagExifIFD]; !ok || len(f) != 1 || f[0].typ != typeLong || o.order.(binary.ByteOrder).Uint32(f[0].value) != 70000 {
				t.Errorf("%s, type %d: %+v", o.mark, typ, f)
			}
		}
	}
}
