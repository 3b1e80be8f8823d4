package main

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"image"
	"image/color"
	"image/gif"
	"image/png"

	"github.com/deepteams/webp"

	"imgpool/internal/imgtest"
)

// addAnimated adds moving pictures to the folder formats, one for each file type that has them.
func addAnimated(f files) error {
	for name, encode := range map[string]func(*bytes.Buffer) error{
		"gif-animated.gif":   func(b *bytes.Buffer) error { return gif.EncodeAll(b, movingGIF()) },
		"png-animated.png":   movingPNG,
		"webp-animated.webp": movingWebP,
	} {
		if err := f.put("formats/"+name, encode); err != nil {
			return err
		}
	}
	return nil
}

const movieWidth, movieHeight = 96, 64

// movingGIF is six frames in which a square moves, each but the first smaller than the picture.
func movingGIF() *gif.GIF {
	back := reduce(imgtest.Photo(27, movieWidth, movieHeight), 60, false)
	back.Palette = append(back.Palette, color.NRGBA{255, 0, 0, 255})
	red := uint8(len(back.Palette) - 1)
	a := &gif.GIF{Image: []*image.Paletted{back}, Delay: []int{10}, Disposal: []byte{gif.DisposalNone}, LoopCount: 0}
	for i := range 5 {
		frame := image.NewPaletted(image.Rect(i*14, i*8, i*14+20, i*8+20), back.Palette)
		for j := range frame.Pix {
			frame.Pix[j] = red
		}
		a.Image, a.Delay, a.Disposal = append(a.Image, frame), append(a.Delay, 5+i), append(a.Disposal, gif.DisposalPrevious)
	}
	return a
}

// movingPNG is three frames of which the later ones are smaller; the chunks are those of APNG (PNG, third edition, 11.3.6).
func movingPNG(b *bytes.Buffer) error {
	data := func(m image.Image) ([]byte, error) { // the contents of IDAT
		var one bytes.Buffer
		if err := png.Encode(&one, m); err != nil {
			return nil, err
		}
		var idat []byte
		for rest := one.Bytes()[8:]; len(rest) >= 12; {
			n := binary.BigEndian.Uint32(rest)
			if string(rest[4:8]) == "IDAT" {
				idat = append(idat, rest[8:8+n]...)
			}
			rest = rest[12+n:]
		}
		return idat, nil
	}
	out := []byte("\x89PNG\r\n\x1a\n")
	number := uint32(0)
	for i, m := range []*image.NRGBA{imgtest.Photo(28, movieWidth, movieHeight), imgtest.Photo(29, 40, 30), imgtest.Photo(30, 20, 20)} {
		idat, err := data(m)
		if err != nil {
			return err
		}
		w, h := uint32(m.Rect.Dx()), uint32(m.Rect.Dy())
		if i == 0 {
			head := binary.BigEndian.AppendUint32(nil, w)
			head = append(binary.BigEndian.AppendUint32(head, h), 8, 2, 0, 0, 0)
			out = appendChunk(out, "IHDR", head)
			out = appendChunk(out, "acTL", []byte{0, 0, 0, 3, 0, 0, 0, 0}) // three frames, for ever
		}
		control := binary.BigEndian.AppendUint32(nil, number)
		for _, v := range []uint32{w, h, uint32(8 * i), uint32(5 * i)} {
			control = binary.BigEndian.AppendUint32(control, v)
		}
		out = appendChunk(out, "fcTL", append(control, 0, 1, 0, 10, 0, 0)) // 1/10 s, leave, replace
		number++
		if i == 0 {
			out = appendChunk(out, "IDAT", idat)
			continue
		}
		out = appendChunk(out, "fdAT", append(binary.BigEndian.AppendUint32(nil, number), idat...))
		number++
	}
	b.Write(appendChunk(out, "IEND", nil))
	return nil
}

// movingWebP is two frames, lossy and lossless (WebP container specification, "Animation").
func movingWebP(b *bytes.Buffer) error {
	chunk := func(name string, parts ...[]byte) []byte {
		body := bytes.Join(parts, nil)
		out := binary.LittleEndian.AppendUint32([]byte(name), uint32(len(body)))
		return append(append(out, body...), make([]byte, len(body)&1)...)
	}
	u24 := func(v int) []byte { return []byte{byte(v), byte(v >> 8), byte(v >> 16)} }
	size := append(u24(movieWidth-1), u24(movieHeight-1)...)
	file := chunk("VP8X", []byte{0x12, 0, 0, 0}, size)              // the flags of animation and of alpha, which lossless frames have
	file = append(file, chunk("ANIM", []byte{0, 0, 0, 0, 0, 0})...) // transparent ground, for ever
	for i := range 2 {
		o := webp.DefaultOptions()
		o.Lossless = i == 1
		var one bytes.Buffer
		if err := webp.Encode(&one, imgtest.Photo(uint64(33+i), movieWidth, movieHeight), o); err != nil {
			return err
		}
		frame := one.Bytes()[12:] // after RIFF, length, WEBP
		if name := string(frame[:4]); name != "VP8 " && name != "VP8L" {
			return fmt.Errorf("frame begins with chunk %q", name)
		}
		// At (0, 0), for 100 ms, replacing what is there.
		file = append(file, chunk("ANMF", u24(0), u24(0), size, u24(100), []byte{2}, frame)...)
	}
	b.Write(chunk("RIFF", []byte("WEBP"), file))
	return nil
}
