package colour

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"

	"github.com/kovidgoyal/imaging/prism/meta/icc"
)

// cube is the conversion by a profile that holds a lookup table, sampled on a grid. Between the grid's points it
// interpolates over tetrahedra: along the edges from the darkest corner of a cell to the brightest, in the order of the
// channels' fractions.
type cube struct {
	grid []pixel // sRGB at 16 bits; red varies slowest
}

const (
	cubeSide = 33
	cubeBits = 16 // of the fraction of a position inside of a cell
)

// newCube samples the profile's own table by way of the library.
func newCube(p *profile, tag string) (_ *cube, err error) {
	// The library allocates what a file claims and may index past it, so a broken profile may panic.
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("colour profile is broken: %v", r)
		}
	}()
	if err := checkTable(p, tag); err != nil {
		return nil, err
	}
	parsed, err := icc.DecodeProfile(bytes.NewReader(onlyTag(p, tag)))
	if err != nil {
		return nil, fmt.Errorf("colour profile is broken: %w", err)
	}
	const clampChannels, mapGamut, optimise = true, false, true
	toSRGB, err := parsed.CreateTransformerToSRGB(icc.RelativeColorimetricRenderingIntent, true, 3, clampChannels, mapGamut, optimise)
	if err != nil {
		return nil, fmt.Errorf("colour profile is broken: %w", err)
	}
	c := &cube{grid: make([]pixel, 0, cubeSide*cubeSide*cubeSide)}
	level := func(v float64) int32 { return int32(clamp01(v)*65535 + 0.5) }
	for r := range cubeSide {
		for g := range cubeSide {
			for b := range cubeSide {
				x, y, z := toSRGB.Transform(float64(r)/(cubeSide-1), float64(g)/(cubeSide-1), float64(b)/(cubeSide-1))
				c.grid = append(c.grid, pixel{level(x), level(y), level(z)})
			}
		}
	}
	return c, nil
}

// onlyTag returns a profile with the header of p and one tag, so that the library meets nothing that was not checked.
func onlyTag(p *profile, tag string) []byte {
	data := p.tags[tag]
	b := bytes.Clone(p.data[:128])
	b = binary.BigEndian.AppendUint32(b, 1)
	b = append(b, tag...)
	b = binary.BigEndian.AppendUint32(b, 144)
	b = binary.BigEndian.AppendUint32(b, uint32(len(data)))
	return append(b, data...)
}

// maxCurve is how many points a curve in a lookup table may have: as many as version 2 allows (10.10). The library needs
// the square of that many steps for a curve that goes up and down.
const maxCurve = 4096

// checkTable looks at the counts in a lookup table that the library would believe.
func checkTable(p *profile, tag string) error {
	data, err := p.tag(tag, "mft1", "mft2", "mAB ")
	if err != nil {
		return err
	}
	broken := fmt.Errorf("tag %s of the colour profile is broken", tag)
	if len(data) < 52 || data[8] != 3 || data[9] != 3 {
		return broken
	}
	switch string(data[:4]) {
	case "mft2": // 10.10: the numbers of points in the input and output curves
		for _, n := range []uint16{binary.BigEndian.Uint16(data[48:]), binary.BigEndian.Uint16(data[50:])} {
			if n < 2 || n > maxCurve {
				return broken
			}
		}
	case "mAB ": // 10.12: offsets of B curves, matrix, M curves, table, A curves
		for _, at := range []int{12, 20, 28} {
			if offset := binary.BigEndian.Uint32(data[at:]); offset != 0 && !curvesInOrder(data, uint64(offset)) {
				return broken
			}
		}
		for _, at := range []int{16, 24} {
			if uint64(binary.BigEndian.Uint32(data[at:])) > uint64(len(data)) {
				return broken
			}
		}
	}
	return nil
}

// curvesInOrder reports whether three curves that follow each other at an offset are complete and of a reasonable size.
func curvesInOrder(data []byte, offset uint64) bool {
	for range 3 {
		if offset+12 > uint64(len(data)) {
			return false
		}
		size := uint64(40) // the longest formula
		if c := data[offset:]; string(c[:4]) == "curv" {
			n := uint64(binary.BigEndian.Uint32(c[8:]))
			if n > maxCurve || offset+12+2*n > uint64(len(data)) {
				return false
			}
			size = 12 + 2*n
		} else if string(c[:4]) == "para" {
			if kind := binary.BigEndian.Uint16(c[8:]); kind <= 4 {
				size = 12 + 4*[]uint64{1, 3, 4, 5, 7}[kind]
			}
		}
		offset += (size + 3) &^ 3
	}
	return true
}

// newTransform reads a profile of colour pictures.
func newTransform(p *profile) (transform, error) {
	switch p.space {
	case "RGB ":
		// A lookup table takes precedence over a matrix; AToB1 is the relative colorimetric one, AToB0 stands in for it
		// (ICC.1:2022, 8.10).
		for _, tag := range []string{"A2B1", "A2B0"} {
			if p.tags[tag] != nil {
				return newCube(p, tag)
			}
		}
		return newMatrix(p)
	case "GRAY":
		return newGray(p)
	case "CMYK":
		return nil, errors.New("colour profile is for CMYK, the picture is not")
	}
	return nil, fmt.Errorf("colour profile is for the colour space %q, which is not supported", p.space)
}

// convert implements transform.
func (c *cube) convert(px []pixel) {
	const (
		dr, dg, db = cubeSide * cubeSide, cubeSide, 1
		cells      = cubeSide - 1
		one        = 1 << cubeBits
	)
	for i := range px {
		p := &px[i]
		// Positions in units of 1/65536 of a cell. White lies on the far side of the last cell.
		r := (int64(p.r)*cells<<cubeBits + 32767) / 65535
		g := (int64(p.g)*cells<<cubeBits + 32767) / 65535
		b := (int64(p.b)*cells<<cubeBits + 32767) / 65535
		ri, gi, bi := min(r>>cubeBits, cells-1), min(g>>cubeBits, cells-1), min(b>>cubeBits, cells-1)
		fr, fg, fb := r-ri<<cubeBits, g-gi<<cubeBits, b-bi<<cubeBits
		at := int(ri*dr + gi*dg + bi)
		// The weights are the differences of the sorted fractions; s1 and s2 are the corners on the way.
		var s1, s2 int
		f1, f2, f3 := fr, fg, fb
		switch {
		case fr >= fg && fg >= fb:
			s1, s2 = dr, dr+dg
		case fr >= fb && fb >= fg:
			s1, s2, f1, f2, f3 = dr, dr+db, fr, fb, fg
		case fb >= fr && fr >= fg:
			s1, s2, f1, f2, f3 = db, db+dr, fb, fr, fg
		case fg >= fr && fr >= fb:
			s1, s2, f1, f2, f3 = dg, dg+dr, fg, fr, fb
		case fg >= fb && fb >= fr:
			s1, s2, f1, f2, f3 = dg, dg+db, fg, fb, fr
		default:
			s1, s2, f1, f2, f3 = db, db+dg, fb, fg, fr
		}
		w0, w1, w2 := one-f1, f1-f2, f2-f3
		c0, c1, c2, c3 := &c.grid[at], &c.grid[at+s1], &c.grid[at+s2], &c.grid[at+dr+dg+db]
		p.r = int32((int64(c0.r)*w0 + int64(c1.r)*w1 + int64(c2.r)*w2 + int64(c3.r)*f3 + one/2) >> cubeBits)
		p.g = int32((int64(c0.g)*w0 + int64(c1.g)*w1 + int64(c2.g)*w2 + int64(c3.g)*f3 + one/2) >> cubeBits)
		p.b = int32((int64(c0.b)*w0 + int64(c1.b)*w1 + int64(c2.b)*w2 + int64(c3.b)*f3 + one/2) >> cubeBits)
	}
}
