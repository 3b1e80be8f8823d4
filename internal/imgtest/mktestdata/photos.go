package main

import (
	"bytes"
	"fmt"
	"image"
	"image/draw"

	"github.com/gen2brain/jpegn"

	"imgpool/internal/imgtest"
)

// photo describes one JPEG of the folder photos.
type photo struct {
	name        string
	seed        uint64
	w, h        int // upright
	quality     int
	sub         jpegn.Subsampling
	progressive bool
	gray        bool
	turn        int // EXIF orientation, 0 for none
	profile     []byte
}

// photos is a small tree of holiday pictures. Most are wider than 800 pixels, so that the README's command has to work.
var photos = []photo{
	{name: "coast.jpg", seed: 1, w: 1600, h: 1067, quality: 72, sub: jpegn.Subsample420},
	{name: "forest-portrait.jpg", seed: 2, w: 1000, h: 1500, quality: 72, sub: jpegn.Subsample420, progressive: true},
	{name: "smaller-than-800.jpg", seed: 3, w: 640, h: 480, quality: 80, sub: jpegn.Subsample420},
	{name: "2024/city-444.jpg", seed: 4, w: 1280, h: 853, quality: 75, sub: jpegn.Subsample444},
	{name: "2024/meadow-progressive-444.jpeg", seed: 5, w: 1200, h: 900, quality: 72, sub: jpegn.Subsample444, progressive: true},
	{name: "2024/display-p3.jpg", seed: 6, w: 900, h: 600, quality: 80, sub: jpegn.Subsample420, profile: imgtest.DisplayP3.Profile()},
	{name: "2024/winter/fog-grey.jpg", seed: 7, w: 1280, h: 853, quality: 72, gray: true},
	{name: "2024/winter/panorama-422.JPG", seed: 8, w: 1601, h: 401, quality: 75, sub: jpegn.Subsample422},
}

// allPhotos returns the photos and one scene in all eight orientations.
func allPhotos() []photo {
	all := photos[:len(photos):len(photos)]
	for turn := 1; turn <= 8; turn++ {
		all = append(all, photo{name: fmt.Sprintf("turned/orientation-%d.jpg", turn), seed: 9, w: 901, h: 603, quality: 65, sub: jpegn.Subsample420, turn: turn})
	}
	return all
}

// addPhotos makes the folder photos.
func addPhotos(f files) error {
	for _, p := range allPhotos() {
		if err := f.put("photos/"+p.name, p.encode); err != nil {
			return err
		}
	}
	return nil
}

// encode writes the JPEG.
func (p photo) encode(b *bytes.Buffer) error {
	var m image.Image
	if p.gray {
		m = imgtest.GrayPhoto(p.seed, p.w, p.h)
	} else {
		m = rgba(store(imgtest.Photo(p.seed, p.w, p.h), p.turn))
	}
	o := jpegn.EncodeOptions{Quality: p.quality, Subsampling: p.sub, Progressive: p.progressive, OptimizeCoding: true}
	if p.turn > 0 {
		o.Segments = append(o.Segments, jpegn.Segment{Marker: 0xe1, Data: exif(p.turn)})
	}
	if p.profile != nil {
		o.Segments = append(o.Segments, jpegn.Segment{Marker: 0xe2, Data: append([]byte("ICC_PROFILE\x00\x01\x01"), p.profile...)})
	}
	return jpegn.Encode(b, m, &o)
}

// rgba copies an opaque picture into the pixel type that the encoder reads fastest and most exactly.
func rgba(m image.Image) *image.RGBA {
	out := image.NewRGBA(m.Bounds())
	draw.Draw(out, out.Rect, m, m.Bounds().Min, draw.Src)
	return out
}

// store returns the pixels as a camera would store them with the given EXIF orientation, so that turning them by it gives
// m again: row 0 and column 0 lie as the table of the TIFF 6.0 specification says (tag 274).
func store(m *image.NRGBA, turn int) *image.NRGBA {
	w, h := m.Rect.Dx(), m.Rect.Dy()
	sw, sh := w, h
	if turn >= 5 {
		sw, sh = h, w
	}
	out := image.NewNRGBA(image.Rect(0, 0, sw, sh))
	for y := range sh {
		for x := range sw {
			ux, uy := x, y // where the stored pixel is when upright
			switch turn {
			case 2:
				ux = w - 1 - x
			case 3:
				ux, uy = w-1-x, h-1-y
			case 4:
				uy = h - 1 - y
			case 5:
				ux, uy = y, x
			case 6:
				ux, uy = w-1-y, x
			case 7:
				ux, uy = w-1-y, h-1-x
			case 8:
				ux, uy = y, h-1-x
			}
			out.SetNRGBA(x, y, m.NRGBAAt(ux, uy))
		}
	}
	return out
}

// exif returns the contents of an APP1 segment with an orientation and nothing else.
func exif(turn int) []byte {
	return append([]byte("Exif\x00\x00MM\x00\x2a\x00\x00\x00\x08"+ // big-endian TIFF, first directory at 8
		"\x00\x01"+ // one entry:
		"\x01\x12\x00\x03\x00\x00\x00\x01"), // tag 274, one SHORT
		0, byte(turn), 0, 0, 0, 0, 0, 0)
}
